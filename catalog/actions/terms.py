"""Save and remove a term of a controlled vocabulary."""

from __future__ import annotations

from typing import Any

from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from catalog.actions.base import Actor, Refused, in_step
from catalog.actions.distinguish import forget_distinctions
from catalog.models import Term


def _require(by: Actor, verb: str) -> None:
    if by is not None and not getattr(by, "has_perm")(f"catalog.{verb}_term"):  # noqa: B009
        raise Refused(
            _("You may not do that to terms. Ask an administrator to add you to a group that may.")
        )


@in_step()
def keep_term(term: Term, *, by: Actor) -> Term:
    """Save a new or a changed term.

    Consequence: every record that has the term shows its new label. Raises Refused if ``by`` may
    not, and ValidationError for what the model refuses: a duplicate code, a loop, a broader term of
    another vocabulary.
    """
    _require(by, "add" if term._state.adding else "change")
    term.full_clean()
    term.save()
    return term


@in_step()
def remove_term(term: Term, *, by: Actor) -> None:
    """Delete a term that nothing uses. Raises Refused, with the number of its uses, if something does."""
    _require(by, "delete")
    uses = sum(_uses(term, relation) for relation in term._meta.related_objects)
    if uses:
        raise Refused(
            _(
                "“%(term)s” is used %(number)s times, by records or narrower terms. Remove it from those "
                "first."
            )
            % {"term": term, "number": uses}
        )
    try:
        forget_distinctions(term)
        term.delete()
    except ProtectedError as refusal:
        raise Refused(
            _("“%(term)s” has just been used. Reload the page.") % {"term": term}
        ) from refusal


def _uses(term: Term, relation: Any) -> int:
    return int(getattr(term, str(relation.get_accessor_name())).count())
