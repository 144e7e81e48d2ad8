"""The versions of a record: one for each change set that touched it or what belongs to it, newest first."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Count, QuerySet, Window
from django.db.models.functions import RowNumber

from catalog.history.diff import RowChange, row_changes
from catalog.history.naming import Names
from catalog.history.rows import present
from catalog.models import Change, ChangedRecord, ChangeSet

#: Versions on a page.
A_PAGE: Final = 20
#: Changes of one version that are shown; the rest are counted.
MOST_SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class Version:
    """One version: its change set, its rows (the first ``MOST_SHOWN``), and how many there are."""

    change_set: ChangeSet
    rows: list[RowChange]
    number: int

    @property
    def left_out(self) -> int:
        """How many changes are not shown."""
        return max(self.number - MOST_SHOWN, 0)


def version_numbers(
    kind: str, record_id: int, *, before: int | None = None, most: int = A_PAGE
) -> list[int]:
    """The change sets of a record, newest first; with ``before``, those older than it. Reads only
    an index.
    """
    rows = ChangedRecord.objects.filter(kind=kind, record_id=record_id)
    if before is not None:
        rows = rows.filter(change_set_id__lt=before)
    numbers = rows.order_by("-change_set_id").values_list("change_set_id", flat=True).distinct()
    return list(numbers[:most])


def versions(kind: str, record_id: int, numbers: list[int]) -> list[Version]:
    """Some versions of a record, in the order of ``numbers``, with what they changed."""
    links = ChangedRecord.objects.filter(kind=kind, record_id=record_id, change_set_id__in=numbers)
    shown, counts = _shown(links, "change_set_id")
    rows = row_changes(shown, Names(), records=dict.fromkeys(shown, (kind, record_id)))
    sets = ChangeSet.objects.select_related("by", "undoes").in_bulk(numbers)
    return [
        Version(sets[number], rows.get(number, []), counts.get(number, 0))
        for number in numbers
        if number in sets
    ]


def _shown(links: QuerySet[Any], group: str) -> tuple[dict[Any, list[Change]], dict[Any, int]]:
    """The first changes of each group of links, and how many each has; two queries."""
    numbered = links.annotate(
        place=Window(RowNumber(), partition_by=[group], order_by="change_id"),
        total=Window(Count("*"), partition_by=[group]),
    ).filter(place__lte=MOST_SHOWN)
    found = list(numbered.order_by(group, "change_id").values_list(group, "change_id", "total"))
    changes = Change.objects.in_bulk([change for _group, change, _total in found])
    shown: dict[Any, list[Change]] = defaultdict(list)
    counts: dict[Any, int] = {}
    for key, change, total in found:
        counts[key] = total
        if change in changes:
            shown[key].append(changes[change])
    return shown, counts


def number_of_versions(kind: str, record_id: int) -> int:
    """How many versions a record has."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM (SELECT DISTINCT change_set_id FROM catalog_changedrecord"
            " WHERE kind = %s AND record_id = %s) AS versions",
            [kind, record_id],
        )
        (number,) = cursor.fetchone()
    return int(number)


def records_of(
    change_set: int, *, after: tuple[str, int] | None = None, most: int = A_PAGE
) -> list[tuple[str, int]]:
    """The records of a change set, by kind and number, a page at a time; ``after`` is the last one seen."""
    condition, values = "", [change_set]
    if after is not None:
        condition = " AND (kind, record_id) > (%s, %s)"
        values += after  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT kind, record_id FROM catalog_changedrecord WHERE change_set_id = %s"
            f"{condition} ORDER BY kind, record_id LIMIT %s",
            [*values, most],
        )
        return [(kind, record) for kind, record in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class TouchedRecord:
    """A record of a change set, with its changes; ``is_there`` unless it was deleted since."""

    kind: str
    record_id: int
    name: str
    sort: str
    is_there: bool
    rows: list[RowChange]
    number: int

    @property
    def left_out(self) -> int:
        """How many changes are not shown."""
        return max(self.number - MOST_SHOWN, 0)


def touched(change_set: int, keys: list[tuple[str, int]]) -> list[TouchedRecord]:
    """Some records of a change set, in the order of ``keys``, with what it changed of each."""
    ids: dict[str, list[int]] = defaultdict(list)
    for kind, record in keys:
        ids[kind].append(record)
    names = Names()
    names.read(keys)
    found = {}
    for kind, some in ids.items():
        links = ChangedRecord.objects.filter(
            change_set_id=change_set, kind=kind, record_id__in=some
        )
        shown, counts = _shown(links, "record_id")
        rows = row_changes(shown, names, records={record: (kind, record) for record in shown})
        there = present(kind, some)
        for record in some:
            found[kind, record] = TouchedRecord(
                kind, record, names.of_row(kind, record), names.of_model(kind), record in there,
                rows.get(record, []), counts.get(record, 0),
            )  # fmt: skip
    return [found[key] for key in keys]
