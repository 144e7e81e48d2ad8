"""The page of a person, a family or a corporate body."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Case, F, Q, When
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.models import (
    LIKENESSES,
    Contribution,
    Depiction,
    Document,
    Participation,
    Person,
    Relationship,
    seen,
)
from catalog.pages.base import Page, RecordDetail
from catalog.pages.facts import Value, dated, terms_of
from catalog.pages.hierarchy import Trail, neighbours
from catalog.pages.lives import life
from catalog.pages.relations import (
    Group,
    by_date,
    first_of_each,
    grouped,
    limited,
    listed,
    one_group,
)
from catalog.pages.topics import works_about
from catalog.values import Label


class PersonDetail(RecordDetail):
    """``/people/<slug>/``."""

    model = Person
    linked = ("born_place", "died_place")
    order = "sort_key"

    def fill(self, page: Page) -> None:
        """Names, life, works by role, events in time, relationships both ways, pictures, topics."""
        person, user = page.record, page.user
        born_place, died_place = seen(person.born_place, user), seen(person.died_place, user)
        terms = terms_of(person, "occupations", "subjects")
        page.line = [Label(life(person))]
        page.extra = {
            "linked": {"born_place": born_place, "died_place": died_place},
            "names": list(
                person.names.visible_to(user, seen_from=["person"]).order_by("kind", "id")
            ),
            "subjects": terms["subjects"],
        }
        founded = person.is_founded
        birth = dated(person.born, born_place)
        if person.withholds_birth:
            birth = Value(
                gettext("Dates and birthplaces of living people are not shown."), ours=True
            )
        elif birth is not None and person.birth_is_withheld:
            birth.note = gettext("not shown to the public: this person may be living")
        page.fact(_("Founded") if founded else _("Born"), birth, field="born")
        page.fact(
            _("Ended") if founded else _("Died"), dated(person.died, died_place), field="died"
        )
        page.fact(
            _("Function") if person.is_corporate else _("Occupation"),
            *terms["occupations"],
            field="occupations",
        )
        page.fact(_("Filed under"), person.sort_name if person.sort_name != person.title else "")

        depictions = self._depictions(page)
        pictures, documents = works_about(person, user)
        likeness = [
            line.record
            for line in depictions.lines
            if line.record.is_held and line.record.type and line.record.type.code in LIKENESSES
        ]
        page.image = likeness[0] if likeness else None
        page.add(_("Relationships"), *self._relationships(page))
        page.add(
            _("Events"),
            *self._participations(page),
            timeline=listed("event", person=person.slug, view="timeline"),
        )
        works, collections = self._contributions(page)
        page.add(_("Works"), *works)
        page.add(_("Collections"), *collections)
        page.add(_("Pictures"), depictions, *pictures)
        page.add(_("Written about"), *documents)
        page.add(
            _("Holds"),
            one_group(
                limited(Document.objects.visible_to(user).filter(holding_institution=person)),
                listed("document", person=person.slug),
            ),
        )
        page.trail = Trail([], *neighbours(person), _("In alphabetical order"))

    def _relationships(self, page: Page) -> list[Group]:
        """Both directions in one query: what this person is of others, and others of this person."""
        person = page.record
        outward = Case(When(person=person, then=Constant(1)), default=Constant(0))
        rows = (
            Relationship.objects.visible_to(page.user)
            .filter(Q(person=person) | Q(related=person))
            .select_related("person", "related", "kind")
            .annotate(outward=outward)
        )
        window = first_of_each(
            rows, Coalesce(F("kind_id") * 2 + F("outward"), Constant(0)), "position", "id"
        )

        def label(row: Any) -> Any:
            return row.kind.name if row.outward else row.kind.inverse_name

        return grouped(
            window,
            label=label,
            other=lambda row: row.related if row.outward else row.person,
            more=lambda row: listed("person", person=person.slug),
        )

    def _participations(self, page: Page) -> list[Group]:
        rows = (
            Participation.objects.visible_to(page.user, seen_from=["person"])
            .filter(person=page.record)
            .select_related("event", "role")
        )
        return grouped(
            first_of_each(rows, "role", *by_date("event__date_earliest")),
            label=lambda row: row.role.name,
            other=lambda row: row.event,
            more=lambda row: listed("event", person=page.record.slug, role=row.role.code),
        )

    def _contributions(self, page: Page) -> tuple[list[Group], list[Group]]:
        """Works and collections that the person had a part in, by role. One query."""
        is_collection = Case(When(collection__isnull=True, then=0), default=1)
        rows = (
            Contribution.objects.visible_to(page.user, seen_from=["person"])
            .filter(person=page.record)
            .select_related(*Contribution.WORKS, "role")
            .annotate(
                sort=Coalesce(F("role_id") * 2 + is_collection, Constant(0)),
                when=Coalesce(
                    "document__written_earliest",
                    "document__published_earliest",
                    "image__date_earliest",
                    "collection__date_earliest",
                ),
            )
        )
        found = list(first_of_each(rows, F("sort"), *by_date("when")))

        def groups(some: Iterable[Contribution]) -> list[Group]:
            return grouped(
                some,
                label=lambda row: row.role.name,
                other=lambda row: row.work,
                more=lambda row: listed(row.work.KIND, person=page.record.slug, role=row.role.code),
            )

        return (
            groups(row for row in found if row.collection_id is None),
            groups(row for row in found if row.collection_id is not None),
        )

    def _depictions(self, page: Page) -> Group:
        rows = (
            Depiction.objects.visible_to(page.user, seen_from=["person"])
            .filter(person=page.record)
            .select_related("image", "image__type")
            .order_by(*by_date("image__date_earliest"))
        )
        found = grouped(
            limited(rows),
            label=lambda row: _("Appears in"),
            other=lambda row: row.image,
            more=lambda row: listed("image", person=page.record.slug),
            caption=lambda row: row.caption,
            manner="pictures",
            terms=False,
        )
        return found[0] if found else Group(_("Appears in"), [])
