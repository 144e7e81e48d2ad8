"""Pages of a document, and transcriptions of what is written on a picture.

A page ties a document to the image record of the picture that shows it. A transcription belongs to
that image, not to the page: so a poster or the back of a photograph has its words too, and a leaf
that is in two documents is typed once.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.record import not_too_long
from catalog.models.statement import Statement
from catalog.models.vocabulary import Vocabulary


class Page(Statement):
    """A page of a document: the picture that shows it, its position, and its label.

    Pages are in the order of ``position``; of two with the same number, the one that was entered
    first comes first.
    """

    document = models.ForeignKey(
        "catalog.Document",
        on_delete=models.CASCADE,
        related_name="pages",
        verbose_name=_("document"),
    )
    image = models.ForeignKey(
        "catalog.Image", on_delete=models.CASCADE, related_name="page_of", verbose_name=_("image")
    )
    position = models.PositiveIntegerField(_("order"), default=0)
    label = models.CharField(
        _("label"),
        max_length=50,
        blank=True,
        help_text=_("What it is labelled: “cover”, “iv”, “12 recto”. Empty: its number."),
    )

    RECORDS: ClassVar[tuple[str, ...]] = ("document", "image")

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        indexes = [
            models.Index(fields=["document", "position", "id"], name="page_in_order"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["document", "image"],
                name="page_once_a_document",
                violation_error_message=_("This image is already a page of this document."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}, {self.label or self.position}"


class Transcription(Statement):
    """The words on a picture, as somebody read them, in one language."""

    image = models.ForeignKey(
        "catalog.Image",
        on_delete=models.CASCADE,
        related_name="transcriptions",
        verbose_name=_("image"),
    )
    language = models.ForeignKey(
        "catalog.Term",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="transcriptions",
        limit_choices_to={"vocabulary": Vocabulary.LANGUAGE},
        verbose_name=_("language"),
    )
    text = models.TextField(
        _("text"),
        validators=[not_too_long],
        help_text=_("As in the original, line by line. An empty line begins a new paragraph."),
    )
    transcribed_by = models.CharField(
        _("transcribed by"),
        max_length=200,
        blank=True,
        help_text=_("Who transcribed it, or with which program."),
    )

    RECORDS: ClassVar[tuple[str, ...]] = ("image",)
    STATES: ClassVar[tuple[str, ...]] = (*RECORDS, "language", "text")

    class Meta:
        ordering = ["image", "id"]
        verbose_name = _("transcription")
        verbose_name_plural = _("transcriptions")
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="transcription_has_text",
                violation_error_message=_("A transcription needs its text."),
            ),
        ]

    def __str__(self) -> str:
        return " ".join(self.text.split())[:60]
