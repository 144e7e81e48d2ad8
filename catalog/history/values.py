"""Values as the history stores them, and as models have them.

Triggers write what the database held at the time: SQLite has text for times, numbers for booleans,
and uuids without hyphens. Read through the field, both databases' values are the same Python
values.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from django.db import models

from catalog.history.recorded import Recorded
from catalog.models import EDTFField
from catalog.values import UncertainDate


def columns(text: str | None) -> dict[str, Any]:
    """The values of one side of a change, by column; empty if there is no such side."""
    return json.loads(text) if text else {}


def value_of(field: Any, raw: Any) -> Any:
    """The Python value of a column (for a foreign key, the primary key it names)."""
    if raw is None:
        return None
    if isinstance(field, EDTFField):
        # It was checked when it was written.
        return UncertainDate(raw) if raw else None
    if isinstance(field, models.ForeignKey):
        return field.target_field.to_python(raw)
    value = field.to_python(raw)
    if isinstance(value, datetime) and value.tzinfo is None:
        # SQLite stores times in UTC, without saying so.
        return value.replace(tzinfo=UTC)
    return value


def by_column(one: Recorded) -> dict[str, Any]:
    """The recorded fields of a table, by the name of their column."""
    return {field.column: field for field in one.fields}


def values_of(one: Recorded, raw: dict[str, Any]) -> dict[str, Any]:
    """Python values by attribute (``place_id``); columns that the model no longer has are left out."""
    fields = by_column(one)
    return {
        fields[column].attname: value_of(fields[column], value)
        for column, value in raw.items()
        if column in fields
    }
