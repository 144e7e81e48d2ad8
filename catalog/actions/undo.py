"""Undo a change set, or a part of it. The undoing is itself a change set, so it can be undone as well."""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog import history
from catalog.actions import slices
from catalog.actions.as_job import asker
from catalog.actions.base import Actor, Refused, in_step
from catalog.actions.slices import one_slice
from catalog.history import Choice, Conflict, Selection, Undone
from catalog.jobs import Progress, Run, enqueue, let_others_write, task
from catalog.models import (
    PUBLISHED_MODELS,
    ChangedRecord,
    ChangeSet,
    Job,
    JobState,
    Record,
    Shelving,
    Status,
    What,
)

#: From this number of changes on, undoing is a job and not part of a request.
MANY: Final = 500
#: Changes that a large job undoes before it checks whether its slice is over.
_BATCH: Final = 500

_VERBS: Final = {What.INSERTED: "delete", What.UPDATED: "change", What.DELETED: "add"}
_PUBLIC: Final = (Status.PUBLISHED, Status.WITHDRAWN)


def why_not_undo(selection: Selection, by: Actor) -> str:
    """Why ``by`` may not undo this, in words; empty if they may.

    Undoing does the opposite of what was done, and needs the permission for that: to delete what
    was added, to add what was deleted, to publish what concerns public records.
    """
    if _is_being_written(selection.change_set):
        return _(
            "A job is still writing this change. Cancel the job or wait for it to end, then undo "
            "it."
        )
    if by is None:
        return ""
    has_perm = getattr(by, "has_perm")  # noqa: B009
    whole = not selection.kind and not selection.model
    if whole and not has_perm("catalog.undo_changeset"):
        return _(
            "Only editors may undo a whole change. You can undo parts of it, in your own records."
        )
    changes = selection.changes()
    recorded = history.recorded()
    for model, what in changes.order_by().values_list("model", "what").distinct():
        one = recorded.get(model)
        if one is None or one.model._meta.auto_created or not _is_edited(one.model):
            continue
        verb = _VERBS[What(what)]
        if not has_perm(f"catalog.{verb}_{model}"):
            return str(_REFUSALS[verb]) % {"sort": one.model._meta.verbose_name_plural}
    return _why_not_public(selection, by)


def _is_being_written(change_set: int) -> bool:
    """Whether a job is going to write more into a change set."""
    still = Job.objects.filter(state__in=[JobState.WAITING, JobState.RUNNING])
    return still.filter(place__change_set=change_set).exists()


_REFUSALS: Final[dict[str, Any]] = {
    "delete": gettext_lazy(
        "Undoing this deletes %(sort)s, which you may not do. Ask an administrator."
    ),
    "change": gettext_lazy("Undoing this changes %(sort)s, which you may not do. Ask an editor."),
    "add": gettext_lazy("Undoing this restores %(sort)s, which you may not do. Ask an editor."),
}


def _is_edited(model: Any) -> bool:
    """Whether curators write rows of this sort themselves; past addresses are written automatically."""
    return (
        issubclass(model, Record) or "visible_to" in dir(model.objects) or model.__name__ == "Term"
    )


def _why_not_public(selection: Selection, by: Actor) -> str:
    """Editors only, if a record is or was public, or becomes public again.

    Where a record is kept is never public, so that whoever moved it may take it back.
    """
    links = ChangedRecord.objects.filter(change_set_id=selection.change_set)
    links = links.exclude(change__model=Shelving._meta.model_name)
    if selection.kind:
        links = links.filter(kind=selection.kind, record_id=selection.record_id)
    elif selection.model:
        links = links.filter(change__model=selection.model, change__row_id=selection.row_id)
    for kind, model in PUBLISHED_MODELS.items():
        if getattr(by, "has_perm")(f"catalog.publish_{kind}"):  # noqa: B009
            continue
        rows = model._base_manager.filter(
            status__in=_PUBLIC, pk__in=links.filter(kind=kind).values("record_id")
        )
        named = rows.first()
        if named is not None:
            return _("“%(record)s” is %(status)s, so only an editor can undo this.") % {
                "record": named,
                "status": named.get_status_display().lower(),
            }
        was_public = Q()
        for status in _PUBLIC:
            was_public |= Q(before__contains=f'"status":"{status}"')
            was_public |= Q(after__contains=f'"status":"{status}"')
        if selection.changes().filter(was_public, model=kind).exists():
            return _("This affects what the public sees, so only an editor can undo it.")
    return ""


def undo(
    selection: Selection,
    *,
    by: Actor,
    choice: Choice = history.keep_later,
    reason: str = "",
    progress: history.Progress | None = None,
) -> Undone:
    """Undo a change set, or one record, one relation or one field of it.

    Consequences: every row is again as it was before, in one transaction and one change set that
    names the one it undoes; a restored record has its relations, citations and pictures again, and
    its tombstone goes; a removed record leaves one if the public had seen it. What was changed
    since stays as it is, unless ``choice`` says to undo it all the same; if that would break
    something (an identifier that another record has by now, a place that is still needed), it stays
    in any case. The answer names all of it. ``progress`` is told how many changes of how many are
    done. Raises Refused without permission, if nothing is left to undo, and if somebody writes the
    same at the same moment.
    """
    if reason_not := why_not_undo(selection, by):
        raise Refused(reason_not)
    if not selection.changes().exists():
        raise Refused(_("The history holds no such change. Reload the page."))
    try:
        with (
            history.change_set(by=by, reason=reason, undoes=selection.change_set) as opened,
            in_step(by=by, reason=reason),
        ):
            assert opened.id is not None  # noqa: S101 - the step has begun it
            undone = history.take_back(selection, choice, own=opened.id, progress=progress)
            if not undone.rows:
                raise Refused(_nothing(undone))
    except IntegrityError as refusal:
        raise Refused(
            _("Someone else changed the same thing at that moment. Nothing was undone; try again.")
        ) from refusal
    return undone


