"""Addresses that were: slugs that records had, and records that were removed.

A link that was once given out must lead on: to the record under its new name (301), or to the word that
it was removed, and when (410).
"""

from __future__ import annotations

from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.uris import Kind


class PastSlug(models.Model):
    """A slug that a record had before it was renamed, or that a record merged into it had."""

    kind = models.CharField(_("kind"), max_length=12)
    slug = models.CharField(_("slug"), max_length=100)
    record_uuid = models.UUIDField(_("record"), db_index=True)
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "slug"], name="past_slug_leads_to_one")
        ]
        verbose_name = _("past slug")
        verbose_name_plural = _("past slugs")

    def __str__(self) -> str:
        return f"{self.kind}: {self.slug}"

    @classmethod
    def belongs_to_another(cls, kind: Kind, slug: str, uuid: UUID) -> bool:
        """Whether a slug once named another record than ``uuid``."""
        if "\x00" in slug:  # no slug at all, and PostgreSQL would not even be asked for it
            return False
        return cls.objects.filter(kind=kind, slug=slug).exclude(record_uuid=uuid).exists()

    @classmethod
    def remember(cls, kind: Kind, old: str, new: str, uuid: UUID) -> None:
        """Keep the old slug; a record that takes back a slug of its own owns it again."""
        cls.objects.filter(kind=kind, slug=new, record_uuid=uuid).delete()
        cls.objects.update_or_create(kind=kind, slug=old, defaults={"record_uuid": uuid})

    @classmethod
    def among(cls, kind: Kind, slugs: list[str]) -> set[str]:
        """Those of some slugs that are past ones of a kind."""
        return set(cls.objects.filter(kind=kind, slug__in=slugs).values_list("slug", flat=True))


class Tombstone(models.Model):
    """What remains of a deleted record that was once public: where it stood, and when it went."""

    kind = models.CharField(_("kind"), max_length=12)
    slug = models.CharField(_("slug"), max_length=100)
    record_uuid = models.UUIDField(_("record"), unique=True)
    removed_at = models.DateTimeField(_("removed"), default=timezone.now, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["kind", "slug"], name="tombstone_address")]
        verbose_name = _("tombstone")
        verbose_name_plural = _("tombstones")

    def __str__(self) -> str:
        return f"{self.kind}: {self.slug}"
