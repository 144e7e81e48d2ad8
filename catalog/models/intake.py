"""Files that curators import: the file as it came, what to do with it, and what checking it found."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class IntakeState(models.TextChoices):
    """How far the import of a table has come."""

    READING = "reading", _("Being read")
    RECEIVED = "received", _("To be checked")
    LOOKING = "looking", _("Being checked")
    LOOKED_AT = "looked_at", _("Checked")
    WRITING = "writing", _("Being imported")
    DONE = "done", _("Imported")


class IntakeFormat(models.TextChoices):
    """What a file holds."""

    TABLE = "table", _("Table")
    FINDING_AID = "aid", _("Finding aid")
    AUTHORITY = "eac", _("Authority records")


class Intake(models.Model):
    """One file on its way in. Only whoever brought the file ever sees it.

    The file as it came, of ``size`` bytes, is in its pieces. ``packed_faults`` is what is wrong with its rows,
    ``packed_lines`` what becomes of each, ``packed_remarks`` what XML says without a place for it: JSON, lists of
    lists, compressed by zlib (``catalog.intake`` reads and writes them).
    ``plan`` says what each column means and what happens to rows, ``outlook`` what the last look found,
    ``seen_plan`` the mark of the plan that it was of.
    """

    kind = models.CharField(_("kind"), max_length=12)
    format = models.CharField(
        _("format"), max_length=5, choices=IntakeFormat.choices, default=IntakeFormat.TABLE
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("uploaded by"),
    )
    received = models.DateTimeField(_("received"), default=timezone.now)
    filename = models.CharField(_("file"), max_length=200)
    size = models.PositiveIntegerField(_("size in bytes"), default=0)
    encoding = models.CharField(_("encoding"), max_length=20)
    separator = models.CharField(_("separator of columns"), max_length=1)
    rows = models.PositiveIntegerField(_("rows"))
    plan = models.JSONField(default=dict)
    state = models.CharField(
        _("state"), max_length=10, choices=IntakeState.choices, default=IntakeState.RECEIVED
    )
    outlook = models.JSONField(default=dict)
    seen_plan = models.CharField(max_length=64, blank=True)
    packed_faults = models.BinaryField(default=bytes)
    packed_lines = models.BinaryField(default=bytes)
    packed_remarks = models.BinaryField(default=bytes)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    job = models.ForeignKey(
        "catalog.Job", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    change_set = models.BigIntegerField(
        pgettext_lazy("what was changed", "change"), null=True, blank=True
    )
    said = models.TextField(_("result"), blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=IntakeState.values), name="intake_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class IntakePiece(models.Model):
    """A piece of an imported file: a megabyte of it (``catalog.intake.file.PIECE``), compressed by zlib.

    In one row, a large file would be in memory as a whole whenever it is written or read.
    """

    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveSmallIntegerField()
    packed = models.BinaryField()

    class Meta:
        ordering = ["number"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["intake", "number"], name="intake_piece_once"),
        ]

    def __str__(self) -> str:
        return f"{self.intake_id}/{self.number}"
