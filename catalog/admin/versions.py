"""Marks of what a form showed when it was opened: they distinguish what others saved meanwhile from
what was typed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any

from django import forms
from django.db.models import FileField, Model, QuerySet
from django.db.models.fields.files import FieldFile
from django.forms.models import InlineForeignKeyField


def mark_of(value: Any) -> str:
    """A few letters that stand for a value, the same for a value as stored and as a form has read it."""
    return blake2b(_plain(value).encode(), digest_size=6).hexdigest()


def _plain(value: Any) -> str:
    if value is None or value is False:
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, QuerySet | list | tuple | set):
        return ",".join(sorted(map(_plain, value)))
    if isinstance(value, datetime):
        # Boxes have no fractions of a second.
        return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, FieldFile | FileField):
        return str(getattr(value, "name", "") or "")
    if isinstance(value, float):
        return repr(value)
    if value is True:
        return "1"
    return str(value).replace("\r\n", "\n").strip()


def marks_of(values: Mapping[str, Any], fields: Mapping[str, forms.Field]) -> dict[str, str]:
    """The marks of the values of some fields."""
    return {name: mark_of(_as_number(values.get(name), field)) for name, field in fields.items()}


def _as_number(value: Any, field: forms.Field) -> Any:
    """A number is compared as its field reads it: 5 and 5.0 are the same position."""
    if isinstance(field, forms.FloatField) and isinstance(value, int | float):
        return float(value)
    return value


def row_fields(form: forms.BaseForm) -> dict[str, forms.Field]:
    """The fields of a row that a curator fills in."""
    left_out = {"id", "DELETE", "ORDER"}
    return {
        name: field
        for name, field in form.fields.items()
        if name not in left_out and not isinstance(field, InlineForeignKeyField)
    }


def mark_of_row(values: Mapping[str, Any], form: forms.BaseForm) -> str:
    """The marks of everything that a row says, field by field in the form's order, as one text."""
    return " ".join(marks_of(values, row_fields(form)).values())


def read_marks(text: str | None) -> dict[str, str]:
    """Marks as a form sent them back; none if they cannot be read."""
    try:
        found = json.loads(text or "{}")
    except ValueError:
        return {}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}
