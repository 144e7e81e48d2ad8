"""The serializer of what all records share. Each noun's own is with its viewset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from rest_framework import serializers

from catalog.api.fields import Given, Moment, Piece, Rights, Schema, Text, or_null, ref
from catalog.api.named_fields import TermList
from catalog.conf import catalogue_settings
from catalog.models import SHELVED, Status, StoragePlace, Vocabulary
from catalog.uris import Kind

#: In how many storage places a record can be kept.
MOST_PLACES: Final = 500
_URI: Schema = {"type": "string", "format": "uri"}


class Curation(Piece):
    """What only curators read and write: status, dates of publication, internal note."""

    def read_schema(self) -> Schema:
        """The object for curators; null for everybody else."""
        return {**or_null(ref("Curation")), "description": str(self.help_text)}

    def write_schema(self) -> Schema | None:
        """The part of it that can be written."""
        return {
            "type": ["object", "null"],
            "properties": {
                "publish_from": {"type": ["string", "null"], "format": "date-time"},
                "embargo_until": {"type": ["string", "null"], "format": "date-time"},
                "internal_note": {"type": ["string", "null"]},
                "storage": {
                    "type": ["array", "null"],
                    "description": "Of documents, images and collections; replaces what was said before.",
                    "maxItems": MOST_PLACES,
                    "items": {
                        "type": "object",
                        "properties": {
                            "place": {"type": "string"},
                            "code": {"type": ["string", "null"]},
                            "part": {"type": "string", "maxLength": 200},
                        },
                        "additionalProperties": False,
                    },
                },
            },
            "description": str(self.help_text),
        }

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Null changes nothing."""
        return super().validate_empty_values({} if data is None else data)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The columns that are named."""
        if not isinstance(data, Mapping):
            raise self.wrong(
                "Send an object with publish_from, embargo_until, internal_note or storage."
            )
        known = {"publish_from", "embargo_until", "internal_note", "storage", "status", "created"}
        unknown = set(data) - known
        if unknown:
            raise serializers.ValidationError(
                {name: ["There is no such field."] for name in unknown}
            )
        if "status" in data and data["status"] != self.context["record"].status:
            steps = "submit, send-back, publish or withdraw"
            raise serializers.ValidationError(
                {"status": [f"The status changes by a step: POST to {steps} below the record."]}
            )
        found: dict[str, Any] = {}
        for name in ("publish_from", "embargo_until"):
            if name in data:
                value = data[name]
                found[name] = None if value is None else Moment("").to_internal_value(value)
        if "internal_note" in data:
            note = Text("", longest=catalogue_settings().MAX_TEXT)
            found["internal_note"] = note.to_internal_value(data["internal_note"] or "")
        if data.get("storage") is not None:
            found["storage"] = _kept_in(data["storage"], self.context["record"].KIND)
        return found


def _kept_in(sent: Any, kind: Kind) -> list[tuple[StoragePlace, str]]:
    """The storage places that were sent, each with the part that is kept there. Raises the 422."""
    if kind not in SHELVED:
        raise _wrong("Only documents, images and collections are kept in storage places.")
    if not isinstance(sent, list) or len(sent) > MOST_PLACES:
        raise _wrong(
            f"Send an array of at most {MOST_PLACES} objects with place or code, and part."
        )
    named: list[tuple[str, str]] = []
    for one in sent:
        if not isinstance(one, Mapping) or not {*one} <= {"place", "code", "part"}:
            raise _wrong("Send an object with place or code, and part.")
        name = one.get("code") or one.get("place")
        if not isinstance(name, str) or not name.strip() or "\0" in name:
            raise _wrong("Name the storage place, by its code or its path.")
        named.append((name, Text("", longest=200).to_internal_value(one.get("part") or "")))
    places = StoragePlace.objects.called_each([name for name, _part in named])
    for name, meant in places.items():
        if len(meant) != 1:
            what = "Several storage places are" if meant else "No storage place is"
            raise _wrong(f"{what} called “{name[:200]}”. Send the code or the whole path of one.")
    found = [(places[name][0], part) for name, part in named]
    if len({*found}) < len(found):
        raise _wrong("The same is said twice.")
    return found


def _wrong(said: str) -> serializers.ValidationError:
    return serializers.ValidationError({"storage": [said]})


class RecordSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """What every record has, in the order of the document. Nouns add their own fields before ``updated``."""

    KIND: ClassVar[Kind]
    #: Name of the schema: "Person".
    NAME: ClassVar[str]

    id = Given("Permanent identifier; always leads to the record, even if it is renamed.", _URI)
    kind = Given("Kind of the record.", {"type": "string"})
    slug = Text(
        "Slug, used in the record's address. If it changes, the old address redirects to the new "
        "one (301).",
        longest=100,
    )
    url = Given("Address of this document.", _URI)
    web_url = Given("Address of the web page.", _URI)
    identifier = Text(
        "Accession number or reference code; no two records share one.",
        longest=100,
        least=1,
        required=True,
    )
    title = Text("Name or title that the catalogue uses.", longest=500, least=1, required=True)
    summary = Text("One line: who or what, when, where.", longest=300)
    description = Text("The whole text, in Markdown.", longest=100_000)
    date = Given(
        "The date the record is sorted by; for a person, the life dates.", or_null(ref("Date"))
    )
    thumbnail = Given("A small picture, if one can be viewed.", or_null(ref("Thumbnail")))
    rights = Rights("What may be done with it.")
    credit_line = Text("To be given wherever it is shown or used.", longest=300)
    subjects = TermList("Subjects.", Vocabulary.SUBJECT)
    curation = Curation("For curators only; null for everyone else.", source="*")
    updated = Given(
        "When the document last changed, including changes to what it links to.",
        {"type": "string", "format": "date-time"},
    )

    @classmethod
    def pieces(cls) -> dict[str, Piece]:
        """The fields by name, in the order of the document: those of the noun before the last three."""
        fields: dict[str, Any] = dict(cls._declared_fields)
        last = {name: fields.pop(name) for name in ("subjects", "curation", "updated")}
        return fields | last

    def to_internal_value(self, data: Any) -> Any:
        """What was sent, by column; refuses unknown names and read-only ones."""
        if not isinstance(data, Mapping):
            raise serializers.ValidationError({"non_field_errors": ["Send one JSON object."]})
        from catalog.documents import RELATIONS

        pieces = self.pieces()
        related = {spec.name: spec for spec in RELATIONS[self.KIND]}
        errors: dict[str, list[str]] = {}
        for name in data:
            if name in pieces and not pieces[name].read_only:
                continue
            if name not in pieces and name not in related:
                errors[str(name)[:60]] = [
                    f"There is no such field. Fields: {', '.join(writable(pieces))}."
                ]
            elif not self.context.get("whole"):
                where = " Set it at the relation's own address." if name in related else ""
                errors[name] = [f"This is read-only.{where}"]
        if errors:
            raise serializers.ValidationError(errors)
        return super().to_internal_value(data)


def writable(pieces: Mapping[str, Piece]) -> list[str]:
    """Names of the fields that can be written."""
    return [name for name, piece in pieces.items() if piece.write_schema() is not None]


#: The names of statuses in documents for curators.
STATUSES = [status.value for status in Status]
