"""The serializer of a storage place: what a curator's program reads, and sends to make or change one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from rest_framework import serializers

from catalog import intake
from catalog.api.fields import Given, Piece, Schema, Text, or_null, ref, unknown_names
from catalog.models import StoragePlace

#: The longest text that names a storage place.
LONGEST_PATH: Final = 1000
_TEXT: Final[Schema] = {"type": "string"}


class StandsIn(Piece):
    """The storage place in which another stands."""

    gives: ClassVar[Schema] = or_null(ref("StoragePlaceLink"))
    takes: ClassVar[Schema] = {
        "anyOf": [
            {**_TEXT, "minLength": 1, "maxLength": LONGEST_PATH},
            {
                "type": "object",
                "required": ["uuid"],
                "properties": {"uuid": {**_TEXT, "format": "uuid"}},
            },
            {"type": "null"},
        ]
    }

    def to_internal_value(self, data: Any) -> StoragePlace:
        """The storage place that was named."""
        name = data.get("uuid") if isinstance(data, Mapping) else data
        if not isinstance(name, str) or not name.strip() or "\x00" in name:
            raise self.wrong("Name the storage place by its identifier, its code or its path.")
        try:
            return intake.place_meant(name)
        except intake.CellFault as refusal:
            raise self.wrong(str(refusal)) from refusal


class StoragePlaceSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A building, a room, a shelf, a box."""

    uuid = Given("Permanent identifier.", {**_TEXT, "format": "uuid"})
    url = Given("Address of this document.", {**_TEXT, "format": "uri"})
    contents_url = Given(
        "Address of the list of what lies in it and below it.", {**_TEXT, "format": "uri"}
    )
    path = Given("Where it is: “Building / Room 2 / Box 12”.", _TEXT)
    name = Text(
        "Its name in the place where it stands: “Box 12”. No two there share one.",
        longest=200,
        least=1,
        required=True,
    )
    code = Text("Code or barcode on its label; empty if it has none.", longest=100)
    note = Text("For curators.", longest=1000)
    part_of = StandsIn(
        "The place in which it stands; null for the outermost. Send its identifier, its code or its path."
    )

    @classmethod
    def pieces(cls) -> dict[str, Piece]:
        """The fields by name, in the order of the document."""
        return dict(cls._declared_fields)  # type: ignore[arg-type]

    @classmethod
    def emptied(cls) -> dict[str, Any]:
        """The empty value of every field that a replacement may leave out."""
        return {"code": "", "note": "", "part_of": None}

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """What was sent; unknown names are refused, and read-only ones unless the whole is sent."""
        pieces = self.pieces()
        writable = [name for name, piece in pieces.items() if not piece.read_only]
        errors = unknown_names(data, pieces, listed=writable)
        if not self.context["whole"]:
            errors |= {
                name: ["This is read-only."]
                for name in data
                if name in pieces and name not in writable
            }
        if errors:
            raise serializers.ValidationError(errors)
        found: dict[str, Any] = super().to_internal_value(data)
        return found


def sent_schemas() -> dict[str, Schema]:
    """What is sent to make a storage place, to change and to replace one."""
    pieces = StoragePlaceSerializer.pieces()
    sent: Schema = {
        "type": "object",
        "description": "A storage place, as a curator sends it.",
        "properties": {
            name: schema for name, piece in pieces.items() if (schema := piece.write_schema())
        },
        "required": [name for name, piece in pieces.items() if piece.required],
        "additionalProperties": False,
    }
    return {
        "StoragePlaceInput": sent,
        "StoragePlaceReplacement": {**sent, "additionalProperties": True},
        "StoragePlacePatch": {**sent, "required": []},
    }
