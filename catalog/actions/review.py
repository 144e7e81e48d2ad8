"""What is kept of a review: the notes of each step, and whose work a record is."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.actions.base import Actor, Refused, in_step, may, require
from catalog.models import Cataloguing, Record, ReviewNote, ReviewStep, Status

#: The longest note.
MOST_LETTERS = 2000


def noted(record: Record, step: ReviewStep, *, by: Actor, note: str) -> None:
    """Keep a step of the review with its note, in the transaction of the step. Raises Refused if it
    is too long.
    """
    note = note.strip()
    if len(note) > MOST_LETTERS:
        raise Refused(
            _("The note has %(number)d characters; the limit is %(most)d. Shorten it.")
            % {"number": len(note), "most": MOST_LETTERS}
        )
    ReviewNote.objects.create(
        kind=record.KIND,
        record_uuid=record.uuid,
        step=step,
        text=note,
        by_id=getattr(by, "pk", None),
    )


def begun(record: Record, *, by: Actor) -> None:
    """The record becomes the work of ``by``, unless it is somebody's already. Costs one statement,
    once per record.
    """
    person = getattr(by, "pk", None)
    if person is None or record.status not in {Status.DRAFT, Status.IN_REVIEW}:
        return
    if getattr(record, "_has_cataloguer", False):
        return
    Cataloguing.objects.bulk_create(
        [Cataloguing(kind=record.KIND, record_uuid=record.uuid, cataloguer_id=person)],
        ignore_conflicts=True,
    )
    setattr(record, "_has_cataloguer", True)  # noqa: B010


def handed_over(record: Record, *, by: Actor) -> None:
    """A submitted record belongs to whoever submitted it: it is sent back to them."""
    person = getattr(by, "pk", None)
    if person is not None:
        Cataloguing.objects.update_or_create(
            record_uuid=record.uuid,
            defaults={
                "kind": record.KIND,
                "cataloguer_id": person,
                "submitted": timezone.now(),
                "sent_back": None,
            },
        )


def is_submitter(record: Record, by: Actor) -> bool:
    """Whether a record is in review because ``by`` submitted it."""
    if record.status != Status.IN_REVIEW or not may(by, "change", record):
        return False
    own = Cataloguing.objects.filter(record_uuid=record.uuid, cataloguer_id=getattr(by, "pk", None))
    return own.filter(submitted__isnull=False).exists()


def returned(record: Record) -> None:
    """The record is on its cataloguer's desk again."""
    Cataloguing.objects.filter(record_uuid=record.uuid).update(sent_back=timezone.now())


def taken_back(record: Record) -> None:
    """The record is a draft of its cataloguer again, as if it had not been submitted."""
    Cataloguing.objects.filter(record_uuid=record.uuid).update(submitted=None)


def finished(record: Record) -> None:
    """The record is on nobody's desk any more."""
    Cataloguing.objects.filter(record_uuid=record.uuid).delete()


@in_step()
def remark(record: Record, *, by: Actor, note: str) -> None:
    """Keep a remark of one curator for the others; the record stays as it is.

    Consequence: it is shown with the record's review notes, never in public. Raises Refused without
    permission, or if it is empty.
    """
    require(by, "change", record, _("Only cataloguers and editors may write remarks."))
    if not note.strip():
        raise Refused(_("The remark is empty. Write what your colleagues should know."))
    noted(record, ReviewStep.REMARK, by=by, note=note)
