"""Draft revisions: prepare changes to a published record while the public still sees the published one."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.actions import record_state
from catalog.actions.base import Actor, R, Refused, as_it_stands, in_step, may, require
from catalog.actions.edit import edit
from catalog.actions.record_state import State, state_of
from catalog.actions.review import noted
from catalog.actions.statements import attach, detach, twin_of
from catalog.models import DraftRevision, Record, ReviewStep, RevisionState, Status, derive


def revision_of(record: Record) -> DraftRevision | None:
    """The draft revision of a record, if there is one."""
    return DraftRevision.objects.filter(record_uuid=record.uuid).select_related("by").first()


def why_not_revisable(record: Record, by: Actor) -> str:
    """Why ``by`` may not prepare a revision of the record, in words; empty if they may."""
    if not may(by, "change", record):
        return _("Only cataloguers and editors may prepare revisions.")
    if record.status != Status.PUBLISHED:
        return _(
            "“%(record)s” is %(status)s; only a published record needs a revision. Edit the record "
            "itself."
        ) % {
            "record": record,
            "status": record.get_status_display().lower(),
        }
    return ""


@in_step()
def revise(record: Record, changes: State, *, by: Actor) -> DraftRevision | None:
    """Keep changes to a published record as its draft revision, replacing an earlier one.

    Consequences: nothing that the public sees changes; the revision is on the desk of whoever began
    it, as being prepared, or in review if it was and ``by`` may publish. Without any change there
    is no revision: None. Raises Refused if ``by`` may not, or the record is not published.
    """
    record = as_it_stands(record)
    if reason := why_not_revisable(record, by):
        raise Refused(reason)
    there = DraftRevision.objects.filter(record_uuid=record.uuid)
    if record_state.is_empty(changes):
        there.delete()
        return None
    revision, _made = DraftRevision.objects.update_or_create(
        record_uuid=record.uuid,
        defaults={
            "kind": record.KIND,
            "title": _title(changes, record),
            "changes": changes,
            "state": _state_after(there.first(), record, by),
            "modified": timezone.now(),
        },
        create_defaults={
            "kind": record.KIND,
            "title": _title(changes, record),
            "changes": changes,
            "by_id": getattr(by, "pk", None),
        },
    )
    return revision


def _title(changes: State, record: Record) -> str:
    return changes["fields"].get("title", {}).get("after") or record.title


def _state_after(standing: DraftRevision | None, record: Record, by: Actor) -> RevisionState:
    """An editor who corrects a revision in review leaves it there; anybody else takes it back to
    work on it.
    """
    if standing and standing.state == RevisionState.IN_REVIEW and may(by, "publish", record):
        return RevisionState.IN_REVIEW
    return RevisionState.DRAFT


@in_step()
def submit_revision(record: Record, *, by: Actor, note: str = "") -> None:
    """Submit a draft revision for review. Consequence: editors find it on their desk, with the note.

    Raises Refused without permission, or if none is being prepared.
    """
    require(by, "change", record, _("Only cataloguers and editors may submit revisions."))
    revision = _locked_revision(record)
    if revision.state == RevisionState.IN_REVIEW:
        raise Refused(_("The revision of “%(record)s” is already in review.") % {"record": record})
    _moved(revision, RevisionState.IN_REVIEW)
    noted(record, ReviewStep.SUBMITTED, by=by, note=note)


@in_step()
def send_back_revision(record: Record, *, by: Actor, note: str = "") -> None:
    """Return a revision from review with comments. Consequence: it is on its cataloguer's desk again.

    Raises Refused without permission, or if none is in review.
    """
    require(by, "publish", record, _("Only editors may send revisions back."))
    revision = _locked_revision(record)
    if revision.state != RevisionState.IN_REVIEW:
        raise Refused(_("No revision of “%(record)s” is in review.") % {"record": record})
    _moved(revision, RevisionState.SENT_BACK)
    noted(record, ReviewStep.SENT_BACK, by=by, note=note)


@in_step()
def publish_revision(record: R, *, by: Actor, note: str = "") -> R:
    """Apply a draft revision to its record.

    Consequences: it is an ordinary change of the record, also in the history, and public at once;
    the revision is gone. Raises Refused without permission, if something that the revision changes
    has since been changed differently, or if something that it names is gone: then somebody opens
    it, decides and saves it again.
    """
    require(by, "publish", record, _("Only editors may publish. Submit the revision for review."))
    record = as_it_stands(record)
    revision = _locked_revision(record)
    changes = revision.changes
    _left, lost = record_state.without_gone(changes, record)
    if lost:
        raise Refused(
            _(
                "Something the revision refers to has since been deleted: %(fields)s. Open it, choose "
                "again, and save."
            )
            % {"fields": ", ".join(lost)}
        )
    crossed = record_state.conflicts(changes, state_of(record))
    if crossed:
        names = [record_state.label_of(record, one) for one in crossed if "-" not in one]
        if len(names) < len(crossed):
            names.append(_("names, relations or sources"))
        raise Refused(
            _(
                "The published record has changed since the revision was prepared: %(fields)s. Open the "
                "revision, decide, and save."
            )
            % {"fields": ", ".join(names)}
        )
    try:
        record = carry_out(record, changes, by=by)
    except (ValidationError, IntegrityError) as fault:
        reason = " ".join(fault.messages) if isinstance(fault, ValidationError) else str(fault)
        raise Refused(
            _(
                "The revision no longer fits the catalogue: %(reason)s Open it, correct it, and save."
            )
            % {"reason": reason}
        ) from fault
    revision.delete()
    noted(record, ReviewStep.PUBLISHED, by=by, note=note)
    return record


@in_step()
def discard_revision(record: Record, *, by: Actor) -> None:
    """Discard a draft revision; the published record stays as it is.

    Raises Refused unless ``by`` prepared it, or may publish.
    """
    revision = _locked_revision(record)
    if not (may(by, "publish", record) or (by is not None and revision.by_id == by.pk)):
        raise Refused(_("Only the person who prepared a revision, or an editor, may discard it."))
    revision.delete()


def carry_out(record: R, changes: State, *, by: Actor, trial: bool = False) -> R:
    """Make the changes to a record and its rows.

    In a ``trial`` (see :func:`tried`) new rows get negative keys, which are always the same and
    nobody else's. Raises ValidationError and IntegrityError for what does not fit.
    """
    record_state.put(record, {name: one["after"] for name, one in changes["fields"].items()})
    derive(record)
    record.full_clean(exclude=None if record.slug else {"slug"})
    edit(record, by=by, besides=bool(changes["many"]))
    for name, change in changes["many"].items():
        getattr(record, name).set(change["after"])
    rows = sorted(changes["rows"].items(), key=lambda one: (_turn(one[1]), one[0]))
    for number, (uuid, change) in enumerate(rows, 1):
        model: Any = apps.get_model("catalog", change["model"])
        row = model._default_manager.filter(uuid=uuid).first()
        if change["after"] is None:
            if row is not None:
                detach(row, record, by=by)
            continue
        if row is None:
            row = model(uuid=uuid)
            if trial:
                row.pk = -number
        record_state.put(row, change["after"])
        if not trial and row.pk is None and (twin := twin_of(row)) and not row.adds_to(twin):
            # Somebody has just added exactly this.
            continue
        attach(row, record, by=by, even_twice=trial)
    return record


def _turn(change: dict[str, Any]) -> int:
    """Removed rows first: they may conflict with new ones."""
    if change["after"] is None:
        return 0
    return 2 if change["before"] is None else 1


def _locked_revision(record: Record) -> DraftRevision:
    revision = DraftRevision.objects.select_for_update().filter(record_uuid=record.uuid).first()
    if revision is None:
        raise Refused(
            _("“%(record)s” has no draft revision, or no longer has one.") % {"record": record}
        )
    return revision


def _moved(revision: DraftRevision, to: RevisionState) -> None:
    revision.state = to
    revision.modified = timezone.now()
    revision.save(update_fields=["state", "modified"])
