"""The workflow steps of a record over the API: each with its action, and what may be sent with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from rest_framework import serializers

from catalog import actions
from catalog.api.fields import Moment, Piece, Schema, Text, unknown_names


@dataclass(frozen=True, slots=True)
class ApiMove:
    """A step: its action, the permission, what it does in words, and its date, if it has one."""

    act: Callable[..., Any]
    needs: Any
    words: str
    #: Schema of what is sent with it.
    name: str
    date: str = ""
    #: The action's name for that date, and what the date means.
    argument: str = ""
    meaning: str = ""
    is_needed: bool = False

    def pieces(self) -> dict[str, Piece]:
        """What may be sent, by name."""
        note = Text(
            "For other curators; kept with the review, never public.",
            longest=actions.MOST_LETTERS,
        )
        dated: dict[str, Piece] = {self.date: Moment(self.meaning)} if self.date else {}
        return {"note": note, **dated}

    def schema(self) -> Schema:
        """The description of what may be sent."""
        pieces = {name: piece.write_schema() for name, piece in self.pieces().items()}
        return {
            "type": "object",
            "description": f"What goes with the step: {self.words.lower()}.",
            "properties": pieces,
            "required": [self.date] if self.is_needed else [],
            "additionalProperties": False,
        }

    def read(self, sent: Any) -> dict[str, Any]:
        """The arguments of the action. Nothing needs to be sent, except a date if the step makes no
        sense without it.

        Raises the 422 that names each field.
        """
        pieces = self.pieces()
        errors = unknown_names(sent, pieces, may_be_left_out=True)
        if self.is_needed and self.date not in sent:
            errors[self.date] = ["Send the date and time; null lifts the embargo."]
        told: dict[str, Any] = {}
        for name in pieces.keys() & sent.keys():
            is_date = name == self.date
            try:
                if is_date and sent[name] is None:
                    told[self.argument] = None
                else:
                    told[self.argument if is_date else name] = pieces[name].run_validation(
                        sent[name]
                    )
            except serializers.ValidationError as refusal:
                errors[name] = [str(said) for said in refusal.detail]
        if errors:
            raise serializers.ValidationError(errors)
        return told


#: The steps by their word in addresses.
MOVES: Final[dict[str, ApiMove]] = {
    "submit": ApiMove(actions.submit, "change", "Submit a draft for review", name="SubmitInput"),
    "send-back": ApiMove(
        actions.send_back,
        "publish",
        "Send a record back to its cataloguer",
        name="SendBackInput",
    ),
    "publish": ApiMove(
        actions.publish,
        "publish",
        "Publish a record",
        name="PublishInput",
        date="publish_from",
        argument="on",
        meaning="When the record becomes public. Null or absent: as already scheduled, otherwise at once.",
    ),
    "embargo": ApiMove(
        actions.embargo,
        "publish",
        "Set or lift the embargo of a record",
        name="EmbargoInput",
        date="embargo_until",
        argument="until",
        meaning="Nothing of it is public before this time, whatever its status; null lifts the embargo.",
        is_needed=True,
    ),
    "withdraw": ApiMove(
        actions.withdraw,
        "publish",
        "Withdraw a record from the public catalogue",
        name="WithdrawInput",
    ),
}


def move_schemas() -> dict[str, Schema]:
    """The schemas of what is sent, by name."""
    return {move.name: move.schema() for move in MOVES.values()}
