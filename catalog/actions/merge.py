"""Merge: two records turn out to be one. All that hangs on the one goes to the other, and its addresses lead there."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import FileField
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog import history
from catalog.actions import record_state
from catalog.actions.base import Actor, R, Refused, as_it_stands, in_step, may
from catalog.actions.delete import delete
from catalog.actions.edit import edit, why_not_editable
from catalog.actions.merge_rows import Balance, move_rows
from catalog.jobs import Run, enqueue, task
from catalog.models import (
    RECORD_MODELS,
    DraftRevision,
    Hierarchical,
    Job,
    MergedRecord,
    NameKind,
    PastSlug,
    Person,
    PersonName,
    Place,
    PlaceName,
    Record,
    Status,
    derive,
    one_at_a_time,
)
from catalog.uris import Kind
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
#: Addresses stay with the record that stays.
_LEFT_OUT: Final = {"slug"}


@dataclass(slots=True)
class Merged:
    """What came of it: rows moved and dropped, the fields that were taken over, the name that the other got."""

    balance: Balance = field(default_factory=Balance)
    taken: list[str] = field(default_factory=list)
    name: str = ""


@cache
def choosable(model: type[Record]) -> dict[str, tuple[Any, ...]]:
    """What can be chosen field by field: by name the columns that go together."""
    columns = {
        one.name: one
        for one in model._meta.concrete_fields
        if one in record_state.fields_of(model) or isinstance(one, FileField)
    }
    every = {one.name: one for one in model._meta.concrete_fields}
    found: dict[str, tuple[Any, ...]] = {}
    later: set[str] = set()
    for name in columns:
        group = next((group for group in _TOGETHER if name == group[0]), (name,))
        if name in later or name in _LEFT_OUT:
            continue
        members = [one for one in group if one in every]
        later |= set(members[1:])
        found[name] = tuple(every[one] for one in members)
    return {name: group for name, group in found.items() if name not in later}


def is_empty(record: Record, columns: tuple[Any, ...]) -> bool:
    """Whether a field says nothing."""
    value = columns[0].value_from_object(record)
    return value is None or str(value) == ""


def differing(record: Record, into: Record) -> Iterator[str]:
    """Names of fields in which two records differ."""
    for name, columns in choosable(type(record)).items():
        if any(one.value_from_object(record) != one.value_from_object(into) for one in columns):
            yield name


def filled(record: Record, into: Record) -> list[str]:
    """Fields that the one has and the other has not: taken over when nobody chooses.

    A sort name goes with its title: "Trotzki, Leo" is no way to file Leon Trotsky.
    """
    columns = choosable(type(record))
    other_title = fold(record.title) != fold(into.title)
    return [
        name
        for name in differing(record, into)
        if is_empty(into, columns[name])
        and not is_empty(record, columns[name])
        and not (name == "sort_name" and other_title)
    ]


def why_not_merge(record: Record, into: Record, by: Actor) -> str:
    """Why ``by`` may not merge one record into another, in words; empty when they may.

    Who merges edits both and takes one out of the catalogue: the rules for each of these hold. So a cataloguer
    merges nothing, and whoever may delete but not publish merges drafts only: what is public, or was, is changed
    by those who may publish.
    """
    if type(record) is not type(into):
        return _("“%(record)s” and “%(into)s” are not of one kind, so they cannot be one.") % {
            "record": record,
            "into": into,
        }
    if record.pk == into.pk:
        return _("“%(record)s” is that record itself. Choose another.") % {"record": record}
    if not may(by, "delete", record):
        return _(
            "Merging takes “%(record)s” out of the catalogue: only who may delete records may do that. "
            "Ask an administrator."
        ) % {"record": record}
    for one in (record, into):
        if reason := why_not_editable(one, by):
            return f"{one}: {reason}"
    if record.status == Status.PUBLISHED and (
        into.status != Status.PUBLISHED or (record.is_public and not into.is_public)
    ):
        return _(
            "“%(record)s” is public and “%(into)s” is not: visitors would lose it. Merge the other way round, "
            "or publish “%(into)s” first."
        ) % {"record": record, "into": into}
    if DraftRevision.objects.filter(record_uuid=record.uuid).exists():
        return _(
            "“%(record)s” has a draft revision, which would be lost. Publish it or throw it away first."
        ) % {"record": record}
    return ""


@in_step()
def merge(
    record: R,
    *,
    into: R,
    by: Actor,
    take: Collection[str] | None = None,
    called: str = "",
) -> Merged:
    """Make one record of two: ``into`` stays, ``record`` goes.

    ``take`` names the fields (:func:`choosable`) whose values come from the one that goes; without it those that
    the other has not. ``called`` says what sort of name its title is from now on (:class:`NameKind`).

    Consequences: names, relations, citations, outside identifiers, pages, subjects and what stands below it hang on
    the other, none of them twice; where both were related to each other that relation goes. Its title becomes a
    further name of the other, where the kind has names. Its page, permanent identifier and earlier addresses
    lead to the other, as far as that may be seen. Programs that follow the catalogue are told that it was deleted.
    All of it is one change set, and taken back as one. Takes some sixty statements, whatever the number of relations.

    Raises Refused as :func:`why_not_merge` says, and ValidationError for what the record that stays cannot be.
    """
    if type(record) is type(into):
        record, into = _held(record, into)
    if reason := why_not_merge(record, into, by):
        raise Refused(reason)
    chosen = set(filled(record, into) if take is None else take)
    if unknown := chosen - choosable(type(into)).keys():
        raise Refused(
            _("There is no such field to choose: %(names)s.")
            % {"names": ", ".join(sorted(unknown))}
        )
    done = Merged()
    titles = [record.title, into.title]
    kind: Any = type(into)
    if issubclass(kind, Hierarchical):
        one_at_a_time(kind, "default")
        chosen -= _out_of_the_loop(record, into)
    done.balance = move_rows(type(record), record.pk, into.pk)
    uuid, slug = record.uuid, record.slug
    values = _values(record, chosen & set(differing(record, into)))
    delete(record, by=by)
    MergedRecord.objects.create(
        kind=record.KIND,
        record_uuid=uuid,
        into_uuid=into.uuid,
        identifier=record.identifier,
        title=record.title,
    )
    PastSlug.objects.update_or_create(kind=record.KIND, slug=slug, defaults={"record_uuid": uuid})
    done.taken = list(values)
    for columns in values.values():
        for name, value in columns.items():
            setattr(into, name, value)
    if values:
        derive(into)
        into.full_clean(exclude={"slug"})
    edit(into, by=by)
    done.name = _further_name(into, next((one for one in titles if one != into.title), ""), called)
    return done


def _held(record: R, into: R) -> tuple[R, R]:
    """Both rows, locked in the order of their keys, so that two who merge them crosswise wait for each other."""
    first, second = sorted((record, into), key=lambda one: one.pk)
    held = {one.pk: as_it_stands(one) for one in (first, second)}
    return held[record.pk], held[into.pk]


def _values(record: Record, names: Collection[str]) -> dict[str, dict[str, Any]]:
    """By field the columns that come from the record that goes."""
    return {
        name: {one.attname: _value(record, one) for one in columns}
        for name, columns in choosable(type(record)).items()
        if name in names
    }


def _value(record: Record, column: Any) -> Any:
    value = column.value_from_object(record)
    return str(value) if isinstance(column, FileField) else value


def _out_of_the_loop(record: Any, into: Any) -> set[str]:
    """Bring the record that stays out from under the one that goes; the fields that must not be taken then.

    Where it stands below the other, it takes the other's place. Where it stands above, it stays where it is.
    """
    parent: str = into.PARENT
    column = into._meta.get_field(parent).attname
    above = getattr(record, column)
    rows = type(into)._default_manager
    if record.pk in rows.ancestor_ids(into.pk):
        setattr(into, column, above)
        into.save(update_fields=[parent])
        return {parent}
    if above is not None and (above == into.pk or into.pk in rows.ancestor_ids(above)):
        return {parent}
    return set()


def _further_name(into: Record, title: str, called: str) -> str:
    """Keep the title that does not stand any more as a name, unless it is one already; the name."""
    if not title or not isinstance(into, Person | Place):
        return ""
    if into.names.filter(name=title).exists():
        return ""
    if isinstance(into, Person):
        PersonName.objects.create(person=into, name=title, kind=called or name_kind(into, title))
    else:
        title = title[: int(PlaceName._meta.get_field("name").max_length or 0)]
        PlaceName.objects.create(place=into, name=title)
    return title


def name_kind(record: Record, title: str) -> NameKind:
    """What sort of name a title probably is, beside a record's own: only another spelling, or just another name."""
    return NameKind.SPELLING if fold(title) == fold(record.title) else NameKind.OTHER


