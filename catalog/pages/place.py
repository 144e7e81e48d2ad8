"""The page of a place."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Document, Event, Image, Person, Place, birth_withheld, seen
from catalog.pages import facts
from catalog.pages.base import Page, RecordDetail
from catalog.pages.cards import together
from catalog.pages.hierarchy import Trail, above_and_below, neighbours
from catalog.pages.place_map import locator
from catalog.pages.relations import SHOWN, Group, by_date, limited, listed, one_group
from catalog.pages.topics import works_about


class PlaceDetail(RecordDetail):
    """``/places/<slug>/``."""

    model = Place
    linked = ("part_of",)
    order = "sort_key"

    def fill(self, page: Page) -> None:
        """Its names through time, where it lies, and everything that happened, was made or is shown
        there.
        """
        place, user = page.record, page.user
        whole = seen(place.part_of, user)
        terms = facts.terms_of(place, "countries", "subjects")
        countries = [term.name for term in terms["countries"]]
        # "in Mexico City" says no more than the place that it is part of.
        situation = "" if whole and whole.title == place.situation else place.situation
        page.line = [place.situation, together(countries)]
        page.extra = {
            "subjects": terms["subjects"],
            "linked": {"part_of": whole},
            "located": locator(place),
            "place_names": list(place.names.visible_to(user, seen_from=["place"])),
        }
        page.fact(_("Part of"), whole, field="part_of")
        page.fact(_("Situation"), situation, field="situation")
        page.fact(_("Country today"), *terms["countries"], field="countries")
        page.fact(_("Position"), *_position(place), field="latitude")

        shown, written = works_about(place, user)
        images = Image.objects.visible_to(user).filter(place=place).select_related("type")
        pictures = list(limited(images.order_by(*by_date("date_earliest"))))
        page.image = next((image for image in pictures if image.is_held), None)
        events = Event.objects.visible_to(user).filter(place=place)
        page.add(
            _("What happened here"),
            one_group(
                limited(events.order_by(*by_date("date_earliest"))),
                listed("event", place=place.slug),
            ),
        )
        page.add(_("People"), *self._people(page))
        page.add(
            _("Documents and pictures"),
            one_group(
                pictures, listed("image", place=place.slug), "pictures", _("Taken or set here")
            ),
            one_group(
                limited(Document.objects.visible_to(user).filter(place=place)),
                listed("document", place=place.slug),
                label=_("Written here"),
            ),
            *shown,
            *written,
        )
        above, parts = above_and_below(place, user, ("sort_key", "id"), has_above=whole is not None)
        page.add(_("Places within it"), one_group(parts, listed("place", place=place.slug)))
        page.trail = Trail(above, *neighbours(place), _("In alphabetical order"))

    def _people(self, page: Page) -> list[Group]:
        """Who was born here, and who died here. One query."""
        place = page.record
        people = Person.objects.visible_to(page.user)
        born = people.filter(born_place=place).exclude(birth_withheld(page.user))
        died = people.filter(died_place=place)
        first = [limited(rows).values("pk") for rows in (born, died)]
        found = list(people.filter(Q(pk__in=first[0]) | Q(pk__in=first[1])))
        known = [person.known_to(page.user) for person in found]
        began = [person for person in known if person.born_place_id == place.pk]
        ended = [person for person in found if person.died_place_id == place.pk]
        address = listed("person", place=place.slug)
        born_here = _said_of(began, _("Born here"), _("Founded here"), _("Born or founded here"))
        died_here = _said_of(ended, _("Died here"), _("Ended here"), _("Died or ended here"))
        return [
            one_group(began, address, label=born_here),
            one_group(ended, address, label=died_here),
        ]


def _said_of(some: list[Person], people: Any, bodies: Any, both: Any) -> Any:
    """What is said of people, of bodies and families, or of both, whichever are there; of both if not all are shown."""
    are_founded = {person.is_founded for person in some}
    if len(are_founded) > 1 or len(some) > SHOWN:
        return both
    return bodies if True in are_founded else people


def _position(place: Place) -> list[Any]:
    """Where it lies, with a link that map programs understand (RFC 5870), and how precise that is."""
    where = place.coordinates
    if where is None:
        return []
    exactness = place.get_precision_display()
    return [
        facts.Value(
            text=str(where),
            url=f"geo:{where.latitude},{where.longitude}",
            note=str(_("the position of the %(what)s") % {"what": exactness.lower()})
            if exactness
            else "",
            ours=True,
        )
    ]
