"""Places, with their names through time."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.derived import FoldedField
from catalog.models.hierarchy import Hierarchical, HierarchicalQuerySet
from catalog.models.record import Record, RecordQuerySet, title_called
from catalog.models.statement import Statement
from catalog.models.vocabulary import Vocabulary
from catalog.uris import Kind
from catalog.values import Coordinates, Precision

PRECISIONS = [
    (Precision.BUILDING.value, _("Building")),
    (Precision.ESTATE.value, _("Estate")),
    (Precision.FEATURE.value, _("Feature")),
    (Precision.BOROUGH.value, _("Borough")),
    (Precision.TOWN.value, _("Town")),
    (Precision.CITY.value, _("City")),
    (Precision.ISLAND.value, _("Island")),
    (Precision.REGION.value, _("Region")),
    (Precision.COUNTRY.value, _("Country")),
]

_LATITUDES = _("A latitude is from -90 (south) to 90 (north). Are latitude and longitude swapped?")
_LONGITUDES = _("A longitude is from -180 (west) to 180 (east).")


class PlaceQuerySet(RecordQuerySet["Place"], HierarchicalQuerySet["Place"]):  # type: ignore[override]
    """Places, and what lies in them."""


class Place(Record, Hierarchical):
    """A place: a house, a town, a country. Its title is the name that the catalogue uses."""

    KIND: ClassVar[Kind] = "place"
    PARENT: ClassVar[str] = "part_of"

    title = title_called(_("name"))
    part_of = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="parts",
        verbose_name=_("part of"),
    )
    situation = models.CharField(
        _("situation"),
        max_length=200,
        blank=True,
        help_text=_("Where it lies, in words: “near Moscow”, “Tiflis Governorate”."),
    )
    countries = models.ManyToManyField(
        "catalog.Term",
        verbose_name=_("country today"),
        blank=True,
        limit_choices_to={"vocabulary": Vocabulary.COUNTRY},
        related_name="places_there",
        help_text=_("More than one if the region now lies in several."),
    )
    latitude = models.FloatField(
        _("latitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-90, _LATITUDES), MaxValueValidator(90, _LATITUDES)],
    )
    longitude = models.FloatField(
        _("longitude"),
        null=True,
        blank=True,
        validators=[MinValueValidator(-180, _LONGITUDES), MaxValueValidator(180, _LONGITUDES)],
    )
    precision = models.CharField(
        _("precision"),
        max_length=12,
        blank=True,
        choices=PRECISIONS,
        help_text=_("What the position stands for."),
    )

    objects = PlaceQuerySet.as_manager()  # type: ignore[misc]

    class Meta(Record.Meta):
        verbose_name = _("place")
        verbose_name_plural = _("places")
        permissions = [("publish_place", _("Can publish and withdraw places"))]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(condition=~Q(part_of=F("id")), name="place_not_part_of_itself"),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                # A comparison with NULL violates nothing, so half a position has to be excluded explicitly.
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                ),
                name="place_position_on_earth",
                violation_error_message=_(
                    "A position needs a latitude from -90 to 90 and a longitude from -180 to 180."
                ),
            ),
        ]

    @property
    def coordinates(self) -> Coordinates | None:
        """The position, or None if it is not known."""
        if self.latitude is None or self.longitude is None:
            return None
        return Coordinates(self.latitude, self.longitude)

    def clean(self) -> None:
        """Refuse half a position, at the half that is missing."""
        super().clean()
        if self.latitude is None and self.longitude is not None:
            raise ValidationError(
                {"latitude": _("A longitude alone is no position: add the latitude, -90 to 90.")}
            )
        if self.longitude is None and self.latitude is not None:
            raise ValidationError(
                {"longitude": _("A latitude alone is no position: add the longitude, -180 to 180.")}
            )


class PlaceName(Statement):
    """A name that a place had, has, or is given in another language."""

    place = models.ForeignKey(
        Place, on_delete=models.CASCADE, related_name="names", verbose_name=_("place")
    )
    name = models.CharField(_("name"), max_length=200)
    period = models.CharField(
        _("when"),
        max_length=100,
        blank=True,
        help_text=_("In words: “1924–1991”, “today”, “to 1921”."),
    )
    folded = FoldedField(sources=("name",), max_length=200, db_index=True)

    RECORDS: ClassVar[tuple[str, ...]] = ("place",)
    STATES: ClassVar[tuple[str, ...]] = (*RECORDS, "name", "period")

    class Meta:
        ordering = ["place", "id"]
        verbose_name = _("name of a place")
        verbose_name_plural = _("names of a place")

    def __str__(self) -> str:
        return f"{self.name} ({self.period})" if self.period else self.name
