"""Many records moved into another storage place, as one change set."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog import actions
from catalog.bulk.slices import ask_worker, do_in_slices, keys_of
from catalog.jobs import Run, task
from catalog.models import RECORD_MODELS, Job, StoragePlace


@dataclass(frozen=True, slots=True)
class Shelve:
    """Records of a ``kind`` go into a storage place."""

    kind: str
    place: StoragePlace

    def rows_of(self, keys: Sequence[int]) -> QuerySet[Any]:
        """The records, in the order of their keys."""
        rows: QuerySet[Any] = RECORD_MODELS[self.kind]._base_manager.filter(pk__in=keys)  # type: ignore[index]
        return rows.order_by("pk")

    def act(self, record: Any, *, by: actions.Actor) -> bool:
        """Move one record; False if it is there already."""
        return actions.move_to(record, self.place, by=by)

    def done(self, number: int) -> str:
        """A sentence that so many were moved."""
        words = ngettext(
            "%(number)d record is now kept in “%(place)s”.",
            "%(number)d records are now kept in “%(place)s”.",
            number,
        )
        return words % {"number": number, "place": self.place}


def shelve_as_job(
    deed: Shelve, keys: Sequence[int], *, by: actions.Actor, reason: str, door: str
) -> Job:
    """Ask the worker to move them, any number."""
    kind = RECORD_MODELS[deed.kind]._meta.verbose_name_plural  # type: ignore[index]
    subject = f"{deed.place} ({kind}, {len(keys)})"
    what = {"kind": deed.kind, "place": deed.place.pk}
    return ask_worker(
        shelve_records, keys, by=by, subject=subject, reason=reason, door=door, **what
    )


@task(title=gettext_lazy("Move to a storage place"), atomic=False, tells=(actions.Refused,))
def shelve_records(
    run: Run,
    *,
    kind: str,
    place: int,
    spans: list[list[int]],
    account: int | None,
    reason: str,
    door: str,
) -> str:
    """The job of :func:`shelve_as_job`."""
    into = StoragePlace.objects.with_paths().filter(pk=place).first()
    if into is None:
        raise actions.Refused(_("The storage place has since been deleted. Nothing was moved."))
    by = actions.asker(run, account)
    return do_in_slices(run, Shelve(kind, into), keys_of(spans), by=by, door=door, reason=reason)
