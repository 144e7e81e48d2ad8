"""A change of many records: what it was when it was confirmed, and its job."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Count, Max, Q
from django.utils.translation import gettext_lazy

from catalog import actions
from catalog.bulk.field_change import FieldChange, How
from catalog.bulk.replacement import Replacement
from catalog.bulk.slices import ask_worker, do_in_slices, keys_of, spans_of
from catalog.jobs import Run, task
from catalog.models import Job

#: The most records that are changed together: their keys are held in memory and stored with the job.
MOST: Final = 1_000_000
#: Ranges of keys in one query, and the smallest difference of their ends; keys of others in one query.
_RANGES: Final = 100
_LONG: Final = 50
_LISTED: Final = 2_000

Change = FieldChange | Replacement


def mark_of(change: Change, keys: Sequence[int]) -> str:
    """A mark of the change and of the state of its records: whoever confirms the change has seen
    this state.

    Any change of a record makes it the one that was changed last, and a deleted one is missing from
    their number.
    """
    found = hashlib.sha256(repr((asdict(change), len(keys))).encode())
    for chosen in _conditions(spans_of(sorted(keys))):
        rows = change.model._base_manager.filter(chosen)
        found.update(repr(rows.aggregate(Count("pk"), Max("modified"))).encode())
    return found.hexdigest()[:32]


def _conditions(spans: Sequence[Sequence[int]]) -> Iterator[Q]:
    """Conditions that together choose all the keys: short spans as lists, which are compared faster
    than ranges.
    """
    long = [span for span in spans if span[1] - span[0] >= _LONG]
    for start in range(0, len(long), _RANGES):
        yield reduce(or_, (Q(pk__range=span) for span in long[start : start + _RANGES]))
    short = keys_of([span for span in spans if span[1] - span[0] < _LONG])
    for start in range(0, len(short), _LISTED):
        yield Q(pk__in=short[start : start + _LISTED])


def make_as_job(
    change: Change, keys: Sequence[int], *, by: actions.Actor, reason: str, door: str
) -> Job:
    """Ask the worker to change them, when it is too much for a request."""
    subject = f"{change.subject} ({len(keys)})"
    what = {"change": asdict(change)}
    return ask_worker(change_field, keys, by=by, subject=subject, reason=reason, door=door, **what)


@task(title=gettext_lazy("Change a field of many records"), atomic=False, tells=(actions.Refused,))
def change_field(
    run: Run,
    *,
    change: dict[str, Any],
    spans: list[list[int]] | None = None,
    keys: list[int] | None = None,
    reason: str,
    door: str,
    account: int | None = None,
) -> str:
    """The job of :func:`make_as_job`. The previous version passed ``keys`` one by one."""
    by = actions.asker(run, account)
    chosen = keys if spans is None else keys_of(spans)
    return do_in_slices(run, _read(change), chosen or [], by=by, door=door, reason=reason)


def _read(change: dict[str, Any]) -> Change:
    """A change as stored with a job."""
    if "fields" in change:
        return Replacement(**{**change, "fields": tuple(change["fields"])})
    return FieldChange(**{**change, "how": How(change["how"])})
