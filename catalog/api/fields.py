"""Fields of serializers for the catalogue's own types: uncertain dates, terms, links to records.

Each says how it reads what a curator sends (in several forms, among them the one that the API
returns) and how both are described (JSON Schema). Values come out as the models take them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Final

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework import serializers

from catalog.values import RIGHTS_STATEMENTS, DateError, UncertainDate, read_date

if TYPE_CHECKING:
    from catalog.models import Reader

Schema = dict[str, Any]

#: What the documents have in a date and in a rights statement: it can be sent back as it was read.
_OF_A_DATE: Final = ("edtf", "display", "earliest", "latest")
_OF_A_STATEMENT: Final = ("uri", "label", "plain", "may_be_used")


def ref(name: str) -> Schema:
    """A reference to a named schema."""
    return {"$ref": f"#/components/schemas/{name}"}


def or_null(schema: Schema) -> Schema:
    """The schema, or null."""
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}


def unknown_names(
    sent: Any,
    known: Collection[str],
    *,
    listed: Iterable[str] | None = None,
    may_be_left_out: bool = False,
) -> dict[str, list[str]]:
    """Errors by name for everything in a sent object that is not among the ``known`` names.

    They list the names of ``listed``, or all known ones. Raises the 422 for anything but a JSON
    object; ``may_be_left_out`` makes it add that nothing needs to be sent.
    """
    if not isinstance(sent, Mapping):
        other = ", or nothing" if may_be_left_out else ""
        raise serializers.ValidationError({"non_field_errors": [f"Send one JSON object{other}."]})
    said = f"There is no such field. Fields: {', '.join(known if listed is None else listed)}."
    return {str(name)[:60]: [said] for name in sent if name not in known}


def refuse_unknown(sent: Mapping[Any, Any], known: Collection[str]) -> None:
    """Raise the 422 that names what an object within a field has besides the ``known`` names."""
    if errors := unknown_names(sent, known):
        raise serializers.ValidationError(errors)


class Piece(serializers.Field):  # type: ignore[type-arg]
    """A field with the schema of what it returns and of what it accepts (None: read-only)."""

    gives: ClassVar[Schema] = {}
    takes: ClassVar[Schema | None] = None

    def __init__(self, text: str, **options: Any) -> None:
        options.setdefault("required", False)
        options.setdefault("allow_null", True)
        super().__init__(help_text=text, **options)

    def read_schema(self) -> Schema:
        """JSON Schema of the value in a document."""
        return {**self.gives, "description": str(self.help_text)}

    def write_schema(self) -> Schema | None:
        """JSON Schema of the value that is accepted; None if it cannot be written."""
        if self.read_only or self.takes is None:
            return None
        return {**self.takes, "description": str(self.help_text)}

    def to_representation(self, value: Any) -> Any:
        """Documents are made in bulk by ``catalog.documents``, not by this."""
        raise NotImplementedError

    def wrong(self, said: str) -> serializers.ValidationError:
        """An error with a sentence."""
        return serializers.ValidationError(said)

    @property
    def reader(self) -> Reader:
        """The account whose rights decide which records are found."""
        return self.context.get("reader")


class Given(Piece):
    """What the catalogue provides and nobody writes; its schema is given."""

    def __init__(self, text: str, schema: Schema) -> None:
        self.schema = schema
        super().__init__(text, read_only=True)

    def read_schema(self) -> Schema:
        """The given schema."""
        return {**self.schema, "description": str(self.help_text)}


class Text(Piece):
    """Text; null is taken for empty."""

    def __init__(self, text: str, *, longest: int, least: int = 0, **options: Any) -> None:
        self.longest, self.least = longest, least
        super().__init__(text, **options)

    def read_schema(self) -> Schema:
        """Text of this length."""
        return {"type": "string", "description": str(self.help_text)}

    def write_schema(self) -> Schema | None:
        """The same, with its bounds."""
        described: Schema = {**self.read_schema(), "maxLength": self.longest}
        if self.least:
            return {**described, "minLength": self.least}
        return {**described, "type": ["string", "null"]}

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Null empties the text."""
        if data is None:
            data = ""
        return super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> str:
        """The text without NUL, within its bounds."""
        if not isinstance(data, str):
            raise self.wrong("Send a string, in quotation marks.")
        if "\x00" in data or not is_unicode(data):
            raise self.wrong("This contains an invalid character (NUL or half a surrogate pair).")
        if len(data) > self.longest:
            raise self.wrong(
                f"This has {len(data)} characters; at most {self.longest} are kept. Shorten it."
            )
        if len(data.strip()) < self.least:
            raise self.wrong("This must not be empty.")
        return data


def is_unicode(text: str) -> bool:
    """Whether a text can be written: half a surrogate pair cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class OneOf(Piece):
    """One value of a closed list."""

    def __init__(
        self, text: str, values: list[str], *, blank: bool = False, **options: Any
    ) -> None:
        self.values, self.blank = values, blank
        super().__init__(text, **options)

    def read_schema(self) -> Schema:
        """The list."""
        values = [*self.values, *([""] if self.blank else [])]
        return {"type": "string", "enum": values, "description": str(self.help_text)}

    def write_schema(self) -> Schema | None:
        """The same."""
        return self.read_schema()

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Null empties what may be empty."""
        if data is None and self.blank:
            return True, ""
        if data is None and not self.required:
            raise self.wrong(f"Choose one of: {', '.join(self.values)}.")
        return super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> str:
        """The value, if it is in the list."""
        if data == "" and self.blank:
            return ""
        if not isinstance(data, str) or data not in self.values:
            raise self.wrong(f"Choose one of: {', '.join(self.values)}.")
        return data


