"""History: every row that was written, what it said before, and the change set that it belongs to.

Database triggers write these rows (``catalog.history``), never models, so that no way of writing is
missed. They grow with what changed: an insertion is a mark, an update holds the columns that
changed, a deletion the whole row.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Door(models.TextChoices):
    """Through which door a change came."""

    ADMIN = "admin", _("Admin")
    API = "api", _("API")
    COMMAND = "command", _("Command")
    #: A write without an action: SQL typed by hand, a script, a shell.
    OUTSIDE = "outside", _("Direct database write")


class What(models.TextChoices):
    """What happened to a row."""

    INSERTED = "I", _("added")
    UPDATED = "U", _("changed")
    DELETED = "D", _("removed")


class ChangeSet(models.Model):
    """What was written together: who, when, why, through which door.

    ``by_name`` outlives the account. ``size`` counts the rows that were written and ``records`` the
    records (and terms) that they belong to; both are NULL until they are counted. ``undoes`` names
    the change set of which this one undid something. ``open_until`` is how SQLite's triggers find
    the change set that is being written (a Julian day); NULL once it is closed.
    """

    made_at = models.DateTimeField(_("when"), default=timezone.now)
    # Without constraints: PostgreSQL checks those at the end of a transaction, and by then TRUNCATE
    # of all tables has removed the row in which it was recorded.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        db_constraint=False,
        related_name="change_sets",
        verbose_name=_("who"),
    )
    by_name = models.CharField(_("who"), max_length=150, blank=True, default="")
    door = models.CharField(_("channel"), max_length=8, choices=Door.choices)
    reason = models.CharField(_("reason"), max_length=1000, blank=True, default="")
    undoes = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        db_constraint=False,
        related_name="undone_by",
        verbose_name=_("takes back"),
    )
    size = models.PositiveBigIntegerField(_("rows"), null=True)
    records = models.PositiveBigIntegerField(_("records"), null=True)
    open_until = models.FloatField(null=True, editable=False)

    class Meta:
        ordering = ["-id"]
        verbose_name = pgettext_lazy("what was changed", "change")
        verbose_name_plural = pgettext_lazy("what was changed", "changes")
        default_permissions = ("view",)
        permissions = [("undo_changeset", _("Can undo changes"))]
        indexes = [
            models.Index(fields=["made_at", "id"], name="change_set_when"),
            models.Index(
                fields=["open_until"],
                name="change_set_open",
                condition=models.Q(open_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_door_display()}, {self.made_at:%Y-%m-%d %H:%M}"


class Change(models.Model):
    """One row that was written. ``model`` is the model's name, ``row_id`` its primary key.

    ``before`` and ``after`` are JSON objects by column, with values as the database wrote them at
    the time (``catalog.history.values`` reads them). For an insertion both are NULL: what was
    inserted is what the row holds now, with all later changes undone.
    """

    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.CASCADE, db_constraint=False, db_index=False
    )
    model = models.CharField(max_length=40)
    row_id = models.BigIntegerField()
    what = models.CharField(max_length=1, choices=What.choices)
    before = models.TextField(null=True)  # noqa: DJ001 - NULL is "no such side"
    after = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["change_set", "id"], name="change_of_set"),
            models.Index(fields=["model", "row_id", "id"], name="change_of_row"),
        ]

    def __str__(self) -> str:
        return f"{self.model} {self.row_id}: {self.get_what_display()}"


class ChangedRecord(models.Model):
    """Links a change to a record (or a term) that it belongs to, so that a record's history can be found.

    In the order of the key, a record's versions are read newest first, a page at a time.
    """

    pk = models.CompositePrimaryKey("kind", "record_id", "change_set_id", "change_id")
    kind = models.CharField(max_length=12)
    record_id = models.BigIntegerField()
    change_set = models.ForeignKey(
        ChangeSet, on_delete=models.CASCADE, db_constraint=False, db_index=False
    )
    change = models.ForeignKey(
        Change,
        on_delete=models.CASCADE,
        db_constraint=False,
        db_index=False,
        related_name="records",
    )

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["change_set", "kind", "record_id"], name="changed_records_of_set")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.record_id}: {self.change_id}"


#: What a change belongs to if it is not a record.
TERM: Final = "term"
