"""Headings of persons, bodies, families and places: the name as it is said, as it is filed, and the dates in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from catalog.intake.archival.markup import Element
from catalog.intake.called import uuid_in
from catalog.intake.cells import outside_identifier
from catalog.models import Authority, PersonKind

#: Elements that name somebody, and what they name. Of a bare ``name`` nobody can tell.
PERSONS: Final = {
    "persname": PersonKind.INDIVIDUAL.value,
    "famname": PersonKind.FAMILY.value,
    "corpname": PersonKind.CORPORATE_BODY.value,
    "name": "",
}
#: Names of lists of headings, as finding aids write them, and catalogues that the museum can name.
_SOURCES: Final = {
    "wikidata": Authority.WIKIDATA, "viaf": Authority.VIAF, "isni": Authority.ISNI, "gnd": Authority.GND,
    "lcnaf": Authority.LCNAF, "naf": Authority.LCNAF, "lcnamefile": Authority.LCNAF, "ulan": Authority.ULAN,
    "tgn": Authority.TGN, "geonames": Authority.GEONAMES,
}  # fmt: skip
_YEAR: Final = r"[0-9]{4}"
_ABOUT: Final = r"(?P<{}>ca?\. ?|circa |approximately )?"
_DATES: Final = re.compile(
    rf"[,\s]*\(?(?:{_ABOUT.format('about_born')}(?P<born>{_YEAR})\??\s*[-–—]\s*"
    rf"(?:{_ABOUT.format('about_died')}(?P<died>{_YEAR})\??|\.{{2,4}})?"
    rf"|(?:b\.|born) ?(?P<only_born>{_YEAR})|(?:d\.|died) ?(?P<only_died>{_YEAR}))\)?\.?\Z"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A name in a finding aid. ``sort`` is a kind of person, ``place``, or empty where the element does not tell.

    ``outside`` are pairs of a catalogue and the identifier there, ``itself`` an address or identifier that may be a
    record's own, ``codes`` what the source calls the record, ``code`` the identifier that a new one gets if it is free.
    """

    sort: str
    written: str
    title: str
    filed: str = ""
    born: str = ""
    died: str = ""
    outside: tuple[tuple[str, str], ...] = ()
    itself: str = ""
    codes: tuple[str, ...] = ()
    code: str = ""

    @property
    def forms(self) -> list[str]:
        """What it may be called in the catalogue, the surest first."""
        bare = re.sub(r"\s*\([^()]*\)\Z", "", self.title)
        return list(
            dict.fromkeys(one for one in (self.written, self.filed, self.title, bare) if one)
        )

    @property
    def is_about(self) -> bool:
        """Whether it names a place."""
        return self.sort == "place"


def heading_of(element: Element) -> Heading | None:
    """The heading in an access point; None when it is empty."""
    attributes = element.attributes
    parts = [one.words() for one in element.all("part")]
    # EAD3 has a part for each piece of a name, and often one for all of it.
    written = ", ".join(part.strip(" ,") for part in parts if part) if parts else element.words()
    written = written.strip()[:500]
    if not written:
        return None
    outside, itself = _identifiers(attributes)
    if element.name == "geogname":
        return Heading("place", written, written.rstrip(". "), outside=outside, itself=itself)
    sort = PERSONS.get(element.name, "")
    if sort in {PersonKind.CORPORATE_BODY, PersonKind.FAMILY}:
        title = written.rstrip(".") if written.count(".") == 1 else written
        filed = attributes.get("normal", "").strip()
        return Heading(sort, written, title, filed, outside=outside, itself=itself)
    name, born, died = without_dates(written)
    normal, more_born, more_died = without_dates(attributes.get("normal", "").strip())
    is_inverted = bool(re.match(r"[^,]+, [^,]+", name))
    if not sort and not (is_inverted or born or died):
        return Heading("", written, written, outside=outside, itself=itself)
    filed = normal if "," in normal else (name if is_inverted else normal)
    title = name if "," not in name or (normal == "" and not is_inverted) else _in_order(name)
    return Heading(
        PersonKind.INDIVIDUAL.value, written, title[:500], filed if filed != title else "", born or more_born,
        died or more_died, outside, itself,
    )  # fmt: skip


def without_dates(text: str) -> tuple[str, str, str]:
    """A name without the years of life behind it, and these as EDTF."""
    found = _DATES.search(text)
    if found is None or not text[: found.start()].strip():
        return text.strip(" ,"), "", ""
    born = found["born"] or found["only_born"] or ""
    died = found["died"] or found["only_died"] or ""
    born += "~" if born and found["about_born"] else ""
    died += "~" if died and found["about_died"] else ""
    return text[: found.start()].strip(" ,"), born, died


def _in_order(name: str) -> str:
    """A name that is filed by the family name, as it is said: "King, Martin Luther, Jr." with the family name third."""
    family, given, *rest = [part.strip() for part in name.split(",")]
    return ", ".join([f"{given} {family}".strip(), *rest])


def _identifiers(attributes: dict[str, str]) -> tuple[tuple[tuple[str, str], ...], str]:
    """What identifies the thing elsewhere, and what may be an address of the catalogue itself."""
    given = (attributes.get("authfilenumber") or attributes.get("identifier") or "").strip()
    if uuid_in(given):
        return (), given
    pair = identified(given, attributes.get("source", ""))
    return ((pair,), "") if pair else ((), "")


def identified(given: str, source: str) -> tuple[str, str] | None:
    """The catalogue that an identifier is of, and the identifier there; None for one that the museum cannot name."""
    authority = _SOURCES.get(re.sub(r"[^a-z]", "", source.casefold()))
    for name, word in (
        ("wikidata.org", Authority.WIKIDATA), ("viaf.org", Authority.VIAF), ("isni.org", Authority.ISNI),
        ("d-nb.info/gnd", Authority.GND), ("id.loc.gov/authorities/names", Authority.LCNAF),
        ("vocab.getty.edu/ulan", Authority.ULAN), ("vocab.getty.edu/tgn", Authority.TGN),
        ("geonames.org", Authority.GEONAMES),
    ):  # fmt: skip
        if name in given:
            authority = word
    if authority is None:
        return None
    value = outside_identifier(authority.value, given)
    if not re.fullmatch(r"[A-Za-z0-9-]{1,60}", value):
        return None
    return authority.value, value
