"""Documents: books, letters, treaties, manuscripts, periodicals, reports, films."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from catalog.models.derived import FoldedField
from catalog.models.fields import EarliestField, EDTFField, LatestField, bounds_in_order
from catalog.models.record import Record
from catalog.models.vocabulary import Vocabulary
from catalog.uris import Kind


class Document(Record):
    """A written or filmed work, held or only described."""

    KIND: ClassVar[Kind] = "document"

    type = models.ForeignKey(
        "catalog.Term",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents_of_type",
        limit_choices_to={"vocabulary": Vocabulary.DOCUMENT_TYPE},
        verbose_name=_("type"),
    )
    original_title = models.CharField(_("original title"), max_length=500, blank=True)
    written = EDTFField(_("written"))
    written_earliest = EarliestField(of="written")
    written_latest = LatestField(of="written")
    published = EDTFField(_("published"))
    published_earliest = EarliestField(of="published")
    published_latest = LatestField(of="published")
    languages = models.ManyToManyField(
        "catalog.Term",
        verbose_name=_("languages"),
        blank=True,
        limit_choices_to={"vocabulary": Vocabulary.LANGUAGE},
        related_name="documents_in_language",
    )
    place = models.ForeignKey(
        "catalog.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("place of writing"),
    )
    extent = models.CharField(
        _("extent"), max_length=300, blank=True, help_text=_("“3 leaves”, “412 pages”.")
    )
    holding_institution = models.ForeignKey(
        "catalog.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="holdings",
        verbose_name=_("holding institution"),
        help_text=_("Who keeps the original."),
    )
    collection = models.ForeignKey(
        "catalog.Collection",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="documents",
        verbose_name=_("collection"),
    )
    position = models.PositiveIntegerField(_("order in the collection"), default=0)
    link = models.URLField(
        _("on the web"),
        max_length=500,
        blank=True,
        help_text=_("Where the work itself can be read."),
    )
    find_key = FoldedField(
        sources=("title", "original_title", "identifier", "summary"), max_length=1500
    )

    class Meta(Record.Meta):
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        permissions = [("publish_document", _("Can publish and withdraw documents"))]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                Coalesce("written_earliest", "published_earliest"), "id", name="document_by_date"
            ),
            models.Index(fields=["collection", "position", "id"], name="document_in_collection"),
        ]
        constraints = [*Record.Meta.constraints, *bounds_in_order("written", "published")]

    @property
    def date(self) -> object:
        """The date by which the document is filed: when it was written, otherwise when it was published."""
        return self.written or self.published
