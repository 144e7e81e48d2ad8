"""A person, a family or a corporate body as an authority record that archives exchange: EAC-CPF
(2010, revised 2018), the encoding of ISAAR(CPF). Standard: https://eac.staatsbibliothek-berlin.de/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, Q

from catalog.conf import catalogue_settings
from catalog.formats.cited import creators_of
from catalog.formats.markup import DECLARATION, element, end, paragraphs, start, text
from catalog.models import (
    Contribution,
    Detail,
    OutsideIdentifier,
    Participation,
    PersonKind,
    Place,
    Relationship,
    Topic,
)
from catalog.values import iso_span, read_date, sentence

if TYPE_CHECKING:
    from datetime import datetime

    from catalog.models import Person, PersonName, Reader, Record
    from catalog.values import UncertainDate

_NAMESPACES: Final = {
    "xmlns": "urn:isbn:1-931666-33-4",
    "xmlns:xlink": "http://www.w3.org/1999/xlink",
}
_TYPES: Final = {
    PersonKind.INDIVIDUAL: "person",
    PersonKind.FAMILY: "family",
    PersonKind.CORPORATE_BODY: "corporateBody",
}
#: Relationships that EAC-CPF calls family, by the code of their term; all others are associative.
_FAMILY: Final = {"kinship", "parent", "grandparent", "spouse", "sibling", "companion"}
#: What sort of name the one is that the catalogue shows.
SHOWN: Final = "displayed"
#: How many relations are held in memory.
_AT_ONCE: Final = 500


def write(person: Person, reader: Reader, site: str) -> Iterator[str]:
    """The authority record, piece by piece: what ``reader`` may know of the person. ``site`` is put
    before permanent addresses. At most nine queries.
    """
    person = person.known_to(reader)
    yield DECLARATION + start("eac-cpf", **_NAMESPACES) + _control(person)
    yield start("cpfDescription") + _identity(person, reader)
    yield from _description(person, reader)
    yield start("relations")
    yield from _others(person, reader, site)
    yield from _works(person, reader, site)
    yield end("relations") + end("cpfDescription") + end("eac-cpf") + "\n"


def _control(person: Person) -> str:
    museum = catalogue_settings()

    def event(sort: str, moment: datetime) -> str:
        return element(
            "maintenanceEvent",
            text("eventType", sort),
            text("eventDateTime", moment.date().isoformat(), standardDateTime=moment.isoformat(timespec="seconds")),
            text("agentType", "unknown"),
            text("agent", museum.INSTITUTION),
        )  # fmt: skip

    return element(
        "control",
        text("recordId", str(person.uuid)),
        text("otherRecordId", person.identifier),
        text("maintenanceStatus", "revised"),
        text("publicationStatus", "approved" if person.is_public else "inProcess"),
        element("maintenanceAgency", text("agencyName", museum.INSTITUTION)),
        element("maintenanceHistory", event("created", person.created), event("revised", person.modified)),
    )  # fmt: skip


def _identity(person: Person, reader: Reader) -> str:
    elsewhere = OutsideIdentifier.objects.visible_to(reader, seen_from=OutsideIdentifier.RECORDS)
    names = person.names.visible_to(reader, seen_from=["person"]).order_by("kind", "id")
    return element(
        "identity",
        *(text("entityId", one.uri) for one in elsewhere.filter(person=person)),
        text("entityType", _TYPES[PersonKind(person.kind)]),
        _named(person.sort_name or person.title, "authorizedForm"),
        _shown(person),
        *(_other_name(one) for one in names),
    )


def _named(name: str, form: str, **more: str) -> str:
    """A name, and whether the catalogue files the person under it; the rules are the catalogue's own."""
    return element("nameEntry", text("part", name), text(form, "local"), **more)


def _shown(person: Person) -> str:
    """The name that the catalogue shows, where it files the person under another form of it."""
    if person.sort_name in {"", person.title}:
        return ""
    return element("nameEntry", text("part", person.title), localType=SHOWN)


def _other_name(one: PersonName) -> str:
    return _named(one.name, "alternativeForm", localType=one.kind, **{"xml:lang": one.language})


def _description(person: Person, reader: Reader) -> Iterator[str]:
    yield start("description")
    if person.born or person.died:
        ends = [
            _date(tag, date) if date else element(tag)
            for tag, date in (("fromDate", person.born), ("toDate", person.died))
        ]
        yield element("existDates", element("dateRange", *ends))
    yield from _places(person, reader)
    engaged, each = (
        ("functions", "function") if person.is_corporate else ("occupations", "occupation")
    )
    if terms := list(person.occupations.all()):
        yield element(engaged, *(element(each, text("term", one.label)) for one in terms))
    details = Detail.objects.visible_to(reader, seen_from=Detail.RECORDS).filter(person=person)
    for one in details.select_related("kind"):
        yield element("localDescription", text("term", one.text), localType=one.kind.label)
    told = text("abstract", person.summary) if person.summary else ""
    told += paragraphs(person.description)
    yield start("biogHist") + told
    yield from _events(person, reader)
    yield end("biogHist") + end("description")


