"""Steps that are taken with many records: submitted, published, withdrawn, deleted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext_lazy

from catalog import actions
from catalog.bulk.slices import ask_worker, do_in_slices, keys_of
from catalog.jobs import Run, task
from catalog.models import RECORD_MODELS, Job, Status


@dataclass(frozen=True, slots=True)
class Verb:
    """A step: its action, its name in a list, and the sentence that it was taken."""

    act: Callable[..., Any]
    words: str | Promise
    done: Any


#: By the names that lists give them.
VERBS: Final = {
    "submit_for_review": Verb(
        actions.submit,
        gettext_lazy("Submit selected for review"),
        ngettext_lazy(
            "%d record was submitted for review.", "%d records were submitted for review."
        ),
    ),
    "send_back": Verb(
        actions.send_back,
        gettext_lazy("Send selected back to their cataloguers"),
        ngettext_lazy("%d record was sent back.", "%d records were sent back."),
    ),
    "publish": Verb(
        actions.publish,
        gettext_lazy("Publish selected"),
        ngettext_lazy("%d record was published.", "%d records were published."),
    ),
    "lift_embargo": Verb(
        partial(actions.embargo, until=None),
        gettext_lazy("Lift the embargo of selected"),
        ngettext_lazy(
            "The embargo of %d record was lifted.", "The embargo of %d records was lifted."
        ),
    ),
    "withdraw": Verb(
        actions.withdraw,
        gettext_lazy("Withdraw selected from the public"),
        ngettext_lazy("%d record was withdrawn.", "%d records were withdrawn."),
    ),
    "publish_with_pages": Verb(
        partial(actions.with_pages, step="publish"),
        gettext_lazy("Publish selected with their pages"),
        ngettext_lazy(
            "%d document was published with its pages.",
            "%d documents were published with their pages.",
        ),
    ),
    "withdraw_with_pages": Verb(
        partial(actions.with_pages, step="withdraw"),
        gettext_lazy("Withdraw selected with their pages"),
        ngettext_lazy(
            "%d document was withdrawn with its pages.",
            "%d documents were withdrawn with their pages.",
        ),
    ),
    "delete_selected": Verb(
        actions.delete,
        gettext_lazy("Delete selected"),
        ngettext_lazy("%d record was deleted.", "%d records were deleted."),
    ),
}


@dataclass(frozen=True, slots=True)
class Move:
    """One of :data:`VERBS` for records of a ``kind``, as plain JSON."""

    kind: str
    verb: str

    @property
    def deletes(self) -> bool:
        """Whether the records are deleted."""
        return self.verb == "delete_selected"

    def in_order(self, keys: Sequence[int]) -> list[int]:
        """Keys in the order in which they are taken: deletions go newest first, since parts usually
        came after their whole.
        """
        return sorted(keys, reverse=self.deletes)

    def rows_of(self, keys: Sequence[int]) -> QuerySet[Any]:
        """The records, in that order."""
        rows: QuerySet[Any] = RECORD_MODELS[self.kind]._base_manager.filter(pk__in=keys)  # type: ignore[index]
        return rows.order_by("-pk" if self.deletes else "pk")

    def act(self, record: Any, *, by: actions.Actor) -> bool:
        """Take the step with one record; publishing leaves what is public as it is."""
        if self.verb == "publish" and record.status == Status.PUBLISHED:
            return False
        VERBS[self.verb].act(record, by=by)
        return True

    def done(self, number: int) -> str:
        """A sentence that it was taken with so many."""
        return str(VERBS[self.verb].done % number)


def move_as_job(
    move: Move, keys: Sequence[int], *, by: actions.Actor, reason: str, door: str
) -> Job:
    """Ask the worker to take a step with many records, any number of them."""
    kind = RECORD_MODELS[move.kind]._meta.verbose_name_plural  # type: ignore[index]
    subject = f"{VERBS[move.verb].words} ({kind}, {len(keys)})"
    what = {"kind": move.kind, "verb": move.verb}
    return ask_worker(move_records, keys, by=by, subject=subject, reason=reason, door=door, **what)


@task(title=gettext_lazy("Many records"), atomic=False, tells=(actions.Refused,))
def move_records(
    run: Run,
    *,
    kind: str,
    verb: str,
    spans: list[list[int]],
    account: int | None,
    reason: str,
    door: str,
) -> str:
    """The job of :func:`move_as_job`."""
    move = Move(kind, verb)
    by = actions.asker(run, account)
    return do_in_slices(run, move, move.in_order(keys_of(spans)), by=by, door=door, reason=reason)
