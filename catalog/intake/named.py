"""What a cell refers to, and what is wrong with one that refers to nothing."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.intake.saying import Message


class CellFault(Exception):
    """What is wrong with a cell: the reason and the repair."""

    def __init__(self, said: Message) -> None:
        super().__init__(said)
        self.said = said


@dataclass(slots=True)
class Named:
    """A record or a term that a cell refers to. ``pk`` is None until it is written, if it is in
    this very table.

    ``row`` is the row of the table that is to become it; 0 for what existed before.
    """

    pk: int | None
    title: str
    identifier: str = ""
    row: int = 0
    #: For a term: its vocabulary. Its identifier is the code; one without a code is to be made.
    vocabulary: str = ""

    @property
    def words(self) -> str:
        """The thing as people read it; a term without its code."""
        if not self.identifier or self.vocabulary:
            return self.title
        return f"{self.title} ({self.identifier})"
