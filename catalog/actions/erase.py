"""Erase: remove the last traces of a deleted record, when somebody has a right to that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from catalog import history
from catalog.actions.base import Refused
from catalog.iiif import dispose_of, originals_of
from catalog.models import (
    Cataloguing,
    DraftRevision,
    Image,
    MergedRecord,
    PastSlug,
    PreviewLink,
    PublicRecord,
    ReviewNote,
    Tombstone,
)

#: What is kept of a record beside it, by its uuid.
_BESIDE: Final[tuple[type[Model], ...]] = (
    PastSlug,
    MergedRecord,
    ReviewNote,
    DraftRevision,
    PreviewLink,
    Cataloguing,
)


@dataclass(frozen=True, slots=True)
class Erased:
    """How many changes of the history were erased, and the files that were deleted."""

    changes: int
    files: tuple[str, ...]


@transaction.atomic
def erase(kind: str, record_id: int) -> Erased:
    """Erase what the catalogue keeps of a deleted record, and of those that were merged into it.

    Consequences, for good: its history is gone, with that of its names and relations, so that
    nothing of it can be looked at or restored; so are its former addresses, notes of its review,
    draft revisions and previews, and the files of a picture that no other record needs. Its
    permanent link still answers 410, and tells nothing else.
    Raises Refused if the record exists, or if the history knows of no deletion.
    """
    changes, files = _erase(kind, record_id)
    # Before the transaction ends: whoever is interrupted here can erase again. After the history of all
    # records that were merged is gone: one may have been given the file of another.
    return Erased(changes, tuple(one for one in dict.fromkeys(files) if _delete_unless_needed(one)))


def _erase(kind: str, record_id: int) -> tuple[int, list[str]]:
    """Erase one record and those merged into it; how many changes that were, and the files they had."""
    if history.present(kind, [record_id]):
        raise Refused(_("This record has not been deleted. Delete it first."))
    before = history.deleted_as(kind, record_id)
    if before is None:
        raise Refused(_("The history shows no deletion of this record."))
    uuid = UUID(str(before["uuid"]))
    changes, files = 0, [str(before.get("file") or ""), *originals_of(uuid)]
    for merged in MergedRecord.objects.filter(into_uuid=uuid):
        number = history.number_of(merged.kind, merged.record_uuid)
        if number is not None:
            more, theirs = _erase(merged.kind, number)
            changes, files = changes + more, [*files, *theirs]
    beside: dict[str, list[int]] = {}
    kept: tuple[type[Model], ...] = (*_BESIDE, Tombstone)
    for model in kept:
        rows = model._default_manager.filter(record_uuid=uuid)
        beside[str(model._meta.model_name)] = list(rows.values_list("pk", flat=True))
        # Its address has its name. What is told of it from now on is its uuid.
        if model is Tombstone:
            rows.update(slug=str(uuid))
        else:
            rows.delete()
    # Afterwards, because this was recorded too.
    changes += history.erase(kind, record_id, uuid, beside)
    PublicRecord.objects.filter(kind=kind, record_id=record_id).update(slug=str(uuid))
    return changes, files


def _delete_unless_needed(name: str) -> bool:
    """Delete a file if no record shows it and none can be restored that did. Returns whether it was there."""
    if not name or Image._base_manager.filter(file=name).exists() or history.mentions_file(name):
        return False
    return dispose_of(name)
