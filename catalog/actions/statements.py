"""Attach and detach: names, relations, citations and outside identifiers of a record."""

from __future__ import annotations

from django.utils.translation import gettext as _

from catalog.actions.base import Actor, Refused, in_step
from catalog.actions.edit import edit
from catalog.models import Record, Statement


def require_statement(statement: Statement, by: Actor, verb: str) -> None:
    """Raise Refused unless ``by`` may ``verb`` statements of this sort."""
    name = f"catalog.{verb}_{statement._meta.model_name}"
    if by is not None and not getattr(by, "has_perm")(name):  # noqa: B009
        raise Refused(
            _(
                "You may not %(verb)s statements of this sort. Ask an administrator for the group Cataloguer."
            )
            % {"verb": verb}
        )


@in_step()
def attach(statement: Statement, record: Record, *, by: Actor) -> Statement:
    """Save a new or changed statement of ``record``.

    Consequence: the record counts as changed now. Raises Refused when ``by`` may not edit the record or
    such statements, and ValidationError for what the model refuses.
    """
    require_statement(statement, by, "add" if statement._state.adding else "change")
    edit(record, by=by)
    statement.save()
    return statement


@in_step()
def detach(statement: Statement, record: Record, *, by: Actor) -> None:
    """Remove a statement of ``record``, with its citations. Raises Refused as :func:`attach` does."""
    require_statement(statement, by, "delete")
    edit(record, by=by)
    statement.delete()
