"""Admin of documents."""

from __future__ import annotations

from django.contrib import admin
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from catalog import actions
from catalog.admin import inlines
from catalog.admin.adding_many import CONTRIBUTOR, TOPIC
from catalog.admin.base import RecordAdmin
from catalog.admin.choices import years_of
from catalog.admin.list_filters import CollectionFilter, StorageFilter, by_term
from catalog.admin.page_desk import OrdersPages
from catalog.admin.pages_along import pages_told
from catalog.admin.shelving import ShelvesRecords, ShelvingInline
from catalog.models import Document, Record, Vocabulary


@admin.register(Document)
class DocumentAdmin(OrdersPages, ShelvesRecords, RecordAdmin):
    """Books, letters, treaties and other works."""

    identify = ("original_title", "type")
    describe = ("languages", "extent", "link")
    when_and_where = (("written", "published"), "place")
    placed = ("holding_institution", ("collection", "position"))
    own_columns = ("type", "dated", "collection")
    own_filters = (
        by_term("type", Vocabulary.DOCUMENT_TYPE, _("type"), facet="type"),
        CollectionFilter,
        StorageFilter,
        by_term("languages", Vocabulary.LANGUAGE, _("language"), facet="language"),
    )
    carried_over = ("type", "collection", "place", "holding_institution", "rights", "credit_line")
    added_to_many = (
        (inlines.ContributionInline, CONTRIBUTOR),
        (inlines.TopicOfDocumentInline, TOPIC),
    )
    inlines = (
        inlines.PageInline,
        inlines.ContributionInline,
        inlines.TopicOfDocumentInline,
        inlines.CitationOfDocumentInline,
        inlines.DetailInline,
        ShelvingInline,
        inlines.OutsideIdentifierInline,
        inlines.WorksAboutDocumentInline,
    )

    def review_fields(self, request: HttpRequest, record: Record | None) -> list[str]:
        """The fields of the section "Review", and a box for the pages where a step can take them along."""
        fields = super().review_fields(request, record)
        steps = any(move.step for move in self.possible_moves(request, record))
        if steps and isinstance(record, Document) and actions.its_pages(record).exists():
            fields.append("with_pages")
        return fields

    @admin.display(description=_("status"))
    def standing(self, record: Record) -> str:
        """Status and what it means for visitors, also of pages that stand otherwise."""
        said = super().standing(record)
        told = pages_told(record) if isinstance(record, Document) and record.pk else ""
        return format_html("{} <strong>{}</strong>", said, told) if told else said

    @admin.display(
        description=_("date"), ordering=Coalesce("written_earliest", "published_earliest")
    )
    def dated(self, document: Document) -> str:
        """When it was written, otherwise published, in words."""
        return years_of(document.written or document.published)
