"""Restore: bring a deleted record back, with everything that went with it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog import history
from catalog.actions.base import Actor, Refused
from catalog.actions.undo import undo
from catalog.history import Choice, Selection, Undone
from catalog.models import Change, What


def deletion_of(kind: str, record_id: int) -> Selection | None:
    """The change set in which a record (or term) was last deleted, and the part of it that belonged
    to the record.
    """
    rows = Change.objects.filter(model=kind, row_id=record_id, what=What.DELETED)
    last = rows.order_by("-id").values_list("change_set_id", flat=True).first()
    return None if last is None else Selection(last, kind=kind, record_id=record_id)


def restore(
    kind: str,
    record_id: int,
    *,
    by: Actor,
    choice: Choice = history.keep_later,
    reason: str = "",
) -> Undone:
    """Restore a deleted record.

    Consequences: it has its number, uuid and address again, with its status, names, relations,
    citations and pictures; its tombstone goes. A relation whose other record no longer exists is
    not restored, and the answer says so. Raises Refused if history knows of no deletion, if the
    record exists, if another has its identifier or address by now, and as :func:`undo` does.
    """
    selection = deletion_of(kind, record_id)
    if selection is None:
        raise Refused(_("The history shows no deletion of this record."))
    if history.present(kind, [record_id]):
        raise Refused(
            _("This record has not been deleted, or has already been restored. Reload the page.")
        )
    return undo(selection, by=by, choice=choice, reason=reason)
