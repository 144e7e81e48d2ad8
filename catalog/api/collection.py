"""``/api/v1/collections/``: fonds, series and files (ISAD(G))."""

from __future__ import annotations

from typing import ClassVar

from catalog.api.base import RecordViewSet
from catalog.api.fields import Edtf, Given, OneOf, Text
from catalog.api.named_fields import Link
from catalog.api.record import RecordSerializer
from catalog.api.schemas import URI
from catalog.models import Level
from catalog.uris import Kind


class CollectionSerializer(RecordSerializer):
    """A fonds, series or file; its description is the scope and content."""

    KIND: ClassVar[Kind] = "collection"
    NAME: ClassVar[str] = "Collection"

    date = Edtf("Dates of the material.")  # type: ignore[assignment]
    parent = Link("The collection it is part of.", "collection")  # type: ignore[assignment]
    level = OneOf("Level of description (ISAD(G) 3.1.4).", [one.value for one in Level])
    extent = Text("How much: “12 letters”, “0.4 m”.", longest=300)
    custodial_history = Text("Custodial history.", longest=20_000)
    arrangement = Text("Arrangement.", longest=20_000)
    access_conditions = Text("Conditions of access.", longest=20_000)
    iiif = Given("IIIF collection of what is in it.", URI)


class CollectionViewSet(RecordViewSet):
    """Collections in the API."""

    kind = "collection"
    serializer_class = CollectionSerializer