@in_step()
def merge_all(
    records: Sequence[R],
    *,
    into: R,
    by: Actor,
    takes: Mapping[int, Collection[str]] | None = None,
    called: str = "",
) -> Merged:
    """Make one record of several: :func:`merge` for each, in one step.

    ``takes`` are the fields that come from each, by its key.
    """
    whole = Merged()
    for record in records:
        take = None if takes is None else takes.get(record.pk, ())
        done = merge(record, into=into, by=by, take=take, called=called)
        whole.balance.add(done.balance)
        whole.taken += done.taken
    return whole


def told_of_merging(done: Merged, records: Sequence[Record]) -> str:
    """What came of it, in a sentence or several."""
    said = [
        ngettext(
            "“%(names)s” was merged into this record.",
            "These were merged into this record: %(names)s.",
            len(records),
        )
        % {"names": "; ".join(record.title for record in records)}
    ]
    for line in done.balance.lines:
        said.append(f"{capfirst(line.name)}: {line.words}.")
    return " ".join(said)


# --- As a job ---------------------------------------------------------------------------------------------------


def merge_as_job(
    records: Sequence[Record],
    *,
    into: Record,
    by: Actor,
    takes: Mapping[int, Collection[str]] | None,
    called: str,
    reason: str,
    door: str,
) -> Job:
    """Ask the worker to :func:`merge_all`; for what is too much for a request. Raises Refused as that does."""
    for record in records:
        if reason_not := why_not_merge(record, into, by):
            raise Refused(reason_not)
    with transaction.atomic():
        return enqueue(
            merge_task,
            by=by,
            subject=f"{'; '.join(record.title for record in records)} → {into.title}"[:200],
            key=f"merge {into.KIND} {into.pk}",
            kind=into.KIND,
            keys=[record.pk for record in records],
            into=into.pk,
            takes=None if takes is None else [[pk, list(names)] for pk, names in takes.items()],
            called=called,
            reason=reason,
            door=door,
        )


@task(title=gettext_lazy("Merge records"), tells=(Refused, ValidationError))
def merge_task(
    run: Run,
    *,
    kind: Kind,
    keys: list[int],
    into: int,
    takes: list[tuple[int, list[str]]] | None,
    called: str,
    reason: str,
    door: str,
) -> str:
    """The job of :func:`merge_as_job`: one transaction, with the mark that it is done."""
    by: Any = run.by
    if by is not None:
        by = get_user_model()._default_manager.get(pk=by.pk)
    rows: Any = RECORD_MODELS[kind]._base_manager
    found = rows.in_bulk([*keys, into])
    if len(found) <= len(keys):
        raise Refused(_("One of these records is not there any more. Look for it anew."))
    records = [found[key] for key in keys]
    with history.change_set(by=by, door=door, reason=reason):
        done = merge_all(
            records,
            into=found[into],
            by=by,
            takes=None if takes is None else dict(takes),
            called=called,
        )
    return told_of_merging(done, records)
