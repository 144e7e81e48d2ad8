"""What a component says, in the words of archival description, before it is known which record it becomes."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final, Self

from catalog.intake.archival.dates import Dated, dated
from catalog.intake.archival.headings import PERSONS, Heading, heading_of
from catalog.intake.archival.markup import Element
from catalog.intake.archival.prose import cut, head_of, paragraphs, prose
from catalog.intake.archival.rows import Remark
from catalog.intake.called import uuid_in
from catalog.intake.finding_aid.components import Component
from catalog.intake.finding_aid.keeping import PLACES, kept_in
from catalog.intake.saying import Message, Words, of_json
from catalog.intake.saying import say as _
from catalog.values import DCMI_TYPES, STILL_IMAGE, fold

#: Elements that stand around others and say nothing themselves.
_AROUND: Final = frozenset({"descgrp", "relations"})
#: Elements that have a field of their own.
_TEXTS: Final = {
    "scopecontent": "description",
    "arrangement": "arrangement",
    "custodhist": "custodial_history",
    "accessrestrict": "access_conditions",
}
#: Elements that become further details, by the code of the kind of detail.
DETAILS: Final = {
    "bioghist": "history", "acqinfo": "acquisition", "appraisal": "appraisal", "accruals": "accruals",
    "originalsloc": "originals", "altformavail": "copies", "otherfindaid": "finding-aids",
    "relatedmaterial": "related", "separatedmaterial": "separated", "bibliography": "publications",
    "phystech": "condition", "processinfo": "archivist-note", "fileplan": "arrangement", "legalstatus": "access",
    "materialspec": "scale", "physfacet": "technique", "dimensions": "dimensions",
}  # fmt: skip
_DATES: Final = ("unitdate", "unitdatestructured")
_NOTES: Final = ("odd", "note", "didnote")


@dataclass(slots=True)
class Description:
    """One component. ``texts`` are Markdown by field, ``details`` pairs of a code and a paragraph.

    ``names`` are triples of a role (empty: what it is about), the element around (``origination`` or
    ``controlaccess``) and the heading with its line.
    """

    number: int
    parent: int
    place: int
    line: int
    level: str = ""
    other_level: str = ""
    is_internal: bool = False
    code: str = ""
    address: str = ""
    title: str = ""
    summary: str = ""
    dates: list[Dated] = field(default_factory=list)
    extent: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    details: list[tuple[str, str]] = field(default_factory=list)
    #: Notes under headings of their own: the heading and a paragraph.
    headed: list[tuple[str, str]] = field(default_factory=list)
    use: list[str] = field(default_factory=list)
    credit_line: str = ""
    history: str = ""
    names: list[tuple[str, str, int, Heading]] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    genres: list[str] = field(default_factory=list)
    is_image: bool = False
    languages: list[tuple[str, str]] = field(default_factory=list)
    links: list[tuple[str, int]] = field(default_factory=list)
    #: The storage places in which it is kept: paths, and the lines where they are named.
    kept: list[tuple[str, int]] = field(default_factory=list)
    repository: Heading | None = None
    internal: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def as_json(self) -> str:
        """On one line, to be laid by while the rest of the file is read."""
        return json.dumps(_as_list(self), ensure_ascii=False, default=_as_list)

    @classmethod
    def of_json(cls, kept: str | bytes) -> Self:
        """What :meth:`as_json` laid by."""
        said: dict[str, Any] = dict(zip(cls.__slots__, json.loads(kept), strict=True))
        said["dates"] = [Dated(*one) for one in said["dates"]]
        said["names"] = [
            (role, where, line, _heading(one)) for role, where, line, one in said["names"]
        ]
        said["repository"] = _heading(said["repository"]) if said["repository"] else None
        said["remarks"] = [
            Remark(element, line, value, of_json(told))
            for element, line, value, told in said["remarks"]
        ]
        return cls(**said)


def _as_list(one: Any) -> Any:
    """The fields of a dataclass in their order; ``asdict`` copies all of them deeply, which costs more than reading."""
    if isinstance(one, Words):
        return one.as_json()
    return [getattr(one, name) for name in one.__slots__]


def _heading(kept: list[Any]) -> Heading:
    said: dict[str, Any] = dict(zip(Heading.__slots__, kept, strict=True))
    said["outside"] = tuple(tuple(pair) for pair in said["outside"])
    return Heading(**{**said, "codes": tuple(said["codes"])})


def described(component: Component) -> Description:
    """Read a component."""
    element = component.element
    attributes = element.attributes
    found = Description(
        component.number, component.parent, component.place, element.line,
        level=attributes.get("level", "").casefold(),
        other_level=attributes.get("otherlevel", ""),
        is_internal=attributes.get("audience") == "internal",
    )  # fmt: skip
    describing = _Describing(found)
    describing.read(element)
    found.kept = kept_in(describing.places)
    return found


class _Describing:
    """Fills a description, element by element."""

    def __init__(self, found: Description) -> None:
        self.found = found
        self.places: list[Element] = []

    def read(self, element: Element) -> None:
        for part in element.content:
            if not isinstance(part, Element) or part.name in {"head", "dsc", "runner"}:
                continue
            if part.name in PLACES:
                # Internal or not: the public never learns of it.
                self.places.append(part)
            elif part.attributes.get("audience") == "internal" and part.name != "unitid":
                self._keep_internal(part)
            elif part.name in _AROUND or part.name == "did":
                self.read(part)
            else:
                self._read_one(part)

    def _keep_internal(self, part: Element) -> None:
        """What is marked as internal stays so."""
        if part.name == "did":
            self.read(part)
        elif said := prose(part, head=True):
            self.found.internal.append(said)

    def _read_one(self, part: Element) -> None:
        found, name = self.found, part.name
        if name in _DATES:
            found.dates.append(dated(part))
        elif name in _TEXTS:
            field_name = _TEXTS[name]
            if said := prose(part):
                found.texts[field_name] = "\n\n".join(
                    filter(None, [found.texts.get(field_name), said])
                )
        elif name in {"unitid", "unittitle", "abstract"}:
            getattr(self, f"_{name}")(part)
        elif name in {"physdesc", "physdescset", "physdescstructured"}:
            self._physdesc(part)
        elif name in {"origination", "repository"}:
            self._named(part)
        elif name == "controlaccess":
            self._controlaccess(part)
        elif name in {"langmaterial", "userestrict", "prefercite"}:
            getattr(self, f"_{name}")(part)
        elif name in {"dao", "daogrp", "daoset", "daoloc"}:
            self._dao(part)
        elif name == "bioghist":
            found.history = "\n\n".join(filter(None, [found.history, prose(part)]))
        elif name in _NOTES:
            self._note(part)
        elif name in DETAILS:
            self._detail(DETAILS[name], part)
        elif said := prose(part, head=True):
            found.internal.append(f"{name}: {said}")
            self._remark(
                part, said, _("There is no field for it. It was kept in the internal note.")
            )

    def _remark(self, part: Element, value: str, said: Message) -> None:
        self.found.remarks.append(Remark(part.name, part.line, " ".join(value.split())[:300], said))

    # --- What identifies ---

    def _unitid(self, part: Element) -> None:
        code = part.words()
        own = part.attributes.get("identifier", "")
        if not code or part.attributes.get("audience") == "internal":
            return
        if self.found.code:
            self.found.details.append(("other-codes", code))
            return
        self.found.code = code
        self.found.address = own if uuid_in(own) else ""

    def _unittitle(self, part: Element) -> None:
        for one in part.within(*_DATES):
            self.found.dates.append(dated(one))
        title = part.words(but=_DATES).strip(" ,;")
        if not self.found.title:
            self.found.title = title
        elif title:
            self.found.details.append(("other-titles", title))

    def _abstract(self, part: Element) -> None:
        said = part.words()
        if not self.found.summary and len(said) <= 300:
            self.found.summary = said
        elif said:
            self._detail("abstract", part)

    def _physdesc(self, part: Element) -> None:
        found = self.found
        extents = [one.words() for one in part.within("extent")]
        for one in (
            part.within("physdescstructured") if part.name != "physdescstructured" else [part]
        ):
            pair = [piece.words() for piece in one.all("quantity", "unittype")]
            if pair:
                extents.append(" ".join(pair))
        for one in part.within("genreform"):
            self._genreform(one)
        for one in part.within("physfacet", "dimensions"):
            self._detail(DETAILS[one.name], one)
        rest = part.words(
            but=("extent", "genreform", "physfacet", "dimensions", "quantity", "unittype", "head")
        ).strip(" ,;:()")
        first, *more = [*filter(None, extents)] or [""]
        said = f"{first} ({'; '.join(more)})" if more else first
        if rest and re.search(r"\w", rest):
            said = f"{said}, {rest}" if said else rest
        if said:
            found.extent.append(said)

    def _genreform(self, part: Element) -> None:
        """A genre; the one of the DCMI types that pictures have says which kind of record it becomes."""
        said, source = part.words(), part.attributes.get("source", "")
        if fold(source) == DCMI_TYPES and fold(said) == fold(STILL_IMAGE):
            self.found.is_image = True
        else:
            self.found.genres.append(said)

    # --- Names ---

    def _named(self, part: Element) -> None:
        """``origination`` or ``repository``: names in it, or bare words."""
        inner = list(part.within(*PERSONS))
        for one in inner or [Element("name", part.attributes, part.line, list(part.content))]:
            heading = heading_of(one)
            if heading is None:
                continue
            if part.name == "repository":
                self.found.repository = self.found.repository or heading
                continue
            role = one.attributes.get("role") or one.attributes.get("relator") or ""
            role = role or part.attributes.get("label", "")
            self.found.names.append((role, "origination", one.line, heading))

    def _controlaccess(self, part: Element) -> None:
        for one in part.content:
            if not isinstance(one, Element) or one.name in {"head", "p"}:
                if isinstance(one, Element) and one.name == "p":
                    self._controlaccess(one)
                continue
            said = one.words()
            if one.name in {"controlaccess", "list", "item"}:
                self._controlaccess(one)
            elif not said:
                continue
            elif one.name in PERSONS or one.name == "geogname":
                heading = heading_of(one)
                role = one.attributes.get("role") or one.attributes.get("relator") or ""
                if heading is not None:
                    self.found.names.append((role, "controlaccess", one.line, heading))
            elif one.name in {"subject", "function", "occupation"}:
                self.found.subjects.append(said)
            elif one.name == "genreform":
                self._genreform(one)
            else:
                self.found.internal.append(f"{one.name}: {said}")
                self._remark(
                    one, said, _("There is no field for it. It was kept in the internal note.")
                )

    # --- The rest ---

    def _langmaterial(self, part: Element) -> None:
        spoken = list(part.within("language"))
        for one in spoken:
            code = one.attributes.get("langcode", "")
            if one.words() or code:
                self.found.languages.append((code.casefold(), one.words()))
        if not spoken and part.words():
            self.found.details.append(("language", part.words()))

    def _userestrict(self, part: Element) -> None:
        self.found.use += paragraphs(part)

    def _prefercite(self, part: Element) -> None:
        said = part.words(but=("head",))
        if len(said) <= 300 and not self.found.credit_line:
            self.found.credit_line = said
        else:
            self._detail("citation", part)

    def _dao(self, part: Element) -> None:
        if part.name in {"daogrp", "daoset"}:
            for one in part.within("dao", "daoloc"):
                self._dao(one)
            return
        address = part.attributes.get("href", "").strip()
        if not address:
            self._remark(part, part.words(), _("Left out: the digital object has no address."))
        elif not (uuid_in(address) and uuid_in(address) == uuid_in(self.found.address)):
            # An object that leads to the very record is our own page, not another file.
            self.found.links.append((address, part.line))

    def _note(self, part: Element) -> None:
        if part.attributes.get("type") == "publicationStatus":
            said = _(
                "Left out: whether it was published there. Here new records are drafts until they are published."
            )
            self._remark(part, part.words(), said)
            return
        head = head_of(part) or part.attributes.get("label", "")
        for paragraph in cut(paragraphs(part)):
            self.found.headed.append((head, paragraph))

    def _detail(self, code: str, part: Element) -> None:
        self.found.details += [(code, paragraph) for paragraph in cut(paragraphs(part))]
