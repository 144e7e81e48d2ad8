"""The work on records before they are public: who catalogues them, and what curators wrote to each other.

None of it is ever shown outside the admin.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ReviewStep(models.TextChoices):
    """The steps that a review note can belong to."""

    SUBMITTED = "submitted", _("submitted for review")
    SENT_BACK = "sent_back", _("sent back")
    PUBLISHED = "published", pgettext_lazy("step of a review", "published")
    WITHDRAWN = "withdrawn", _("withdrawn")
    EMBARGOED = "embargoed", _("embargo changed")
    REMARK = "remark", _("remark")


class ReviewNote(models.Model):
    """A step in the review of a record, with its note. Kept in order, never changed."""

    kind = models.CharField(max_length=12)
    record_uuid = models.UUIDField()
    step = models.CharField(max_length=9, choices=ReviewStep.choices, default=ReviewStep.REMARK)
    text = models.CharField(_("note"), max_length=2000, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["record_uuid", "-at"], name="review_note_of_record")]
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=ReviewStep.values), name="review_step_known"
            )
        ]

    def __str__(self) -> str:
        return self.text or str(self.get_step_display())


class Cataloguing(models.Model):
    """Who catalogues a record that is not published yet: whoever began it, then whoever submitted it.

    The row exists while the record is a draft or in review; ``sent_back`` says that an editor
    returned it.
    """

    kind = models.CharField(max_length=12)
    record_uuid = models.UUIDField(unique=True)
    cataloguer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    submitted = models.DateTimeField(null=True)
    sent_back = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["cataloguer", "kind"], name="cataloguing_of_curator")]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_uuid}"
