"""Everything about a record that a curator can change, as plain JSON: to compare two states, and to
turn one into another.

Files are left out: a picture is replaced by publishing it, not by a revision.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.models import EDTFField, Record, Statement

State = dict[str, Any]
#: Columns of a record that are not part of a revision, because actions write them.
_LEFT_OUT: Final = {"publish_from", "embargo_until"}


def state_of(record: Record) -> State:
    """The fields, terms and rows of a record as they are in the database."""
    return {
        "fields": {field.name: value_in(record, field) for field in fields_of(type(record))},
        "many": {
            field.name: sorted(getattr(record, field.name).values_list("pk", flat=True))
            for field in type(record)._meta.many_to_many
        },
        "rows": {
            str(row.uuid): {
                "model": row._meta.model_name,
                "values": {field.name: value_in(row, field) for field in fields_of(type(row))},
            }
            for row in rows_of(record)
        },
    }


@cache
def fields_of(model: type[models.Model]) -> tuple[Any, ...]:
    """The columns of a record or a row that a curator fills in."""
    return tuple(
        field
        for field in model._meta.concrete_fields
        if field.editable
        and not field.primary_key
        and not isinstance(field, models.FileField)
        and field.name not in _LEFT_OUT
    )


def rows_of(record: Record) -> Iterator[Statement]:
    """The statements that belong to a record and its form, as far as they can be published."""
    for model in apps.get_app_config("catalog").get_models():
        if not issubclass(model, Statement) or not model.IS_PUBLIC:
            continue
        holds = Q()
        for field in model._meta.concrete_fields:
            remote: Any = field.remote_field
            leads_here = isinstance(field, models.ForeignKey) and remote.model is type(record)
            if leads_here and remote.on_delete is models.CASCADE:
                holds |= Q(**{field.attname: record.pk})
        if holds:
            yield from model._default_manager.filter(holds).order_by("pk")


def value_in(row: models.Model, field: Any) -> Any:
    """A column's value for JSON; for a foreign key the primary key."""
    value = field.value_from_object(row)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return field.value_to_string(row) if not isinstance(field, EDTFField) else str(value)


def put(row: models.Model, values: dict[str, Any]) -> None:
    """Set values of :func:`value_in` on a record or a row; columns that the model no longer has are
    left out.
    """
    known = {field.name: field for field in fields_of(type(row))}
    for name, value in values.items():
        field = known.get(name)
        if field is not None:
            setattr(row, field.attname, None if value is None else field.to_python(value))


def difference(before: State, after: State) -> State:
    """What leads from one state to another: ``fields`` and ``many`` with both values, ``rows`` by uuid.

    A row has ``model``, ``before`` (None: it is added) and ``after`` (None: it is removed).
    """
    changes: State = {"fields": {}, "many": {}, "rows": {}}
    for part in ("fields", "many"):
        for name, value in after[part].items():
            if before[part].get(name) != value:
                changes[part][name] = {"before": before[part].get(name), "after": value}
    for uuid in {**before["rows"], **after["rows"]}:
        old, new = before["rows"].get(uuid), after["rows"].get(uuid)
        if old != new:
            changes["rows"][uuid] = {
                "model": (old or new)["model"],
                "before": old["values"] if old else None,
                "after": new["values"] if new else None,
            }
    return changes


def is_empty(changes: State) -> bool:
    """Whether nothing changes."""
    return not any(changes.get(part) for part in ("fields", "many", "rows"))


def conflicts(changes: State, now: State) -> list[str]:
    """What now differs from the state that the changes started from: names of fields, uuids of rows."""
    found = [
        name
        for part in ("fields", "many")
        for name, change in changes.get(part, {}).items()
        if now[part].get(name) not in (change["before"], change["after"])
    ]
    for uuid, change in changes.get("rows", {}).items():
        there = now["rows"].get(uuid)
        values = there["values"] if there else None
        if values not in (change["before"], change["after"]):
            found.append(uuid)
    return found


def label_of(record: Record, name: str) -> str:
    """The name of a field for people."""
    field: Any = type(record)._meta.get_field(name)
    return capfirst(str(field.verbose_name))


def words_of(model: type[models.Model], name: str, value: Any) -> str:
    """A value of a state in words: names of what foreign keys refer to, labels of choices."""
    field: Any = model._meta.get_field(name)
    if value in (None, "", []):
        return ""
    if field.many_to_many:
        rows = field.related_model._default_manager.filter(pk__in=value)
        return ", ".join(sorted(map(str, rows)))
    if isinstance(field, models.ForeignKey):
        row = field.related_model._default_manager.filter(pk=value).first()
        return str(row) if row is not None else _("(gone)")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return str(value)


def without_gone(changes: State, record: Record) -> tuple[State, list[str]]:
    """The changes without those that name a deleted record or term, and what those were."""
    left: State = {"fields": {}, "many": {}, "rows": {}}
    lost: list[str] = []
    for part in ("fields", "many"):
        for name, change in changes.get(part, {}).items():
            field = type(record)._meta.get_field(name)
            if _is_there(field, change["after"]):
                left[part][name] = change
            else:
                lost.append(label_of(record, name))
    for uuid, change in changes.get("rows", {}).items():
        model = apps.get_model("catalog", change["model"])
        if all(
            _is_there(model._meta.get_field(name), value)
            for name, value in (change["after"] or {}).items()
        ):
            left["rows"][uuid] = change
        else:
            lost.append(capfirst(str(model._meta.verbose_name)))
    return left, lost


def _is_there(field: Any, value: Any) -> bool:
    related: Any = field.related_model
    keys = value if isinstance(value, list) else [value]
    wanted = {key for key in keys if key is not None}
    if related is None or not wanted:
        return True
    return bool(related._base_manager.filter(pk__in=wanted).count() == len(wanted))
