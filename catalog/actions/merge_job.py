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
from catalog.actions.slices import one_slice
from catalog.jobs import Progress, Run, enqueue, task
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


@task(title=gettext_lazy("Merge records"), atomic=False, tells=(Refused, ValidationError))
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
    """The job of :func:`merge_as_job`: one transaction for the records, and further ones for the search.

    Nobody meets a record that is half merged. Moving a relation costs some 50 µs, remaking an entry
    of the search a millisecond: so that others wait for the former only, the entries follow in
    small steps.
    """
    if "said" in run.place:
        # Killed while the entries were remade: the worker does that in any case.
        return str(run.place["said"])
    by = asker(run, account)
    model: Any = apps.get_model("catalog", kind)
    rows: Any = model._base_manager
    found = rows.in_bulk([*keys, into])
    if len(found) <= len(keys):
        raise Refused(_("One of these records no longer exists. Search for it again."))
    records = [found[key] for key in keys]
    with (
        history.change_set(by=by, door=door, reason=reason) as opened,
        one_slice(run, opened, by=by, stands=run.at) as one,
    ):
        done = merge_all(
            records,
            into=found[into],
            by=by,
            takes=None if takes is None else dict(takes),
            called=called,
        )
        said = told_of_merging(done, records)
        one.keeps = {"said": said}
        run.at = Progress(len(records), len(records), said)
    return said
