"""The page of a collection: a fonds, a series, a file."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalog.models import Collection, Document, Image, seen
from catalog.pages.base import Page, RecordDetail
from catalog.pages.citing import creating
from catalog.pages.document import contributions
from catalog.pages.facts import terms_of
from catalog.pages.hierarchy import Trail, line_above, neighbours_among
from catalog.pages.relations import limited, listed, one_group
from catalog.uris import iiif_collection_path


class CollectionDetail(RecordDetail):
    """``/collections/<slug>/``."""

    model = Collection
    linked = ("parent",)

    def fill(self, page: Page) -> None:
        """Who created it, what it holds, how much, where it comes from; what is above, below and in it."""
        collection, user = page.record, page.user
        parent = seen(collection.parent, user)
        page.type = collection.get_level_display()
        makers = contributions(collection, user)
        page.made_by(makers)
        page.line = [", ".join(page.creators), collection.date, collection.extent]
        page.extra = {
            "linked": {"parent": parent},
            "subjects": terms_of(collection, "subjects")["subjects"],
            "iiif_address": iiif_collection_path(collection.uuid),
        }
        page.fact(_("Created by"), *creating(page.makers or (), collection.KIND))
        page.fact(_("Part of"), parent, field="parent")
        page.fact(_("Dates of the material"), collection.date, field="date")
        page.fact(_("How much"), collection.extent, field="extent")
        rows = Collection.objects.visible_to(user)
        held = {"collection": collection}
        order = ("position", "sort_key", "id")
        page.add(_("Who had a part in it"), *makers)
        page.add(
            _("Divided into"),
            one_group(
                limited(rows.filter(parent=collection).order_by(*order)),
                listed("collection", collection=collection.slug),
            ),
        )
        page.add(
            _("Documents in this collection"),
            one_group(
                limited(
                    Document.objects.visible_to(user).filter(**held).order_by("position", "id")
                ),
                listed("document", collection=collection.slug),
            ),
        )
        page.add(
            _("Pictures in this collection"),
            one_group(
                limited(
                    Image.objects.visible_to(user)
                    .filter(**held)
                    .select_related("type")
                    .order_by("position", "id")
                ),
                listed("image", collection=collection.slug),
                "pictures",
            ),
        )
        above = line_above(collection, user) if parent else []
        siblings = rows.filter(parent=parent) if parent else rows.filter(parent__isnull=True)
        before, after = neighbours_among(siblings, collection, "position")
        page.trail = Trail(above, before, after, _("At the same level"))
