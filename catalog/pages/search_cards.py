"""What the search shows of a record that was found: one query per page, whatever kinds are on it.

Hits come as the visitor may see them; what they point to passes ``visible_to`` here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from django.db import router
from django.db.models import Case, F, Q, QuerySet, TextField, Value, When, Window
from django.db.models.functions import Cast, Coalesce, RowNumber

from catalog.iiif import Picture, picture_of
from catalog.models import (
    LIKENESSES,
    Contribution,
    Depiction,
    Image,
    NameOf,
    Page,
    Person,
    Place,
    Topic,
    WrittenQuery,
    one_of,
    sees_everything,
    visible_rows,
)
from catalog.pages.cards import MAKERS, Card, Made, Pictured, cards
from catalog.pages.kinds import kind_of
from catalog.search import Hit, Piece, Snippet
from catalog.uris import KINDS

if TYPE_CHECKING:
    from catalog.models import Reader

#: What belongs to a record, by its kind and key.
_Rows = dict[tuple[str, int], list[Any]]
#: What belongs to a record: makers, pictures, pages.
_MAKER, _PICTURE, _PAGE = range(3)
#: What :func:`~catalog.iiif.picture_of` reads of an image, in the order of its columns.
_SEEN: Final = tuple(
    field.attname
    for field in Image._meta.concrete_fields
    if field.attname
    in {
        "id", "uuid", "title", "alternative_text", "content_notice", "rights",
        "file", "sha256", "file_page", "rotation", "width", "height",
    }
)  # fmt: skip
#: Forward keys that the cards of a kind name.
_POINTERS: Final = {"place": "part_of", "collection": "parent"}


@dataclass(frozen=True, slots=True)
class FoundCard:
    """A result: its card, the name of its kind, its title with the matches marked, and where else
    words occur.
    """

    card: Card
    kind_name: Any
    title: tuple[Piece, ...]
    snippet: Snippet | None

    @property
    def summary(self) -> str:
        """The summary, unless the snippet shows a part of it."""
        in_summary = self.snippet is not None and self.snippet.field == "summary"
        return "" if in_summary else str(self.card.record.summary)

    @property
    def is_digitised(self) -> bool:
        """Whether a picture of the record can be viewed."""
        return self.card.picture is not None or bool(self.card.notice)


def found_cards(hits: Iterable[Hit], reader: Reader) -> list[FoundCard]:
    """The results of one page. One query, or none."""
    hits = list(hits)
    found = []
    shown = cards_of(((hit.record, hit.place) for hit in hits), reader)
    for hit, card in zip(hits, shown, strict=True):
        # If a record's only other name is its title, it says nothing new.
        snippet = None if hit.snippet and str(hit.snippet) == hit.record.title else hit.snippet
        found.append(FoundCard(card, kind_of(hit.record), hit.title, snippet))
    return found


def cards_of(rows: Iterable[tuple[Any, Place | None]], reader: Reader) -> list[Card]:
    """The cards of records of any kind that the search has read, each with its place as the visitor
    may see it, or none. One query, or none.
    """
    rows = list(rows)
    by_kind: dict[str, list[Any]] = {}
    for record, _place in rows:
        by_kind.setdefault(record.KIND, []).append(record)
    makers, pictures, pages = _belonging_to(by_kind, reader)
    found = []
    for record, place in rows:
        key = (record.KIND, record.pk)
        record.shown_terms = []
        record.shown_makers = makers.get(key, [])
        record.shown_pictures = pictures.get(key, [])
        record.shown_pages = pages.get(key, [])
        if record.KIND in {"document", "image", "event"}:
            record.place = place
        if record.KIND in _POINTERS:
            setattr(record, _POINTERS[record.KIND], None)
        found += cards(record.KIND, [record], reader)
    return found


def pictures_of(records: Iterable[Any], reader: Reader) -> dict[tuple[str, int], Picture]:
    """The picture that a card of each record would show, by kind and key, for those that have one.
    At most one query.
    """
    by_kind: dict[str, list[Any]] = {}
    for record in records:
        by_kind.setdefault(record.KIND, []).append(record)
    shown = {("image", image.pk): picture_of(image) for image in by_kind.pop("image", [])}
    _makers, pictures, pages = _belonging_to(by_kind, reader)
    for place, rows in (pictures | pages).items():
        shown[place] = picture_of(rows[0].image)
    return {
        place: picture
        for place, picture in shown.items()
        if picture is not None and not picture.notice
    }


def _belonging_to(by_kind: dict[str, list[Any]], reader: Reader) -> tuple[_Rows, _Rows, _Rows]:
    """The first makers of works and collections, one picture of each person, document and event that has any, and
    the first page of each document that can be viewed. One query.
    """
    found: tuple[_Rows, _Rows, _Rows] = {}, {}, {}
    kinds = frozenset(by_kind.keys() - {"place"})
    if not kinds:
        return found
    using = router.db_for_read(Image)
    keys = {kind: [record.pk for record in by_kind.get(kind, ())] for kind in KINDS}
    rows = _query(kinds, sees_everything(reader), using).rows(**keys)
    for what, kind, owner, _position, _pk, name, role, *pictured in sorted(
        rows, key=lambda row: row[3:5]
    ):
        shown = (
            Made(name, role) if what == _MAKER else Pictured(Image.from_db(using, _SEEN, pictured))
        )
        found[what].setdefault((kind, owner), []).append(shown)
    return found


@lru_cache(maxsize=64)
def _query(kinds: frozenset[str], everything: bool, using: str) -> WrittenQuery:
    """What belongs to records of some kinds, as the public or a curator may see it; the keys of
    each kind are open.
    """
    parts = [
        *_makers(kinds, everything),
        *_pictures(kinds, everything),
        *_pages(kinds, everything),
    ]
    parts = [part.using(using) for part in parts]
    return WrittenQuery.of(parts[0].union(*parts[1:], all=True))


def _makers(kinds: frozenset[str], everything: bool) -> list[QuerySet[Any]]:
    if not set(Contribution.WORKS) & kinds:
        return []
    wanted = Q()
    for work in Contribution.WORKS:
        wanted |= Q(**{f"{work}__in": one_of(work)})
    rows = visible_rows(Contribution, everything=everything).filter(wanted)
    return [_first(rows, _MAKER, MAKERS + 1, *Contribution.WORKS)]


def _pictures(kinds: frozenset[str], everything: bool) -> list[QuerySet[Any]]:
    found = []
    likeness = Q(image__type__code__in=LIKENESSES)
    if "person" in kinds:
        rows = visible_rows(Depiction, everything=everything).exclude(image__file="")
        rows = rows.filter(likeness, person__in=one_of("person"))
        found.append(_first(rows, _PICTURE, 1, "person"))
    if {"document", "event"} & kinds:
        held = (
            visible_rows(Topic, everything=everything)
            .exclude(image__file="")
            .filter(image__isnull=False)
        )
        held = held.filter(
            Q(about_document__in=one_of("document")) | Q(likeness, about_event__in=one_of("event"))
        )
        found.append(_first(held, _PICTURE, 1, "about_document", "about_event"))
    return found


def _pages(kinds: frozenset[str], everything: bool) -> list[QuerySet[Any]]:
    if "document" not in kinds:
        return []
    rows = visible_rows(Page, everything=everything).exclude(image__file="")
    return [_first(rows.filter(document__in=one_of("document")), _PAGE, 1, "document")]


def _first(rows: QuerySet[Any], what: int, most: int, *owners: str) -> QuerySet[Any]:
    """The first rows of each owner (each row has one owner): what they are, kind and key of the
    owner, their position, then name and role of a maker, or the picture.
    """
    turn = Window(
        RowNumber(), partition_by=[F(owner) for owner in owners], order_by=["position", "id"]
    )
    kinds = [
        When(**{f"{owner}__isnull": False}, then=Value(owner.removeprefix("about_")))
        for owner in owners
    ]
    made: list[Any] = [F("person__title"), NameOf("role")]
    # Of two types: equal expressions of a subquery would become one column.
    nobody = [Cast(Value(None), Person._meta.get_field("title")), Cast(Value(None), TextField())]
    shown: list[Any] = [
        *(made if what == _MAKER else nobody),
        *_columns({f"image__{name}": (Image, name) for name in _SEEN}, is_filled=what != _MAKER),
    ]
    first: QuerySet[Any] = rows.annotate(turn=turn).filter(turn__lte=most).order_by()
    return first.values_list(
        Value(what),
        Case(*kinds),
        Coalesce(*owners) if len(owners) > 1 else F(owners[0]),
        "position",
        "pk",
        *shown,
    )


def _columns(paths: dict[str, tuple[Any, str]], *, is_filled: bool) -> list[F | Cast]:
    """The columns at the ends of some paths; or as many empty ones of the same types."""
    return [
        F(path) if is_filled else Cast(Value(None), model._meta.get_field(name))
        for path, (model, name) in paths.items()
    ]
