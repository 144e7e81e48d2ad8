"""A finding aid that was read once: its components laid by on disk, and what is known of all of them together."""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from typing import IO, Final

from django.utils.translation import gettext

from catalog.intake.archival.access import Met
from catalog.intake.archival.headings import Heading
from catalog.intake.archival.markup import Element
from catalog.intake.archival.rows import Remark
from catalog.intake.characters import TableRefused
from catalog.intake.file import File
from catalog.intake.finding_aid.components import Component, read_components
from catalog.intake.finding_aid.description import Description, described
from catalog.intake.saying import say as _
from catalog.uris import Kind

#: So much of what was read stays in memory; the rest waits in a file, in bytes.
_IN_MEMORY: Final = 8 * 1024 * 1024
_OTHER_ITEMS: Final = re.compile(
    r"item|piece|document|pi[eè]ce|st[uü]ck|dokument|pieza|letter|photograph", re.IGNORECASE
)
#: Codes that mean something only below another: numbers, and "Series 1".
_RELATIVE: Final = re.compile(
    r"[0-9]{1,4}|[ivxlcIVXLC]{1,6}|[A-Za-z]|"
    r"(?:sub-?)?(?:fonds|series|file|item|box|folder|serie|expediente|caja)\W*[0-9a-zA-Z]{1,4}",
    re.IGNORECASE,
)
#: Parts of the header that say something beyond title and identifier.
_HEADER: Final = (
    "author", "sponsor", "editionstmt", "seriesstmt", "notestmt", "change", "maintenanceevent", "frontmatter"
)  # fmt: skip