class Whole(Piece):
    """A whole number from 0."""

    gives = {"type": "integer", "minimum": 0}
    takes = {"type": "integer", "minimum": 0, "maximum": 2_000_000_000}

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Null is 0."""
        return super().validate_empty_values(0 if data is None else data)

    def to_internal_value(self, data: Any) -> int:
        """The number."""
        if type(data) is float and data.is_integer():
            data = int(data)
        if type(data) is not int or not 0 <= data <= 2_000_000_000:
            raise self.wrong("Send a whole number from 0 to 2000000000.")
        return data


class Switch(Piece):
    """True or false."""

    gives = {"type": "boolean"}
    takes = {"type": "boolean"}

    def to_internal_value(self, data: Any) -> bool:
        """The value."""
        if not isinstance(data, bool):
            raise self.wrong("Send true or false.")
        return data


class Moment(Piece):
    """A time in ISO 8601 with its offset from UTC."""

    gives = {"type": ["string", "null"], "format": "date-time"}
    takes = {"type": ["string", "null"], "format": "date-time"}

    def to_internal_value(self, data: Any) -> datetime:
        """The time, aware of its offset."""
        try:
            moment = parse_datetime(data) if isinstance(data, str) else None
            if moment is not None:
                aware = moment if moment.tzinfo else timezone.make_aware(moment)
                # Beyond the years that are possible in UTC.
                aware.astimezone(timezone.get_fixed_timezone(0))
                return aware
        except (ValueError, OverflowError):
            pass
        raise self.wrong("Send an ISO 8601 date and time, such as 2026-11-23T06:30:00Z.")


class Day(Piece):
    """A calendar day."""

    gives = {"type": ["string", "null"], "format": "date"}
    takes = {"type": ["string", "null"], "format": "date"}

    def to_internal_value(self, data: Any) -> Any:
        """The day."""
        try:
            return serializers.DateField().to_internal_value(data)
        except (serializers.ValidationError, TypeError, ValueError):
            raise self.wrong("Send an ISO 8601 date, such as 2026-11-23.") from None


class Edtf(Piece):
    """An uncertain date: EDTF text, or the object that documents hold, or null."""

    gives = or_null(ref("Date"))
    takes = {
        "anyOf": [
            {"type": "string", "maxLength": 64, "examples": ["1939-08-23", "1890~"]},
            {
                "type": "object",
                "required": ["edtf"],
                "properties": {"edtf": {"type": ["string", "null"]}},
            },
            {"type": "null"},
        ]
    }

    def to_internal_value(self, data: Any) -> UncertainDate | None:
        """The date; its error says how to write one."""
        if isinstance(data, Mapping):
            refuse_unknown(data, _OF_A_DATE)
            data = data.get("edtf", data)
        if data is None or data == "":
            return None
        if not isinstance(data, str):
            raise self.wrong("Send the date in EDTF, such as 1939-08-23 or 1890~, or null.")
        try:
            return read_date(data)
        except DateError as refusal:
            raise self.wrong(str(refusal)) from refusal


class Rights(Piece):
    """A rights statement: its URI, the object that documents contain, or null."""

    gives = or_null(ref("Rights"))
    takes = {
        "anyOf": [
            {"type": "string", "enum": ["", *RIGHTS_STATEMENTS]},
            {"type": "object", "required": ["uri"], "properties": {"uri": {"type": "string"}}},
            {"type": "null"},
        ]
    }

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Null removes the statement."""
        return (True, "") if data is None else super().validate_empty_values(data)

    def to_internal_value(self, data: Any) -> str:
        """The URI of the statement."""
        uri = data
        if isinstance(data, Mapping):
            refuse_unknown(data, _OF_A_STATEMENT)
            uri = data.get("uri")
        if uri == "":
            return ""
        if not isinstance(uri, str) or uri not in RIGHTS_STATEMENTS:
            raise self.wrong(
                "Send the URI of a statement of rightsstatements.org or Creative Commons 4.0."
            )
        return uri


class Numbers(Piece):
    """An object of numbers, such as a position or a region, or null; all of them or none."""

    def __init__(
        self, text: str, schema: str, names: tuple[str, ...], *, words: tuple[str, ...] = ()
    ) -> None:
        self.named, self.names, self.words = schema, names, words
        super().__init__(text, source="*")

    def read_schema(self) -> Schema:
        """The object, or null."""
        return {**or_null(ref(self.named)), "description": str(self.help_text)}

    def write_schema(self) -> Schema | None:
        """The same."""
        return self.read_schema()

    def validate_empty_values(self, data: Any) -> tuple[bool, Any]:
        """Null removes every number."""
        return super().validate_empty_values({} if data is None else data)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """The numbers by name; None for all if nothing is given."""
        empty: dict[str, Any] = dict.fromkeys(self.names) | dict.fromkeys(self.words, "")
        if not data:
            return empty
        if not isinstance(data, Mapping):
            raise self.wrong(f"Send an object with {', '.join(self.names)}, or null.")
        refuse_unknown(data, empty)
        found = dict(empty)
        for name in self.names:
            value = data.get(name)
            if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e6:
                raise serializers.ValidationError({name: ["Write a number."]})
            found[name] = float(value)
        for name in self.words:
            value = data.get(name) or ""
            if not isinstance(value, str) or "\x00" in value:
                raise serializers.ValidationError({name: ["Write a text."]})
            found[name] = value
        return found