def _places(person: Person, reader: Reader) -> Iterator[str]:
    ends = {"born_place": "birth", "died_place": "death"}
    if person.is_founded:
        ends = {"born_place": "foundation", "died_place": "end"}
    asked = [pk for column in ends if (pk := getattr(person, f"{column}_id"))]
    seen = Place.objects.visible_to(reader).in_bulk(asked) if asked else {}
    for column, role in ends.items():
        place = seen.get(getattr(person, f"{column}_id"))
        if place is not None:
            yield element("place", text("placeRole", role), text("placeEntry", place.title))


def _events(person: Person, reader: Reader) -> Iterator[str]:
    """What the person took part in, as a chronology, which has no place for undated events."""
    rows = (
        Participation.objects.visible_to(reader, seen_from=["person"])
        .filter(person=person)
        .select_related("event", "role")
        .order_by(F("event__date_earliest").asc(nulls_last=True), "id")
    )
    items = (
        element("chronItem", _date("date", row.event.date), text("event", f"{row.event.title} ({row.role.label})"))
        for row in rows.iterator(chunk_size=_AT_ONCE)
        if row.event.date
    )  # fmt: skip
    first = next(items, None)
    if first is not None:
        yield start("chronList") + first
        yield from items
        yield end("chronList")


def _others(person: Person, reader: Reader, site: str) -> Iterator[str]:
    rows = (
        Relationship.objects.visible_to(reader)
        .filter(Q(person=person) | Q(related=person))
        .select_related("person", "related", "kind")
        .order_by("position", "id")
    )
    for row in rows.iterator(chunk_size=_AT_ONCE):
        outward = row.person_id == person.pk
        # Stated of the other: "child of".
        words = (row.kind.inverse_label or row.kind.label) if outward else row.kind.label
        sort = "family" if row.kind.code in _FAMILY else "associative"
        other = row.related if outward else row.person
        yield _relation("cpfRelation", other, site, words, row, cpfRelationType=sort)


def _works(person: Person, reader: Reader, site: str) -> Iterator[str]:
    made = Contribution.objects.visible_to(reader, seen_from=["person"]).filter(person=person)
    told = Topic.objects.visible_to(reader, seen_from=Topic.ABOUT).filter(about_person=person)
    for row in _in_order(made.select_related(*Contribution.WORKS, "role")):
        sort = "creatorOf" if row.role.code in creators_of(row.work.KIND) else "other"
        yield _relation(
            "resourceRelation", row.work, site, row.role.label, row, resourceRelationType=sort
        )
    for row in _in_order(told.select_related("document", "image")):
        work = row.document or row.image
        yield _relation("resourceRelation", work, site, "", row, resourceRelationType="subjectOf")


def _in_order(rows: Any) -> Iterator[Any]:
    found: Iterator[Any] = rows.order_by("position", "id").iterator(chunk_size=_AT_ONCE)
    return found


def _relation(name: str, other: Record, site: str, words: str, row: Any, **sort: str) -> str:
    said = ". ".join(part for part in (words, row.note) if part)
    link = {"xlink:type": "simple", "xlink:href": site + other.permanent_path}
    return element(
        name,
        text("relationEntry", other.title),
        _time(row.date) if row.date else "",
        element("descriptiveNote", text("p", said)) if said else "",
        **sort,
        **link,
    )


def _time(date: UncertainDate) -> str:
    """When something was so: a date, or a range one end of which is open (left out) or not known (empty)."""
    ends = date.edtf.split("/")
    if date.shape != "interval" or not {"", ".."} & set(ends):
        return _date("date", date)
    pairs = zip(("fromDate", "toDate"), ends, strict=True)
    said = [
        _date(name, read_date(end)) if end else element(name) for name, end in pairs if end != ".."
    ]
    return element("dateRange", *said)


def _date(name: str, date: UncertainDate) -> str:
    """A date in words, and in numbers as far as they can express it: exactly, or the days between
    which it lies.
    """
    first, _, last = iso_span(date).partition("/")
    if last or date.is_approximate:
        return text(name, sentence(date), notBefore=first, notAfter=last or first)
    return text(name, sentence(date), standardDate=first)