def _nothing(undone: Undone) -> str:
    if not undone.number_kept:
        return _("There is nothing left to undo: everything is already as it was before.")
    said = " ".join(conflict.said for conflict in undone.kept[:3])
    return _("Nothing was undone. %(conflicts)s") % {"conflicts": said}


# --- As a job ---------------------------------------------------------------------------------------------------


def chooser(keys: Collection[str], *, all_the_same: bool = False) -> Choice:
    """The choice to undo all the same if a conflict's key is named, or everywhere."""
    named = frozenset(keys)

    def choose(conflict: Conflict) -> bool:
        return all_the_same or conflict.key in named

    return choose


def undo_as_job(
    selection: Selection,
    *,
    by: Actor,
    keys: Collection[str],
    all_the_same: bool,
    reason: str,
    door: str,
) -> Job:
    """Ask the worker to :func:`undo`, when it is too much for a request. Raises Refused likewise."""
    if reason_not := why_not_undo(selection, by):
        raise Refused(reason_not)
    chosen = {
        name: getattr(selection, name)
        for name in ("change_set", "kind", "record_id", "model", "row_id", "column")
    }
    with transaction.atomic():
        return enqueue(
            undo_task,
            by=by,
            subject=str(ChangeSet.objects.get(pk=selection.change_set)),
            key=f"undo {chosen}"[:100],
            selection=chosen,
            account=getattr(by, "pk", None),
            keys=list(keys),
            all_the_same=all_the_same,
            reason=reason,
            door=door,
        )


@task(title=gettext_lazy("Undo changes"), atomic=False, tells=(Refused,))
def undo_task(
    run: Run,
    *,
    selection: dict[str, Any],
    keys: list[str],
    all_the_same: bool,
    reason: str,
    door: str,
    account: int | None = None,
) -> str:
    """The job of :func:`undo_as_job`, with the consequences of :func:`undo`, but in slices."""
    by = asker(run, account)
    chosen = Selection(**selection)
    if reason_not := why_not_undo(chosen, by):
        raise Refused(reason_not)
    choice = chooser(keys, all_the_same=all_the_same)
    undone = undo_in_slices(run, chosen, by=by, choice=choice, reason=reason, door=door)
    if not undone.rows:
        raise Refused(_nothing(undone))
    return told(undone)


def undo_in_slices(
    run: Run, selection: Selection, *, by: Actor, choice: Choice, reason: str, door: str
) -> Undone:
    """Undo in several transactions and one change set, so that others can write in between.

    Each slice stores its position: a job that was killed, failed or was cancelled continues after
    its last slice (docs/decisions/0015-large-changes-in-slices.md). Checks no permission.
    """
    undone, below = undone_by(run.place), run.place.get("below")
    over = "below" in run.place and below is None
    total = selection.changes().count()
    again = run.place.get("change_set")
    with history.change_set(
        by=by, door=door, reason=reason, undoes=selection.change_set, again=again
    ) as opened:
        while not over:
            if undone.changes:
                let_others_write()
            stands = Progress(undone.changes, total, told(undone))
            try:
                with one_slice(run, opened, by=by, stands=stands) as one:
                    while not over:
                        assert opened.id is not None  # noqa: S101 - the slice has begun it
                        below = history.take_back_next(
                            selection, choice, undone, own=opened.id, below=below, most=_BATCH
                        )
                        run.progress(undone.changes, total, stands.said)
                        over = below is None
                        # The search follows at the end of the slice, and takes as long again.
                        if time.monotonic() >= one.end - slices.SLICE / 2:
                            break
                    if over:
                        # Counting reads the whole change set, so it is not done in each slice.
                        undone.records = history.counted(opened.id)[1]
                    one.keeps = {"below": below, "undone": asdict(undone)}
                    run.at = Progress(undone.changes, total, told(undone))
            except IntegrityError as refusal:
                raise Refused(
                    _("Someone else changed the same thing at that moment. Try again to continue.")
                ) from refusal
    return undone


def undone_by(place: Mapping[str, Any]) -> Undone:
    """What a job of undoing has done so far, from its position."""
    kept: dict[str, Any] = dict(place.get("undone", {}))
    for name in ("kept", "forced"):
        kept[name] = [Conflict(**conflict) for conflict in kept.get(name, [])]
    return Undone(**kept)


def told(undone: Undone) -> str:
    """The result, in a sentence or two."""
    if undone.records:
        counted = ngettext("Undone in %d record.", "Undone in %d records.", undone.records)
        said = counted % undone.records
    else:
        # What belongs to no record, such as a rule of the house; or it is still going on.
        said = ngettext("%d row was undone.", "%d rows were undone.", undone.rows) % undone.rows
    if undone.number_kept:
        kept = ngettext(
            "%d change was left as it is, because it was changed later or is still needed.",
            "%d changes were left as they are, because they were changed later or are still needed.",
            undone.number_kept,
        )
        said = f"{said} {kept % undone.number_kept}"
    return said
