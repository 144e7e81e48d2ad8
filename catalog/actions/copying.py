"""Copy: a new draft with the content of an existing record, for the next letter of a series."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from django.apps import apps
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.actions import record_state
from catalog.actions.base import Actor, R, Refused, in_step, may
from catalog.actions.merge_fields import choosable, is_empty
from catalog.actions.merge_fields import in_words as field_in_words
from catalog.actions.statements import edit_whole
from catalog.models import (
    Contribution,
    Depiction,
    Detail,
    ExhibitionPart,
    OutsideIdentifier,
    Page,
    Participation,
    Record,
    Statement,
    Topic,
    Transcription,
    next_identifier,
)

#: What identifies one record or belongs to one file, and is never copied.
_NEVER: Final = {"identifier", "slug", "title", "file", "rotation", "file_page"}
#: Fields that probably differ in the next record: copied only on request.
_NOT_UNASKED: Final = {
    "sort_name", "original_title", "summary", "description", "internal_note", "link", "alternative_text",
    "reproduction_note", "latitude", "born", "died", "written", "published", "date",
}  # fmt: skip
#: Statements about the same record elsewhere, about what is on its pictures, or about where it is exhibited.
_NEVER_ROWS: Final = (OutsideIdentifier, Page, Transcription, ExhibitionPart)
#: Works and events of a series have these in common; for persons, places and collections only details.
_ROWS_UNASKED: Final = (Contribution, Depiction, Participation, Topic)
_SERIES: Final = ("document", "image", "event")
#: More rows of a sort belong to one record, and not to a series.
MOST_ROWS: Final = 200


@dataclass(frozen=True, slots=True)
class Part:
    """A field, a list of terms, or a sort of statement that can be copied: its name, and its content.

    ``likely`` parts are copied if nobody chooses.
    """

    name: str
    label: str
    words: str
    likely: bool


def why_not_copy(record: Record, by: Actor) -> str:
    """Why ``by`` may not copy the record, in words; empty if they may, which takes the right to add
    one of its kind.
    """
    if may(by, "add", record) and may(by, "view", record):
        return ""
    return _(
        "You may not add records of this kind. Ask an administrator to add you to the Cataloguer "
        "group."
    )


def copyable(record: Record) -> list[Part]:
    """The parts of a record that can be copied, if they have content: fields, terms, statements, in
    this order.
    """
    found = []
    for name, columns in _fields(type(record)).items():
        if not is_empty(record, columns) and not _is_default(record, columns[0]):
            words = field_in_words(record, columns)
            label = capfirst(str(columns[0].verbose_name))
            found.append(Part(name, label, words, name not in _NOT_UNASKED))
    for field in type(record)._meta.many_to_many:
        terms = [str(term) for term in getattr(record, field.name).all()]
        if terms:
            found.append(
                Part(field.name, capfirst(str(field.verbose_name)), "; ".join(terms), True)
            )
    for name, model in row_sorts(record.KIND).items():
        number = _rows(model, record).count()
        if 0 < number <= MOST_ROWS:
            likely = model is Detail or (record.KIND in _SERIES and model in _ROWS_UNASKED)
            label = capfirst(str(model._meta.verbose_name_plural))
            found.append(Part(name, label, str(number), likely))
    return found


@cache
def row_sorts(kind: str) -> dict[str, Any]:
    """The sorts of statements about a record of a kind that can be copied, by name."""
    return {
        str(model._meta.model_name): model
        for model in apps.get_app_config("catalog").get_models()
        if issubclass(model, Statement)
        and model.IS_PUBLIC
        and kind in model.RECORDS
        and not issubclass(model, _NEVER_ROWS)
    }


def names_to_copy(kind: str, model: type[Record]) -> list[str]:
    """The names of all parts of a kind that can be copied, whether or not a record has content there."""
    lists = [field.name for field in model._meta.many_to_many]
    return [*_fields(model), *lists, *row_sorts(kind)]


@in_step()
def copy_record(
    record: R,
    *,
    by: Actor,
    parts: Collection[str] | None = None,
    title: str = "",
    identifier: str = "",
) -> R:
    """Make a new draft with the content of ``record`` in the ``parts`` (:func:`copyable`; None: the
    likely ones).

    ``title`` and ``identifier`` are its own; by default it is called a copy of the other, and gets
    the next free identifier.

    Consequences: one change set adds the record, its terms and its statements; it is the work of
    ``by``. Never copied are identifiers, also those in other catalogues, the slug, files, pages and
    their text, status, dates of publication, and sources of single relations. A depiction is copied
    without its region: the copy is another picture. Raises Refused without permission and for
    unknown parts, and ValidationError for what the model refuses, such as an identifier that is
    taken.
    """
    if reason := why_not_copy(record, by):
        raise Refused(reason)
    chosen = _chosen(record, parts)
    model = type(record)
    values = {
        column.attname: getattr(record, column.attname)
        for name, columns in _fields(model).items()
        if name in chosen
        for column in columns
    }
    made = model(
        **values,
        title=(title or _("Copy of “%(title)s”") % {"title": record.title})[:500],
        identifier=identifier or next_identifier(model),
    )
    made.full_clean(exclude={"slug"})
    terms = {
        field.name: list(getattr(record, field.name).values_list("pk", flat=True))
        for field in model._meta.many_to_many
        if field.name in chosen
    }
    rows = [
        row
        for name, sort in row_sorts(record.KIND).items()
        if name in chosen
        for row in _copied(sort, record, made)
    ]
    return edit_whole(made, by=by, terms=terms, added=rows)


def _chosen(record: Record, parts: Collection[str] | None) -> set[str]:
    if parts is None:
        return {part.name for part in copyable(record) if part.likely}
    known = names_to_copy(record.KIND, type(record))
    if unknown := set(parts) - set(known):
        raise Refused(
            _("These cannot be copied: %(names)s. Allowed: %(known)s.")
            % {"names": ", ".join(sorted(unknown)), "known": ", ".join(known)}
        )
    return set(parts)


@cache
def _fields(model: type[Record]) -> dict[str, tuple[Any, ...]]:
    """The columns of fields that can be copied, by name."""
    return {name: columns for name, columns in choosable(model).items() if name not in _NEVER}


def _is_default(record: Record, column: Any) -> bool:
    return bool(column.has_default() and column.value_from_object(record) == column.get_default())


def _rows(model: Any, record: Record) -> models.QuerySet[Any]:
    return model._default_manager.filter(**{record.KIND: record}).order_by("pk")  # type: ignore[no-any-return]


def _copied(model: Any, record: Record, made: Record) -> list[Statement]:
    """New statements about ``made`` with the content of those about ``record``, none of them twice."""
    rows = list(_rows(model, record)[: MOST_ROWS + 1])
    if len(rows) > MOST_ROWS:
        raise Refused(
            _(
                "“%(record)s” has more than %(most)d %(sort)s; so many are not copied. Do not select them."
            )
            % {"record": record, "most": MOST_ROWS, "sort": model._meta.verbose_name_plural}
        )
    found: dict[Any, Statement] = {}
    for row in rows:
        new = model()
        for field in record_state.fields_of(model):
            setattr(new, field.attname, getattr(row, field.attname))
        if model is Depiction:
            new.left = new.top = new.width = new.height = None
        found.setdefault(new.stated() or row.pk, new)
        setattr(new, record.KIND, made)
    return list(found.values())
