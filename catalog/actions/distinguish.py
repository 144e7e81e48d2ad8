"""Distinguish: record that entries which look alike are not the same, or undo that."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from django.db import transaction
from django.utils.translation import gettext as _

from catalog.actions.base import Actor, Refused, in_step, may
from catalog.actions.entries import Entry, entry_kind
from catalog.models import Distinction, Record


def why_not_distinguish(entries: Sequence[Entry], by: Actor) -> str:
    """Why ``by`` may not record that these are not the same, in words; empty if they may.

    It changes nothing that visitors see, so anyone who may change entries of the kind may do it for
    public ones too.
    """
    if len({one.pk for one in entries}) < 2 or len({entry_kind(one) for one in entries}) > 1:
        return _("Choose two or more entries of one kind to record that they are not the same.")
    first = entries[0]
    if isinstance(first, Record):
        allowed = may(by, "change", first)
    else:
        allowed = by is None or bool(getattr(by, "has_perm")("catalog.change_term"))  # noqa: B009
    if not allowed:
        return _(
            "You can view these but not edit them. Ask an administrator to add you to the Cataloguer "
            "group."
        )
    return ""


@in_step()
def distinguish(entries: Sequence[Entry], *, by: Actor, note: str = "") -> int:
    """Record that each of some records, or terms, differs from each of the others; returns how many
    pairs are new.

    Consequences: they are no longer suggested as duplicates of each other, and cannot be merged
    with each other until that is undone. It is in the history of each, with who, when and why.
    Raises Refused as :func:`why_not_distinguish` says, if one has since been deleted, and if all of
    it was recorded already.
    """
    if reason_not := why_not_distinguish(entries, by):
        raise Refused(reason_not)
    kind = entry_kind(entries[0])
    keys = sorted({one.pk for one in entries})
    # Locked, so that none of them is deleted or merged while this is written.
    rows = type(entries[0])._base_manager.select_for_update().order_by("pk")
    if len(rows.filter(pk__in=keys).values_list("pk", flat=True)) < len(keys):
        raise Refused(_("One of these has since been deleted. Reload the list."))
    said = set(Distinction.among(kind, keys).values_list("one", "other"))
    pairs = [pair for pair in combinations(keys, 2) if pair not in said]
    if not pairs:
        raise Refused(_("It is already recorded that these are not the same."))
    name = getattr(by, "get_username", str)()[:150]
    Distinction.objects.bulk_create(
        Distinction(kind=kind, one=one, other=other, note=note[:1000], said_by=name)
        for one, other in pairs
    )
    return len(pairs)


@in_step()
def stop_distinguishing(entries: Sequence[Entry], *, by: Actor) -> int:
    """Undo that some records, or terms, are not the same: they may be suggested again; returns how
    many pairs.

    Raises Refused as :func:`why_not_distinguish` says, and if there is nothing to undo.
    """
    if reason_not := why_not_distinguish(entries, by):
        raise Refused(reason_not)
    rows = Distinction.among(entry_kind(entries[0]), (one.pk for one in entries))
    number, _sorts = rows.delete()
    if not number:
        raise Refused(_("Nobody has recorded that these are not the same. Reload the page."))
    return number


def why_told_apart(one: Entry, other: Entry) -> str:
    """Who recorded that two are not the same, and when, as the reason why they are not merged;
    empty if nobody did.
    """
    said = Distinction.among(entry_kind(one), (one.pk, other.pk)).first()
    if said is None:
        return ""
    return _(
        "%(who)s recorded on %(date)s that “%(one)s” and “%(other)s” are not the same. If they "
        "are, undo that first."
    ) % {
        "who": said.said_by or _("Somebody"),
        "date": said.said_at.date().isoformat(),
        "one": one,
        "other": other,
    }


def follow_merging(goes: Entry, stays: Entry) -> None:
    """Transfer the distinctions of ``goes`` to ``stays``: the two are now one, and a third record
    is neither.
    """
    kind = entry_kind(goes)
    with transaction.atomic():
        known = {row.beside(stays.pk) for row in Distinction.naming(kind, stays.pk)}
        moved = []
        for row in Distinction.naming(kind, goes.pk):
            third = row.beside(goes.pk)
            if third in known or third == stays.pk:
                row.delete()
            else:
                row.one, row.other = sorted((third, stays.pk))
                moved.append(row)
        Distinction.objects.bulk_update(moved, ["one", "other"])


def forget_distinctions(entry: Entry) -> None:
    """Remove the distinctions of an entry that is being deleted; they are restored with it."""
    Distinction.naming(entry_kind(entry), entry.pk).delete()
