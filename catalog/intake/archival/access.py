"""Access points: which persons, bodies and places of the catalogue a file names, and which are new."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Final

from catalog.actions import Actor
from catalog.intake.archival.headings import Heading
from catalog.intake.named import Named
from catalog.intake.naming import Names
from catalog.intake.numbering import Numbering
from catalog.intake.saying import Message
from catalog.intake.saying import say as _
from catalog.models import (
    RECORD_MODELS,
    Detail,
    OutsideIdentifier,
    Person,
    PersonKind,
    Vocabulary,
    next_identifier,
)
from catalog.uris import Kind
from catalog.values import fold, read_date

#: With what identifiers begin where a kind has no record yet.
_FIRST: Final[dict[Kind, str]] = {"person": "P.001", "place": "L.001"}
_TOLD: Final = 4


@dataclass(frozen=True, slots=True)
class Met:
    """Where a heading was met first: the number of what names it, and the line."""

    number: int
    line: int


@dataclass(slots=True)
class Access:
    """A person, body or place that a file names: its identifier, what is said of it, where it was met."""

    identifier: str
    heading: Heading
    met: Met
    is_new: bool
    pk: int | None = None
    headings: list[Heading] = field(default_factory=list)

    def learn(self, heading: Heading) -> None:
        """Take from another heading of the same thing what the first ones did not say."""
        self.headings.append(heading)
        first = self.heading
        self.heading = replace(
            first,
            filed=first.filed or heading.filed,
            born=first.born or heading.born,
            died=first.died or heading.died,
            outside=first.outside or heading.outside,
        )


class AccessPoints:
    """What each heading of a file means. ``refused`` says of the others why they are left out.

    ``merges``: the same name without other dates is the same new record. ``numbers`` are shared by those who make
    records of one import.
    """

    def __init__(
        self,
        headings: dict[Heading, Met],
        *,
        by: Actor,
        new_names: bool,
        merges: bool = True,
        numbers: dict[Kind, Numbering] | None = None,
    ) -> None:
        self.by, self._new_names, self._merges = by, new_names, merges
        self._numbers: dict[Kind, Numbering] = {} if numbers is None else numbers
        self._codes: set[str] = set()
        self._meant: dict[Heading, Access] = {}
        self.refused: dict[Heading, Message] = {}
        self.persons: list[Access] = []
        self.places: list[Access] = []
        of_places = {one: met for one, met in headings.items() if one.is_about}
        of_persons = {one: met for one, met in headings.items() if not one.is_about}
        self._resolve("person", of_persons, self.persons)
        self._resolve("place", of_places, self.places)

    def of(self, heading: Heading) -> Access | None:
        """What a heading means; None where it is left out."""
        return self._meant.get(heading)

    def named(self, heading: Heading) -> str:
        """Something that headings of one record have in common: its identifier, or the heading as it is written."""
        access = self._meant.get(heading)
        return access.identifier if access else fold(heading.written)

    def _resolve(self, kind: Kind, headings: dict[Heading, Met], rows: list[Access]) -> None:
        if not headings:
            return
        names = Names(self.by)
        texts = {one.itself for one in headings}
        texts |= {text for one in headings for text in (*one.forms, *one.codes)}
        names.read_records(kind, sorted(texts - {""}))
        outside, codes = _by_outside(kind, headings), _by_code(kind, headings)
        found = {one: _candidates(kind, one, names, outside, codes) for one in headings}
        lives = _lives(
            kind, {named.pk for sets in found.values() for some in sets for named in some}
        )
        if kind not in self._numbers:
            first = next_identifier(RECORD_MODELS[kind]) or _FIRST[kind]
            wanted = {one.code for one in headings} - {""}
            self._numbers[kind] = Numbering(RECORD_MODELS[kind], first, wanted)
        known: dict[str, Access] = {}
        new: dict[tuple[str, str], list[Access]] = {}
        for heading, met in headings.items():
            same = _same(heading, found[heading], lives)
            if len(same) > 1:
                named = "; ".join(one.words for one in same[:_TOLD])
                said = _(
                    "Left out: it matches several records: %(named)s. Add the right one by hand."
                )
                self.refused[heading] = said % {"named": named}
            elif same:
                here = Access(same[0].identifier, heading, met, is_new=False, pk=same[0].pk)
                if here.identifier not in known:
                    rows.append(here)
                self._meant[heading] = known.setdefault(here.identifier, here)
            elif not self._new_names:
                self.refused[heading] = _("Not linked: the catalogue has no such record.")
            else:
                is_free = bool(heading.code) and not names.records_named(kind, heading.code)
                code = heading.code if is_free else ""
                self._meant[heading] = self._new(heading, met, kind, code, new, rows)

    def _new(
        self,
        heading: Heading,
        met: Met,
        kind: Kind,
        code: str,
        new: dict[tuple[str, str], list[Access]],
        rows: list[Access],
    ) -> Access:
        """The new record that a heading becomes; the same name without other dates is the same record."""
        namesakes = new.setdefault((heading.sort, fold(heading.title) or heading.title), [])
        alike = [one for one in namesakes if _may_be_one(one.heading, heading)]
        if self._merges and len(alike) == 1:
            alike[0].learn(heading)
            return alike[0]
        if not code or code in self._codes:
            code = self._numbers[kind].next()
        self._codes.add(code)
        made = Access(code, heading, met, is_new=True, headings=[heading])
        namesakes.append(made)
        rows.append(made)
        return made


def _may_be_one(one: Heading, other: Heading) -> bool:
    """Whether two headings of one name differ in no date that both give, nor in an identifier elsewhere."""
    pairs = ((one.born, other.born), (one.died, other.died), (one.outside, other.outside))
    return all(not mine or not theirs or mine == theirs for mine, theirs in pairs)


def _by_outside(kind: Kind, headings: Iterable[Heading]) -> dict[tuple[str, str], list[Named]]:
    """Records of the catalogue by their identifiers elsewhere."""
    pairs = {pair for one in headings for pair in one.outside}
    if not pairs:
        return {}
    rows = OutsideIdentifier.objects.filter(
        authority__in={authority for authority, _value in pairs},
        value__in={value for _authority, value in pairs},
    ).exclude(**{f"{kind}__isnull": True})
    found: dict[tuple[str, str], list[Named]] = {}
    columns = ("authority", "value", f"{kind}__pk", f"{kind}__identifier", f"{kind}__title")
    for authority, value, pk, identifier, title in rows.order_by("pk").values_list(*columns):
        found.setdefault((authority, value), []).append(Named(pk, title, identifier))
    return found


def _by_code(kind: Kind, headings: Iterable[Heading]) -> dict[str, list[Named]]:
    """Records of the catalogue by what their source calls them, as an earlier import noted it."""
    codes = {code for one in headings for code in one.codes}
    if not codes:
        return {}
    noted = {"kind__vocabulary": Vocabulary.DETAIL, "kind__code": "other-codes", "text__in": codes}
    rows = Detail.objects.filter(**noted).exclude(**{f"{kind}__isnull": True})
    found: dict[str, list[Named]] = {}
    columns = ("text", f"{kind}__pk", f"{kind}__identifier", f"{kind}__title")
    for text, pk, identifier, title in rows.order_by("pk").values_list(*columns):
        found.setdefault(text, []).append(Named(pk, title, identifier))
    return found


def _candidates(
    kind: Kind,
    heading: Heading,
    names: Names,
    outside: dict[tuple[str, str], list[Named]],
    codes: dict[str, list[Named]],
) -> list[list[Named]]:
    """The records that a heading can mean, the surest way first.

    Another archive may have the same codes: they decide between those of the same name only.
    """
    ways = [names.records_named(kind, heading.itself)] if heading.itself else []
    ways += [outside[pair] for pair in heading.outside if pair in outside]
    by_name = [names.records_named(kind, form) for form in heading.forms]
    of_name = {one.pk for way in by_name for one in way}
    for code in heading.codes:
        coded = [*names.records_named(kind, code), *codes.get(code, ())]
        ways.append([one for one in coded if one.pk in of_name])
    ways += by_name
    return [way for way in ways if way]


def _lives(kind: Kind, keys: set[int | None]) -> dict[int, Person]:
    """What sort of persons some are, and when they lived."""
    if kind != "person" or not keys:
        return {}
    wanted = [key for key in keys if key is not None]
    fields = (
        "kind", "born_earliest", "born_latest", "died_earliest", "died_latest",
    )  # fmt: skip
    return Person._base_manager.only(*fields).in_bulk(wanted)


def _same(heading: Heading, ways: list[list[Named]], lives: dict[int, Person]) -> list[Named]:
    """The records that a heading means, by the surest way that leaves any whose life agrees with it."""
    for way in ways:
        fitting = {one.pk: one for one in way if _agrees(heading, lives.get(one.pk or 0))}
        if fitting:
            return list(fitting.values())
    return []


def _agrees(heading: Heading, person: Any) -> bool:
    if person is None:
        return True
    if heading.sort in PersonKind.values and person.kind != heading.sort:
        return False
    for said, earliest, latest in (
        (heading.born, person.born_earliest, person.born_latest),
        (heading.died, person.died_earliest, person.died_latest),
    ):
        if not said or earliest is None or latest is None:
            continue
        date = read_date(said)
        if (date.earliest or earliest) > latest or (date.latest or latest) < earliest:
            return False
    return True
