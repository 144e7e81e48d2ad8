"""The XML of a finding aid, read as a stream: one component after the other, each without those below it.

Strangers send these files. Nothing outside the file is ever fetched, no entity is expanded, and depth, length and
number are bounded. The parser is expat, which comes with Python; element names are read without their namespace, so
that files with the DTD and files with a schema are the same here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.entities import html5
from typing import Any, Final
from xml.parsers import expat

from django.utils.translation import gettext as _

from catalog.intake.reading import TableRefused

#: Larger finding aids are refused, in bytes.
MOST_AID_BYTES: Final = 100 * 1024 * 1024
MOST_COMPONENTS: Final = 100_000
#: Elements within elements. The deepest real finding aids have twelve levels of components.
_DEEPEST: Final = 120
#: Levels of components. The catalogue walks no hierarchy further.
_DEEPEST_LEVEL: Final = 40
#: Characters of one component, without those below it.
_LONGEST: Final = 1_000_000
_CHUNK: Final = 64 * 1024
#: Elements that become records.
COMPONENTS: Final = frozenset({"archdesc", "c", *(f"c{number:02d}" for number in range(1, 13))})
#: Elements around components that say nothing themselves.
_AROUND: Final = frozenset({"dsc"})
_ROOTS: Final = frozenset({"ead"})


@dataclass(slots=True)
class Element:
    """An element: its name and attributes without namespace, the line where it begins, and what it holds."""

    name: str
    attributes: dict[str, str]
    line: int
    content: list[Element | str] = field(default_factory=list)

    def all(self, *names: str) -> Iterator[Element]:
        """The elements of some names right in this one."""
        for one in self.content:
            if isinstance(one, Element) and one.name in names:
                yield one

    def within(self, *names: str) -> Iterator[Element]:
        """The elements of some names anywhere in this one, from top to bottom; none within another of them."""
        for one in self.content:
            if isinstance(one, Element):
                if one.name in names:
                    yield one
                else:
                    yield from one.within(*names)

    def words(self, *, but: Iterable[str] = ()) -> str:
        """All its text on one line, without what stands in elements of the names ``but``."""
        return " ".join(self._raw(frozenset(but)).split())

    def _raw(self, but: frozenset[str]) -> str:
        return "".join(
            one if isinstance(one, str) else ("" if one.name in but else one._raw(but))
            for one in self.content
        )


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


def root_of(content: bytes) -> str:
    """The name of the root element of an XML file; empty when the beginning of the file is no XML."""
    found: list[str] = []
    parser = expat.ParserCreate()

    def start(name: str, _attributes: dict[str, str]) -> None:
        found.append(_local(name))

    parser.StartElementHandler = start
    with contextlib.suppress(expat.ExpatError):
        parser.Parse(content[: 4 * _CHUNK], False)
    return found[0] if found else ""


def read_components(content: bytes) -> Iterator[Component | Element]:
    """The components of a finding aid, parents first, but for the whole (``archdesc``), which comes last; and its
    header. Raises TableRefused for what is no finding aid, or not safe to read.
    """
    reader = _Reader()
    for start in range(0, len(content), _CHUNK):
        reader.feed(content[start : start + _CHUNK], is_last=False)
        yield from reader.taken()
    reader.feed(b"", is_last=True)
    yield from reader.taken()
    if not reader.has_archdesc:
        raise TableRefused(
            _("The file has no element “archdesc”, which describes the whole. It is no finding aid, or cut off.")
        )  # fmt: skip


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class _Reader:
    """What the parser calls. Components that are complete wait in a list until they are taken."""

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        # Written out: without this, expat would ask for the external subset as soon as a handler were there.
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.EntityDeclHandler = self._entity
        self.parser.SkippedEntityHandler = self._skipped
        self.parser.ExternalEntityRefHandler = self._outside
        self.has_archdesc = False
        self._depth = 0
        self._number = 0
        self._open: list[_Open] = []
        self._header: list[Element] = []
        self._ready: list[Component | Element] = []

    def feed(self, content: bytes, *, is_last: bool) -> None:
        """Parse some more bytes. Raises TableRefused."""
        try:
            self.parser.Parse(content, is_last)
        except expat.ExpatError as fault:
            said = expat.ErrorString(fault.code)
            raise TableRefused(
                _(
                    "The XML is broken at line %(line)d, column %(column)d (%(said)s). Correct it there, or "
                    "export the finding aid again."
                )
                % {"line": fault.lineno, "column": fault.offset + 1, "said": said}
            ) from fault
        except LookupError as fault:
            raise TableRefused(
                _("The encoding that the file names is not known. Save it as UTF-8.")
            ) from fault

    def taken(self) -> list[Component | Element]:
        """What is complete by now."""
        ready, self._ready = self._ready, []
        return ready

    @property
    def _line(self) -> int:
        return self.parser.CurrentLineNumber

    # --- Called by the parser ---

    def _entity(self, name: str, is_parameter: bool, value: str | None, *more: Any) -> None:
        _base, _system, _public, _notation = more
        if value is not None and not is_parameter:
            raise TableRefused(
                _(
                    "Line %(line)d declares the entity “%(name)s”. Entities are not expanded here, for safety. "
                    "Write the text itself where it is used, and delete the declaration."
                )
                % {"line": self._line, "name": name}
            )

    def _outside(self, _context: str | None, *_where: str | None) -> int:
        raise TableRefused(
            _(
                "Line %(line)d uses an entity that stands in another file. Other files are never opened. Write the "
                "text itself."
            )
            % {"line": self._line}
        )

    def _skipped(self, name: str, is_parameter: bool) -> None:
        if is_parameter:
            return
        known = html5.get(f"{name};")
        if known is None:
            raise TableRefused(
                _(
                    "Line %(line)d uses the entity “&%(name)s;”, which stands in another file. Other files are "
                    "never opened. Write the text itself."
                )
                % {"line": self._line, "name": name}
            )
        self._characters(known)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        self._depth += 1
        if self._depth == 1 and name not in _ROOTS:
            raise TableRefused(
                _("This is XML, but no finding aid: its first element is “%(name)s”, not “ead”.")
                % {"name": name[:60]}
            )
        if self._depth > _DEEPEST:
            raise TableRefused(
                _("Line %(line)d has more than %(most)d elements within each other.")
                % {"line": self._line, "most": _DEEPEST}
            )
        kept = {
            _local(key): value
            for key, value in attributes.items()
            if not key.startswith(("xmlns", "xml:"))
        }
        element = Element(name, kept, self._line)
        if name in COMPONENTS:
            self._begin(element)
        elif self._open:
            here = self._open[-1]
            here.stack[-1].content.append(element)
            here.stack.append(element)
        elif self._depth > 1:
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
                % {"line": self._line, "most": _DEEPEST_LEVEL}
            )
        above = self._open[-1] if self._open else None
        if above is None and self.has_archdesc:
            raise TableRefused(
                _("Line %(line)d: the component does not stand within “archdesc”.")
                % {"line": self._line}
            )
        if above is None:
            if element.name != "archdesc":
                raise TableRefused(
                    _("Line %(line)d: the component does not stand within “archdesc”.")
                    % {"line": self._line}
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

    def _end(self, name: str) -> None:
        self._depth -= 1
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

    def _characters(self, text: str) -> None:
        if self._open:
            here = self._open[-1]
            if text.isspace() and (here.is_told or here.stack[-1].name in _AROUND):
                return
            here.characters += len(text)
            if here.characters > _LONGEST:
                raise TableRefused(
                    _("Line %(line)d: one component has more than %(most)d characters of its own.")
                    % {"line": self._line, "most": _LONGEST}
                )
            here.stack[-1].content.append(text)
        elif self._header and text.strip():
            here_too = self._header[-1]
            if len(here_too.content) < 1000:
                here_too.content.append(text)
