"""The parts of an exhibition as a visitor reads them: sections, and in them texts and exhibits.

An exhibit that the reader may not know of is left out; curators see it, marked.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, Window
from django.db.models.functions import RowNumber
from django.utils.text import slugify

from catalog.iiif import Picture, picture_of
from catalog.models import SHOWN, Exhibition, ExhibitionPart, Image, Place, seen
from catalog.pages.cards import Card
from catalog.pages.kinds import kind_of
from catalog.pages.relations import dates_of
from catalog.pages.search_cards import cards_of
from catalog.uris import EXHIBITION

if TYPE_CHECKING:
    from catalog.models import Reader

#: What a card names of what its record points to.
_LINKED: Final = (
    *SHOWN,
    *(f"{kind}__{name}" for kind in ("document", "image", "event") for name in ("type", "place")),
)
#: Columns that may be long and are not shown here.
_HEAVY: Final = tuple(
    f"{path}__{column}"
    for path in _LINKED
    if not path.endswith("__type")
    for column in ("description", "internal_note", "find_key")
)
#: Day numbers of one year (``catalog.values.dates``).
_YEAR: Final = 10_000


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A record as an exhibition shows it: ``part`` has the caption."""

    part: ExhibitionPart
    card: Card

    @property
    def kind_name(self) -> str:
        """What kind of record it is, in the language of the interface."""
        return kind_of(self.card.record)

    @property
    def mark(self) -> str:
        """What stands beside a record of which no picture is shown: the year in which it begins, or initials."""
        record = self.card.record
        if record.KIND == "person":
            return self.card.mark
        dates = dates_of(record)
        earliest = dates[0].earliest if dates else None
        return str(earliest // _YEAR) if earliest and earliest > _YEAR else ""

    @property
    def credit(self) -> str:
        """The credit line of a picture, unless who made it stands there already."""
        line = str(self.card.record.credit_line) if self.is_image else ""
        return "" if any(line in fact for fact in self.card.facts) else line

    @property
    def is_image(self) -> bool:
        """Whether the record is itself a picture, held or not."""
        return bool(self.card.record.KIND == Image.KIND)


@dataclass(frozen=True, slots=True)
class Block:
    """What stands together in a section: a text, or exhibits side by side."""

    text: str = ""
    exhibits: tuple[Exhibit, ...] = ()
    is_wide: bool = False

    @property
    def are_images(self) -> bool:
        """Whether its exhibits are pictures; cards of other records stand in blocks of their own."""
        return bool(self.exhibits) and self.exhibits[0].is_image


@dataclass(slots=True)
class Section:
    """A part of the story under one heading; what stands before the first heading has none."""

    heading: str = ""
    anchor: str = ""
    text: str = ""
    blocks: list[Block] = field(default_factory=list)
    before: Section | None = field(default=None, repr=False)
    after: Section | None = field(default=None, repr=False)

    def add(self, exhibit: Exhibit) -> None:
        """Put an exhibit beside the last one when both can stand side by side, else below it."""
        block = Block(exhibits=(exhibit,), is_wide=exhibit.part.is_wide)
        last = self.blocks[-1] if self.blocks else Block()
        beside = last.exhibits and last.are_images == block.are_images
        if beside and not (block.is_wide or last.is_wide):
            self.blocks[-1] = Block(exhibits=(*last.exhibits, exhibit))
        else:
            self.blocks.append(block)


def sections_of(exhibition: Exhibition, reader: Reader) -> list[Section]:
    """The exhibition section by section. Two queries, however many exhibits there are."""
    rows = (
        ExhibitionPart.objects.visible_to(reader, seen_from=["exhibition"])
        .filter(exhibition=exhibition)
        .select_related(*_LINKED)
        .defer(*_HEAVY)
        .order_by("position", "id")
    )
    parts = [(part, part.record) for part in rows]
    records = [(record, _place_of(record, reader)) for _part, record in parts if record is not None]
    cards = iter(cards_of(records, reader))
    found = [Section()]
    anchors: set[str] = set()
    for part, record in parts:
        if part.heading:
            anchor = _anchor(part.heading, anchors)
            found.append(Section(part.heading, anchor, part.text))
        elif record is None:
            found[-1].blocks.append(Block(text=part.text))
        else:
            found[-1].add(Exhibit(part, next(cards)))
    for one, other in pairwise(found[1:]):
        one.after, other.before = other, one
    return found if found[0].blocks else found[1:]


def _place_of(record: Any, reader: Reader) -> Place | None:
    """Where something was made or happened, if the reader may know of the place."""
    return seen(record.place, reader) if record.KIND in {"document", "image", "event"} else None


def _anchor(heading: str, taken: set[str]) -> str:
    """A name for a section that no other one has; ``taken`` takes it."""
    wanted = f"section-{slugify(heading, allow_unicode=True)}".rstrip("-")
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted}-{number}"
    taken.add(name)
    return name


def pictures_of_openings(
    exhibitions: list[Exhibition], reader: Reader
) -> dict[tuple[str, int], Picture]:
    """The picture with which each exhibition opens, by kind and key, for those that have one. At most one query."""
    put_openings(exhibitions, reader)
    return {
        (EXHIBITION, exhibition.pk): picture
        for exhibition in exhibitions
        if exhibition.opened_by and (picture := picture_of(exhibition.opened_by))
    }


def put_openings(exhibitions: Iterable[Exhibition], reader: Reader) -> None:
    """Give each exhibition its ``opened_by``: the chosen picture, else the first that it shows and the archive holds;
    never one whose content notice has to be read first.

    At most one query, if they were read with ``opening``.
    """
    without = {}
    for exhibition in exhibitions:
        chosen: Any = seen(exhibition.opening, reader)
        fits = chosen is not None and chosen.is_held and not chosen.content_notice
        exhibition.opened_by = chosen if fits else None
        if exhibition.opened_by is None:
            without[exhibition.pk] = exhibition
    if not without:
        return
    turn = Window(
        RowNumber(), partition_by=[F("exhibition")], order_by=[F("position").asc(), F("id").asc()]
    )
    first = (
        ExhibitionPart.objects.visible_to(reader, seen_from=["exhibition"])
        .filter(exhibition__in=without, image__isnull=False, image__content_notice="")
        .exclude(image__file="")
        .annotate(turn=turn)
        .filter(turn=1)
        .select_related("image")
    )
    for part in first:
        without[part.exhibition_id].opened_by = part.image
