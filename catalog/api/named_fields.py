"""Fields that refer to something in the catalogue: records and terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist

from catalog.api.fields import Piece, Schema, is_unicode, or_null, ref
from catalog.models import RECORD_MODELS, Record, Term, Vocabulary
from catalog.uris import Kind

#: Items of one list that can be written at once.
MOST_ITEMS: Final = 200


class Link(Piece):
    """A record of one or several kinds: its slug, its permanent identifier, the link itself, or null."""

    def __init__(self, text: str, *kinds: Kind, **options: Any) -> None:
        self.kinds = kinds
        said = "Identify a record by its slug or its permanent identifier."
        super().__init__(text, error_messages={"null": said}, **options)

    def read_schema(self) -> Schema:
        """A link, or null if there is none that the reader may see."""
        return {**or_null(ref("Link")), "description": str(self.help_text)}

    def write_schema(self) -> Schema | None:
        """The forms in which a record can be given."""
        named: Schema = {
            "anyOf": [
                {
                    "type": "string",
                    "minLength": 1,
                    "description": "Slug, UUID or permanent address.",
                },
                {
                    "type": "object",
                    "properties": {
                        "id": {"type": "string"},
                        "slug": {"type": "string"},
                        "kind": {"type": "string"},
                    },
                },
            ]
        }
        if self.allow_null:
            named["anyOf"].append({"type": "null"})
        return {**named, "description": str(self.help_text)}

    def to_internal_value(self, data: Any) -> Record:
        """The record."""
        kinds = self.kinds
        if isinstance(data, Mapping):
            if data.get("kind") in self.kinds:
                kinds = (data["kind"],)
            data = data.get("id") or data.get("slug")
        if not isinstance(data, str) or not data or "\x00" in data or not is_unicode(data):
            raise self.wrong("Identify a record by its slug or its permanent identifier.")
        named: dict[str, Any]
        try:
            named = {"uuid": UUID(data.rsplit("/id/", 1)[-1])}
        except ValueError:
            named = {"slug": data[:101]}
        for kind in kinds:
            found = RECORD_MODELS[kind].objects.visible_to(self.reader).filter(**named).first()
            if found is not None:
                return found
        what = " or ".join(kinds)
        raise self.wrong(
            f"There is no {what} “{data[:60]}”. Use the slug in its address, or create it first."
        )


class TermChoice(Piece):
    """A term of one vocabulary: its code, the term as documents contain it, or null."""

    gives = or_null(ref("Term"))

    def __init__(self, text: str, vocabulary: Vocabulary, **options: Any) -> None:
        self.vocabulary = vocabulary
        super().__init__(text, **options)

    def write_schema(self) -> Schema | None:
        """A code."""
        forms: list[Schema] = [
            {
                "type": "string",
                "minLength": 1,
                "description": f"Code of a term of {self.vocabulary.value}.",
            },
            {"type": "object", "required": ["code"], "properties": {"code": {"type": "string"}}},
        ]
        if not self.required:
            forms.append({"type": "null"})
        return {"anyOf": forms, "description": str(self.help_text)}

    def to_internal_value(self, data: Any) -> Term:
        """The term."""
        code = data.get("code") if isinstance(data, Mapping) else data
        if isinstance(code, str) and "\x00" not in code and is_unicode(code):
            try:
                return Term.objects.get(vocabulary=self.vocabulary, code=code[:81])
            except ObjectDoesNotExist:
                pass
        said = code[:60] if isinstance(code, str) else code
        raise self.wrong(
            f"“{said}” is not a term of this vocabulary. See /api/v1/terms/?vocabulary={self.vocabulary.value}"
        )


class TermList(TermChoice):
    """Terms of one vocabulary; what is sent replaces all previous ones."""

    def read_schema(self) -> Schema:
        """A list of terms."""
        return {"type": "array", "items": ref("Term"), "description": str(self.help_text)}

    def write_schema(self) -> Schema | None:
        """A list of codes."""
        one = super().write_schema() or {}
        items = [form for form in one["anyOf"] if form != {"type": "null"}]
        return {
            "type": "array",
            "maxItems": MOST_ITEMS,
            "items": {"anyOf": items},
            "description": str(self.help_text),
        }

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Null is an empty list."""
        return super().validate_empty_values([] if data is None else data)

    def to_internal_value(self, data: Any) -> Any:
        """The terms, each once."""
        if not isinstance(data, list) or len(data) > MOST_ITEMS:
            raise self.wrong(f"Send a list of at most {MOST_ITEMS} codes.")
        return list(dict.fromkeys(super(TermList, self).to_internal_value(one) for one in data))
