"""Choosing places."""

from __future__ import annotations

from typing import ClassVar

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.filters.base import RecordFilter, RecordsFilter, TermFilter
from catalog.filters.facets import Facet
from catalog.filters.fields import Given
from catalog.models import Document, Image, Participation, Person, Place, Vocabulary, birth_withheld


class PlaceFilter(RecordFilter):
    """Places by country, by the places they lie in, and by who was there. Places have no date."""

    FACETS: ClassVar[tuple[Facet, ...]] = (
        Facet("country", "countries"),
        Facet("subject", "subjects"),
    )

    INDEXED: ClassVar[dict[str, str]] = {
        **RecordFilter.INDEXED,
        "country": "country",
        "place": "place",
    }

    country = TermFilter("countries", Vocabulary.COUNTRY, label=_("Country today"))
    place = RecordsFilter(Place, "within_place", label=_("In"))
    person = RecordsFilter(Person, "of_person", label=_("Person"))
    document = RecordsFilter(Document, "topic_of", label=_("Topic of"))
    image = RecordsFilter(Image, "topic_of", label=_("Shown in"))

    class Meta:
        model = Place
        fields: ClassVar[list[str]] = []

    def within_place(
        self, places: QuerySet[Place], name: str, given: list[Given]
    ) -> QuerySet[Place]:
        """The places within a place; not the place itself."""
        return self.only_below(places, given)

    def of_person(self, places: QuerySet[Place], name: str, given: list[Given]) -> QuerySet[Place]:
        """Places where a person was born, died, or took part in an event."""
        pks = [one.value.pk for one in given]
        persons = Person.objects.visible_to(self.user).filter(pk__in=pks).order_by()
        born = persons.filter(born_place__isnull=False).exclude(birth_withheld(self.user))
        events = (
            self.seen(Participation).filter(person__in=pks, event__place__isnull=False).order_by()
        )
        return places.filter(
            Q(pk__in=born.values("born_place"))
            | Q(pk__in=persons.filter(died_place__isnull=False).values("died_place"))
            | Q(pk__in=events.values("event__place"))
        )
