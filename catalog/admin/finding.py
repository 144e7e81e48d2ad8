"""The admin's search: by title, names, variants and codes, in every script, whatever the case and accents.

Databases differ in what they fold, so what is typed passes ``fold`` as the searched columns did.
"""

from __future__ import annotations

from typing import Any, Final, TypeVar

from django.db.models import Model, Q, QuerySet, Value
from django.db.models.functions import Replace

from catalog.models import Person, PersonName, Place, PlaceName, Term
from catalog.values import fold, fold_identifier

M = TypeVar("M", bound=Model)

#: Longer questions are cut: nobody types more, and each word costs the database a comparison.
MAX_LETTERS: Final = 200
MAX_WORDS: Final = 10


def find(rows: QuerySet[M], typed: str) -> QuerySet[M]:
    """The rows that have every word typed, in any order: in title or code, or in one of their names."""
    words = fold(typed[:MAX_LETTERS]).split()[:MAX_WORDS]
    if not words:
        # Signs alone were typed: nothing has them. No question at all shows everything.
        return rows.none() if typed.strip() else rows
    condition = Q()
    for word in words:
        condition &= _has_word(rows.model, word)
    code = fold_identifier(typed[:MAX_LETTERS])
    if rows.model is not Term and any(sign.isdigit() for sign in code):
        # "TSSP061" finds TSS.P.061: a code is compared without its dots and blanks.
        rows = rows.annotate(unspaced=Replace("find_key", Value(" "), Value("")))  # type: ignore[assignment]
        condition |= Q(unspaced__contains=code)
    return rows.filter(condition)


def _has_word(model: type[Model], word: str) -> Q:
    if issubclass(model, Term):
        return Q(sort_key__contains=word) | Q(code__contains=word)
    condition = Q(find_key__contains=word)
    # Not a join: it would give a person of two names twice. The list of keys is asked for once a word.
    names: Any = None
    if issubclass(model, Person):
        names = PersonName.objects.filter(folded__contains=word).values("person")
    elif issubclass(model, Place):
        names = PlaceName.objects.filter(folded__contains=word).values("place")
    return condition | Q(pk__in=names) if names is not None else condition
