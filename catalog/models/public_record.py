"""What the public can know of each record, in the order in which it changed; and what is yet to be looked at.

Triggers of the database write a row of :class:`Touched` whenever a row of the catalogue is written, by
whichever door. The API works these off (``catalog.documents.feed``): so its stored documents and its list of
changes are never behind, also after a bulk load or a statement typed into the database.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone


class Touched(models.Model):
    """A record (or a term, ``kind`` "term") of which something was written. Only ever added to and emptied.

    Rows are added without a lock, so that writers never wait for each other.
    """

    kind = models.CharField(max_length=12)
    record_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}"


class PublicRecord(models.Model):
    """The public side of a record: its place in the list of changes, and its ready-made document.

    ``sequence`` grows with every change; ``born_in`` is the one with which the record appeared.
    ``collection_id`` is the collection that the record stands in, of a collection the one above it; of a record that is
    gone, where it stood last. It is not public by itself: that collection may be hidden.
    ``face`` is a hash of what other records' documents show of it. ``body`` and ``relations`` are the two
    halves of its JSON document, NULL until somebody asks; ``etag`` names both.
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


class FeedState(models.Model):
    """One row: how far the list of changes has come. ``generation`` grows when anything public changed."""

    generation = models.BigIntegerField(default=0)
    last_sequence = models.BigIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)
    #: Up to here records that appear or vanish by the clock alone have been looked at.
    passed_at = models.DateTimeField(default=timezone.now)
    #: The next moment at which the clock alone shows or hides a record.
    next_moment = models.DateTimeField(null=True)
    #: Which form of document is stored; a program version that writes another form makes them again.
    form = models.CharField(max_length=32, default="")

    def __str__(self) -> str:
        return str(self.generation)
