"""Choosing images."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.filters.base import Span, TermFilter
from catalog.filters.facets import Facet
from catalog.filters.fields import Given
from catalog.filters.works import WorkFilter
from catalog.models import Depiction, Image, Vocabulary


class ImageFilter(WorkFilter):
    """Images by type, date, who is seen, and what all works have."""

    WORK: ClassVar[str] = "image"
    SPANS: ClassVar[tuple[Span, ...]] = (Span("date", "date"),)
    FACETS: ClassVar[tuple[Facet, ...]] = (
        Facet("has_image", only="yes"),
        Facet("role", pairs="roles_of", after="person"),
        Facet("type", "type"),
        Facet("subject", "subjects"),
        Facet("collection", "collection"),
        Facet("rights", "rights"),
    )

    type = TermFilter("type", Vocabulary.IMAGE_TYPE, label=_("Type"))

    class Meta:
        model = Image
        fields: ClassVar[list[str]] = []

    def other_ties(self, persons: list[Any]) -> Q:
        """Images about one of the persons, or in which one is seen."""
        shown = self.seen(Depiction).filter(person__in=persons).order_by()
        return super().other_ties(persons) | Q(pk__in=shown.values("image"))

    def with_picture(
        self, images: QuerySet[Image], name: str, given: list[Given]
    ) -> QuerySet[Image]:
        """Images that the archive holds, and does not only describe."""
        return self.yes_and_no(images, given, ~Q(file=""))
