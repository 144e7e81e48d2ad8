"""The serializer of a term: what a curator sends to add or change one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rest_framework import serializers

from catalog.api.fields import (
    Given,
    OneOf,
    Piece,
    Schema,
    Text,
    is_unicode,
    or_null,
    ref,
    unknown_names,
)
from catalog.models import Vocabulary
from catalog.values import LONGEST_LABEL, Labels, LabelsError


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


def labels_schema(text: str, *, several: bool = False) -> Schema:
    """Labels by language: one each, or ``several``."""
    label: Schema = {"type": "string", "maxLength": LONGEST_LABEL}
    return {
        "type": "object",
        "additionalProperties": {"type": "array", "items": label} if several else label,
        "description": f"{text}, by language tag (BCP 47).",
    }


class LabelsByLanguage(Piece):
    """Labels by language tag; what is sent replaces all previous ones, and null empties them."""

    def __init__(self, text: str, *, several: bool = False) -> None:
        self.several = several
        super().__init__(text)

    def read_schema(self) -> Schema:
        """An object with a label, or several, for each language."""
        return labels_schema(str(self.help_text), several=self.several)

    def write_schema(self) -> Schema | None:
        """The same, or null."""
        return or_null(self.read_schema())

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Null is no label."""
        return super().validate_empty_values({} if data is None else data)

    def to_internal_value(self, data: Any) -> Labels:
        """The labels. Languages are checked here, and by the term that gets them."""
        wanted = (
            'Send an object: {"es": ["misiva"]}.'
            if self.several
            else 'Send an object: {"es": "carta"}.'
        )
        if not isinstance(data, Mapping):
            raise self.wrong(wanted)
        pairs = []
        for language, sent in data.items():
            listed = sent if self.several and isinstance(sent, list) else [sent]
            if (self.several and not isinstance(sent, list)) or not all(
                isinstance(label, str) and is_unicode(label) for label in listed
            ):
                raise self.wrong(wanted)
            pairs += [(str(language), label) for label in listed]
        try:
            return Labels.of(pairs)
        except LabelsError as refusal:
            raise self.wrong(_REFUSED[refusal.wrong] % refusal.line[:60]) from refusal


_REFUSED: Final = {
    "language": "“%s”: name the language by its tag, such as es, fr or pt-BR.",
    "form": "“%s”: a label must not be empty, and must not contain control characters.",
    "length": f"“%s…”: a label has at most {LONGEST_LABEL} characters.",
}


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
    labels = LabelsByLanguage("The label in other languages than the catalogue's")
    inverse_label = Text(
        "How a relation reads from its other end: “parent of” is “child of”.", longest=200
    )
    inverse_labels = LabelsByLanguage("The inverse label in other languages")
    alternatives = LabelsByLanguage(
        "Other words for the same, which the search finds; in any language", several=True
    )
    uri = Text("The same term in an external vocabulary, once verified.", longest=300)
    url = Given("Address of this document.", {"type": "string", "format": "uri"})
    scope_note = Text("What the term is and is not used for.", longest=2000)
    broader = Broader("The broader term, in the same vocabulary.")

    @classmethod
    def pieces(cls) -> dict[str, Piece]:
        """The fields by name, in the order of the document."""
        return dict(cls._declared_fields)  # type: ignore[arg-type]

    @classmethod
    def emptied(cls) -> dict[str, Any]:
        """The empty value of every field that a replacement may leave out."""
        return {
            name: Labels() if isinstance(piece, LabelsByLanguage) else ""
            for name, piece in cls.pieces().items()
            if not piece.required and piece.write_schema()
        }

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
