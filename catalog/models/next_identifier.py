"""The next free identifier of a kind, suggested when a record is added."""

from __future__ import annotations

import re
from typing import Final

from catalog.models.record import Record

#: Numbers checked by one query, and the most queries.
_STEP: Final = 500
_STEPS: Final = 20


def next_identifier(model: type[Record]) -> str:
    """The next free one after that of the record added last: TSS.P.061 gives TSS.P.062.

    Empty if there is no record yet, or the last identifier does not end in a number. It is only a
    suggestion: two curators may get the same one, and the unique column gives it to the first.
    """
    last = model._base_manager.order_by("-pk").values_list("identifier", flat=True).first()
    found = re.fullmatch(r"(?P<before>.*?)(?P<number>[0-9]{1,15})", last or "", re.ASCII)
    if found is None:
        return ""
    before, width, number = found["before"], len(found["number"]), int(found["number"])
    for _ in range(_STEPS):
        wanted = [f"{before}{number + step:0{width}d}" for step in range(1, _STEP + 1)]
        taken = set(
            model._base_manager.filter(identifier__in=wanted).values_list("identifier", flat=True)
        )
        free = next((identifier for identifier in wanted if identifier not in taken), None)
        if free is not None:
            return free
        number += _STEP
    return ""
