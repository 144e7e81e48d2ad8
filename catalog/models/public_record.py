"""What the public can see of each record, in the order in which it changed; and what is still to be
checked.

Database triggers write a row of :class:`Touched` whenever a row of the catalogue is written, by
whichever door. The API works these off (``catalog.documents.feed``), so its stored documents and
its list of changes are never behind, even after a bulk load or a statement typed into the database.
"""

from __future__ import annotations

import secrets

from django.db import models
from django.utils import timezone


class Touched(models.Model):
    """A record (or a term, ``kind`` "term") of which something was written. Rows are only added,
    and removed all at once.

    Rows are added without a lock, so that writers never wait for each other. ``through`` names the
    records that have to be public for anybody to see what was written ("person:5 event:7").
    """

    kind = models.CharField(max_length=12)
    record_id = models.BigIntegerField()
    through = models.CharField(max_length=200, default="", db_default="")

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


class PublicRecord(models.Model):
    """The public side of a record: its place in the list of changes, and its ready-made document.

    ``sequence`` grows with every change; ``born_in`` is the one with which the record appeared.
    ``collection_id`` is the collection that the record is in (for a collection, the one above it);
    for a record that is gone, the last one. It must not be published as it is: that collection may
    be hidden. ``face`` is a hash of what other records' documents show of it. ``body`` and
    ``relations`` are the two halves of its JSON document, NULL until somebody asks; ``etag`` names
    both.
    """

    kind = models.CharField(max_length=12)
    record_id = models.BigIntegerField()
    uuid = models.UUIDField()
    slug = models.CharField(max_length=100)
    collection_id = models.BigIntegerField(null=True, db_index=True)
    face = models.CharField(max_length=32)
    sequence = models.BigIntegerField(unique=True)
    born_in = models.BigIntegerField()
    changed_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)
    etag = models.CharField(max_length=32, default="")
    body = models.TextField(null=True)  # noqa: DJ001 - NULL is "not made yet"
    relations = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "record_id"], name="public_record_once")
        ]
        indexes = [
            models.Index(fields=["kind", "slug"], name="public_record_by_slug"),
            models.Index(fields=["uuid"], name="public_record_by_uuid"),
            models.Index(fields=["kind", "changed_at", "record_id"], name="public_record_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.slug}"


class MovedHolding(models.Model):
    """A public record that is now held elsewhere, because a collection above it moved, was renamed, or became
    visible or hidden.

    Nothing in its document changed, so readers need not wait for it; but harvesters know records by the
    set that holds them, so it gets a new place in the list of changes, a slice of them at a time
    (``catalog.documents.moved``).
    """

    public_record = models.ForeignKey(
        PublicRecord, on_delete=models.CASCADE, related_name="+", db_index=False
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.public_record_id}"


def new_mark() -> str:
    """A mark that no other catalogue, and no other state of this one, has."""
    return secrets.token_hex(8)


class FeedMark(models.Model):
    """The mark of some numbers of the list of changes: those up to ``sequence`` and after the row before.

    One row for each transaction that gave numbers (``catalog.documents.marks``).
    """

    sequence = models.BigIntegerField(primary_key=True)
    mark = models.CharField(max_length=16)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.sequence}: {self.mark}"


class FeedState(models.Model):
    """One row: how far the list of changes has come. ``generation`` grows when anything public changes,
    and ``mark`` becomes another one: after a backup is restored, generations are counted a second time.
    """

    generation = models.BigIntegerField(default=0)
    mark = models.CharField(max_length=16, default=new_mark)
    last_sequence = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    #: Up to this time, records that appear or vanish by the clock alone have been handled.
    passed_at = models.DateTimeField(default=timezone.now)
    #: When the list last had no note left to work off.
    whole_at = models.DateTimeField(default=timezone.now)
    #: The next time at which the clock alone shows or hides a record.
    next_moment = models.DateTimeField(null=True)
    #: The form of the stored documents; a program version that writes another form makes them again.
    form = models.CharField(max_length=32, default="")

    def __str__(self) -> str:
        return str(self.generation)
