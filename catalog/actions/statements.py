"""Attach and detach names, relations, citations and outside identifiers of a record, or save a
record with all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db import connection
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.actions.base import Actor, R, Refused, in_step
from catalog.actions.edit import edit
from catalog.models import Record, Statement


def why_not_statement(model: type[Statement], by: Actor, verb: str) -> str:
    """Why ``by`` may not ``verb`` statements of this sort, in words; empty if they may."""
    if by is None or getattr(by, "has_perm")(f"catalog.{verb}_{model._meta.model_name}"):  # noqa: B009
        return ""
    return _(
        "You may not %(verb)s statements of this kind. Ask an administrator to add you to the "
        "Cataloguer group."
    ) % {"verb": verb}


def require_statement(statement: Statement, by: Actor, verb: str) -> None:
    """Raise Refused unless ``by`` may ``verb`` statements of this sort."""
    if reason := why_not_statement(type(statement), by, verb):
        raise Refused(reason)


class StatedAlready(Refused):
    """Another statement, ``standing``, says the same."""

    def __init__(self, standing: Any) -> None:
        self.standing = standing
        super().__init__(
            _("%(sort)s “%(statement)s” already exists. Change that one, or leave this one out.")
            % {"sort": capfirst(str(standing._meta.verbose_name)), "statement": standing}
        )


@in_step()
def attach(
    statement: Statement, record: Record, *, by: Actor, even_twice: bool = False
) -> Statement:
    """Save a new or changed statement of ``record``.

    Consequence: the record counts as changed now, unless it is public and the public does not see
    the statement. Raises Refused if ``by`` may not edit the record or such statements, StatedAlready
    if another statement says the same (unless ``even_twice``: in a step that is rolled back), and
    ValidationError for what the model refuses.
    """
    require_statement(statement, by, "add" if statement._state.adding else "change")
    edit(record, by=by, besides=record.is_public and _is_or_was_seen(statement))
    if not even_twice and (standing := twin_of(statement)):
        raise StatedAlready(standing)
    statement.save()
    return statement


def _is_or_was_seen(statement: Statement) -> bool:
    if statement.is_seen:
        return True
    stored = type(statement)._base_manager.filter(pk=statement.pk).first()
    return stored is not None and stored.is_seen


def tells_more(
    record: Record, terms: Mapping[str, Sequence[int]], statements: Sequence[Statement] = ()
) -> bool:
    """Whether the public reads something else of a public record if it gets these terms (field name →
    primary keys) and statements.
    """
    if not record.is_public:
        return False
    return any(
        {*getattr(record, name).values_list("pk", flat=True)} != {*keys}
        for name, keys in terms.items()
    ) or any(map(_is_or_was_seen, statements))


def twin_of(statement: Statement) -> Any:
    """The statement that says the same as one about to be saved, or None.

    Until the transaction ends nobody else can add one, whichever of its records they start from. A
    row that had a twin before this rule existed may still be changed in other ways.
    """
    if not statement.STATES:
        return None
    if connection.vendor == "postgresql":
        # Somebody adding the same from the other end locks another record; SQLite has one writer.
        said = f"{statement._meta.model_name} {statement.stated()}"
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [said])
    twin = statement.twins().first()
    if twin is None or statement._state.adding:
        return twin
    stored = type(statement)._base_manager.filter(pk=statement.pk).first()
    return None if stored is not None and stored.stated() == statement.stated() else twin


@in_step()
def edit_whole(
    record: R,
    *,
    by: Actor,
    terms: Mapping[str, Sequence[int]] = MappingProxyType({}),
    added: Sequence[Statement] = (),
    removed: Sequence[Statement] = (),
) -> R:
    """Save a new or changed record with its terms (field name → primary keys) and statements, the
    record once.

    Consequences: those of :func:`~catalog.actions.edit.edit`. Each of ``added`` is about the record
    already. Raises Refused if ``by`` may not edit the record or such statements, StatedAlready if
    another statement says the same as one of ``added``, ValidationError for what the model refuses.
    """
    for statement in added:
        require_statement(statement, by, "add" if statement._state.adding else "change")
    for statement in removed:
        require_statement(statement, by, "delete")
    is_new = record._state.adding
    edit(record, by=by, besides=not is_new and tells_more(record, terms, [*added, *removed]))
    for name, keys in terms.items():
        kept = getattr(record, name)
        if is_new:
            kept.add(*keys)
        else:
            kept.set(keys)
    for statement in removed:
        statement.delete()
    for statement in added:
        # A new record has no statement that could say the same, and its callers do not pass duplicates.
        if not is_new and (standing := twin_of(statement)):
            raise StatedAlready(standing)
        statement.save()
    return record


@in_step()
def detach(statement: Statement, record: Record, *, by: Actor) -> None:
    """Remove a statement of ``record``, with its citations. Raises Refused as :func:`attach` does."""
    require_statement(statement, by, "delete")
    edit(record, by=by, besides=record.is_public and _is_or_was_seen(statement))
    statement.delete()
