"""Which documents show something of a record: those of every record it is tied to, in either direction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.db import models

from catalog.models import (
    CITABLE_RELATIONS,
    RECORD_MODELS,
    Citation,
    ExhibitionPart,
    Person,
    Record,
    Relation,
    Statement,
    Term,
    birth_withheld,
)
from catalog.uris import Kind

Keys = dict[Kind, set[int]]
#: Keys that one statement names.
_AT_ONCE: Final = 500


def neighbours(records: Keys) -> Keys:
    """The records whose documents name one of ``records``, also by hidden ties, which may just
    become visible.
    """
    found: Keys = defaultdict(set)
    for kind, pks in records.items():
        for some in in_parts(pks):
            _by_statements(kind, some, found)
            _by_columns(kind, some, found)
    return found


def those_with_terms(terms: set[int]) -> Keys:
    """The records whose documents name one of several terms, directly or in a relation."""
    found: Keys = defaultdict(set)
    for some in in_parts(terms):
        for kind, model in RECORD_MODELS.items():
            for field in (*model._meta.concrete_fields, *model._meta.many_to_many):
                if field.related_model is Term:
                    rows = model._base_manager.filter(**{f"{field.name}__in": some})
                    found[kind] |= set(rows.values_list("pk", flat=True))
        for statement in statements():
            for field in statement._meta.concrete_fields:
                if field.related_model is Term:
                    shown = statement.objects.visible_to(None).filter(**{f"{field.name}__in": some})
                    _take(statement, shown, found)
    return found


def statements() -> Iterator[type[Statement]]:
    """Every sort of statement that documents show."""
    for model in apps.get_app_config("catalog").get_models():
        if issubclass(model, Statement) and model.IS_PUBLIC and model is not ExhibitionPart:
            yield model


def in_parts(pks: set[int]) -> Iterator[list[int]]:
    """Keys of records in parts of bounded size."""
    ordered = sorted(pks)
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]


def _take(statement: type[Statement], rows: models.QuerySet[Any], found: Keys) -> None:
    """Add the records that some statements name."""
    ends: list[Any] = [statement._meta.get_field(name) for name in statement.RECORDS]
    for row in rows.order_by().values_list(*(end.attname for end in ends)).iterator():
        for end, pk in zip(ends, row, strict=True):
            if pk is not None:
                found[end.related_model.KIND].add(pk)


def _by_statements(kind: Kind, pks: list[int], found: Keys) -> None:
    for statement in statements():
        for name in statement.RECORDS:
            if kind == statement._meta.get_field(name).related_model.KIND:  # type: ignore[union-attr]
                _take(statement, statement._base_manager.filter(**{f"{name}__in": pks}), found)
    if kind != "document":
        return
    # A source is named with the relations that it is cited for, in the documents of both their ends.
    for name in CITABLE_RELATIONS:
        relation: Any = Citation._meta.get_field(name).related_model
        assert issubclass(relation, Relation)  # noqa: S101
        cited = Citation._base_manager.filter(source__in=pks, **{f"{name}__isnull": False})
        # With one end hidden, the other does not show the relation.
        shown = relation.objects.visible_to(None).filter(pk__in=cited.values(name))
        _take(relation, shown, found)


def _by_columns(kind: Kind, pks: list[int], found: Keys) -> None:
    for other, model in RECORD_MODELS.items():
        for field in model._meta.concrete_fields:
            target: Any = field.related_model
            if not isinstance(field, models.ForeignKey) or not issubclass(target, Record):
                continue
            rows = model._base_manager.filter(**{f"{field.name}__isnull": False})
            if model is Person and field.name == "born_place":
                # Else the list of changes would tell where a living person was born.
                rows = rows.exclude(birth_withheld(None))
            if kind == target.KIND:
                pointing = rows.filter(**{f"{field.name}__in": pks})
                found[other] |= set(pointing.values_list("pk", flat=True))
            if other == kind:
                pointed = rows.filter(pk__in=pks)
                found[target.KIND] |= set(pointed.values_list(field.attname, flat=True))
