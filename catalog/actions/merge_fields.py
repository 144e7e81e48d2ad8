"""Two records or terms field by field: where they differ, which value is kept, and what sources
said of the other.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cache
from typing import Any, Final

from django.db import models
from django.db.models import Case, F, FileField, Q, Value, When

from catalog.actions import record_state
from catalog.models import Bearing, Citation, Record
from catalog.values import fold

#: Fields that mean something only together, and are taken together; named by the first.
_TOGETHER: Final = (
    ("latitude", "longitude", "precision"),
    ("collection", "position"),
    ("parent", "position"),
    (
        "file", "media_type", "width", "height", "byte_size", "sha256", "colour_space", "captured", "captured_with",
        "file_pages", "file_page", "rotation",
    ),
)  # fmt: skip
#: Addresses stay with the record that stays: a slug, and the code of a term.
_LEFT_OUT: Final = {"slug", "vocabulary", "code"}
#: What a source cited for a value has to say for it to say otherwise once another value is kept.
_STATING: Final = (Bearing.STATES, Bearing.PARTLY)


@cache
def choosable(model: type[models.Model]) -> dict[str, tuple[Any, ...]]:
    """What can be chosen field by field: the columns that belong together, by name."""
    every = {one.name: one for one in model._meta.concrete_fields}
    entered = [
        one.name
        for one in every.values()
        if one in record_state.fields_of(model) or isinstance(one, FileField)
    ]
    groups: dict[str, tuple[str, ...]] = {
        group[0]: tuple(name for name in group if name in every)
        for group in _TOGETHER
        if group[0] in every
    }
    led = {name for group in groups.values() for name in group[1:]}
    return {
        name: tuple(every[one] for one in groups.get(name, (name,)))
        for name in entered
        if name not in led | _LEFT_OUT
    }


def is_empty(row: models.Model, columns: tuple[Any, ...]) -> bool:
    """Whether a field is empty."""
    value = columns[0].value_from_object(row)
    return value is None or str(value) == ""


def differing(one: models.Model, other: models.Model) -> Iterator[str]:
    """Names of fields in which two rows differ."""
    for name, columns in choosable(type(one)).items():
        if any(each.value_from_object(one) != each.value_from_object(other) for each in columns):
            yield name


def filled(goes: models.Model, stays: models.Model) -> list[str]:
    """Fields that the one has and the other lacks: taken if nobody chooses.

    A sort name goes with its title: "Trotzki, Leo" is no way to file Leon Trotsky.
    """
    columns = choosable(type(goes))
    other_title = fold(str(goes)) != fold(str(stays))
    return [
        name
        for name in differing(goes, stays)
        if is_empty(stays, columns[name])
        and not is_empty(goes, columns[name])
        and not (name == "sort_name" and other_title)
    ]


def values_of(row: models.Model, names: Collection[str]) -> dict[str, dict[str, Any]]:
    """The columns of a row by field, to be put into another."""
    return {
        name: {each.attname: _value(row, each) for each in columns}
        for name, columns in choosable(type(row)).items()
        if name in names
    }


def _value(row: models.Model, column: Any) -> Any:
    value = column.value_from_object(row)
    return str(value) if isinstance(column, FileField) else value


def in_words(row: models.Model, columns: tuple[Any, ...]) -> str:
    """A field, or fields that belong together, as a curator reads them."""
    said = [
        record_state.words_of(type(row), each.name, record_state.value_in(row, each))
        for each in columns
    ]
    return ", ".join(word for word in said if word)


def say_otherwise(goes: Record, stays: Record, taken: Collection[str]) -> int:
    """Mark sources of values that are not kept as saying otherwise, and keep what they said;
    returns how many.

    "Born 1879, says the letter" must not become a source of "born 1880". One query, and a statement
    for each field with such sources.
    """
    kind = goes.KIND
    cited = Citation.objects.filter(
        **{f"{kind}__in": (goes.pk, stays.pk)}, bearing__in=_STATING, followed=True
    ).exclude(field="")
    fields = set(cited.values_list(kind, "field").distinct())
    changed = 0
    for name in differing(goes, stays):
        columns = choosable(type(goes))[name]
        loser = stays if name in taken else goes
        named = [each.name for each in columns if (loser.pk, each.name) in fields]
        if not named or is_empty(loser, columns):
            continue
        note = in_words(loser, columns)[: int(Citation._meta.get_field("note").max_length or 0)]
        rows = cited.filter(Q(**{kind: loser.pk}), field__in=named)
        changed += rows.update(
            bearing=Bearing.DIFFERS,
            followed=False,
            note=Case(When(note="", then=Value(note)), default=F("note")),
        )
    return changed
