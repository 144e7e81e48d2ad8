"""The page of an event."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalog.models import Event, Participation, seen
from catalog.pages.base import Page, RecordDetail
from catalog.pages.facts import terms_of
from catalog.pages.hierarchy import Trail, above_and_below, neighbours
from catalog.pages.place_map import locator
from catalog.pages.relations import Group, by_date, first_of_each, grouped, listed, one_group
from catalog.pages.topics import head_picture, works_about


class EventDetail(RecordDetail):
    """``/events/<slug>/``."""

    model = Event
    linked = ("type", "place", "part_of")
    order = "date_earliest"

    def fill(self, page: Page) -> None:
        """What happened, when and where, who took part, the documents and pictures of it."""
        event, user = page.record, page.user
        place, whole = seen(event.place, user), seen(event.part_of, user)
        page.type = event.type.name if event.type else ""
        page.line = [event.date, place.title if place else ""]
        page.extra = {
            "linked": {"place": place, "part_of": whole},
            "located": locator(place),
            "subjects": terms_of(event, "subjects")["subjects"],
        }
        page.fact(_("Date"), event.date, field="date")
        page.fact(_("Place"), place, field="place")
        page.fact(_("Part of"), whole, field="part_of")
        pictures, documents = works_about(event, user)
        page.image = head_picture(pictures)
        page.add(_("Who took part"), *self._participants(page))
        page.add(_("Documents and pictures"), *pictures, *documents)
        above, parts = above_and_below(
            event, user, by_date("date_earliest"), has_above=whole is not None
        )
        page.add(_("Parts of this event"), one_group(parts, listed("event", event=event.slug)))
        page.trail = Trail(above, *neighbours(event), _("Before and after"))

    def _participants(self, page: Page) -> list[Group]:
        rows = (
            Participation.objects.visible_to(page.user, seen_from=["event"])
            .filter(event=page.record)
            .select_related("person", "role")
        )
        return grouped(
            first_of_each(rows, "role", "position", "id"),
            label=lambda row: row.role.name,
            other=lambda row: row.person,
            more=lambda row: listed("person", event=page.record.slug, role=row.role.code),
        )
