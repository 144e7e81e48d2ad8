"""Choosing documents."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.filters.base import Span, TermFilter
from catalog.filters.facets import Facet
from catalog.filters.fields import Given
from catalog.filters.works import WorkFilter
from catalog.models import Document, Page, Person, Topic, Vocabulary


class DocumentFilter(WorkFilter):
    """Documents by type, language, date, and what all works have."""

    WORK: ClassVar[str] = "document"
    #: As it is filed: by when it was written, otherwise by when it was published.
    SPANS: ClassVar[tuple[Span, ...]] = (Span("written", "written"), Span("published", "published"))
    FACETS: ClassVar[tuple[Facet, ...]] = (
        Facet("has_image", only="yes"),
        Facet("role", pairs="roles_of", after="person"),
        Facet("type", "type"),
        Facet("language", "languages"),
        Facet("subject", "subjects"),
        Facet("collection", "collection"),
        Facet("rights", "rights"),
    )
    INDEXED: ClassVar[dict[str, str]] = {**WorkFilter.INDEXED, "language": "language"}

    type = TermFilter("type", Vocabulary.DOCUMENT_TYPE, label=_("Type"))
    language = TermFilter("languages", Vocabulary.LANGUAGE, label=_("Language"))

    class Meta:
        model = Document
        fields: ClassVar[list[str]] = []

    def other_ties(self, persons: list[Any]) -> Q:
        """A library is also tied to what it holds; the visitor must be allowed to see the library."""
        holders = Person.objects.visible_to(self.user).filter(pk__in=[one.pk for one in persons])
        held = Q(holding_institution__in=holders.order_by().values("pk"))
        return super().other_ties(persons) | held

    def with_picture(
        self, documents: QuerySet[Document], name: str, given: list[Given]
    ) -> QuerySet[Document]:
        """Documents with a page, or a picture about them, that can be viewed."""
        shown = self.shown_in(Page, "document") | self.shown_in(Topic, "about_document")
        return self.yes_and_no(documents, given, shown)
