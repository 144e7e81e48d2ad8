"""Choosing collections: fonds, series, files."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.filters.base import ChoiceFilter, RecordsFilter, Span, choices_of
from catalog.filters.facets import Facet
from catalog.filters.fields import Choice, Given
from catalog.filters.works import ContributedFilter
from catalog.models import Collection, Level


def levels() -> list[Choice]:
    """The levels of description."""
    return choices_of(Level)


class CollectionFilter(ContributedFilter):
    """Collections by who created them, level, dates of the material, and the collection they belong to."""

    WORK: ClassVar[str] = "collection"
    SPANS: ClassVar[tuple[Span, ...]] = (Span("date", "date"),)
    FACETS: ClassVar[tuple[Facet, ...]] = (
        Facet("role", pairs="roles_of", after="person"),
        Facet("level", "level"),
        Facet("subject", "subjects"),
    )
    INDEXED: ClassVar[dict[str, str]] = {**ContributedFilter.INDEXED, "level": "level"}

    level = ChoiceFilter("level", choices=levels, label=_("Level"))
    collection = RecordsFilter(Collection, "below_collection", label=_("In"))

    class Meta:
        model = Collection
        fields: ClassVar[list[str]] = []

    def below_collection(
        self, collections: QuerySet[Collection], name: str, given: list[Given]
    ) -> QuerySet[Collection]:
        """What is below a collection; not the collection itself."""
        return self.only_below(collections, given)
