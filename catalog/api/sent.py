"""What is sent with a step that is not a document: read by the pieces of the API, naming each error."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from rest_framework import serializers

from catalog.api.fields import Piece, Schema, unknown_names


class SomeOf(Piece):
    """Some of the known names, as a list; null makes no choice."""

    takes: ClassVar[Schema] = {"type": ["array", "null"], "items": {"type": "string"}}

    def __init__(self, text: str, known: Collection[str]) -> None:
        self.known = list(known)
        super().__init__(text)

    def write_schema(self) -> Schema | None:
        """A list of known names."""
        described = super().write_schema()
        return {**(described or {}), "items": {"type": "string", "enum": self.known}}

    def to_internal_value(self, data: Any) -> list[str]:
        """The names."""
        wrong = not isinstance(data, list) or [one for one in data if one not in self.known]
        if wrong:
            raise self.wrong(f"Send a list of names. Allowed: {', '.join(self.known)}.")
        return list(data)


def pieces_sent(
    pieces: Mapping[str, Piece], request: Any, absent: Mapping[str, Any]
) -> dict[str, Any]:
    """The values that were sent, by name; what was not sent is as in ``absent``, and null for a
    text is empty.

    A piece that ``absent`` does not name has to be sent. Raises the 422 that names each error.
    """
    sent: Any = request.data
    errors = unknown_names(sent, dict(pieces))
    told = dict(absent)
    if isinstance(sent, Mapping):
        for name in pieces.keys() - absent.keys() - sent.keys():
            errors[name] = [str(pieces[name].help_text)]
        for name in pieces.keys() & sent.keys():
            pieces[name].bind(name, _Sent(context={"reader": request.user}))
            try:
                value = pieces[name].run_validation(sent[name])
            except serializers.ValidationError as refusal:
                errors[name] = [str(said) for said in refusal.detail]
            else:
                told[name] = absent.get(name) if value is None else value
    if errors:
        raise serializers.ValidationError(errors)
    return told


class _Sent(serializers.Serializer):  # type: ignore[type-arg]
    """The reader, for the pieces of what was sent."""
