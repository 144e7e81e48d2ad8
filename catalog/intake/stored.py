"""A preview as it is stored, and as its reader sees it: what was said is put into the reader's language."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from typing import Any

from django.utils.text import capfirst

from catalog.intake.judged import Line, Note
from catalog.intake.saying import as_json, of_json
from catalog.intake.targets import targets_of
from catalog.models import Intake

#: What a preview lists that holds messages.
_TOLD = ("faults", "remarks", "repeated", "new_terms")


def pack(found: Sequence[Note] | Sequence[Line]) -> bytes:
    """Notes or lines for storing: JSON, a list of lists, compressed."""
    return zlib.compress(json.dumps([as_list(one) for one in found], ensure_ascii=False).encode())


def as_list(one: Note | Line) -> list[Any]:
    """The fields of a note or a line in their order, as JSON."""
    return [as_json(getattr(one, name)) for name in one.__slots__]


def unpack_faults(kept: bytes) -> list[Note]:
    """The notes that :func:`pack` packed, in the language of their reader."""
    return [Note(*_in_words(one)) for one in _unpacked(kept)]


def unpack_lines(kept: bytes) -> list[Line]:
    """The lines that :func:`pack` packed."""
    return [Line(*one) for one in _unpacked(kept)]


def _unpacked(kept: bytes) -> list[list[Any]]:
    return json.loads(zlib.decompress(kept)) if kept else []


def told_outlook(intake: Intake) -> dict[str, Any]:
    """The last preview of a file, as :meth:`catalog.intake.Outlook.as_json` has it, in the language of its reader."""
    kept: dict[str, Any] = intake.outlook
    told = kept | {name: _in_words(kept.get(name, [])) for name in _TOLD}
    levels = kept.get("levels", [])
    if isinstance(levels, dict):
        # Stored before messages were.
        levels = [[label, *numbers] for label, numbers in levels.items()]
    told["levels"] = [[capfirst(str(of_json(label))), *numbers] for label, *numbers in levels]
    told["alike"] = [{**row, "records": _in_words(row["records"])} for row in kept.get("alike", [])]
    told["shown"] = _labelled(intake, kept.get("shown", []))
    return told


def _in_words(kept: Any) -> Any:
    """Lists of messages, of any depth, in words."""
    if isinstance(kept, list):
        return [_in_words(one) for one in kept]
    return str(of_json(kept)) if isinstance(kept, dict) else kept


def _labelled(intake: Intake, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows that are shown, with the labels of their fields."""
    kinds = {row.get("kind", intake.kind) for row in rows}
    known = {kind: targets_of(kind) for kind in kinds}
    told = []
    for row in rows:
        targets, cells = known[row.get("kind", intake.kind)], []
        # Before messages were stored, cells had no name of their target.
        for *name, label, before, after, differs in row["cells"]:
            if name and name[0] in targets:
                label = targets[name[0]].label
            cells.append([str(label), _in_words(before), _in_words(after), differs])
        told.append({**row, "cells": cells})
    return told
