"""Why it is not clear which record a row is about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from catalog.intake.entitled import Entitled
from catalog.intake.saying import Message, Said
from catalog.intake.saying import say as _
from catalog.models import Record

#: How many records an error names.
_TOLD: Final = 4


class NotRecognised(Exception):
    """It is not clear which record a row is about. ``name`` is the target whose column has to be corrected.

    ``several``: because it may be more than one.
    """

    def __init__(
        self, name: str, said: Message, *, several: bool = False, alike: Sequence[Entitled] = ()
    ) -> None:
        super().__init__(said)
        self.name, self.said, self.several = name, said, several
        #: The records that it may be, where the curator can say so.
        self.alike = tuple(alike)


def which(record: Record, other: Record) -> Said:
    """The refusal of a row whose cells name two records."""
    said = _(
        "This is “%(record)s”, but the identifier of this row belongs to “%(other)s”. Correct "
        "one of the two."
    )
    return said % {"record": record, "other": other}


def names_of(records: Sequence[Entitled] | Sequence[Record]) -> str:
    """Records by title and identifier, the first of them."""
    named = "; ".join(f"“{one.title}” ({one.identifier})" for one in records[:_TOLD])
    return named + (" …" if len(records) > _TOLD else "")
