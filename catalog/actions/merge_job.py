"""Merging as a job, when it is too much for a request."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import history
from catalog.actions.as_job import asker
from catalog.actions.base import Actor, Refused
from catalog.actions.entries import Entry
from catalog.actions.merge_several import merge_all, told_of_merging, why_not_be_one
from catalog.jobs import Run, enqueue, task
from catalog.models import Job


def merge_as_job(
    records: Sequence[Entry],
    *,
    into: Entry,
    by: Actor,
    takes: Mapping[int, Collection[str]] | None,
    called: str,
    reason: str,
    door: str,
) -> Job:
    """Ask the worker to :func:`merge_all`, when it is too much for a request. Raises Refused likewise."""
    for record in records:
        if reason_not := why_not_be_one(record, into, by):
            raise Refused(reason_not)
    kind = str(into._meta.model_name)
    with transaction.atomic():
        return enqueue(
            merge_task,
            by=by,
            subject=f"{'; '.join(str(record) for record in records)} → {into}"[:200],
            key=f"merge {kind} {into.pk}",
            kind=kind,
            keys=[record.pk for record in records],
            into=into.pk,
            takes=None if takes is None else [[pk, list(names)] for pk, names in takes.items()],
            called=called,
            reason=reason,
            door=door,
            account=getattr(by, "pk", None),
        )


@task(title=gettext_lazy("Merge records"), tells=(Refused, ValidationError))
def merge_task(
    run: Run,
    *,
    kind: str,
    keys: list[int],
    into: int,
    takes: list[tuple[int, list[str]]] | None,
    called: str,
    reason: str,
    door: str,
    account: int | None = None,
) -> str:
    """The job of :func:`merge_as_job`: one transaction, with the mark that it is done."""
    by = asker(run, account)
    model: Any = apps.get_model("catalog", kind)
    rows: Any = model._base_manager
    found = rows.in_bulk([*keys, into])
    if len(found) <= len(keys):
        raise Refused(_("One of these records no longer exists. Search for it again."))
    records = [found[key] for key in keys]
    with history.change_set(by=by, door=door, reason=reason) as opened:
        done = merge_all(
            records,
            into=found[into],
            by=by,
            takes=None if takes is None else dict(takes),
            called=called,
        )
    run.place["change_set"] = opened.id
    run.keep_place()
    return told_of_merging(done, records)
