"""Collections: the archival hierarchy of ISAD(G), from the fonds down to the file."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.fields import EarliestField, EDTFField, LatestField, bounds_in_order
from catalog.models.hierarchy import Hierarchical, HierarchicalQuerySet
from catalog.models.record import Record, RecordQuerySet
from catalog.uris import Kind


class Level(models.TextChoices):
    """Level of description (ISAD(G) 3.1.4). Single items are documents and images, not collections."""

    FONDS = "fonds", _("Fonds")
    COLLECTION = "collection", _("Collection")
    SUBFONDS = "subfonds", _("Sub-fonds")
    SERIES = "series", _("Series")
    SUBSERIES = "subseries", _("Sub-series")
    FILE = "file", _("File")


class CollectionQuerySet(RecordQuerySet["Collection"], HierarchicalQuerySet["Collection"]):  # type: ignore[override]
    """Collections, and what is in them."""


class Collection(Record, Hierarchical):
    """A fonds, series or file. Its description is the scope and content (ISAD(G) 3.3.1)."""

    KIND: ClassVar[Kind] = "collection"
    PARENT: ClassVar[str] = "parent"

    level = models.CharField(_("level"), max_length=12, choices=Level.choices, default=Level.SERIES)
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    position = models.PositiveIntegerField(
        _("order"), default=0, help_text=_("Place among its siblings.")
    )
    date = EDTFField(_("dates of the material"))
    date_earliest = EarliestField(of="date")
    date_latest = LatestField(of="date")
    extent = models.CharField(
        _("extent"), max_length=300, blank=True, help_text=_("How much: “12 letters”, “0.4 m”.")
    )
    custodial_history = models.TextField(_("custodial history"), blank=True, max_length=20_000)
    arrangement = models.TextField(_("arrangement"), blank=True, max_length=20_000)
    access_conditions = models.TextField(_("conditions of access"), blank=True, max_length=20_000)

    objects = CollectionQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Record.Meta):
        verbose_name = _("collection")
        verbose_name_plural = _("collections")
        permissions = [("publish_collection", _("Can publish and withdraw collections"))]
        ordering = ["position", "sort_key", "id"]
        constraints = [
            *Record.Meta.constraints,
            *bounds_in_order("date"),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="collection_not_in_itself"),
        ]
