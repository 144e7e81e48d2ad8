"""Lists of primary keys in SQL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

#: Up to ``FEW`` keys are passed as parameters, their number rounded up to a multiple of ``PADDED``.
FEW: Final = 20
PADDED: Final = 5


def listed_of(keys: Iterable[int]) -> str:
    """Keys for an SQL list. No keys give NULL, which equals nothing."""
    return ",".join(map(str, keys)) or "NULL"


def among(keys: Iterable[int]) -> tuple[str, list[int]]:
    """Keys for an SQL list, and its parameters.

    A few keys are passed as parameters, and the last is repeated up to a round number: so there are only a
    few different statements, which the driver keeps prepared. More keys are written into the SQL.
    """
    wanted = list(keys)
    if not 0 < len(wanted) <= FEW:
        return listed_of(wanted), []
    if len(wanted) > 1:
        wanted += [wanted[-1]] * (-len(wanted) % PADDED)
    return ",".join(["%s"] * len(wanted)), wanted
