"""Merge: two records turn out to be one. Everything that belongs to one moves to the other, and its
addresses redirect there.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from catalog.actions.base import Actor, R, Refused, as_it_stands, in_step, may
from catalog.actions.delete import delete
from catalog.actions.distinguish import follow_merging, why_told_apart
from catalog.actions.edit import edit, why_not_editable
from catalog.actions.merge_balance import Balance
from catalog.actions.merge_fields import choosable, differing, filled, say_otherwise, values_of
from catalog.actions.merge_rows import move_rows
from catalog.models import (
    DraftRevision,
    Hierarchical,
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
from catalog.values import fold


@dataclass(slots=True)
class Merged:
    """The result: rows moved and dropped, the fields that were taken, the name that the other got.

    ``otherwise`` counts the sources that now say otherwise, because the value they were cited for
    was not kept.
    """

    balance: Balance = field(default_factory=Balance)
    taken: list[str] = field(default_factory=list)
    name: str = ""
    otherwise: int = 0


def why_not_merge(record: Record, into: Record, by: Actor) -> str:
    """Why ``by`` may not merge one record into another, in words; empty if they may.

    Merging edits both and removes one from the catalogue, and the rules for each of these hold. So
    cataloguers merge nothing, and those who may delete but not publish merge drafts only: what is
    or was public is changed by those who may publish.
    """
    if type(record) is not type(into):
        return _(
            "“%(record)s” and “%(into)s” are different kinds of record, so they cannot be merged. "
            "Choose two of the same kind."
        ) % {
            "record": record,
            "into": into,
        }
    if record.pk == into.pk:
        return _("“%(record)s” is the same record. Choose another.") % {"record": record}
    if not may(by, "delete", record):
        return _(
            "Merging removes “%(record)s” from the catalogue, and you may not delete records. Ask an "
            "administrator."
        ) % {"record": record}
    for one in (record, into):
        if reason := why_not_editable(one, by):
            return f"{one}: {reason}"
    if record.status == Status.PUBLISHED and (
        into.status != Status.PUBLISHED or (record.is_public and not into.is_public)
    ):
        return _(
            "“%(record)s” is public and “%(into)s” is not, so visitors would lose it. Merge the "
            "other way round, or publish “%(into)s” first."
        ) % {"record": record, "into": into}
    if DraftRevision.objects.filter(record_uuid=record.uuid).exists():
        return _(
            "“%(record)s” has a draft revision that would be lost. Publish or discard it first."
        ) % {"record": record}
    return why_told_apart(record, into)


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

    ``take`` names the fields (:func:`choosable`) whose values come from the one that goes; by
    default, those that the other lacks. ``called`` says what sort of name its title becomes
    (:class:`NameKind`).

    Consequences: names, relations, citations, outside identifiers, pages, subjects and what is
    below it move to the other, none of them twice; a relation between the two is removed. Its title
    becomes another name of the other, if the kind has names. Its page, permanent identifier and
    earlier addresses redirect to the other, for those who may see it. What it was distinguished
    from is now distinguished from the other. Sources of values that are not kept say otherwise from
    then on, with what they say in their notes. Programs that follow the catalogue are told that it
    was deleted. All of it is one change set, and undone as one. It takes some hundred and sixty
    statements, however many relations there are.

    Raises Refused as :func:`why_not_merge` says, and ValidationError if the record that stays would
    be invalid.
    """
    if type(record) is type(into):
        record, into = _held(record, into)
    if reason := why_not_merge(record, into, by):
        raise Refused(reason)
    chosen = set(filled(record, into) if take is None else take)
    if unknown := chosen - choosable(type(into)).keys():
        raise Refused(
            _("These fields cannot be chosen: %(names)s.") % {"names": ", ".join(sorted(unknown))}
        )
    done = Merged()
    titles = [record.title, into.title]
    kind: Any = type(into)
    if issubclass(kind, Hierarchical):
        one_at_a_time(kind, "default")
        chosen -= out_of_the_loop(record, into)
    uuid, slug = record.uuid, record.slug
    values = values_of(record, chosen & set(differing(record, into)))
    done.otherwise = say_otherwise(record, into, values)
    done.balance = move_rows(type(record), record.pk, into.pk)
    follow_merging(record, into)
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
    edit(into, by=by, besides=True)
    done.name = _further_name(into, next((one for one in titles if one != into.title), ""), called)
    return done


def _held(record: R, into: R) -> tuple[R, R]:
    """Both rows, locked in the order of their keys, so that two who merge them crosswise take turns."""
    first, second = sorted((record, into), key=lambda one: one.pk)
    held = {one.pk: as_it_stands(one) for one in (first, second)}
    return held[record.pk], held[into.pk]


def out_of_the_loop(record: Any, into: Any) -> set[str]:
    """Move the record that stays out from under the one that goes; returns the fields that must not
    be taken then.

    If it is below the other, it takes the other's place. If it is above, it stays where it is.
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
    """Keep the title that was not chosen as a name, unless it is one already; returns the name."""
    if not title or not isinstance(into, Person | Place):
        return ""
    if into.names.filter(name=title).exists():
        return ""
    if isinstance(into, Person):
        PersonName.objects.create(
            person=into, name=title, kind=called or name_kind(into.title, title)
        )
    else:
        title = title[: int(PlaceName._meta.get_field("name").max_length or 0)]
        PlaceName.objects.create(place=into, name=title)
    return title


def name_kind(title: str, other: str) -> NameKind:
    """The probable sort of a second title: only another spelling, or simply another name."""
    return NameKind.SPELLING if fold(title) == fold(other) else NameKind.OTHER
