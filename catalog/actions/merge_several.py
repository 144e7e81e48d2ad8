"""Merge several records, or several terms, into one of them, in one step."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from django.utils.text import capfirst
from django.utils.translation import ngettext

from catalog.actions.base import Actor, in_step
from catalog.actions.entries import Entry
from catalog.actions.merge import Merged, merge, why_not_merge
from catalog.actions.merge_terms import merge_terms, why_not_merge_terms
from catalog.models import Record, Term


def why_not_be_one(entry: Entry, into: Entry, by: Actor) -> str:
    """Why ``by`` may not merge one record or term into another, in words; empty if they may."""
    if isinstance(entry, Term) and isinstance(into, Term):
        return why_not_merge_terms(entry, into, by)
    if isinstance(entry, Record) and isinstance(into, Record):
        return why_not_merge(entry, into, by)
    raise TypeError("A record and a term are never one.")


@in_step()
def merge_all(
    entries: Sequence[Entry],
    *,
    into: Entry,
    by: Actor,
    takes: Mapping[int, Collection[str]] | None = None,
    called: str = "",
) -> Merged:
    """Make one of several: the action for each, in one step.

    ``takes`` are the fields that come from each, by its key; ``called`` is the sort of name that
    titles become if they are not kept (:func:`catalog.actions.merge`).
    """
    whole = Merged()
    for entry in entries:
        take = None if takes is None else takes.get(entry.pk, ())
        if isinstance(entry, Term) and isinstance(into, Term):
            done = merge_terms(entry, into=into, by=by, take=take)
        elif isinstance(entry, Record) and isinstance(into, Record):
            done = merge(entry, into=into, by=by, take=take, called=called)
        else:
            raise TypeError("A record and a term are never one.")
        whole.balance.add(done.balance)
        whole.taken += done.taken
        whole.otherwise += done.otherwise
    return whole


def told_of_merging(done: Merged, entries: Sequence[Entry]) -> str:
    """The result, in a sentence or several."""
    said = [
        ngettext(
            "“%(names)s” was merged into this record.",
            "These records were merged into this one: %(names)s.",
            len(entries),
        )
        % {"names": "; ".join(str(entry) for entry in entries)}
    ]
    for line in done.balance.lines:
        said.append(f"{capfirst(line.name)}: {line.words}.")
    if done.otherwise:
        said.append(
            ngettext(
                "%d source now disagrees: the value it was cited for was not kept.",
                "%d sources now disagree: the values they were cited for were not kept.",
                done.otherwise,
            )
            % done.otherwise
        )
    return " ".join(said)
