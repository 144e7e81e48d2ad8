"""Admin of documents."""

from __future__ import annotations

from django.contrib import admin
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from catalog.admin import inlines
from catalog.admin.base import RecordAdmin
from catalog.admin.choices import years_of
from catalog.admin.list_filters import CollectionFilter, by_term
from catalog.admin.page_desk import OrdersPages
from catalog.models import Document, Vocabulary


@admin.register(Document)
class DocumentAdmin(OrdersPages, RecordAdmin):
    """Books, letters, treaties and other works."""

    identify = ("original_title", "type")
    describe = ("languages", "extent", "link")
    when_and_where = (("written", "published"), "place")
    placed = ("holding_institution", ("collection", "position"))
    own_columns = ("type", "dated", "collection")
    own_filters = (
        by_term("type", Vocabulary.DOCUMENT_TYPE, _("type")),
        CollectionFilter,
        by_term("languages", Vocabulary.LANGUAGE, _("language")),
    )
    carried_over = ("type", "collection", "place", "holding_institution", "rights", "credit_line")
    inlines = (
        inlines.PageInline,
        inlines.ContributionInline,
        inlines.TopicOfDocumentInline,
        inlines.CitationOfDocumentInline,
        inlines.DetailInline,
        inlines.OutsideIdentifierInline,
        inlines.WorksAboutDocumentInline,
    )

    @admin.display(
        description=_("date"), ordering=Coalesce("written_earliest", "published_earliest")
    )
    def dated(self, document: Document) -> str:
        """When it was written, otherwise published, in words."""
        return years_of(document.written or document.published)
