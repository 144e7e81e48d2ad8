"""Events: something that happened, when and where, and as part of what."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.fields import EarliestField, EDTFField, LatestField, bounds_in_order
from catalog.models.hierarchy import Hierarchical, HierarchicalQuerySet
from catalog.models.record import Record, RecordQuerySet
from catalog.models.vocabulary import Vocabulary
from catalog.uris import Kind


class EventQuerySet(RecordQuerySet["Event"], HierarchicalQuerySet["Event"]):  # type: ignore[override]
    """Events, and those that are parts of them."""


class Event(Record, Hierarchical):
    """Something that happened: a signing, a trial, a journey, a death."""

    KIND: ClassVar[Kind] = "event"
    PARENT: ClassVar[str] = "part_of"

    type = models.ForeignKey(
        "catalog.Term",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events_of_type",
        limit_choices_to={"vocabulary": Vocabulary.EVENT_TYPE},
        verbose_name=_("type"),
    )
    date = EDTFField(_("date"))
    date_earliest = EarliestField(of="date")
    date_latest = LatestField(of="date")
    place = models.ForeignKey(
        "catalog.Place",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("place"),
    )
    part_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
    )

    objects = EventQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Record.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        permissions = [("publish_event", _("Can publish and withdraw events"))]
        indexes = [
            *Record.Meta.indexes,
            models.Index(fields=["date_earliest", "id"], name="event_by_date"),
            models.Index(fields=["date_latest", "id"], name="event_by_end"),
        ]
        constraints = [
            *Record.Meta.constraints,
            *bounds_in_order("date"),
            models.CheckConstraint(condition=~Q(part_of=F("id")), name="event_not_part_of_itself"),
        ]
