"""The serializer of a term: what a curator sends to add or change one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from catalog.api.fields import Given, OneOf, Piece, Schema, Text, or_null, ref, unknown_names
from catalog.models import Vocabulary


class Broader(Piece):
    """The term above: its code in the same vocabulary, the term as it is returned, or null."""

    gives = or_null(ref("Term"))
    takes = {
        "anyOf": [
            {"type": "string", "maxLength": 80},
            {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}},
            {"type": "null"},
        ]
    }

    def to_internal_value(self, data: Any) -> str:
        """The code; empty for none."""
        code = data.get("code") if isinstance(data, Mapping) else data
        if not isinstance(code, str):
            raise self.wrong("Give the code of the broader term in the same vocabulary, or null.")
        return code


class TermSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A term of a controlled vocabulary."""

    vocabulary = OneOf(
        "Vocabulary; cannot be changed once the term exists.",
        list(Vocabulary.values),
        required=True,
    )
    code = Text(
        "Short name for addresses and files: letters a to z, digits, hyphens; cannot be changed.",
        longest=80,
        least=1,
        required=True,
    )
    label = Text(  # type: ignore[assignment]
        "The word readers see.", longest=200, least=1, required=True
    )
    inverse_label = Text(
        "How a relation reads from its other end: “parent of” is “child of”.", longest=200
    )
    uri = Text("The same term in an external vocabulary, once verified.", longest=300)
    url = Given("Address of this document.", {"type": "string", "format": "uri"})
    scope_note = Text("What the term is and is not used for.", longest=2000)
    broader = Broader("The broader term, in the same vocabulary.")

    @classmethod
    def pieces(cls) -> dict[str, Piece]:
        """The fields by name, in the order of the document."""
        return dict(cls._declared_fields)  # type: ignore[arg-type]

    def to_internal_value(self, data: Any) -> Any:
        """What was sent; unknown names, and another vocabulary or code, are refused."""
        errors = unknown_names(data, self.pieces())
        for name, present in self.context.get("fixed", {}).items():
            if data.get(name, present) != present:
                errors[name] = ["Files and addresses rely on this. Create a new term instead."]
        if errors:
            raise serializers.ValidationError(errors)
        return super().to_internal_value(data)


def term_schemas() -> dict[str, Schema]:
    """What is sent to add a term, and to change one."""
    pieces = TermSerializer.pieces()
    writes = {name: schema for name, piece in pieces.items() if (schema := piece.write_schema())}
    sent: Schema = {
        "type": "object",
        "description": "A term, as a curator sends it.",
        "properties": writes,
        "required": [name for name, piece in pieces.items() if piece.required],
        "additionalProperties": False,
    }
    return {
        "TermInput": sent,
        "TermReplacement": {**sent, "additionalProperties": True},
        "TermPatch": {**sent, "required": []},
    }
