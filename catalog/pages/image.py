"""The page of an image."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalog.iiif.presentation import leaves_of
from catalog.models import Depiction, Image, seen
from catalog.pages.base import Page, RecordDetail
from catalog.pages.document import contributions, in_collection
from catalog.pages.facts import Value, terms_of
from catalog.pages.relations import Group, grouped, limited, listed
from catalog.pages.topics import topics_of
from catalog.pages.viewing import viewing
from catalog.uris import manifest_path


class ImageDetail(RecordDetail):
    """``/images/<slug>/``."""

    model = Image
    linked = ("type", "place", "collection")

    def fill(self, page: Page) -> None:
        """The picture, who made it, who appears in it and where, what it shows."""
        picture, user = page.record, page.user
        place = seen(picture.place, user)
        makers = contributions(picture, user)
        page.made_by(makers)
        page.type = picture.type.name if picture.type else ""
        page.line = [", ".join(page.creators), picture.date, place.title if place else ""]
        page.image = picture
        page.fact(_("Date"), picture.date, field="date")
        page.fact(_("Place"), place, field="place")
        page.fact(_("Collection"), seen(picture.collection, user), field="collection")
        if picture.is_held:
            page.fact(_("Reproduction"), picture.reproduction_note, field="reproduction_note")
            pixels = f"{picture.width} × {picture.height}"
            page.fact(_("Size of the file"), Value(_("%s pixels") % pixels, ours=True))
        depicted = self._depicted(page)
        shown = viewing(picture, leaves_of(picture, user), page.asked, user)
        page.extra = {
            "linked": {"place": place},
            "subjects": terms_of(picture, "subjects")["subjects"],
            "outlined": [line for line in depicted.lines if line.number],
            "viewing": shown,
            "iiif_address": manifest_path(picture.uuid) if shown else "",
        }
        page.add(_("In the picture"), depicted)
        page.add(_("Who had a part in it"), *makers)
        page.add(_("What it shows"), *topics_of(picture, user))
        page.trail = in_collection(picture, user, Image.objects.visible_to(user))

    def _depicted(self, page: Page) -> Group:
        rows = (
            Depiction.objects.visible_to(page.user, seen_from=["image"])
            .filter(image=page.record)
            .select_related("person")
        )
        found = grouped(
            limited(rows),
            label=lambda row: _("In the picture"),
            other=lambda row: row.person,
            more=lambda row: listed("person", image=page.record.slug),
            caption=lambda row: row.caption,
            terms=False,
        )
        group = found[0] if found else Group(_("In the picture"), [])
        number = 0
        for line in group.lines:
            if line.statement.region:  # type: ignore[union-attr]
                number += 1
                line.number = number
        return group
