"""What somebody is called in an authority record: the name under which the catalogue files him, and others."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from catalog.formats import eac_cpf
from catalog.intake.archival.headings import Heading, heading_of
from catalog.intake.archival.markup import Element
from catalog.intake.authority.existence import time_in_words
from catalog.models import NameKind, PersonKind
from catalog.values import fold

#: Elements of headings by the kind of person, as finding aids have them.
ELEMENT_OF: Final = {
    PersonKind.INDIVIDUAL.value: "persname",
    PersonKind.FAMILY.value: "famname",
    PersonKind.CORPORATE_BODY.value: "corpname",
    "": "name",
}
#: What types of entity are called.
_SORTS: Final = {
    "person": PersonKind.INDIVIDUAL.value, "agent_person": PersonKind.INDIVIDUAL.value,
    "family": PersonKind.FAMILY.value, "corporatebody": PersonKind.CORPORATE_BODY.value,
    "corporateentity": PersonKind.CORPORATE_BODY.value, "organization": PersonKind.CORPORATE_BODY.value,
}  # fmt: skip
_FAMILY_NAMES: Final = frozenset({"surname", "familyname", "lastname", "primaryname", "nom"})
_GIVEN_NAMES: Final = frozenset(
    {"forename", "firstname", "givenname", "forenames", "restofname", "prenom"}
)
_DATES: Final = frozenset({"dates", "date", "dateofbirthanddeath", "existdates", "lifedates"})
#: What sorts of names are called, besides our own words for them.
_KINDS: Final = {
    "maiden": NameKind.BIRTH, "maidenname": NameKind.BIRTH, "birthname": NameKind.BIRTH,
    "acronym": NameKind.ABBREVIATION,
    "abbreviated": NameKind.ABBREVIATION, "translated": NameKind.TRANSLATION, "parallel": NameKind.TRANSLATION,
    "transliterated": NameKind.TRANSLITERATION, "romanized": NameKind.TRANSLITERATION, "variant": NameKind.SPELLING,
    "earlier": NameKind.FORMER, "later": NameKind.FORMER, "fullername": NameKind.FULL, "penname": NameKind.PSEUDONYM,
}  # fmt: skip
#: What marks the name under which a record is filed, besides the element for it.
_AUTHORIZED: Final = frozenset({"authorized", "authorised", "autorisee", "autorizada", "preferred"})
_TAG: Final = re.compile(r"[a-zA-Z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_LONGEST_TAG: Final = 12
_LONGEST: Final = 500
_LONGEST_NOTE: Final = 300


@dataclass(frozen=True, slots=True)
class OtherName:
    """Another name: its sort, the name, its language and a note."""

    kind: str
    name: str
    language: str = ""
    note: str = ""


def sort_of(said: str) -> str:
    """The kind of person that a type of entity means; empty where it means none."""
    return _SORTS.get(re.sub(r"[^a-z_]", "", said.rpartition("#")[2].casefold()), "")


def squeezed_type(said: str) -> str:
    """A local type in the form in which such words are compared: the end of an address, letters alone."""
    return re.sub(r"[^a-z]", "", re.split(r"[#/]", said)[-1].casefold())


def called(identity: Element, sort: str) -> tuple[Heading | None, list[OtherName]]:
    """The heading of a record, and its other names. None where it has no name at all."""
    entries = list(_entries(identity))
    own = next((one for one in entries if _is_authorized(one[0])), None)
    own = own or next((one for one in entries if not any(one[0].all("alternativeform"))), None)
    own = own or next(iter(entries), None)
    heading = _heading(own[0], sort) if own else None
    if own is None or heading is None:
        return None, []
    rest = [one for one in entries if one is not own]
    shown = next((one for one in rest if not one[1] and _is_shown(one[0])), None)
    if shown is not None and (title := written(shown[0], sort)):
        # What is shown, beside what it is filed under.
        rest.remove(shown)
        heading = replace(
            heading,
            title=title[:_LONGEST],
            filed=heading.written if title != heading.written else "",
        )
    others = [_other(entry, sort, is_parallel=is_parallel) for entry, is_parallel in rest]
    held = {heading.title, heading.filed}
    return heading, [one for one in dict.fromkeys(others) if one.name and one.name not in held]


def written(entry: Element, sort: str) -> str:
    """A name as it is filed, of its parts; without the dates of life among them."""
    parts = [
        (squeezed_type(one.attributes.get("localtype", "")), one.words())
        for one in entry.all("part")
    ]
    parts = [(name, said) for name, said in parts if said and name not in _DATES]
    families = [said for name, said in parts if name in _FAMILY_NAMES]
    given = [said for name, said in parts if name in _GIVEN_NAMES]
    rest = [said for name, said in parts if name not in _FAMILY_NAMES | _GIVEN_NAMES]
    if families and given:
        return ", ".join([" ".join(families), " ".join(given), *rest])
    sign = ". " if sort == PersonKind.CORPORATE_BODY else ", "
    return sign.join(said for _name, said in parts) or entry.words(but=("usedates",))


def heading_in(entry: Element, sort: str) -> Heading | None:
    """The heading that parts of a name make, with the dates among them; None when it is empty."""
    return _heading(entry, sort)


def _heading(entry: Element, sort: str) -> Heading | None:
    name = written(entry, sort)
    dates = [
        one.words()
        for one in entry.all("part")
        if squeezed_type(one.attributes.get("localtype", "")) in _DATES
    ]
    said = ", ".join([name, *dates]) if sort != PersonKind.CORPORATE_BODY else name
    attributes = {
        "authfilenumber": entry.attributes.get("valueuri", ""),
        "source": entry.attributes.get("vocabularysource", ""),
    }
    found = heading_of(Element(ELEMENT_OF[sort], attributes, entry.line, [said]))
    return replace(found, written=name[:_LONGEST]) if found is not None else None


def _entries(identity: Element) -> Iterator[tuple[Element, bool]]:
    """Every name, and whether it says in another language what the others say."""
    for one in identity.content:
        if isinstance(one, Element) and one.name == "nameentry":
            yield one, False
        elif isinstance(one, Element) and one.name in {"nameentryparallel", "nameentryset"}:
            # ArchivesSpace puts all names there, whatever their language.
            is_said = one.attributes.get("localtype") == "parallel"
            for inner in one.all("nameentry"):
                yield inner, is_said or "lang" in inner.attributes


def _is_authorized(entry: Element) -> bool:
    said = {entry.attributes.get(name, "") for name in ("status", "localtype")}
    return any(entry.all("authorizedform")) or bool({fold(one) for one in said} & _AUTHORIZED)


def _is_shown(entry: Element) -> bool:
    return entry.attributes.get("localtype") == eac_cpf.SHOWN


def _other(entry: Element, sort: str, *, is_parallel: bool) -> OtherName:
    attributes = entry.attributes
    said = squeezed_type(attributes.get("localtype", ""))
    known = {re.sub(r"[^a-z]", "", fold(one.value)): one for one in NameKind}
    kind = known.get(said) or _KINDS.get(said)
    if kind is None:
        kind = NameKind.TRANSLATION if is_parallel else NameKind.OTHER
        if attributes.get("transliteration"):
            kind = NameKind.TRANSLITERATION
    tag = attributes.get("lang", "") or attributes.get("languageofelement", "")
    uses = [time_in_words(one) for one in entry.within("usedates") if one.words()]
    return OtherName(
        kind.value,
        written(entry, sort)[:_LONGEST],
        tag if _TAG.fullmatch(tag) and len(tag) <= _LONGEST_TAG else "",
        "; ".join(uses)[:_LONGEST_NOTE],
    )
