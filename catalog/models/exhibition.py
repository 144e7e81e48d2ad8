"""Exhibitions: stories that curators tell with records of the catalogue.

An exhibition is edited, published, withdrawn and kept in the history as a record is, under the same rule of visibility:
it is a :class:`~catalog.models.record.Record`. It is none of the six kinds, though. It catalogues nothing, and so is
neither harvested, imported nor merged, and found beside the records (docs/decisions/0020-exhibitions.md).
"""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.image import Image
from catalog.models.record import Record, not_too_long
from catalog.models.statement import Statement, one_of_several
from catalog.uris import EXHIBITION, KINDS, Kind, exhibition_path

#: The columns of a part of which at most one names the record that it shows.
SHOWN: Final[tuple[Kind, ...]] = KINDS


class Exhibition(Record):
    """A story told with records: introduction, then its parts in order. Its description is the introduction."""

    # Of the type of the six kinds, because every record has one; it is not among ``KINDS``.
    KIND = EXHIBITION

    description = models.TextField(
        _("introduction"),
        blank=True,
        validators=[not_too_long],
        help_text=_("What visitors read before the first section. Markdown. No HTML."),
    )
    opening = models.ForeignKey(
        "catalog.Image",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="opens",
        verbose_name=_("opening picture"),
        help_text=_("Empty: the first picture in the exhibition that the archive holds."),
    )
    position = models.PositiveIntegerField(
        _("order"), default=0, help_text=_("Exhibitions with the lowest number come first.")
    )
    credit_line = models.TextField(
        _("credits"),
        max_length=2000,
        blank=True,
        help_text=_("Who wrote and made the exhibition, and whom it thanks. Markdown."),
    )
    #: Its subjects are those of the records that it shows.
    subjects = None  # type: ignore[assignment]  # how Django leaves out a column of an abstract model

    #: The picture that stands at its head, as a page has read it for its reader.
    opened_by: Image | None = None

    class Meta(Record.Meta):
        ordering: ClassVar = ["position", "-first_published", "id"]
        verbose_name = _("exhibition")
        verbose_name_plural = _("exhibitions")
        permissions: ClassVar = [("publish_exhibition", _("Can publish and withdraw exhibitions"))]

    def get_absolute_url(self) -> str:
        """Path of the exhibition's public page."""
        return exhibition_path(self.slug)


class ExhibitionPart(Statement):
    """A part of an exhibition, in the order in which visitors meet it.

    It is the heading of a section with its text, an exhibit (a record of any kind, its text being the caption), or
    further text. A section reaches to the next heading.
    """

    exhibition = models.ForeignKey(
        Exhibition, on_delete=models.CASCADE, related_name="parts", verbose_name=_("exhibition")
    )
    position = models.PositiveIntegerField(_("order"), default=0)
    heading = models.CharField(
        _("heading"),
        max_length=200,
        blank=True,
        help_text=_("Begins a new section. Leave it empty for an exhibit."),
    )
    person = one_of_several("person", "exhibited_in", verbose_name=_("person"))
    document = one_of_several("document", "exhibited_in", verbose_name=_("document"))
    image = one_of_several("image", "exhibited_in", verbose_name=_("image"))
    event = one_of_several("event", "exhibited_in", verbose_name=_("event"))
    place = one_of_several("place", "exhibited_in", verbose_name=_("place"))
    collection = one_of_several("collection", "exhibited_in", verbose_name=_("collection"))
    text = models.TextField(
        _("text"),
        blank=True,
        validators=[not_too_long],
        help_text=_(
            "The text of a section, or the caption of an exhibit (empty: the record’s own summary). Markdown."
        ),
    )
    is_wide = models.BooleanField(
        _("large"), default=False, help_text=_("Show this exhibit across the page.")
    )

    RECORDS: ClassVar[tuple[str, ...]] = ("exhibition", *SHOWN)
    #: A record may be shown twice when something else is said of it.
    STATES: ClassVar[tuple[str, ...]] = (*RECORDS, "heading", "text")

    class Meta:
        ordering = ["position", "id"]
        verbose_name = _("part of an exhibition")
        verbose_name_plural = _("parts of the exhibition")
        indexes = [
            models.Index(fields=["exhibition", "position", "id"], name="exhibition_part_in_order"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    *(
                        Q(**{f"{one}__isnull": True}) | Q(**{f"{other}__isnull": True})
                        for number, one in enumerate(SHOWN)
                        for other in SHOWN[number + 1 :]
                    )
                ),
                name="exhibition_part_of_one_record",
                violation_error_message=_(
                    "A part shows one record. Add another part for each further one."
                ),
            ),
            models.CheckConstraint(
                condition=Q(heading="") | Q(**{f"{one}__isnull": True for one in SHOWN}),
                name="exhibition_part_heads_or_shows",
                violation_error_message=_(
                    "A part either begins a section or shows a record. Put the record into a part "
                    "of its own, below the heading."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(heading="", text="")
                | Q(*(Q(**{f"{one}__isnull": False}) for one in SHOWN), _connector=Q.OR),
                name="exhibition_part_not_empty",
                violation_error_message=_(
                    "An empty part shows nothing. Give it a heading, a record or a text, or remove it."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.heading or str(self.record or " ".join(self.text.split())[:60])

    @property
    def record(self) -> Record | None:
        """The record that it shows; None for a heading or a text."""
        shown = (getattr(self, name) for name in SHOWN if getattr(self, f"{name}_id") is not None)
        return next(shown, None)
