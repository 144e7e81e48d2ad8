"""``/api/v1/places/``: places, with their names through time."""

from __future__ import annotations

from typing import ClassVar

from catalog.api.base import RecordViewSet
from catalog.api.fields import Numbers, Text
from catalog.api.named_fields import Link, TermList
from catalog.api.record import RecordSerializer
from catalog.models import Vocabulary
from catalog.uris import Kind


class PlaceSerializer(RecordSerializer):
    """A house, a town, a country. Places have no date."""

    KIND: ClassVar[Kind] = "place"
    NAME: ClassVar[str] = "Place"

    part_of = Link("The place it lies in.", "place")
    countries = TermList(
        "Country today; more than one if a region now lies in several.", Vocabulary.COUNTRY
    )
    situation = Text("Where it lies, in words.", longest=200)
    coordinates = Numbers(
        "Position on the earth (WGS 84), and what it stands for.",
        "Coordinates",
        ("latitude", "longitude"),
        words=("precision",),
    )


class PlaceViewSet(RecordViewSet):
    """Places in the API."""

    kind = "place"
    serializer_class = PlaceSerializer
