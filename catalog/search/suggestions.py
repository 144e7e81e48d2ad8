"""Suggestions while somebody types, and querysets in order of relevance for lists and search boxes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db.models import Q

from catalog.models import Record
from catalog.search.backends import reading
from catalog.search.beginnings import KEPT
from catalog.search.chosen import PlaceAmong
from catalog.search.exhibitions import exhibitions_begun
from catalog.search.loading import loaded
from catalog.search.query import SearchQuery
from catalog.search.view import Found, View
from catalog.search.words import begins, split

if TYPE_CHECKING:
    from catalog.models import Reader

R = TypeVar("R", bound=Record)

#: How many beginnings are looked at for the best suggestions.
LOOKED_AT: Final = 400
#: How many of the suggestions may be exhibitions, of which there are few.
EXHIBITIONS: Final = 3
#: How many rows of :func:`matching` are in order of relevance. The rest follow in the model's own order.
IN_ORDER: Final = 200
_LAST: Final = "\U0010fffd"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A record suggested while somebody types, by its title or by another ``name`` that begins as typed."""

    kind: str
    pk: int
    title: str
    name: str
    record: Record


def suggest(
    prefix: str, user: Reader = None, *, limit: int = 8, using: str | None = None
) -> list[Suggestion]:
    """Records with a title or name that begins with ``prefix`` at its first or a later word; by quality.

    Exhibitions with such a title come first.
    """
    words = split(prefix[:200])
    if not words:
        return []
    view = View(user, using or reading())
    typed = " ".join(words)[:KEPT]
    best = view.keep(("typed", typed, limit), lambda: _best(view, typed, limit))
    suggestions = []
    if view.standing.exhibits:
        shows = exhibitions_begun(typed, user, min(limit, EXHIBITIONS), view.names.using)
        suggestions = [Suggestion(one.KIND, one.pk, one.title, "", one) for one in shows]
    for shown, record, _place in loaded(view.backend, view.memory, best, user):
        names = [name for name in shown.names.split(" · ") if begins(name, typed)]
        name = "" if begins(record.title, typed) or not names else names[0]
        suggestions.append(Suggestion(record.KIND, record.pk, record.title, name, record))
    return suggestions[:limit]


def _best(view: View, typed: str, limit: int) -> list[int]:
    """Ids of the visible entries that begin as typed, the best by quality."""
    rows = view.backend.run(
        "SELECT entry FROM search_start WHERE start >= %s AND start < %s ORDER BY start LIMIT %s",
        [typed, typed + _LAST, LOOKED_AT],
    )
    visible = view.visible
    found = {row[0] for row in rows if row[0] in visible}
    if len(rows) == LOOKED_AT:
        found |= set(_well_known(view, typed, limit))
    if not found:
        return []
    listed = ",".join(map(str, found))
    best = view.backend.run(
        f"SELECT id FROM search_entry WHERE id IN ({listed}) ORDER BY quality DESC, sort_key, id"
        f" LIMIT {int(limit)}"
    )
    return [row[0] for row in best]


def _well_known(view: View, typed: str, limit: int) -> list[int]:
    """If more begin as typed than can be looked at: those of the highest quality whose titles do."""
    found: list[int] = []
    letter, visible = typed[0], view.visible
    for block in view.backend.walk(
        "SELECT id, title FROM search_entry ORDER BY quality DESC, id LIMIT 1500"
    ):
        for entry, title in block:
            if letter in title.lower() and entry in visible and begins(title, typed):
                found.append(entry)
        if len(found) >= limit:
            break
    return found


def matching(
    model: type[R],
    text: str,
    user: Reader = None,
    *,
    among: Any = None,
    strict: bool = True,
    using: str | None = None,
) -> Any:
    """The records of a model that match the words, best first, as a queryset that can be filtered.

    For lists and search boxes: the last word may be unfinished. ``among`` is a queryset to choose
    from; by default, everything that ``user`` may see. With ``strict`` every word is required.
    Empty text gives all records, text without words none.
    """
    using = using or reading()
    records: Any = model.objects.using(using).visible_to(user) if among is None else among
    if not text.strip():
        return records
    query = SearchQuery(text=text, kinds=(model.KIND,), typing=True, strict=strict)
    if not query.words:
        return records.none()
    view = View(user, using)
    found = _found(view, query)
    if not found.ids:
        return records.none()
    best = view.ordered(query, found).page(view.backend, 0, IN_ORDER)
    pk_of = _records_of(view, best)
    order = [pk_of[entry] for entry in best if entry in pk_of]
    if not order:
        return records.none()
    few = len(found.ids) <= IN_ORDER
    rows = records.filter(Q(pk__in=order) if few else view.records(found.ids))
    # Without another filter, everything found is in the queryset, if the index knows what there is.
    total = None if records.query.where or view.standing.behind else len(found.ids)
    place = PlaceAmong(order, whole=few, searched=records, total=total)
    return rows.annotate(search_rank=place).order_by("search_rank", *(model._meta.ordering or ()))


def _found(view: View, query: SearchQuery) -> Found:
    """What the words match.

    While the last word is only a single letter, it is left out if there are words before it. A letter
    alone finds the titles and names that begin with it.
    """
    words = query.words
    if not words.typing or len(words.single[-1]) > 1 or words.single[-1].isdigit():
        return view.found(query)
    before = query.text.rstrip().rpartition(" ")[0]
    if before.strip():
        return view.found(replace(query, text=before, typing=False))
    letter = words.single[-1]
    starting = view.backend.ids(
        "SELECT entry FROM search_start WHERE start >= %s AND start < %s", [letter, letter + _LAST]
    )
    return Found(view.found(replace(query, text="")).ids & starting)


def _records_of(view: View, ids: list[int]) -> dict[int, int]:
    """Primary keys of records by the ids of their entries."""
    listed = ",".join(map(str, ids)) or "NULL"
    return dict(view.backend.run(f"SELECT id, record FROM search_entry WHERE id IN ({listed})"))
