"""Choosing events."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.filters.base import (
    ChoiceFilter,
    DatedFilter,
    RecordsFilter,
    RoleFilter,
    Span,
    TermFilter,
    yes_or_no,
)
from catalog.filters.facets import Facet
from catalog.filters.fields import Given
from catalog.models import Document, Event, Image, Participation, Person, Place, Topic, Vocabulary


class EventFilter(DatedFilter):
    """Events by type, date, place, and who took part in which role."""

    SPANS: ClassVar[tuple[Span, ...]] = (Span("date", "date"),)
    FACETS: ClassVar[tuple[Facet, ...]] = (
        Facet("role", pairs="roles_of", after="person"),
        Facet("type", "type"),
        Facet("subject", "subjects"),
        Facet("has_image", only="yes"),
    )
    INDEXED: ClassVar[dict[str, str]] = {
        **DatedFilter.INDEXED,
        **{name: name for name in ("type", "person", "role", "place", "has_image")},
    }

    type = TermFilter("type", Vocabulary.EVENT_TYPE, label=_("Type"))
    person = RecordsFilter(Person, "with_person", label=_("Person"))
    role = RoleFilter(Vocabulary.PARTICIPATION_ROLE, "in_role", label=_("Role"))
    place = RecordsFilter(Place, "at_place", label=_("Place"))
    event = RecordsFilter(Event, "part_of", label=_("Part of"))
    document = RecordsFilter(Document, "topic_of", label=_("Topic of"))
    image = RecordsFilter(Image, "topic_of", label=_("Shown in"))
    has_image = ChoiceFilter(method="with_picture", choices=yes_or_no, label=_("Has a picture"))

    class Meta:
        model = Event
        fields: ClassVar[list[str]] = []

    def parts(self) -> QuerySet[Any]:
        """Who took part in what, in the roles given."""
        rows = self.seen(Participation).order_by()
        roles = self.roles()
        return rows if roles is None else rows.filter(role__in=roles)

    def with_person(
        self, events: QuerySet[Event], name: str, given: list[Given]
    ) -> QuerySet[Event]:
        """Events in which a person took part, in the roles given."""
        rows = self.parts().filter(person__in=[one.value for one in given])
        return events.filter(pk__in=rows.values("event"))

    def in_role(self, events: QuerySet[Event], name: str, given: list[Given]) -> QuerySet[Event]:
        """Events in which somebody had a role; with a person, :meth:`with_person` asks for both at once."""
        if "person" in self._applied:
            return events
        return events.filter(pk__in=self.parts().values("event"))

    def roles_of(self, events: QuerySet[Event] | None = None) -> QuerySet[Any]:
        """The roles of the persons given in some events, or in all, as pairs for their facet."""
        persons = [one.value for one in self.given["person"]]
        rows = self.seen(Participation).filter(person__in=persons)
        if events is not None:
            rows = rows.filter(event__in=events.values("pk"))
        return rows.order_by().values(record=F("event"), node=F("role"))

    def at_place(self, events: QuerySet[Event], name: str, given: list[Given]) -> QuerySet[Event]:
        """Events in a place or within it."""
        return events.filter(place__in=self.within(given))

    def part_of(self, events: QuerySet[Event], name: str, given: list[Given]) -> QuerySet[Event]:
        """The parts of an event, and their parts; not the event itself."""
        return self.only_below(events, given)

    def with_picture(
        self, events: QuerySet[Event], name: str, given: list[Given]
    ) -> QuerySet[Event]:
        """Events with a picture that can be viewed."""
        return self.yes_and_no(events, given, self.shown_in(Topic, "about_event"))
