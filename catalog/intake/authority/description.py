"""What one authority record says, in the words of ISAAR(CPF), before it is known which person it is."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Final

from catalog.intake.archival.headings import Heading, heading_of, identified
from catalog.intake.archival.markup import Element
from catalog.intake.archival.prose import as_details, cut, paragraphs, prose
from catalog.intake.archival.rows import Remark
from catalog.intake.authority.existence import Existence, existence, span, time_in_words
from catalog.intake.authority.names import OtherName, called, sort_of
from catalog.intake.authority.relations import Related, related
from catalog.intake.authority.works import Work
from catalog.intake.called import uuid_in
from catalog.intake.saying import Message
from catalog.intake.saying import say as _
from catalog.models import PersonKind
from catalog.values import fold

#: Elements as the standard writes them; they are read in small letters.
WRITTEN: Final = {
    name.lower(): name
    for name in (
        "recordId", "otherRecordId", "maintenanceStatus", "publicationStatus", "conventionDeclaration",
        "rightsDeclaration", "localControl", "eventDescription", "entityId", "identityId", "entityType",
        "nameEntry", "existDates",
        "placeEntry", "placeName", "localDescription", "legalStatus", "structureOrGenealogy", "generalContext",
        "biogHist", "languageUsed", "cpfRelation", "resourceRelation", "functionRelation", "alternativeSet",
        "objectXMLWrap", "multipleIdentities", "cpfDescription",
    )
}  # fmt: skip
#: Lists of elements that say nothing themselves.
_AROUND: Final = frozenset(
    {"places", "occupations", "functions", "mandates", "legalstatuses", "languagesused", "localdescriptions"}
)  # fmt: skip
#: Elements that become further details, by the code of the kind of detail.
_DETAILS: Final = {
    "legalstatus": "legal-status", "mandate": "mandate", "structureorgenealogy": "structure",
    "generalcontext": "context", "languageused": "languages-used",
}  # fmt: skip
#: Parts of the header that say something of the record itself, not of whom it describes.
_HEADER: Final = ("conventiondeclaration", "rightsdeclaration", "localcontrol", "eventdescription")
_BIRTH: Final = frozenset(
    {"birth", "born", "place of birth", "birthplace", "birth place", "foundation", "founded", "place of foundation",
     "naissance", "lieu de naissance", "nacimiento", "lugar de nacimiento", "geburtsort", "nascita"}
)  # fmt: skip
_DEATH: Final = frozenset(
    {"death", "died", "place of death", "deathplace", "death place", "end", "dissolution", "deces", "lieu de deces",
     "mort", "fallecimiento", "lugar de fallecimiento", "sterbeort", "morte"}
)  # fmt: skip
_LONGEST_TERM: Final = 100
_LONGEST_SUMMARY: Final = 300
#: An identifier with the name of its catalogue before it: "ISNI 0000 0001 2151 7779".
_WITH_SOURCE: Final = re.compile(
    r"(?P<source>ISNI|VIAF|GND|LCNAF|ULAN|Wikidata)\W+(?P<value>.+)", re.IGNORECASE
)
#: Identifiers of the source that can be those of the catalogue: no paths, no addresses.
_CODE: Final = re.compile(r"[A-Za-z0-9][\w.\-]{0,59}")


@dataclass(slots=True)
class Described:
    """One record. ``details`` are pairs of a code and a text, ``headed`` of a heading and a text.

    ``history`` are blocks of Markdown; a chronology is a list of its entries, each a line and the event in it.
    """

    number: int
    file: str
    line: int
    sort: str = ""
    heading: Heading | None = None
    names: list[OtherName] = field(default_factory=list)
    exists: Existence = field(default_factory=Existence)
    is_internal: bool = False
    is_gone: bool = False
    summary: str = ""
    history: list[str | list[tuple[str, str]]] = field(default_factory=list)
    born_place: Heading | None = None
    died_place: Heading | None = None
    occupations: list[tuple[str, int]] = field(default_factory=list)
    relations: list[Related] = field(default_factory=list)
    works: list[Work] = field(default_factory=list)
    details: list[tuple[str, str]] = field(default_factory=list)
    headed: list[tuple[str, str]] = field(default_factory=list)
    internal: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)

    def lighten(self) -> None:
        """Forget the texts, which are read again when they are wanted."""
        self.history, self.details, self.headed, self.internal, self.works = [], [], [], [], []
        self.summary = ""


def described(root: Element, number: int, file: str) -> Described:
    """Read a record."""
    found = Described(number, file, root.line)
    reading = _Describing(found)
    for control in root.all("control"):
        reading.control(control)
    identities = list(root.within("cpfdescription"))
    for one in identities[:1]:
        reading.identity(one)
        reading.description(one)
        reading.relations(one)
    for one in identities[1:]:
        said = _(
            "Left out: the record has several identities. Make a record of each in the source."
        )
        reading.remark(one, one.words(), said, internal=True)
    reading.finish()
    return found


class _Describing:
    """Fills a description, element by element."""

    def __init__(self, found: Described) -> None:
        self.found = found
        #: What identifies the record: its own permanent identifier, codes, and identifiers elsewhere.
        self._itself = ""
        self._codes: list[str] = []
        self._outside: list[tuple[str, str]] = []

    def remark(self, part: Element, value: str, said: Message, *, internal: bool = False) -> None:
        name = WRITTEN.get(part.name, part.name)
        value = " ".join(value.split())
        if internal:
            self.found.internal.append(f"{name}: {value}")
        self.found.remarks.append(Remark(name, part.line, value[:300], said))

    def _no_field(self, part: Element) -> None:
        if said := prose(part, head=True):
            self.remark(
                part,
                said,
                _("There is no field for it. It was kept in the internal note."),
                internal=True,
            )

    # --- The header ---

    def control(self, control: Element) -> None:
        status = control.attributes.get("maintenancestatus", "")
        status = status or " ".join(one.words() for one in control.all("maintenancestatus"))
        self.found.is_gone = status.casefold().startswith("deleted")
        published = control.attributes.get("publicationstatus", "")
        published = published or " ".join(one.words() for one in control.all("publicationstatus"))
        self.found.is_internal = published.casefold() in {"inprocess", "draft"}
        for one in control.within("recordid", "otherrecordid"):
            self._identified(one)
        for one in control.within("source"):
            texts = paragraphs(one) if any(one.within("p")) else [one.words()]
            self.found.details += [("sources", text) for text in cut(texts)]
        for one in control.within(*_HEADER):
            said = one.words(but=("abbreviation", "shortcode"))
            if said:
                told = _("Left out: it describes the authority record, not whom it is about.")
                self.remark(one, said, told)

    def _identified(self, part: Element) -> None:
        """An identifier: our own, one of a catalogue that the museum can name, or the source's own."""
        attributes, said = part.attributes, part.words()
        source = attributes.get("localtype", "") or attributes.get("vocabularysource", "")
        named = _WITH_SOURCE.fullmatch(said)
        pairs = [(attributes.get("valueuri", ""), source), (said, source)]
        if named:
            pairs.append((re.sub(r"\s", "", named["value"]), named["source"]))
        for text, of in pairs:
            pair = identified(text, of) if text else None
            if pair is not None:
                self._outside.append(pair)
                return
        if said and uuid_in(said):
            self._itself = self._itself or said
        elif said:
            self._codes.append(said)

    # --- Who it is ---

    def identity(self, record: Element) -> None:
        found = self.found
        identity = next(record.all("identity"), None)
        if identity is None:
            return
        for one in identity.within("entityid", "identityid"):
            self._identified(one)
        for one in identity.all("entitytype"):
            said = one.attributes.get("value", "") or one.words()
            found.sort = sort_of(said)
            if not found.sort:
                self.remark(one, said, _("This type is not known. A kind was chosen by the name."))
        found.heading, found.names = called(identity, found.sort)
        for one in identity.all("descriptivenote"):
            found.headed += [("", text) for text in cut(paragraphs(one))]

    def finish(self) -> None:
        """Bring together what identifies the record."""
        found = self.found
        codes = list(dict.fromkeys(self._codes))
        if found.heading is None:
            return
        heading = found.heading
        outside = tuple(dict.fromkeys([*heading.outside, *self._outside]))
        sort = found.sort or heading.sort or PersonKind.CORPORATE_BODY.value
        found.heading = replace(
            heading,
            sort=sort,
            born=found.exists.born or heading.born,
            died=found.exists.died or heading.died,
            outside=outside,
            itself=self._itself,
            codes=tuple(codes),
            # An address is no identifier here; it stays among the codes by which the record is found again.
            code=next((code for code in codes if _CODE.fullmatch(code)), ""),
        )

    # --- What is told of it ---

    def description(self, record: Element) -> None:
        for part in record.all("description"):
            self._parts(part)
        for part in record.all("alternativeset"):
            self._no_field(part)

    def _parts(self, around: Element) -> None:
        for part in around.content:
            if not isinstance(part, Element):
                continue
            if part.attributes.get("audience") == "internal":
                if said := prose(part, head=True):
                    self.found.internal.append(said)
            elif part.name in _AROUND:
                self._group(part)
            else:
                self._part(part)

    def _group(self, group: Element) -> None:
        """A list of things of a sort: its own type is theirs, where they have none."""
        sort = group.attributes.get("localtype", "")
        for part in group.content:
            if isinstance(part, Element) and part.name == "localdescription":
                part.attributes.setdefault("localtype", sort)
        self._parts(group)

    def _part(self, part: Element) -> None:
        found, name = self.found, part.name
        if name == "existdates":
            found.exists = existence(part)
            found.details += [("dates", text) for text in found.exists.wordings]
            for wording, line in found.exists.unclear:
                said = _(
                    "The date was not understood. Its wording was kept among the further details."
                )
                found.remarks.append(Remark("existDates", line, wording[:300], said))
        elif name == "place":
            self._place(part)
        elif name in {"occupation", "function"}:
            self._occupation(part)
        elif name == "bioghist":
            self._history(part)
        elif name == "localdescription":
            sort = re.split(r"[#/]", part.attributes.get("localtype", ""))[-1]
            found.headed += [(sort, text) for text in cut([self._line(part)]) if text]
        elif name in _DETAILS:
            texts = (
                paragraphs(part) if any(part.within("p", "list", "outline")) else [self._line(part)]
            )
            found.details += [(_DETAILS[name], text) for text in cut(texts)]
        elif name in {"descriptivenote", "p", "list", "outline"}:
            found.headed += [("", text) for text in cut(paragraphs(part))]
        else:
            self._no_field(part)

    @staticmethod
    def _line(part: Element) -> str:
        """What a small element says on one line: its term, when and where, and what is noted of it."""
        terms = [one.words() for one in part.all("term", "language", "script")]
        times = [time_in_words(one) for one in part.all("date", "daterange", "dateset")]
        notes = [one.words() for one in part.all("descriptivenote", "citation", "reference")]
        where = [one.words() for one in part.all("placeentry", "placename")]
        said = ", ".join(filter(None, [*terms, *where])) or part.words(
            but=("date", "daterange", "dateset", "descriptivenote", "citation", "reference")
        )
        if when := "; ".join(filter(None, times)):
            said = f"{said} ({when})"
        return ": ".join(filter(None, [said, " ".join(filter(None, notes))]))

    def _place(self, part: Element) -> None:
        """Where somebody was born or died has a field; other places become further details."""
        found = self.found
        roles = [one.words() for one in part.all("placerole")]
        entries = [one for one in part.all("placeentry", "placename") if one.words()]
        role = fold(roles[0]) if roles else ""
        target = "born_place" if role in _BIRTH else "died_place" if role in _DEATH else ""
        if target and entries and getattr(found, target) is None:
            entry = entries[0]
            given = entry.attributes
            attributes = {
                "authfilenumber": given.get("valueuri", "") or given.get("href", ""),
                "source": given.get("vocabularysource", ""),
            }
            setattr(
                found,
                target,
                heading_of(Element("geogname", attributes, entry.line, [entry.words()])),
            )
            return
        said = self._line(part)
        said = f"{roles[0]}: {said}" if roles and roles[0] and said else said
        found.details += [("place", text) for text in cut([said]) if text]

    def _occupation(self, part: Element) -> None:
        """A term where it is one; a text of its own becomes a further detail."""
        found = self.found
        term = " ".join(one.words() for one in part.all("term"))
        said = self._line(part)
        if term and len(term) <= _LONGEST_TERM and ". " not in term and ";" not in term:
            found.occupations.append((term, part.line))
            if said == term:
                return
        # AtoM writes the same text as a function and as an occupation.
        known = {text for code, text in found.details if code == "activity"}
        found.details += [("activity", text) for text in cut([said]) if text and text not in known]

    def _history(self, part: Element) -> None:
        """The biography: an abstract of one line is the summary, a chronology is kept entry by entry."""
        found = self.found
        rest = Element(part.name, {}, part.line)

        def close() -> None:
            if said := prose(rest):
                found.history.append(said)
            rest.content = []

        for one in part.content:
            if isinstance(one, Element) and one.name == "abstract":
                said = one.words()
                if not found.summary and len(said) <= _LONGEST_SUMMARY:
                    found.summary = said
                else:
                    found.details += [("abstract", text) for text in as_details(said)]
            elif isinstance(one, Element) and one.name == "chronlist":
                close()
                entries = [self._entry(item) for item in one.within("chronitem")]
                found.history.append([entry for entry in entries if entry[0]])
            else:
                rest.content.append(one)
        close()

    @staticmethod
    def _entry(item: Element) -> tuple[str, str]:
        when = [time_in_words(one) for one in item.all("date", "daterange", "dateset")]
        when = when or [item.attributes.get("standarddate", "")]
        what = " ".join(one.words() for one in item.within("event"))
        where = [one.words() for one in item.within("placeentry", "placename")]
        said = ": ".join(filter(None, [*when, ", ".join(filter(None, [*where, what]))]))
        return said, what

    # --- Relations ---

    def relations(self, record: Element) -> None:
        for group in record.all("relations"):
            for part in group.content:
                if isinstance(part, Element):
                    self._relation(part)

    def _relation(self, part: Element) -> None:
        attributes = part.attributes
        target = next(part.all("targetentity"), None)
        is_person = part.name == "cpfrelation" or (
            target is not None and bool(sort_of(target.attributes.get("targettype", "")))
        )
        if not is_person:
            self._work(part, target)
            return
        found = related(part)
        if found is None:
            said = _("Left out: the relation names nobody. It was kept in the internal note.")
            self.remark(part, part.words() or attributes.get("href", ""), said, internal=True)
        elif found.sort == "identity" and found.is_elsewhere:
            # The same person in another catalogue, and no other person.
            pair = identified(found.reference, "")
            if pair:
                self._outside.append(pair)
            else:
                self._codes.append(found.reference)
        else:
            self.found.relations.append(found)

    def _work(self, part: Element, target: Element | None) -> None:
        """A work, or a function, with its address."""
        attributes = part.attributes
        sort = attributes.get("resourcerelationtype", "") or attributes.get(
            "functionrelationtype", ""
        )
        address = attributes.get("href", "")
        if target is not None:
            sort = " ".join(one.words() for one in part.all("relationtype"))
            address = target.attributes.get("valueuri", "")
        words = [one.words() for one in part.within("targetrole", "descriptivenote")]
        if said := part.words(but=("relationtype",)):
            date, wording = span(part)
            told = " ".join(filter(None, words))
            self.found.works.append(Work(sort, said, address, told, date, wording, part.line))
