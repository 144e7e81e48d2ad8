"""Choosing what persons had a part in; and works: what documents and images have in common besides."""

from __future__ import annotations

from typing import Any, ClassVar, TypeVar

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from catalog.filters.base import ChoiceFilter, DatedFilter, RecordsFilter, RoleFilter, yes_or_no
from catalog.filters.fields import Given
from catalog.models import (
    Collection,
    Contribution,
    Document,
    Event,
    Image,
    Person,
    Place,
    Topic,
    Vocabulary,
)

W = TypeVar("W", Document, Image)
M = TypeVar("M", Document, Image, Collection)


class ContributedFilter(DatedFilter):
    """What persons had a part in, by who they are and in which role.

    ``WORK`` is the column of contributions that names it.
    """

    WORK: ClassVar[str]

    INDEXED: ClassVar[dict[str, str]] = {
        **DatedFilter.INDEXED,
        **{name: name for name in ("person", "role", "collection")},
    }

    person = RecordsFilter(Person, "of_person", label=_("Person"))
    role = RoleFilter(Vocabulary.CONTRIBUTION_ROLE, "in_role", label=_("Role"))

    def contributed(self) -> QuerySet[Any]:
        """The contributions to records of this kind, in the roles given."""
        rows = self.seen(Contribution).filter(**{f"{self.WORK}__isnull": False}).order_by()
        roles = self.roles()
        return rows if roles is None else rows.filter(role__in=roles)

    def works_of(self, rows: QuerySet[Any]) -> Q:
        """The records of this kind that some contributions or topics belong to."""
        return Q(pk__in=rows.values(self.WORK))

    def other_ties(self, persons: list[Any]) -> Q:
        """Other ways in which a record of this kind is tied to persons; nouns extend it."""
        return Q()

    def of_person(self, works: QuerySet[M], name: str, given: list[Given]) -> QuerySet[M]:
        """Records to which a person contributed, in the roles given; without a role also those tied
        to the person in another way.
        """
        persons = [one.value for one in given]
        made = self.works_of(self.contributed().filter(person__in=persons))
        if "role" in self._applied:
            return works.filter(made)
        return works.filter(made | self.other_ties(persons))

    def in_role(self, works: QuerySet[M], name: str, given: list[Given]) -> QuerySet[M]:
        """Records in which somebody had a role; with a person, :meth:`of_person` asks for both at once."""
        if "person" in self._applied:
            return works
        return works.filter(self.works_of(self.contributed()))

    def roles_of(self, works: QuerySet[M] | None = None) -> QuerySet[Any]:
        """The roles of the persons given in some records, or in all, as pairs for their facet."""
        persons = [one.value for one in self.given["person"]]
        rows = self.seen(Contribution).filter(
            **{"person__in": persons, f"{self.WORK}__isnull": False}
        )
        if works is not None:
            rows = rows.filter(**{f"{self.WORK}__in": works.values("pk")})
        return rows.order_by().values(record=F(self.WORK), node=F("role"))


class WorkFilter(ContributedFilter):
    """Works by who made them, whom and what they are about, where, and in which collection.

    ``WORK`` is the column of topics that names the work, too.
    """

    INDEXED: ClassVar[dict[str, str]] = {
        **ContributedFilter.INDEXED,
        **{name: name for name in ("type", "place", "event", "has_image")},
    }

    place = RecordsFilter(Place, "at_place", label=_("Place"))
    event = RecordsFilter(Event, "about_event", label=_("About the event"))
    document = RecordsFilter(Document, "about_document", label=_("About the document"))
    collection = RecordsFilter(Collection, "in_collection", label=_("Collection"))
    has_image = ChoiceFilter(method="with_picture", choices=yes_or_no, label=_("Has a picture"))

    def topics(self) -> QuerySet[Any]:
        """What works of this kind are about."""
        return self.seen(Topic).filter(**{f"{self.WORK}__isnull": False}).order_by()

    def other_ties(self, persons: list[Any]) -> Q:
        """Works about one of the persons."""
        return self.works_of(self.topics().filter(about_person__in=persons))

    def at_place(self, works: QuerySet[W], name: str, given: list[Given]) -> QuerySet[W]:
        """Works made in a place or about it, or in or about one within it."""
        places = self.within(given)
        about = self.works_of(self.topics().filter(about_place__in=places))
        return works.filter(Q(place__in=places) | about)

    def about_event(self, works: QuerySet[W], name: str, given: list[Given]) -> QuerySet[W]:
        """Works about an event or about a part of it."""
        return works.filter(self.works_of(self.topics().filter(about_event__in=self.within(given))))

    def about_document(self, works: QuerySet[W], name: str, given: list[Given]) -> QuerySet[W]:
        """Works about a document."""
        documents = [one.value for one in given]
        return works.filter(self.works_of(self.topics().filter(about_document__in=documents)))

    def in_collection(self, works: QuerySet[W], name: str, given: list[Given]) -> QuerySet[W]:
        """Works in a collection or below it."""
        return works.filter(collection__in=self.within(given))
