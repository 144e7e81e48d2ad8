"""The components of a finding aid, read as a stream: one after the other, each without those below it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from catalog.intake.archival.markup import CHUNK, Element, SafeParser
from catalog.intake.characters import TableRefused
from catalog.intake.file import File

MOST_COMPONENTS: Final = 100_000
#: Levels of components. The catalogue walks no hierarchy further.
_DEEPEST_LEVEL: Final = 40
#: Characters of one component, without those below it.
_LONGEST: Final = 1_000_000
#: Elements that become records.
COMPONENTS: Final = frozenset({"archdesc", "c", *(f"c{number:02d}" for number in range(1, 13))})
#: Elements around components that say nothing themselves.
_AROUND: Final = frozenset({"dsc"})


@dataclass(slots=True)
class Component:
    """One unit of description. ``number`` counts from 1 in the order of the file, ``parent`` is 0 for the whole.

    ``place`` is its place among the components beside it, from 1. ``trailing`` are elements that stood behind the
    components below it, where the standard allows none.
    """

    number: int
    parent: int
    place: int
    element: Element
    trailing: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    component: Component
    stack: list[Element]
    characters: int = 0
    is_told: bool = False
    parts: int = 0


def read_components(file: File) -> Iterator[Component | Element]:
    """The components of a finding aid, parents first, but for the whole (``archdesc``), which comes last; and its
    header. Raises TableRefused for what is no finding aid, or not safe to read.
    """
    reader = _Reader()
    for chunk in file.chunks(CHUNK):
        reader.feed(chunk, is_last=False)
        yield from reader.taken()
    reader.feed(b"", is_last=True)
    yield from reader.taken()
    if not reader.has_archdesc:
        raise TableRefused(
            _("The file has no element “archdesc”, which describes the whole. It is no finding aid, or cut off.")
        )  # fmt: skip


class _Reader(SafeParser):
    """Components that are complete wait in a list until they are taken."""

    roots = frozenset({"ead"})

    def __init__(self) -> None:
        super().__init__()
        self.has_archdesc = False
        self._number = 0
        self._open: list[_Open] = []
        self._header: list[Element] = []
        self._ready: list[Component | Element] = []

    def taken(self) -> list[Component | Element]:
        """What is complete by now."""
        ready, self._ready = self._ready, []
        return ready

    def refuse_root(self, name: str) -> None:
        """Raise TableRefused: it is no finding aid."""
        raise TableRefused(
            _("This is XML, but no finding aid: its first element is “%(name)s”, not “ead”.")
            % {"name": name[:60]}
        )

    def begins(self, element: Element) -> None:
        """A component, something in one, or something of the header."""
        if element.name in COMPONENTS:
            self._begin(element)
        elif self._open:
            here = self._open[-1]
            here.stack[-1].content.append(element)
            here.stack.append(element)
        elif self.depth > 1:
            if self._header:
                self._header[-1].content.append(element)
            self._header.append(element)

    def _begin(self, element: Element) -> None:
        """A component begins: what stands above it is complete, but for its own components."""
        self._number += 1
        if self._number > MOST_COMPONENTS:
            raise TableRefused(
                _("The finding aid has more than %(most)d components. Import it in parts.")
                % {"most": MOST_COMPONENTS}
            )
        if len(self._open) >= _DEEPEST_LEVEL:
            raise TableRefused(
                _("Line %(line)d has more than %(most)d levels of components.")
                % {"line": self.line, "most": _DEEPEST_LEVEL}
            )
        above = self._open[-1] if self._open else None
        if above is None and self.has_archdesc:
            raise TableRefused(
                _("Line %(line)d: the component does not stand within “archdesc”.")
                % {"line": self.line}
            )
        if above is None:
            if element.name != "archdesc":
                raise TableRefused(
                    _("Line %(line)d: the component does not stand within “archdesc”.")
                    % {"line": self.line}
                )
            self.has_archdesc = True
        else:
            above.parts += 1
            self._tell(above)
        component = Component(
            self._number, above.component.number if above else 0, above.parts if above else 1, element
        )  # fmt: skip
        self._open.append(_Open(component, [element]))

    def _tell(self, one: _Open) -> None:
        """Hand a component on, once; what stands in it from now on is trailing. The whole is told at its end."""
        if not one.is_told and one.component.parent:
            one.is_told = True
            element = one.component.element
            told = Element(element.name, element.attributes, element.line, element.content)
            element.content = []
            self._ready.append(
                Component(one.component.number, one.component.parent, one.component.place, told)
            )

    def ends(self) -> None:
        """What was begun last is complete."""
        if self._open and len(self._open[-1].stack) > 1:
            self._open[-1].stack.pop()
        elif self._open:
            self._finish(self._open.pop())
        elif self._header:
            done = self._header.pop()
            if not self._header:
                self._ready.append(done)

    def _finish(self, one: _Open) -> None:
        component = one.component
        if one.is_told:
            rest = [
                part
                for part in component.element.content
                if isinstance(part, Element) and part.name not in _AROUND and part.words()
            ]
            if rest:
                self._ready.append(
                    Component(component.number, component.parent, component.place, component.element, rest)
                )  # fmt: skip
            return
        self._ready.append(component)

    def characters(self, text: str) -> None:
        """Text of a component, or of the header."""
        if self._open:
            here = self._open[-1]
            if text.isspace() and (here.is_told or here.stack[-1].name in _AROUND):
                return
            here.characters += len(text)
            if here.characters > _LONGEST:
                raise TableRefused(
                    _("Line %(line)d: one component has more than %(most)d characters of its own.")
                    % {"line": self.line, "most": _LONGEST}
                )
            here.stack[-1].content.append(text)
        elif self._header and text.strip():
            here_too = self._header[-1]
            if len(here_too.content) < 1000:
                here_too.content.append(text)
