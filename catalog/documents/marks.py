"""How a copy can tell whether the numbers of the list of changes still mean what they meant.

A catalogue that is restored from a backup gives numbers a second time, for other changes. Each set
of numbers that is given in one transaction therefore has a mark, made by chance. Whoever returns
with a number and its mark gets what follows only if that very number was given here: the backup
either has it, with its mark, or the number was given again, with another one.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Min
from django.utils import timezone

from catalog.models import FeedMark, FeedState, PublicRecord, new_mark


def advance(state: FeedState, sequence: int, now: datetime) -> None:
    """Note in ``state`` that all numbers up to ``sequence`` are given, under a mark of their own.

    ``sequence`` may be the last number as before: then something else that the public sees changed,
    which has no number. The caller saves ``state``.
    """
    state.mark = new_mark()
    if sequence != state.last_sequence:
        FeedMark.objects.create(sequence=sequence, mark=state.mark)
    state.last_sequence, state.changed_at = sequence, now
    state.generation += 1


def mark_at(sequence: int) -> str:
    """The mark of a number; empty before the first number and after the last."""
    if sequence < 1:
        return ""
    later = FeedMark.objects.filter(sequence__gte=sequence).order_by("sequence")
    return later.values_list("mark", flat=True).first() or ""


@transaction.atomic
def begin_anew() -> int:
    """Give every record of the list of changes a new number and date; returns how many.

    For operators, after restoring a backup: harvesters that ask by date (OAI-PMH) then get
    everything again, and no mark given before is known any more, so that copies begin anew.
    """
    state = FeedState.objects.select_for_update().filter(pk=1).first()
    first = PublicRecord.objects.aggregate(first=Min("sequence"))["first"]
    if state is None or first is None:
        return 0
    now = timezone.now()
    # By as much as the numbers span: no new one is among the old ones, and the order stays.
    further = state.last_sequence - first + 1
    number = PublicRecord.objects.update(
        sequence=F("sequence") + further, born_in=F("born_in") + further, changed_at=now
    )
    FeedMark.objects.all().delete()
    advance(state, state.last_sequence + further, now)
    state.save()
    return number
