"""The admin's search: the search of the whole catalogue, limited to the rows of one list or box,
including drafts.

Every word must occur, the last one may be incomplete. Terms are not records; they are searched in
their own table, which is small.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db.models import Model, Q, QuerySet, Value
from django.db.models.functions import Replace

from catalog.models import Record
from catalog.search import matching
from catalog.values import fold, fold_identifier

if TYPE_CHECKING:
    from catalog.models import Reader

M = TypeVar("M", bound=Model)

#: Longer queries are cut: nobody types more.
MAX_LETTERS: Final = 200
MAX_WORDS: Final = 10


def find(rows: QuerySet[M], typed: str, user: Reader) -> QuerySet[M]:
    """The rows that contain every word typed, in any order, the best first. An empty query shows
    everything.
    """
    typed = typed[:MAX_LETTERS]
    if not typed.strip():
        return rows
    if not issubclass(rows.model, Record):
        return _terms(rows, typed)
    found: Any = matching(rows.model, typed, user, among=rows)
    if any(sign.isdigit() for sign in typed) and not found.exists():
        return _with_code(rows, typed)
    return found  # type: ignore[no-any-return]


def _with_code(rows: QuerySet[M], typed: str) -> QuerySet[M]:
    """The rows whose identifier contains every part typed: "tss p 61" finds TSS.P.061.

    It reads every identifier, and is used only if the search finds nothing.
    """
    typed = typed.replace("\0", " ")
    condition = Q(unspaced__contains=fold_identifier(typed))
    parts = Q()
    for word in fold(typed).split()[:MAX_WORDS]:
        parts &= Q(identifier__icontains=word)
    bare = Replace("find_key", Value(" "), Value(""))
    return rows.annotate(unspaced=bare).filter(condition | parts)  # type: ignore[return-value]


def _terms(rows: QuerySet[M], typed: str) -> QuerySet[M]:
    words = fold(typed).split()[:MAX_WORDS]
    if not words:
        # Only punctuation was typed: nothing has it.
        return rows.none()
    condition = Q()
    for word in words:
        condition &= (
            Q(sort_key__contains=word) | Q(other_names__contains=word) | Q(code__contains=word)
        )
    return rows.filter(condition)
