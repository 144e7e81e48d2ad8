"""Signs that entries may be the same: a name or an outside identifier that several share. Found
along indexes.

A page of signs is read from where the last one ended, so that no query counts or sorts the whole
catalogue: each walks an index in its order and stops when the page is full. Entries that a curator
has distinguished (:class:`catalog.models.Distinction`) share nothing; a sign is left out once all
who share it are distinguished.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection, models

from catalog.models import (
    TERM,
    Distinction,
    OutsideIdentifier,
    Person,
    PersonName,
    Place,
    PlaceName,
    Term,
)

#: What identifies a sign: its sort (empty for a name, otherwise the vocabulary of terms or the
#: other catalogue), and its text.
Sign = tuple[str, str]

_NAMES: Final[dict[Any, Any]] = {Person: PersonName, Place: PlaceName}
#: The sort of names, in SQL.
_NAMED: Final = "CAST('' AS varchar(24))"
#: The sort of titles that do not file their records: after names, before every other catalogue.
_TITLED: Final = " "


@dataclass(frozen=True, slots=True)
class _Holding:
    """A table whose rows give entries signs: the columns of the sort, the sign and the entry, as SQL."""

    table: str
    sort: str
    sign: str
    entry: str
    is_named: bool


def signs(model: Any, after: Sign, most: int) -> list[Sign]:
    """The next signs, in order, that are shared by entries which nobody has distinguished. At most
    three queries.
    """
    found: list[Sign] = []
    named = [one for one in _holdings(model) if one.is_named]
    if named and after[0] == "":
        parts = [_shared_names(model, one, other) for one, other in _pairs(named)]
        found = _signs_of(parts, after[1:], most)
        after = ("", "")
    if (titles := _titles(model)) and after[0] in {"", _TITLED}:
        if len(found) < most:
            found += _signs_of([_shared_titles(model, titles)], after[1:], most - len(found))
        after = ("", "")
    for one in _holdings(model):
        if not one.is_named and one != titles and len(found) < most:
            found += _signs_of([_shared(model, one)], after, most - len(found))
    return found


def holders(model: Any, of: list[Sign], most: int) -> dict[Sign, tuple[list[int], int]]:
    """Who has some signs: for each the keys of the first ``most`` entries, and the number of all.
    One query.
    """
    if not of:
        return {}
    values: list[Any] = []
    parts = []
    for one in _holdings(model):
        asked = [sign for sign in of if (sign[0] == "") == one.is_named]
        if asked:
            named = " OR ".join([f"({one.sort} = %s AND {one.sign} = %s)"] * len(asked))
            if one.is_named:
                named = f"{one.sign} IN ({', '.join(['%s'] * len(asked))})"
            values += [part for sign in asked for part in (sign[1:] if one.is_named else sign)]
            parts.append(
                f"SELECT {one.sort} AS sort, {one.sign} AS sign, {one.entry} AS entry FROM {one.table}"
                f" WHERE {one.entry} IS NOT NULL AND ({named})"
            )
    found: dict[Sign, tuple[list[int], int]] = defaultdict(lambda: ([], 0))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sort, sign, entry, number FROM (SELECT sort, sign, entry,"
            " ROW_NUMBER() OVER (PARTITION BY sort, sign ORDER BY entry) AS place,"
            " COUNT(*) OVER (PARTITION BY sort, sign) AS number"
            f" FROM ({' UNION '.join(parts)}) AS held) AS placed WHERE place <= %s ORDER BY entry",
            [*values, most],
        )
        for sort, sign, entry, number in cursor.fetchall():
            found[sort, sign] = ([*found[sort, sign][0], entry], number)
    return dict(found)


def _signs_of(parts: list[str], beginning: Sequence[str], most: int) -> list[Sign]:
    """The signs of some parts as one list in their order; each part starts after the values in
    ``beginning``.
    """
    # Each part is a select of its own with a limit, so that it stops as soon as it has enough.
    limited = [
        f"SELECT sort, sign FROM ({part} LIMIT %s) AS part{place}"
        for place, part in enumerate(parts)
    ]
    values: list[Any] = [*beginning, most] * len(parts)
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION '.join(limited)} ORDER BY sort, sign LIMIT %s", [*values, most])
        return [(sort, sign) for sort, sign in cursor.fetchall()]


def _holdings(model: Any) -> Iterator[_Holding]:
    if model is Term:
        # Of one vocabulary only: an occupation and a subject may well have the same name.
        yield _Holding(_table(Term), "vocabulary", "sort_key", "id", is_named=False)
        return
    yield _Holding(_table(model), _NAMED, "sort_key", "id", is_named=True)
    owner = f"{model.KIND}_id"
    if model in _NAMES:
        yield _Holding(_table(_NAMES[model]), _NAMED, "folded", owner, is_named=True)
    if titles := _titles(model):
        yield titles
    yield _Holding(_table(OutsideIdentifier), "authority", "value", owner, is_named=False)


def _titles(model: Any) -> _Holding | None:
    """The titles of records that are filed by something else, such as a sort name; None if the title is what files
    them.
    """
    if model is Term or model._meta.get_field("sort_key").sources == ("title",):
        return None
    sort = f"CAST('{_TITLED}' AS varchar(24))"
    return _Holding(_table(model), sort, "title", "id", is_named=False)


def _pairs(named: list[_Holding]) -> Iterator[tuple[_Holding, _Holding]]:
    """Title with title, name with title, name with name."""
    for place, one in enumerate(named):
        for other in named[: place + 1]:
            yield one, other


def _shared_names(model: Any, one: _Holding, other: _Holding) -> str:
    """SQL of the names after one (``%s``) that occur in both tables for entries which are not
    distinguished.
    """
    if one == other:
        again = (
            f"SELECT {one.sign} AS sign FROM {one.table} WHERE {one.sign} > %s"
            f" GROUP BY {one.sign} HAVING COUNT(*) > 1"
        )
        return (
            f"SELECT {_NAMED} AS sort, sign FROM ({again}) AS again"
            f" WHERE EXISTS (SELECT 1 FROM {one.table} AS a JOIN {one.table} AS b ON b.{one.sign} = a.{one.sign}"
            f" AND a.{one.entry} < b.{one.entry} WHERE a.{one.sign} = again.sign AND {_open(model, one, other)})"
            " ORDER BY sign"
        )
    return (
        f"SELECT DISTINCT {_NAMED} AS sort, a.{one.sign} AS sign FROM {one.table} AS a WHERE a.{one.sign} > %s"
        f" AND EXISTS (SELECT 1 FROM {other.table} AS b WHERE b.{other.sign} = a.{one.sign}"
        f" AND b.{other.entry} <> a.{one.entry} AND {_open(model, one, other)}) ORDER BY a.{one.sign}"
    )


def _shared_titles(model: Any, titles: _Holding) -> str:
    """SQL of the titles after one (``%s``) that records share which are filed under different names: with and
    without a sort name, they have no name in common.
    """
    return (
        f"SELECT {titles.sort} AS sort, sign FROM (SELECT title AS sign FROM {titles.table} WHERE title > %s"
        " GROUP BY title HAVING COUNT(*) > 1) AS again"
        f" WHERE EXISTS (SELECT 1 FROM {titles.table} AS a JOIN {titles.table} AS b ON b.title = a.title"
        " AND a.id < b.id AND a.sort_key <> b.sort_key"
        f" WHERE a.title = again.sign AND {_open(model, titles, titles)}) ORDER BY sign"
    )


def _shared(model: Any, one: _Holding) -> str:
    """SQL of the signs of a table with sorts, after one (``%s``, ``%s``), whose entries are not all
    distinguished.
    """
    again = (
        f"SELECT {one.sort} AS sort, {one.sign} AS sign FROM {one.table}"
        f" WHERE ({one.sort}, {one.sign}) > (%s, %s) AND {one.sign} <> ''"
        f" GROUP BY {one.sort}, {one.sign} HAVING COUNT(*) > 1"
    )
    return (
        f"SELECT sort, sign FROM ({again}) AS again"
        f" WHERE EXISTS (SELECT 1 FROM {one.table} AS a JOIN {one.table} AS b ON b.{one.sort} = a.{one.sort}"
        f" AND b.{one.sign} = a.{one.sign} AND a.{one.entry} < b.{one.entry}"
        f" WHERE a.{one.sort} = again.sort AND a.{one.sign} = again.sign AND {_open(model, one, one)})"
        " ORDER BY sort, sign"
    )


def _open(model: Any, one: _Holding, other: _Holding) -> str:
    """SQL: nobody has distinguished the entries of the rows ``a`` and ``b``."""
    kind = TERM if model is Term else model.KIND
    first, second = f"a.{one.entry}", f"b.{other.entry}"
    less = f"CASE WHEN {first} < {second} THEN {first} ELSE {second} END"
    more = f"CASE WHEN {first} < {second} THEN {second} ELSE {first} END"
    return (
        f"NOT EXISTS (SELECT 1 FROM {_table(Distinction)} AS said WHERE said.kind = '{kind}'"
        f" AND said.one = {less} AND said.other = {more})"
    )


def _table(model: type[models.Model]) -> str:
    return connection.ops.quote_name(model._meta.db_table)
