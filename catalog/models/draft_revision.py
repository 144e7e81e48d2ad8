"""Draft revisions of published records, and links that show colleagues what is not public.

Neither is ever shown to the public: a revision is applied to its record by the action that
publishes it, a preview is made in a transaction that is rolled back.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class RevisionState(models.TextChoices):
    """Where a draft revision is in the workflow."""

    DRAFT = "draft", _("being prepared")
    IN_REVIEW = "in_review", _("in review")
    SENT_BACK = "sent_back", _("sent back")


class DraftRevision(models.Model):
    """Changes prepared for a published record while the public still sees the published one.

    ``changes`` is the difference to the record as ``catalog.actions.record_state`` reads it: fields
    with their values before and after, and rows that are added, changed or removed. A record has at
    most one.
    """

    kind = models.CharField(max_length=12)
    record_uuid = models.UUIDField(unique=True)
    title = models.CharField(max_length=500)
    state = models.CharField(
        _("state"), max_length=9, choices=RevisionState.choices, default=RevisionState.DRAFT
    )
    changes = models.JSONField(default=dict)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("prepared by"),
    )
    created = models.DateTimeField(default=timezone.now)
    modified = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("draft revision")
        verbose_name_plural = _("draft revisions")
        indexes = [models.Index(fields=["state", "modified"], name="draft_revision_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RevisionState.values), name="draft_revision_state_known"
            )
        ]

    def __str__(self) -> str:
        return self.title


class PreviewLink(models.Model):
    """Lets anyone with the link see one record as it will be, until it expires or is revoked."""

    kind = models.CharField(max_length=12)
    record_uuid = models.UUIDField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("by")
    )
    created = models.DateTimeField(default=timezone.now)
    expires = models.DateTimeField(_("expires"))
    revoked = models.DateTimeField(_("revoked"), null=True)

    class Meta:
        indexes = [models.Index(fields=["record_uuid"], name="preview_link_of_record")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_uuid}"

    @property
    def is_valid(self) -> bool:
        """Whether it can still be used."""
        return self.revoked is None and self.expires > timezone.now()
