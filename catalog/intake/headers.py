"""Which field a column is meant for: suggested by its header, in any language of the interface, and
by its cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.utils import translation

from catalog.intake.reading import Table
from catalog.intake.targets import KIND, said_elsewhere, targets_of
from catalog.models import RECORD_MODELS
from catalog.uris import Kind
from catalog.values import fold

#: Rows whose cells are examined.
_LOOKED_AT: Final = 50


def proposed(kind: Kind, table: Table) -> list[str]:
    """For each column the name of the target that its header means, no target twice; empty for the
    others.
    """
    header = [_squeezed(name) for name in table.header]
    found = [""] * len(header)
    if _is_of_kinds(table, header):
        found[header.index("kind")] = KIND
    taken = {KIND}
    for words in _names(kind, header):
        for place, name in enumerate(header):
            target = words.get(name)
            if target and not found[place] and target not in taken:
                found[place] = target
                taken.add(target)
    if "title" not in taken and "name" in found:
        # The only name that a table of places gives is the one they are filed by.
        found[found.index("name")] = "title"
    return found


def _names(kind: Kind, header: Sequence[str]) -> list[dict[str, str]]:
    """Squeezed headers and the targets that they mean: the most certain first, then guesses."""
    exact: dict[str, str] = {}
    labels: dict[str, str] = {}
    guesses: dict[str, str] = {}
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            for target in targets_of(kind).values():
                exact.setdefault(_squeezed(target.name), target.name)
                labels.setdefault(_squeezed(str(target.label)), target.name)
                for word in target.also:
                    guesses.setdefault(_squeezed(word), target.name)
                for word in said_elsewhere(target):
                    guesses.setdefault(_squeezed(word), target.name)
    if "dateedtf" in header:
        # Our own list of results: its "date" is for people to read.
        for words in (exact, labels, guesses):
            words.pop("date", None)
    return [exact, labels, guesses]


def _is_of_kinds(table: Table, header: list[str]) -> bool:
    """Whether a column “kind” gives the kind of record of a row, and not the kind of person."""
    if "kind" not in header:
        return False
    place = header.index("kind")
    cells = set()
    for number, row in enumerate(table.rows()):
        if number >= _LOOKED_AT:
            break
        cells.add(row.cells[place].strip().casefold())
    return bool(cells - {""}) and cells <= {*RECORD_MODELS, ""}


def _squeezed(header: str) -> str:
    """A header in the form used for comparing: letters and digits alone, without case and accents."""
    return re.sub(r"[\W_]+", "", fold(header))
