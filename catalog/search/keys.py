"""Primary keys as the SQL of the index lists them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

#: Up to so many keys are given as values, their number rounded up to a multiple of the second.
FEW: Final = 20
PADDED: Final = 5


def listed_of(keys: Iterable[int]) -> str:
    """Keys as they stand in a list of SQL; nothing is equal to what stands there for none."""
    return ",".join(map(str, keys)) or "NULL"


def among(keys: Iterable[int]) -> tuple[str, list[int]]:
    """Keys as a list of SQL, with its parameters.

    Few are parameters, so that a statement about them is always one of the same few, which the driver keeps ready: the
    last key stands for those that miss to a round number.
    """
    wanted = list(keys)
    if not 0 < len(wanted) <= FEW:
        return listed_of(wanted), []
    if len(wanted) > 1:
        wanted += [wanted[-1]] * (-len(wanted) % PADDED)
    return ",".join(["%s"] * len(wanted)), wanted
