"""The next free identifier of a kind, suggested when a record is added."""

from __future__ import annotations

import json
import re
from typing import Final

from catalog.models.change_set import Change, What
from catalog.models.record import Record

#: Numbers checked by one query, and the most queries.
_STEP: Final = 500
_STEPS: Final = 20


def next_identifier(model: type[Record]) -> str:
    """The next free one after that of the record added last: TSS.P.061 gives TSS.P.062.

    The number of a record that was deleted is not proposed again: a register never gives a number
    twice, and the record can be brought back. Empty if there is no record yet, or the last
    identifier does not end in a number. It is only a suggestion: two curators may get the same one,
    and the unique column gives it to the first.
    """
    newest = model._base_manager.order_by("-pk").values_list("pk", "identifier").first()
    key, last = newest or (0, "")
    found = re.fullmatch(r"(?P<before>.*?)(?P<number>[0-9]{1,15})", last, re.ASCII)
    if found is None:
        return ""
    before, width, number = found["before"], len(found["number"]), int(found["number"])
    given = _given_after(model, key)
    for _ in range(_STEPS):
        wanted = [f"{before}{number + step:0{width}d}" for step in range(1, _STEP + 1)]
        taken = set(
            model._base_manager.filter(identifier__in=wanted).values_list("identifier", flat=True)
        )
        free = next((one for one in wanted if one not in taken and one not in given), None)
        if free is not None:
            return free
        number += _STEP
    return ""


def _given_after(model: type[Record], key: int) -> set[str]:
    """Identifiers of deleted records that were newer than the newest one, which has the primary key ``key``.

    Numbers of older ones lie before that of the newest, so they are not proposed anyway.
    """
    rows = Change.objects.filter(
        model=model._meta.model_name, row_id__gt=key, what=What.DELETED
    ).order_by("-row_id", "-id")
    texts = rows.values_list("before", flat=True)[:_STEP]
    return {str(json.loads(text).get("identifier", "")) for text in texts if text}
