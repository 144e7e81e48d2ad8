"""Choosing persons, families and corporate bodies."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import F, Q, QuerySet
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
from catalog.filters.fields import Choice, Given
from catalog.models import (
    Collection,
    Contribution,
    Depiction,
    Document,
    Event,
    Image,
    Participation,
    Person,
    PersonKind,
    Place,
    Relationship,
    Topic,
    Vocabulary,
    birth_withheld,
)


def kinds() -> list[Choice]:
    """Persons, families, corporate bodies, in the words for visitors."""
    return [Choice(one.value.replace(" ", "-"), one.plain, one.value) for one in PersonKind]


class PersonFilter(DatedFilter):
    """Persons by life dates, occupation, place, and the people and things they are related to."""

    SPANS: ClassVar[tuple[Span, ...]] = (Span("born", "died"),)
    FACETS: ClassVar[tuple[Facet, ...]] = (
        Facet("kind", "kind"),
        Facet("occupation", "occupations"),
        Facet("subject", "subjects"),
        Facet("role", pairs="roles_of", after="event"),
        Facet("has_image", only="yes"),
    )
    INDEXED: ClassVar[dict[str, str]] = {
        **DatedFilter.INDEXED,
        "kind": "entity",
        **{name: name for name in ("occupation", "person", "place", "has_image")},
    }
    TOGETHER: ClassVar[tuple[str, ...]] = ("event", "role")

    kind = ChoiceFilter("kind", choices=kinds, label=_("Kind"))
    occupation = TermFilter("occupations", Vocabulary.OCCUPATION, label=_("Occupation"))
    person = RecordsFilter(Person, "related_to", label=_("Related to"))
    event = RecordsFilter(Event, "in_event", label=_("Took part in"))
    role = RoleFilter(Vocabulary.PARTICIPATION_ROLE, "in_role", label=_("Role"))
    document = RecordsFilter(Document, "of_document", label=_("Created, or is named in"))
    image = RecordsFilter(Image, "of_image", label=_("Appears in, or created"))
    collection = RecordsFilter(Collection, "of_collection", label=_("Created the collection"))
    place = RecordsFilter(Place, "at_place", label=_("Born or died in"))
    has_image = ChoiceFilter(method="with_picture", choices=yes_or_no, label=_("Has a picture"))

    class Meta:
        model = Person
        fields: ClassVar[list[str]] = []

    def related_to(
        self, persons: QuerySet[Person], name: str, given: list[Given]
    ) -> QuerySet[Person]:
        """Persons who have a relationship to one of those given, in either direction."""
        them = [one.value for one in given]
        ties = self.seen(Relationship).order_by()
        return persons.filter(
            Q(pk__in=ties.filter(related__in=them).values("person"))
            | Q(pk__in=ties.filter(person__in=them).values("related"))
        )

    def in_event(
        self, persons: QuerySet[Person], name: str, given: list[Given]
    ) -> QuerySet[Person]:
        """Persons who took part in an event or in a part of it, in the roles given."""
        parts = self.seen(Participation).filter(event__in=self.within(given)).order_by()
        roles = self.roles()
        if roles is not None:
            parts = parts.filter(role__in=roles)
        return persons.filter(pk__in=parts.values("person"))

    def in_role(self, persons: QuerySet[Person], name: str, given: list[Given]) -> QuerySet[Person]:
        """Persons who had a role in any event; with an event, :meth:`in_event` asks for both at once."""
        if "event" in self._applied:
            return persons
        parts = self.seen(Participation).filter(role__in=self.roles()).order_by()
        return persons.filter(pk__in=parts.values("person"))

    def roles_of(self, persons: QuerySet[Person] | None = None) -> QuerySet[Any]:
        """The roles of some persons, or of all, in the events given, as pairs for their facet."""
        parts = self.seen(Participation).filter(event__in=self.within(self.given["event"]))
        if persons is not None:
            parts = parts.filter(person__in=persons.values("pk"))
        return parts.order_by().values(record=F("person"), node=F("role"))

    def of_document(
        self, persons: QuerySet[Person], name: str, given: list[Given]
    ) -> QuerySet[Person]:
        """Persons who contributed to a document, or whom it is about."""
        return persons.filter(self._of_work(name, given))

    def of_image(
        self, persons: QuerySet[Person], name: str, given: list[Given]
    ) -> QuerySet[Person]:
        """Persons who appear in an image, who made it, or whom it is about."""
        seen = self.seen(Depiction).filter(image__in=[one.value for one in given]).order_by()
        return persons.filter(self._of_work(name, given) | Q(pk__in=seen.values("person")))

    def of_collection(
        self, persons: QuerySet[Person], name: str, given: list[Given]
    ) -> QuerySet[Person]:
        """Persons who had a part in a collection or in one below it: created or collected it."""
        made = self.seen(Contribution).filter(collection__in=self.within(given)).order_by()
        return persons.filter(pk__in=made.values("person"))

    def _of_work(self, name: str, given: list[Given]) -> Q:
        work = {f"{name}__in": [one.value for one in given]}
        made = self.seen(Contribution).filter(**work).order_by()
        about = self.seen(Topic).filter(**work, about_person__isnull=False).order_by()
        return Q(pk__in=made.values("person")) | Q(pk__in=about.values("about_person"))

    def at_place(
        self, persons: QuerySet[Person], name: str, given: list[Given]
    ) -> QuerySet[Person]:
        """Persons who were born or died in a place or within it."""
        places = self.within(given)
        born = Q(born_place__in=places) & ~birth_withheld(self.user)
        return persons.filter(born | Q(died_place__in=places))

    def _in_time(self, condition: Any) -> Q:
        """As for all records; for the public, living people lie in no span of time."""
        return super()._in_time(condition) & ~birth_withheld(self.user)

    def with_picture(
        self, persons: QuerySet[Person], name: str, given: list[Given]
    ) -> QuerySet[Person]:
        """Persons who appear in a picture that can be viewed, or whom it is about."""
        shown = self.shown_in(Depiction, "person") | self.shown_in(Topic, "about_person")
        return self.yes_and_no(persons, given, shown)
