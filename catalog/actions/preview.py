"""Preview links: see a record as it will be, without an account, until the link expires or is revoked."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from django.core.signing import BadSignature, Signer
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.actions.base import Actor, R, in_step, require
from catalog.actions.record_state import without_gone
from catalog.actions.revision import carry_out, revision_of
from catalog.models import PreviewLink, Record, Status

#: How long a link is valid.
VALID: Final = timedelta(days=7)
_SIGNER: Final = Signer(salt="catalog.preview")


@in_step()
def share_preview(record: Record, *, by: Any) -> PreviewLink:
    """Make a link that shows anyone who has it the record as it will be, with its draft revision applied.

    Consequences: for seven days, or until it is revoked, the link shows what is not public yet. It
    appears in no list, and search engines are told to ignore it. Raises Refused without permission.
    """
    require(by, "change", record, _("Only cataloguers and editors may share previews."))
    return PreviewLink.objects.create(
        kind=record.KIND, record_uuid=record.uuid, by=by, expires=timezone.now() + VALID
    )


@in_step()
def revoke_preview(link: PreviewLink, record: Record, *, by: Actor) -> None:
    """Revoke a preview link at once. Raises Refused unless ``by`` made it, or may publish."""
    if by is None or link.by_id != by.pk:
        require(
            by,
            "publish",
            record,
            _("Only the person who created a preview link, or an editor, may revoke it."),
        )
    link.revoked = timezone.now()
    link.save(update_fields=["revoked"])


def token_of(link: PreviewLink) -> str:
    """The signed word in the link's address, which nobody can make up."""
    return _SIGNER.sign(str(link.pk))


def link_of(token: str) -> PreviewLink | None:
    """The link of a token if it is valid: not expired, not revoked, and made by somebody who still
    works here.
    """
    try:
        number = _SIGNER.unsign(token)
    except BadSignature:
        return None
    link = PreviewLink.objects.filter(pk=number).select_related("by").first()
    if link is None or not link.is_valid or not (link.by.is_active and link.by.is_staff):
        return None
    return link


def as_it_will_be(record: R) -> R:
    """The record published and with its draft revision applied. Only within :func:`tried`.

    Raises Refused if the revision does not fit any more.
    """
    rows = type(record)._base_manager.filter(pk=record.pk)
    rows.update(status=Status.PUBLISHED, publish_from=None, embargo_until=None)
    fresh = rows.get()
    revision = revision_of(fresh)
    if revision is not None:
        left, _lost = without_gone(revision.changes, fresh)
        carry_out(fresh, left, by=None, trial=True)
        fresh = rows.get()
    return fresh
