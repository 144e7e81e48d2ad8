"""What a curator sends of an exhibition: its fields, and its parts in the order of reading."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from rest_framework import serializers

from catalog.api.fields import (
    Given,
    Piece,
    Rights,
    Schema,
    Switch,
    Text,
    Whole,
    or_null,
    ref,
    unknown_names,
)
from catalog.api.named_fields import Link
from catalog.api.record import Curation
from catalog.models import Status
from catalog.uris import EXHIBITION, KINDS

#: Parts of one exhibition that can be written at once.
MOST_PARTS: Final = 500
_TEXT: Final[Schema] = {"type": "string"}
_URI: Final[Schema] = {"type": "string", "format": "uri"}
_MOMENT: Final[Schema] = {"type": "string", "format": "date-time"}


class PartId(Piece):
    """The identifier of a part that there is already, or null for a new one."""

    gives = {"type": "string", "format": "uuid"}
    takes = {"type": ["string", "null"], "format": "uuid"}

    def to_internal_value(self, data: Any) -> UUID:
        """The identifier."""
        try:
            return UUID(data)
        except (ValueError, TypeError, AttributeError):
            raise self.wrong("Send the id of a part as you read it, or leave it out.") from None


class PartSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A heading, an exhibit, or a text."""

    id = PartId("Identifier of the part. Send it back, and the part stays the same one.")
    type = Given("What the part is.", {**_TEXT, "enum": ["heading", "exhibit", "text"]})
    heading = Text("Begins a section; null in other parts.", longest=200)
    record = Link("The record that is shown; null in other parts.", *KINDS)
    text = Text("Markdown: the text of a section, or the caption of an exhibit.", longest=100_000)
    is_large = Switch(
        "Whether the exhibit is shown across the page.", source="is_wide", allow_null=False
    )

    @classmethod
    def pieces(cls) -> dict[str, Piece]:
        """The fields, in the order of the JSON."""
        fields: dict[str, Any] = dict(cls._declared_fields)
        return fields

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The part by column, with its ``record``. Refuses what is no part, as the database does."""
        if errors := unknown_names(data, self.pieces()):
            raise serializers.ValidationError(errors)
        found: dict[str, Any] = super().to_internal_value(data)
        part = {"heading": "", "record": None, "text": "", "is_wide": False, **found}
        if part["heading"] and part["record"]:
            raise serializers.ValidationError(
                {
                    "record": [
                        "A part either begins a section or shows a record. Send the record in a part "
                        "of its own, below the heading."
                    ]
                }
            )
        if not (part["heading"] or part["record"] or part["text"]):
            raise serializers.ValidationError(
                [
                    "An empty part shows nothing. Send a heading, a record or a text, or leave it out."
                ]
            )
        return part


class Parts(Piece):
    """The parts in the order of reading. What is sent replaces all previous ones."""

    def read_schema(self) -> Schema:
        """A list of parts."""
        return {
            "type": "array",
            "items": ref("ExhibitionPart"),
            "description": str(self.help_text),
        }

    def write_schema(self) -> Schema | None:
        """The same, as they are sent."""
        return {
            "type": "array",
            "maxItems": MOST_PARTS,
            "items": ref("ExhibitionPartInput"),
            "description": str(self.help_text),
        }

    def to_internal_value(self, data: Any) -> list[dict[str, Any]]:
        """The parts by column; errors are named by their place in the list."""
        if not isinstance(data, list) or len(data) > MOST_PARTS:
            raise self.wrong(f"Send a list of at most {MOST_PARTS} parts.")
        found, errors = [], {}
        for place, one in enumerate(data):
            serializer = PartSerializer(context=self.context)
            try:
                found.append(serializer.run_validation(one))
            except serializers.ValidationError as refusal:
                errors[str(place)] = refusal.detail
        named = [part["id"] for part in found if part.get("id")]
        if not errors and len(named) > len(set(named)):
            raise self.wrong("Two parts have the same id. Leave it out of the one that is new.")
        if errors:
            raise serializers.ValidationError(errors)
        return found


class ExhibitionSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A story told with records."""

    KIND = EXHIBITION

    id = Given("Permanent identifier; always leads to the exhibition.", _URI)
    kind = Given("Always exhibition.", {**_TEXT, "const": EXHIBITION})
    slug = Text(
        "Name of the exhibition in addresses. If it changes, the old address redirects.",
        longest=100,
    )
    url = Given("Address of the exhibition in the API.", _URI)
    web_url = Given("Address of the web page.", _URI)
    identifier = Text("Number of the exhibition.", longest=100, least=1, required=True)
    title = Text("Its title.", longest=500, least=1, required=True)
    summary = Text("One line.", longest=300)
    introduction = Text(
        "Markdown: what is read before the first section.", longest=100_000, source="description"
    )
    credits = Text(
        "Markdown: who made the exhibition, and whom it thanks.",
        longest=2_000,
        source="credit_line",
    )
    rights = Rights("What may be done with its texts.")
    opening = Link(
        "The chosen opening picture; null for the first one that the archive holds.", "image"
    )
    thumbnail = Given(
        "The opening picture, if one was chosen and is held.", or_null(ref("Thumbnail"))
    )
    order = Whole("Exhibitions with the lowest number come first.", source="position")
    status = Given(
        "Where it is in the workflow; always published for those without an account.",
        {**_TEXT, "enum": list(Status.values)},
    )
    curation = Curation("For curators only; null for everyone else.", source="*")
    first_published = Given(
        "When it was published for the first time.",
        {"type": ["string", "null"], "format": "date-time"},
    )
    updated = Given("When it was last changed.", _MOMENT)
    parts = Parts("In the order of reading; what is sent replaces all parts.")

    @classmethod
    def pieces(cls) -> dict[str, Piece]:
        """The fields, in the order of the JSON."""
        fields: dict[str, Any] = dict(cls._declared_fields)
        return fields

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """What was sent, by column; unknown names are refused, and read-only ones unless the whole is sent."""
        pieces = self.pieces()
        writable = [name for name, piece in pieces.items() if not piece.read_only]
        if errors := unknown_names(data, pieces, listed=writable):
            raise serializers.ValidationError(errors)
        given = [] if self.context.get("whole") else [one for one in data if one not in writable]
        if given:
            raise serializers.ValidationError({name: ["This is read-only."] for name in given})
        found: dict[str, Any] = super().to_internal_value(data)
        return found


def sent_schemas() -> dict[str, Schema]:
    """The shapes of what is sent, by name."""

    def taken(pieces: dict[str, Piece]) -> dict[str, Schema]:
        written = {name: piece.write_schema() for name, piece in pieces.items()}
        return {name: schema for name, schema in written.items() if schema is not None}

    sent = {
        "type": "object",
        "description": "An exhibition as a curator sends it.",
        "properties": taken(ExhibitionSerializer.pieces()),
        "required": ["identifier", "title"],
        "additionalProperties": False,
    }
    return {
        "ExhibitionPartInput": {
            "type": "object",
            "description": "A heading, a record with its caption, or a text. A part as it was read can be sent back.",
            "properties": taken(PartSerializer.pieces()),
            "additionalProperties": True,
        },
        "ExhibitionInput": sent,
        "ExhibitionReplacement": {**sent, "additionalProperties": True},
        "ExhibitionPatch": {**sent, "required": []},
    }
