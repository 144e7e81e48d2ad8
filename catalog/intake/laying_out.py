"""Records as a table with the columns that an import understands: to be corrected in a spreadsheet,
and imported again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from django.db.models import Count

from catalog.intake.several import joined
from catalog.intake.targets import KIND, POSITION, SELF, STORAGE, Hanging, Target, targets_of
from catalog.models import LINE, RECORD_MODELS, Reader, Record, Term
from catalog.uris import Kind

#: Records that are read together.
_AT_ONCE: Final = 200
_FORMULA: Final = re.compile(r"'* *[=+\-@\t\r\n]")
_NUMBER: Final = re.compile(r"[+-]?[0-9.,]+", re.ASCII)


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula; reading removes the apostrophe again."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def as_table(kind: Kind, keys: Sequence[int], *, reader: Reader) -> Iterator[str]:
    """The records of some keys, as ``reader`` may see them, as CSV, line by line as they are read.

    The headers are the names of targets. Roles and sorts of names have a column if one of the
    records has one.
    """
    targets = [
        target
        for target in targets_of(kind).values()
        if target.name not in {SELF, KIND, POSITION, "slug"}
    ]
    rows = RECORD_MODELS[kind].objects.visible_to(reader)
    used = _used(targets, keys)
    targets = [
        target
        for target in targets
        if target.hanging is None or (target.hanging.model, _sort(target.hanging)) in used
    ]
    line = io.StringIO()
    writer = csv.writer(line)
    line.write("\ufeff")
    writer.writerow([*(target.name for target in targets)])
    doubtful = _doubtful_labels(targets)
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
        found = _with_terms(rows.filter(pk__in=part), targets).in_bulk(part)
        hung = {target.name: _hung(target, part, reader) for target in targets if target.hanging}
        for key in part:
            if key in found:
                writer.writerow(
                    [harmless(_cell(found[key], target, hung, doubtful)) for target in targets]
                )
        yield line.getvalue()
        line.seek(0)
        line.truncate()
    if line.getvalue():
        yield line.getvalue()


def _sort(hanging: Hanging) -> tuple[Any, ...]:
    """What distinguishes the targets of one model: what their rows have in common, and the column
    that they fill.
    """
    return (hanging.names, *hanging.common.values())


def _used(targets: list[Target], keys: Sequence[int]) -> set[tuple[Any, tuple[Any, ...]]]:
    """The models and sorts of statements that belong to some records; a query for each model and column."""
    asked = {}
    for target in targets:
        hanging = target.hanging
        if hanging is not None:
            asked[(hanging.model, hanging.own, hanging.names, tuple(hanging.common))] = hanging
    found = set()
    for (model, own, names, common), _hanging in asked.items():
        for start in range(0, len(keys), 500):
            rows = model._default_manager.filter(**{f"{own}__in": keys[start : start + 500]})
            rows = rows.exclude(**{f"{names}__isnull": True}).order_by()
            sorts = rows.values_list(*common).distinct() if common else [()] * rows.exists()
            found |= {(model, (names, *sort)) for sort in sorts}
    return found


def _with_terms(rows: Any, targets: list[Target]) -> Any:
    columns = [target.column for target in targets if target.column is not None]
    many = [column.name for column in columns if column.many_to_many]
    one = [column.name for column in columns if column.is_relation and not column.many_to_many]
    return rows.select_related(*one).prefetch_related(*many)


def _hung(target: Target, keys: Sequence[int], reader: Reader) -> dict[int, list[str]]:
    """What the statements of a sort say, by the key of their record."""
    hanging = target.hanging
    assert hanging is not None  # noqa: S101 - asked by the caller
    rows: Any = hanging.model.objects
    rows = rows.visible_to(reader).filter(**{f"{hanging.own}__in": keys}, **hanging.common)
    if hanging.kind == STORAGE:
        kept: dict[int, list[str]] = {}
        for row in rows.order_by("pk").select_related(f"place__{LINE}"):
            name = row.place.code or row.place.path
            kept.setdefault(getattr(row, f"{hanging.own}_id"), []).append(name)
        return kept
    said = f"{hanging.names}__identifier" if hanging.kind else hanging.names
    if hanging.kind:
        rows = rows.exclude(**{f"{hanging.names}__isnull": True})
    found: dict[int, list[str]] = {}
    for key, text in rows.order_by("pk").values_list(f"{hanging.own}_id", said):
        found.setdefault(key, []).append(text)
    return found


def _doubtful_labels(targets: list[Target]) -> set[tuple[str, str]]:
    """Vocabularies and labels that do not identify a single term: these are written as codes."""
    vocabularies = {target.vocabulary for target in targets} - {""}
    twice = (
        Term.objects.filter(vocabulary__in=vocabularies)
        .order_by()
        .values_list("vocabulary", "sort_key")
        .annotate(number=Count("pk"))
        .filter(number__gt=1)
    )
    return {(vocabulary, key) for vocabulary, key, _number in twice}


def _cell(
    record: Record,
    target: Target,
    hung: dict[str, dict[int, list[str]]],
    doubtful: set[tuple[str, str]],
) -> str:
    if target.hanging is not None:
        return joined(hung[target.name].get(record.pk, ()))
    column = target.column
    if column.many_to_many:
        return joined(_term(term, doubtful) for term in getattr(record, column.name).all())
    value = getattr(record, column.name)
    if value is None:
        return ""
    if isinstance(value, Term):
        return _term(value, doubtful)
    return value.identifier if isinstance(value, Record) else str(value)


def _term(term: Term, doubtful: set[tuple[str, str]]) -> str:
    by_code = (term.vocabulary, term.sort_key) in doubtful
    return term.code if by_code else term.label
