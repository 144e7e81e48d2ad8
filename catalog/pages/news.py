"""What is new in the catalogue, newest first: what was changed last, and what has become visible by
the clock since.

A record that waited for its day (*publish from*, *embargo until*) is new on that day, whenever it
was written.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from django.db.models import CharField, Exists, F, Q, QuerySet, Value
from django.db.models import OuterRef as Outer
from django.utils import timezone

from catalog.models import RECORD_MODELS, Exhibition, Image, Page
from catalog.uris import EXHIBITION, Kind

if TYPE_CHECKING:
    from catalog.models import Reader

#: Columns that are never needed here.
_HEAVY: Final = ("description", "internal_note", "find_key")


@dataclass(frozen=True, slots=True)
class News:
    """A record, and since when it has been as it is for those who may see it."""

    record: Any
    at: datetime


def newest(records: Mapping[Kind, QuerySet[Any]], first: int, size: int) -> list[News]:
    """The records from place ``first`` (0 is the newest), at most ``size``, of all kinds together.

    Two queries for each kind and one for all; the first reads as many keys as there are before the
    end of the page.
    """
    end = first + size
    moments: dict[tuple[Kind, int], datetime] = {}
    for kind, rows in records.items():
        changed = rows.order_by("-modified", "-id").values_list("pk", "modified")
        moments |= {(kind, pk): modified for pk, modified in changed[:end]}
    for kind, pk, *times in _shown_by_the_clock(records):
        moments[kind, pk] = _latest(*times)
    order = sorted(moments, key=lambda place: (moments[place], *place), reverse=True)[first:end]
    found: dict[tuple[Kind, int], Any] = {}
    for kind in dict.fromkeys(kind for kind, _pk in order):
        keys = [pk for of_kind, pk in order if of_kind == kind]
        rows = records[kind].order_by().filter(pk__in=keys).defer(*_HEAVY)
        found |= {(kind, record.pk): record for record in rows}
    return [News(found[place], moments[place]) for place in order if place in found]


def since(record: Any) -> datetime:
    """The time since when a public record has been as it is."""
    return _latest(record.modified, record.publish_from, record.embargo_until)


def published(record: Any) -> datetime | None:
    """When a public record was first shown; None if that was not recorded."""
    if record.first_published is None:
        return None
    return _latest(record.first_published, record.publish_from)


def worth_telling(reader: Reader) -> dict[Kind, QuerySet[Any]]:
    """The records of each kind that represent themselves, and the exhibitions: the pages of a document
    are represented by the document.
    """
    rows: dict[Kind, QuerySet[Any]] = {
        kind: model.objects.visible_to(reader) for kind, model in RECORD_MODELS.items()
    }
    return rows | {
        "image": rows[Image.KIND].filter(~Exists(_leaf_of(reader))),
        EXHIBITION: Exhibition.objects.visible_to(reader).select_related("opening"),
    }


def _leaf_of(reader: Reader) -> QuerySet[Page]:
    return Page.objects.visible_to(reader, seen_from=["image"]).filter(image=Outer("pk"))


def _shown_by_the_clock(records: Mapping[Kind, QuerySet[Any]]) -> QuerySet[Any]:
    """Those of the records that became visible by the clock after they were last written: few at
    any time.
    """
    parts: list[QuerySet[Any]] = [
        rows.model._base_manager.order_by()
        .filter(later, Exists(rows.order_by().filter(pk=Outer("pk"))))
        .values_list(
            Value(kind, output_field=CharField()), "pk", "modified", "publish_from", "embargo_until"
        )
        for kind, rows in records.items()
        # Starting with those that have such a time at all, each of which has a small index.
        for later in (Q(publish_from__gt=F("modified")), Q(embargo_until__gt=F("modified")))
    ]
    return parts[0].union(*parts[1:])


def _latest(*times: datetime | None) -> datetime:
    """The latest of some times that has passed."""
    now = timezone.now()
    return max(time for time in times if time is not None and time <= now)
