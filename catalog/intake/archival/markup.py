"""XML from strangers: elements, and a parser that reads them safely, as a stream.

Nothing outside the file is ever fetched, no entity is expanded, and depth is bounded. The parser is expat, which comes
with Python; element names are read without their namespace, so that files with a DTD and files with a schema are the
same here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.entities import html5
from typing import Any, Final
from xml.parsers import expat

from django.utils.translation import gettext as _

from catalog.intake.characters import TableRefused

#: Larger files are refused, in bytes.
MOST_XML_BYTES: Final = 100 * 1024 * 1024
#: Elements within elements. The deepest real finding aids have twelve levels of components.
_DEEPEST: Final = 120
#: Bytes that are parsed at a time.
CHUNK: Final = 64 * 1024


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


def root_of(content: bytes) -> str:
    """The name of the root element of an XML file; empty when the beginning of the file is no XML."""
    found: list[str] = []
    parser = expat.ParserCreate()

    def start(name: str, _attributes: dict[str, str]) -> None:
        found.append(_local(name))

    parser.StartElementHandler = start
    with contextlib.suppress(expat.ExpatError):
        parser.Parse(content[: 4 * CHUNK], False)
    return found[0] if found else ""


def _local(name: str) -> str:
    return name.rpartition(":")[2]


class SafeParser:
    """Parses XML as a stream and tells of each element; subclasses say what to do with them.

    ``roots`` are the names that the first element may have.
    """

    roots: frozenset[str] = frozenset()

    def __init__(self) -> None:
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        # Written out: without this, expat would ask for the external subset as soon as a handler were there.
        self.parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self.characters
        self.parser.EntityDeclHandler = self._entity
        self.parser.SkippedEntityHandler = self._skipped
        self.parser.ExternalEntityRefHandler = self._outside
        #: Elements that are open.
        self.depth = 0

    # --- For subclasses ---

    def begins(self, element: Element) -> None:
        """An element begins."""
        raise NotImplementedError

    def ends(self) -> None:
        """The innermost open element ends."""
        raise NotImplementedError

    def characters(self, text: str) -> None:
        """Text in the innermost open element."""
        raise NotImplementedError

    def refuse_root(self, name: str) -> None:
        """Raise TableRefused for a first element that is none of ``roots``."""
        raise NotImplementedError

    @property
    def line(self) -> int:
        """The line that the parser has come to."""
        return self.parser.CurrentLineNumber

    # --- Reading ---

    def feed(self, content: bytes, *, is_last: bool) -> None:
        """Parse some more bytes. Raises TableRefused."""
        try:
            self.parser.Parse(content, is_last)
        except expat.ExpatError as fault:
            said = expat.ErrorString(fault.code)
            raise TableRefused(
                _(
                    "The XML is broken at line %(line)d, column %(column)d (%(said)s). Correct it there, or "
                    "export the file again."
                )
                % {"line": fault.lineno, "column": fault.offset + 1, "said": said}
            ) from fault
        except LookupError as fault:
            raise TableRefused(
                _("The encoding that the file names is not known. Save it as UTF-8.")
            ) from fault

    # --- Called by the parser ---

    def _entity(self, name: str, is_parameter: bool, value: str | None, *more: Any) -> None:
        _base, _system, _public, _notation = more
        if value is not None and not is_parameter:
            raise TableRefused(
                _(
                    "Line %(line)d declares the entity “%(name)s”. Entities are not expanded here, for safety. "
                    "Write the text itself where it is used, and delete the declaration."
                )
                % {"line": self.line, "name": name}
            )

    def _outside(self, _context: str | None, *_where: str | None) -> int:
        raise TableRefused(
            _(
                "Line %(line)d uses an entity that stands in another file. Other files are never opened. Write the "
                "text itself."
            )
            % {"line": self.line}
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
                % {"line": self.line, "name": name}
            )
        self.characters(known)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = _local(name)
        self.depth += 1
        if self.depth == 1 and name not in self.roots:
            self.refuse_root(name)
        if self.depth > _DEEPEST:
            raise TableRefused(
                _("Line %(line)d has more than %(most)d elements within each other.")
                % {"line": self.line, "most": _DEEPEST}
            )
        kept = {
            _local(key): value
            for key, value in attributes.items()
            if key == "xml:lang" or not key.startswith(("xmlns", "xml:"))
        }
        self.begins(Element(name, kept, self.line))

    def _end(self, _name: str) -> None:
        self.depth -= 1
        self.ends()
