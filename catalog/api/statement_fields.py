"""Serializers of statements: what a curator sends to add or change one."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from rest_framework import serializers

from catalog.api.fields import (
    Day,
    Edtf,
    Given,
    Numbers,
    OneOf,
    Piece,
    Schema,
    Switch,
    Text,
    Whole,
    ref,
    unknown_names,
)
from catalog.api.named_fields import Link, TermChoice
from catalog.api.record import writable
from catalog.documents import (
    CITATIONS,
    CONTRIBUTIONS,
    DEPICTIONS,
    DETAILS,
    IDENTIFIERS,
    PAGES,
    PARTICIPATIONS,
    PERSON_NAMES,
    PLACE_NAMES,
    RELATIONSHIPS,
    TOPICS,
    TRANSCRIPTIONS,
    StatementSort,
)
from catalog.models import Authority, Bearing, Certainty, NameKind, Vocabulary

#: Name of the schema of each sort of statement.
NAMES: dict[str, str] = {
    "personname": "PersonName",
    "placename": "PlaceName",
    "contribution": "Contribution",
    "participation": "Participation",
    "depiction": "Depiction",
    "relationship": "Relationship",
    "topic": "Topic",
    "citation": "Citation",
    "outsideidentifier": "OutsideIdentifier",
    "detail": "Detail",
    "page": "Page",
    "transcription": "Transcription",
}
SORTS = {
    sort.name: sort
    for sort in (
        PERSON_NAMES,
        PLACE_NAMES,
        CONTRIBUTIONS,
        PARTICIPATIONS,
        DEPICTIONS,
        RELATIONSHIPS,
        TOPICS,
        CITATIONS,
        IDENTIFIERS,
        DETAILS,
        PAGES,
        TRANSCRIPTIONS,
    )
}
_TERMS = {
    ("contribution", "role"): Vocabulary.CONTRIBUTION_ROLE,
    ("participation", "role"): Vocabulary.PARTICIPATION_ROLE,
    ("relationship", "kind"): Vocabulary.RELATIONSHIP_KIND,
    ("transcription", "language"): Vocabulary.LANGUAGE,
    ("detail", "kind"): Vocabulary.DETAIL,
}
_ID: Schema = {"type": "string", "format": "uuid"}


class StatementSerializer(serializers.Serializer):  # type: ignore[type-arg]
    """A statement of one sort. The record under whose address it is sent is named by that address, and may be sent too:
    what was read can be sent back. Context: ``own``, the columns that the address fills; ``statement``, as it stands.
    """

    SORT: ClassVar[StatementSort]
    PIECES: ClassVar[dict[str, Piece]]

    @classmethod
    def pieces(cls) -> dict[str, Piece]:
        """The fields, in the order of the JSON."""
        return cls.PIECES

    @property
    def fixed(self) -> set[str]:
        """The ends that the address already names."""
        own = self.context.get("own", ())
        if self.SORT.name == "relationship":
            # At the second person's address it is still "this person is KIND of related".
            return {"person"} if own else set()
        return {end for end, pairs in self.SORT.ends.items() if set(own) & set(dict(pairs))}

    def get_fields(self) -> Any:
        """The fields; an end that neither the address nor another end can fill has to be sent."""
        fields = super().get_fields()
        for name in fields.keys() - self.fixed:
            if name in self.SORT.ends and not fields[name].allow_null:
                fields[name].required = True
        return fields

    def to_internal_value(self, data: Any) -> Any:
        """What was sent, by column; unknown names are refused."""
        if errors := unknown_names(data, self.PIECES, listed=writable(self.PIECES)):
            raise serializers.ValidationError(errors)
        found: dict[str, Any] = super().to_internal_value(data)
        if errors := self._moved(found):
            raise serializers.ValidationError(errors)
        for name, pairs in self.SORT.ends.items():
            if len(pairs) == 1 or name not in found:
                continue
            record = found.pop(name)
            for column, kind in pairs:
                found[column] = record if record is not None and kind == record.KIND else None
        return found

    def _moved(self, found: dict[str, Any]) -> dict[str, list[str]]:
        """Move the ends that the address names out of ``found``; errors if they name another record."""
        errors = {}
        for name in self.fixed & found.keys():
            columns = dict(self.SORT.ends[name])
            standing = [getattr(self.context["statement"], column) for column in columns]
            if found.pop(name) not in [record for record in standing if record is not None]:
                errors[name] = [
                    "The address names another record. Omit this, or send it to the address of that record."
                ]
        return errors


def _pieces(sort: StatementSort) -> dict[str, Piece]:
    pieces: dict[str, Piece] = {"id": Given("Identifier of the statement.", _ID)}
    for name in sort.terms:
        column: Any = sort.model._meta.get_field(name)
        words = "The kind of relation." if not column.null else "Language."
        if sort is DETAILS:
            words = "The kind of detail."
        pieces[name] = TermChoice(words, _TERMS[sort.name, name], required=not column.null)
    for name, pairs in sort.ends.items():
        kinds = [kind for _, kind in pairs]
        words = f"The {name}." if len(kinds) == 1 else f"The record: {', '.join(kinds)}."
        # One of several ends is needed, as the model says: a contribution has a document, an image or a collection.
        nullable = len(pairs) > 1 or sort.model._meta.get_field(pairs[0][0]).null
        pieces[name] = Link(words, *kinds, allow_null=nullable)
    pieces |= {
        name: _plain(sort, name)
        for name in sort.plain
        if name not in {"left", "top", "width", "height"}
    }
    if sort is DEPICTIONS:
        pieces["region"] = Numbers(
            "Where in the picture, as percentages.", "Region", ("left", "top", "width", "height")
        )
    if sort is IDENTIFIERS:
        pieces["uri"] = Given(
            "Address in the other catalogue.", {"type": "string", "format": "uri"}
        )
    if sort is PAGES:
        pieces["transcriptions"] = Given(
            "What is written on it; set through the image's own transcriptions.",
            {"type": "array", "items": ref("PageText")},
        )
    if sort.is_relation:
        pieces["date"] = Edtf("When.")
        pieces["citations"] = Given(
            "Sources of this statement.", {"type": "array", "items": ref("Citation")}
        )
    return pieces


def _plain(sort: StatementSort, name: str) -> Piece:
    match name:
        case "certainty":
            return OneOf("How certain the statement is.", [one.value for one in Certainty])
        case "bearing":
            return OneOf("What the source does for the statement.", [one.value for one in Bearing])
        case "authority":
            return OneOf("The other catalogue.", [one.value for one in Authority], required=True)
        case "kind":
            return OneOf("The kind of name.", [one.value for one in NameKind])
        case "followed":
            return Switch("Whether the catalogue says what this source says.")
        case "position":
            return Whole("Its place among others of its kind.")
        case "verified_on":
            return Day("When someone checked it against the source.")
        case "text" if sort is DETAILS:
            return Text("What is told.", longest=2_000, least=1, required=True)
        case "text":
            return Text("The words, as in the original.", longest=100_000, least=1, required=True)
    field: Any = sort.model._meta.get_field(name)
    needed = name in {"name", "value"}
    words = {"field": "The field meant; empty for the whole.", "locator": "Page or passage."}
    text = words.get(name, str(field.verbose_name).capitalize() + ".")
    return Text(text, longest=field.max_length, least=1 if needed else 0, required=needed)


@cache
def _serializer(name: str) -> type[StatementSerializer]:
    sort = SORTS[name]
    pieces = _pieces(sort)
    return type(
        f"{NAMES[name]}Serializer",
        (StatementSerializer,),
        {"SORT": sort, "PIECES": pieces, **pieces},
    )


def serializer_of(sort: StatementSort) -> type[StatementSerializer]:
    """The serializer of a sort of statement."""
    return _serializer(sort.name)
