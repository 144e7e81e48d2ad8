"""Merge terms: a vocabulary has two terms for one thing."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import gettext as _

from catalog.actions.base import Actor, Refused, in_step
from catalog.actions.distinguish import follow_merging, why_told_apart
from catalog.actions.merge import Merged, out_of_the_loop
from catalog.actions.merge_fields import choosable, differing, filled, values_of
from catalog.actions.merge_rows import move_rows
from catalog.actions.terms import keep_term, remove_term
from catalog.models import PastCode, Term, one_at_a_time, own_language
from catalog.values import Labels, fold


def why_not_merge_terms(term: Term, into: Term, by: Actor) -> str:
    """Why ``by`` may not merge one term into another, in words; empty if they may.

    Merging changes the one and deletes the other. The records that have the term need no permission
    of their own: they follow, as they follow a new label.
    """
    if term.pk == into.pk:
        return _("“%(record)s” is the same record. Choose another.") % {"record": term}
    if term.vocabulary != into.vocabulary:
        return _(
            "“%(term)s” belongs to %(vocabulary)s and “%(into)s” does not. Only terms of the same "
            "vocabulary can be merged."
        ) % {"term": term, "vocabulary": term.get_vocabulary_display(), "into": into}
    if by is None or all(
        getattr(by, "has_perm")(f"catalog.{verb}_term")  # noqa: B009
        for verb in ("change", "delete")
    ):
        return why_told_apart(term, into)
    return _("You may not merge terms. Ask an administrator.")


@in_step()
def merge_terms(
    term: Term, *, into: Term, by: Actor, take: Collection[str] | None = None
) -> Merged:
    """Make one term of two: ``into`` stays with its code, ``term`` goes.

    ``take`` names the fields whose values come from the one that goes; by default, those that the
    other lacks.

    Consequences: every record and every relation that had the one has the other, none twice; narrower terms
    move under the other. Languages in which the other had no label are filled; what else the one was called
    becomes an alternative label, so that the search still finds it. The old code redirects to the other, in
    the API and in addresses of lists. All of it is one change set. Raises Refused as
    :func:`why_not_merge_terms` says, and ValidationError as ``keep_term`` does.
    """
    term, into = _held(term, into)
    if reason := why_not_merge_terms(term, into, by):
        raise Refused(reason)
    chosen = set(filled(term, into) if take is None else take)
    if unknown := chosen - choosable(Term).keys():
        raise Refused(
            _("These fields cannot be chosen: %(names)s.") % {"names": ", ".join(sorted(unknown))}
        )
    one_at_a_time(Term, "default")
    chosen -= out_of_the_loop(term, into)
    values = values_of(term, chosen & set(differing(term, into)))
    done = Merged(balance=move_rows(Term, term.pk, into.pk), taken=list(values))
    follow_merging(term, into)
    was: dict[str, Any] = {"vocabulary": term.vocabulary, "code": term.code}
    remove_term(term, by=by)
    PastCode.objects.update_or_create(**was, defaults={"into_code": into.code, "label": term.label})
    called = [*_names_of(into), *_names_of(term)]
    for columns in values.values():
        for name, value in columns.items():
            setattr(into, name, value)
    spoken = into.labels.by_language()
    lacking = (pair for pair in term.labels if pair[0] not in spoken)
    into.labels = Labels((*into.labels, *lacking))
    into.alternatives = _besides(into, called)
    keep_term(into, by=by)
    return done


def _preferred(term: Term) -> list[tuple[str, str]]:
    """The preferred labels of a term, each with its language."""
    return [(own_language(), term.label), *term.labels]


def _names_of(term: Term) -> list[tuple[str, str]]:
    """All that a term is called, each with its language."""
    return [*term.alternatives, *_preferred(term)]


def _besides(term: Term, called: Iterable[tuple[str, str]]) -> Labels:
    """Those of some names that are no preferred label of a term."""
    preferred = {(language, fold(label)) for language, label in _preferred(term)}
    kept = {(language, fold(label)): (language, label) for language, label in called}
    return Labels(tuple(name for key, name in kept.items() if key not in preferred))


def _held(term: Term, into: Term) -> tuple[Term, Term]:
    rows: Any = Term.objects.select_for_update().order_by("pk").in_bulk({term.pk, into.pk})
    for one in (term, into):
        if one.pk not in rows:
            raise Refused(
                _("“%(record)s” has since been deleted. Reload the list.") % {"record": one}
            )
    return rows[term.pk], rows[into.pk]
