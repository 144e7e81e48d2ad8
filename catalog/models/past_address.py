"""Past addresses: slugs that records had, records that were merged into others, and records that
were removed.

A link that was ever published must keep working: it redirects to the record under its new slug, or
to the one that it was merged into (301), or says that it was removed, and when (410).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.uris import Kind

if TYPE_CHECKING:
    from catalog.models.record import Record


class PastSlug(models.Model):
    """A slug that a record had before its slug changed, or until it was merged into another
    (:class:`MergedRecord`).
    """

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

    def was_shown(self, record: Record) -> bool:
        """Whether the slug may lead the public to a record that it sees: not if the slug was given up before
        the record was shown. What a draft was called is for curators.
        """
        return record.first_published is None or self.since >= record.first_published

    @classmethod
    def belongs_to_another(cls, kind: Kind, slug: str, uuid: UUID) -> bool:
        """Whether a slug once named a record other than ``uuid``."""
        if "\x00" in slug:  # not a slug, and PostgreSQL would not even accept the query
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
    """What remains of a deleted record that was once public: its address, and when it was removed."""

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


#: The longest chain of mergers; limits the walk.
_LONGEST_CHAIN: Final = 50


class MergedRecord(models.Model):
    """A record that was found to be the same as another, and where everything that belonged to it is now.

    ``identifier`` and ``title`` are what it was last called, for curators. A record that exists
    again (because the merger was undone) is found before anybody looks here.
    """

    kind = models.CharField(_("kind"), max_length=12)
    record_uuid = models.UUIDField(unique=True)
    into_uuid = models.UUIDField(db_index=True)
    identifier = models.CharField(_("identifier"), max_length=100)
    title = models.CharField(_("title"), max_length=500)
    merged_at = models.DateTimeField(_("merged"), default=timezone.now)

    class Meta:
        verbose_name = _("merged record")
        verbose_name_plural = _("merged records")

    def __str__(self) -> str:
        return self.title

    @classmethod
    def successor_of(cls, uuid: UUID) -> UUID | None:
        """The uuid that now stands for ``uuid``; None if it was never merged. One query for each step."""
        return cls.successors_of([uuid]).get(uuid)

    @classmethod
    def successors_of(cls, uuids: Iterable[UUID]) -> dict[UUID, UUID]:
        """The same for many at once: those that were merged, each with the uuid that now stands for it."""
        found = {uuid: uuid for uuid in uuids}
        for _step in range(_LONGEST_CHAIN):
            rows = cls.objects.filter(record_uuid__in=set(found.values()))
            further = dict(rows.values_list("record_uuid", "into_uuid"))
            if not further:
                break
            found = {uuid: further.get(now, now) for uuid, now in found.items()}
        return {uuid: now for uuid, now in found.items() if now != uuid}


class PastCode(models.Model):
    """The code of a term that was merged into another, and the code of that one.

    If a term has the code (again), it is found before anybody looks here.
    """

    vocabulary = models.CharField(_("vocabulary"), max_length=24)
    code = models.CharField(_("code"), max_length=80)
    into_code = models.CharField(_("redirects to"), max_length=80)
    label = models.CharField(_("label"), max_length=200)
    since = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vocabulary", "code"], name="past_code_leads_to_one")
        ]
        verbose_name = _("past code")
        verbose_name_plural = _("past codes")

    def __str__(self) -> str:
        return f"{self.vocabulary}: {self.code}"

    @classmethod
    def leads_to(cls, vocabulary: str, code: str) -> list[str]:
        """The codes that successively replaced a code; the first that a term has is the right one."""
        found: list[str] = []
        while len(found) < _LONGEST_CHAIN:
            rows = cls.objects.filter(vocabulary=vocabulary, code=found[-1] if found else code)
            further = rows.values_list("into_code", flat=True).first()
            if further is None or further in found:
                break
            found.append(further)
        return found
