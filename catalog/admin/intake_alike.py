"""The preview of a file with the records that rows resemble, and what curators choose for such rows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from catalog import intake
from catalog.admin.keys import is_key
from catalog.intake import Alike
from catalog.models import Intake


def outlook_of(found: Intake) -> dict[str, Any]:
    """The preview in words, with the pages of the records that rows resemble and what was chosen for each."""
    outlook = intake.told_outlook(found)
    chosen = dict(found.plan.get("rows_alike", ()))
    for row in outlook["alike"]:
        row["chosen"] = chosen.get(row["row"], "")
        row["records"] = [
            (record_page(found.kind, pk), title, identifier, " – ".join(dates))
            for pk, identifier, title, dates in row["records"]
        ]
    return outlook


def rows_alike(request: HttpRequest, found: Intake) -> list[tuple[int, str]]:
    """What rows are that resemble existing records, as chosen now, or before for rows that are not listed."""
    chosen = {int(row): what for row, what in found.plan.get("rows_alike", ())}
    for name, what in request.POST.items():
        row = name.removeprefix("alike-")
        if row != name and is_key(row):
            chosen.pop(int(row), None)
            if what in Alike.values:
                chosen[int(row)] = what
    return sorted(chosen.items())


def record_page(kind: str, pk: int) -> str:
    """Where curators edit a record."""
    return reverse(f"admin:catalog_{kind}_change", args=[pk])