class FindingAid:
    """What a file says. Components are numbered from 1, the whole, in the order of the file.

    Raises TableRefused when the file is no finding aid, broken, or not safe to read.
    """

    def __init__(self, file: File) -> None:
        self.eadid = ""
        self.top: Description | None = None
        self.remarks: list[tuple[int, Remark]] = []
        self.headings: dict[Heading, Met] = {}
        self.languages: dict[tuple[str, str], None] = {}
        self.genres: dict[str, None] = {}
        self.subjects: dict[str, None] = {}
        #: What is told of the life or history of somebody, by the heading of the one maker of a component.
        self.histories: dict[Heading, str] = {}
        self._parents = [0]
        self._places = [0]
        self._own = [""]
        self._items = bytearray(1)
        self._images = bytearray(1)
        self._has_parts = bytearray(1)
        self._laid_by: IO[bytes] = tempfile.SpooledTemporaryFile(  # noqa: SIM115 - closed with the object
            _IN_MEMORY
        )
        for one in read_components(file):
            if isinstance(one, Element):
                self._read_header(one)
            elif one.trailing:
                self._late(one)
            else:
                self._take(one)
        # The whole was read last and names the most important ones.
        self.headings = dict(sorted(self.headings.items(), key=lambda pair: pair[1].number))
        if self.top is None:
            raise TableRefused(
                gettext("The finding aid has no description of the whole (archdesc).")
            )

    # --- Reading ---

    def _read_header(self, header: Element) -> None:
        """Take the identifier; what else the header says of the finding aid itself is told of, and left out."""
        if header.name in {"eadheader", "control"}:
            found = next(header.within("eadid", "recordid"), None)
            self.eadid = found.words() if found else ""
        parts = header.within(*_HEADER) if header.name != "frontmatter" else [header]
        for part in parts:
            if said := part.words():
                told = _("Left out: it describes the finding aid, not the material.")
                self.remarks.append((0, Remark(part.name, part.line, said[:300], told)))

    def _late(self, component: Component) -> None:
        for part in component.trailing:
            said = _(
                "Left out: it stands behind the components below. Move it before them, where the standard wants it."
            )
            self.remarks.append(
                (component.number, Remark(part.name, part.line, part.words()[:300], said))
            )

    def _take(self, component: Component) -> None:
        found = described(component)
        self._grow(found.number)
        self._parents[found.number] = found.parent
        self._places[found.number] = found.place
        self._own[found.number] = found.code
        self._has_parts[found.parent] = 1
        is_other = found.level in {"otherlevel", ""} and _OTHER_ITEMS.search(found.other_level)
        self._items[found.number] = found.level == "item" or bool(is_other)
        self._images[found.number] = found.is_image
        for _role, _where, line, heading in found.names:
            self.headings.setdefault(heading, Met(found.number, line))
        if found.repository and self._items[found.number]:
            # Only a document has a field for whoever holds it.
            self.headings.setdefault(found.repository, Met(found.number, found.line))
        makers = [heading for _role, where, _line, heading in found.names if where == "origination"]
        if found.history and len(makers) == 1:
            self.histories.setdefault(makers[0], found.history)
        self.languages |= dict.fromkeys(found.languages)
        self.genres |= dict.fromkeys(found.genres)
        self.subjects |= dict.fromkeys(found.subjects)
        if found.number == 1:
            self.top = found
        else:
            self._laid_by.write(found.as_json().encode() + b"\n")

    def _grow(self, number: int) -> None:
        more = number + 1 - len(self._parents)
        if more > 0:
            self._parents += [0] * more
            self._places += [0] * more
            self._own += [""] * more
            self._items += bytes(more)
            self._images += bytes(more)
            self._has_parts += bytes(more)

    # --- What was read ---

    @property
    def number_of_components(self) -> int:
        """All units of description, the whole among them."""
        return len(self._parents) - 1

    def descriptions(self) -> Iterator[Description]:
        """The components, each behind those above it."""
        assert self.top is not None  # noqa: S101 - asked when it was read
        yield self.top
        self._laid_by.seek(0)
        for line in self._laid_by:
            yield Description.of_json(line)

    def kind_of(self, number: int) -> Kind:
        """The kind of record that a component becomes: an item without parts is a document, or an image
        if it says so.
        """
        if not self._items[number] or self._has_parts[number]:
            return "collection"
        return "image" if self._images[number] else "document"

    def has_parts(self, number: int) -> bool:
        """Whether components stand below one."""
        return bool(self._has_parts[number])

    def is_item_with_parts(self, number: int) -> bool:
        """Whether a component is called an item although others stand below it."""
        return bool(self._items[number] and self._has_parts[number])

    def numbers_of(self, kind: Kind) -> int:
        """How many components become records of a kind."""
        return sum(self.kind_of(number) == kind for number in range(1, len(self._parents)))

    @property
    def own_code(self) -> str:
        """The reference code of the whole, as the file gives it."""
        return self._own[1] or self.eadid

    @property
    def joins_codes(self) -> bool:
        """Whether the reference codes of components mean something only below those above them."""
        codes = [code for code in self._own[2:] if code]
        return len(set(codes)) < len(codes) or any(_RELATIVE.fullmatch(code) for code in codes)

    def codes(self, *, whole: str, joined: bool) -> tuple[list[str], set[int]]:
        """The reference code of each component by its number, and the numbers of those that had to be made.

        ``whole`` is the code of the whole where the file gives none. A code that is ``joined`` stands behind that of
        the component above, unless it begins with it or with the code of the whole. A component without a code gets
        its place among those beside it.
        """
        top = self.own_code or whole
        found, made = ["", top], set()
        taken = set(self._own)
        for number in range(2, len(self._parents)):
            own, above = self._own[number], found[self._parents[number]]
            if own and joined and not (_begins(own, above) or _begins(own, top)):
                own = f"{above}/{own}"
            elif not own:
                own = f"{above}/{self._places[number]}"
                while own in taken:
                    own += "a"
                made.add(number)
            found.append(own)
        return found, made

    def positions(self) -> list[int]:
        """The place of each component among those beside it that become the same kind of record, from 1."""
        counted: Counter[tuple[int, Kind]] = Counter()
        found = [0]
        for number in range(1, len(self._parents)):
            beside = (self._parents[number], self.kind_of(number))
            counted[beside] += 1
            found.append(counted[beside])
        return found

    def parent_of(self, number: int) -> int:
        """The component above one; 0 for the whole."""
        return self._parents[number]


def _begins(code: str, with_code: str) -> bool:
    """Whether a reference code is another one and more behind it: "F1-2" begins with "F1", "F12" does not."""
    return code.startswith(with_code) and not code[len(with_code) :][:1].isalnum()
