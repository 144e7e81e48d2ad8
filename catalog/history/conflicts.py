"""What stands in the way of undoing something: a sentence for each conflict, and what a curator decided."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from catalog.history.plan import Turn

#: Whether to undo something in spite of a conflict.
Choice = Callable[["Conflict"], bool]


@dataclass(frozen=True, slots=True)
class Conflict:
    """One thing in the way. ``said`` is a sentence; ``later`` the change set that came between, if there is one.

    Where ``can_force`` is false, undoing would break the catalogue, so what is there stays.
    """

    model: str
    row_id: int
    column: str
    said: str
    can_force: bool
    later: int | None = None

    @property
    def key(self) -> str:
        """The name of the conflict in forms: ``person:5:title``."""
        return f"{self.model}:{self.row_id}:{self.column}"


class Verdicts:
    """The conflicts that were found: those in which what came later stays, and those that were overruled."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.kept: list[Conflict] = []
        self.forced: list[Conflict] = []

    def overrules(self, turn: Turn, column: str, said: str, later: int | None) -> bool:
        """Whether the curator's choice is to undo in spite of this."""
        conflict = Conflict(turn.model, turn.row_id, column, said, True, later)
        overruled = self.choice(conflict)
        (self.forced if overruled else self.kept).append(conflict)
        return overruled

    def stays(self, turn: Turn, said: str, *, column: str = "", later: int | None = None) -> None:
        """Note a conflict that nobody can overrule."""
        self.kept.append(Conflict(turn.model, turn.row_id, column, said, False, later))
