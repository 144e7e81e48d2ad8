"""What a bibliography needs to know about a record."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from catalog.conf import catalogue_settings
from catalog.models import Collection, Contribution, Document, Image, Person, PersonKind, Term
from catalog.uris import Kind
from catalog.values import DatePart, UncertainDate

if TYPE_CHECKING:
    from catalog.models import Reader

#: Roles that make somebody the creator named in a citation, by the code of their term.
CREATORS: Final = {
    "author", "creator", "photographer", "artist", "director", "sender", "cartographer", "draughtsman",
}  # fmt: skip
#: Who put a collection together counts as its creator (ISAD(G) 3.2.1), but not as that of a letter in it.
_CREATORS_OF_COLLECTIONS: Final = CREATORS | {"collector"}


def creators_of(kind: str) -> set[str]:
    """The roles that make somebody the creator of a record of a kind, by the code of their term."""
    return _CREATORS_OF_COLLECTIONS if kind == "collection" else CREATORS


@dataclass(frozen=True, slots=True)
class Maker:
    """Who made a work. ``family`` is empty for names that cannot be split: those of bodies, and
    single names.
    """

    name: str
    family: str = ""
    given: str = ""

    @classmethod
    def of(cls, person: Person) -> Maker:
        """A person of the catalogue; the sort name ("Trotsky, Leon") shows where the family name ends."""
        family, comma, given = person.sort_name.partition(",")
        if person.kind != PersonKind.INDIVIDUAL or not comma:
            return cls(person.title)
        return cls(person.title, family.strip(), given.strip())

    @property
    def in_order(self) -> str:
        """The name by which lists of references are ordered: "Trotsky, Leon"."""
        return f"{self.family}, {self.given}" if self.family else self.name


@dataclass(frozen=True, slots=True)
class Cited:
    """A record as it is cited: a work by its makers and date, anything else as an entry of the
    catalogue.
    """

    kind: Kind
    #: Code of the term that says what sort of work it is ("book"); empty if there is none.
    type: str
    #: The term itself ("Book").
    sort: str
    slug: str
    title: str
    original_title: str
    makers: tuple[Maker, ...]
    date: UncertainDate | None
    #: Language tags of the work.
    languages: tuple[str, ...]
    summary: str
    rights: str
    identifier: str
    #: Full permanent address.
    address: str
    catalogue: str
    institution: str
    #: The day on which it was read.
    read_on: datetime.date

    @property
    def is_work(self) -> bool:
        """Whether somebody made it; people, events and places are only described."""
        return self.kind in {"document", "image", "collection"}

    @property
    def plain_dates(self) -> list[list[int]]:
        """The date, or the two ends of a span: year, month and day as far as they are certain, of
        the common era. Empty if only words can express it.
        """
        if self.date is None or self.date.shape not in {"single", "interval"}:
            return []
        span = self.date.spans[0]
        parts = [span.start] if span.is_one_part else [span.start, span.end]
        plain = [_plain(part) for part in parts]
        return [numbers for numbers in plain if numbers] if all(plain) else []

    @property
    def years(self) -> list[int]:
        """The first and the last year that the date can be, one if they are the same; empty if one
        is open or before the common era.
        """
        if self.date is None or self.date.earliest is None or self.date.latest is None:
            return []
        first, last = self.date.earliest // 10_000, self.date.latest // 10_000
        return sorted({first, last}) if 1 <= first <= last <= 9999 else []


def _plain(part: DatePart | None) -> list[int] | None:
    """Numbers of a part of a date; None if they would say more than is known."""
    year = part.exact_year if part else None
    if part is None or year is None or part.approximate or part.uncertain:
        return None
    if not 1 <= year <= 9999 or (part.month or 1) > 12:
        return None
    return [number for number in (year, part.month, part.day) if number]


def cited(
    record: Any,
    reader: Reader,
    address: str,
    read_on: datetime.date,
    *,
    makers: Iterable[Contribution] | None = None,
    languages: Iterable[Term] | None = None,
) -> Cited:
    """What ``reader`` may cite of a record with the address ``address``.

    At most two queries; none if ``makers`` (those that the reader may see) and ``languages`` are
    given.
    """
    museum = catalogue_settings()
    has_type = isinstance(record, Document | Image)
    is_made = has_type or isinstance(record, Collection)
    if languages is None:
        languages = record.languages.all() if isinstance(record, Document) else ()
    if makers is None:
        makers = _makers(record, reader) if is_made else ()
    return Cited(
        kind=record.KIND,
        type=record.type.code if has_type and record.type else "",
        sort=record.type.name if has_type and record.type else "",
        slug=record.slug,
        title=record.title,
        original_title=record.original_title if isinstance(record, Document) else "",
        makers=_creators(makers, record.KIND),
        date=record.date if is_made else None,
        languages=tuple(language.code for language in languages),
        summary=record.summary,
        rights=record.rights,
        identifier=record.identifier,
        address=address,
        catalogue=museum.NAME,
        institution=museum.INSTITUTION,
        read_on=read_on,
    )


def _makers(work: Document | Image | Collection, reader: Reader) -> Iterable[Contribution]:
    """The makers of a work that ``reader`` may see."""
    rows = Contribution.objects.visible_to(reader, seen_from=Contribution.WORKS)
    return rows.filter(**{work.KIND: work}, role__code__in=creators_of(work.KIND)).select_related(
        "person", "role"
    )


def _creators(makers: Iterable[Contribution], kind: Kind) -> tuple[Maker, ...]:
    """The creators among the makers, in the order of the record, each once."""
    creating = [row for row in makers if row.role.code in creators_of(kind)]
    creating.sort(key=lambda row: (row.position, row.pk))
    return tuple(dict.fromkeys(Maker.of(row.person) for row in creating))
