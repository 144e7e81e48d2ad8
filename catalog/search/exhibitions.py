"""Exhibitions that have the words of a search, beside the records that do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from catalog.models import Exhibition, ExhibitionPart, sees_everything
from catalog.search.backends import reading
from catalog.search.backends.matching import Reach, Select, alternatives
from catalog.search.exhibited import ITSELF
from catalog.search.query import SearchQuery
from catalog.search.results import Marker, Piece, Snippet
from catalog.search.words import HEAD, begins, split

if TYPE_CHECKING:
    from catalog.models import Reader

#: Parts whose texts are searched for the words that are shown.
MOST_TEXTS: Final = 60
#: Exhibitions of which it is looked whether their titles begin as typed.
LOOKED_AT: Final = 100
_PARTS: Final = ExhibitionPart._meta.db_table
_LAST: Final = "\U0010fffd"
_OWN_ID: Final = f'"{Exhibition._meta.db_table}"."id"'


@dataclass(frozen=True, slots=True)
class ExhibitionHit:
    """An exhibition found: its title in pieces, and where else the words occur, or None."""

    exhibition: Exhibition
    title: tuple[Piece, ...]
    snippet: Snippet | None


class ExhibitionSearch:
    """The exhibitions that ``user`` may see and whose texts have all the words of ``text``.

    Words are read as those of records are. A phrase, though, is any part that has its words. If no exhibition
    has the words as typed, each is taken as the beginning of a word. A part whose record is hidden from ``user``
    is not searched.
    """

    def __init__(self, text: str, user: Reader = None, *, using: str | None = None) -> None:
        self._user, self._using = user, using or reading()
        self._words = SearchQuery(text).words
        self._visible = Exhibition.objects.using(self._using).visible_to(user)

    @property
    def rows(self) -> QuerySet[Exhibition]:
        """Those found: first those with the words in their title, then in the museum's order. One query."""
        if not self._words:
            return self._visible.none()
        exactly = self._ordered(self._visible.filter(self._having("all")))
        return exactly if exactly.exists() else self._begun()

    def best(self, most: int) -> list[ExhibitionHit]:
        """The first of those found, each with where the words occur. At most two queries."""
        if not self._words:
            return []
        begun = list(self._begun()[:most])
        exactly = [one for one in begun if one.has_words]  # type: ignore[attr-defined]
        marker = Marker(self._words, "" if exactly else "beginnings")
        return self._explained(exactly or begun, marker)

    def _begun(self) -> QuerySet[Exhibition]:
        """Those with words that begin as these do; first those with the words themselves (``has_words``)."""
        rows = self._visible.filter(self._having("beginnings"))
        return self._ordered(rows.annotate(has_words=self._having("all")), "-has_words")

    def _ordered(self, rows: QuerySet[Exhibition], *first: str) -> QuerySet[Exhibition]:
        in_title = _both([_in_title(word, "all") for word in self._words.all])
        return rows.alias(in_title=_rule(*in_title)).order_by(
            *first, "-in_title", *(Exhibition._meta.ordering or ())
        )

    def _having(self, reach: Reach) -> RawSQL:
        groups = [(word,) for word in self._words.single] + [*self._words.phrases]
        return _rule(*_both([self._said(group, reach) for group in groups]))

    def _explained(self, exhibitions: Iterable[Exhibition], marker: Marker) -> list[ExhibitionHit]:
        found = [(one, marker.pieces(one.title), _own_snippet(marker, one)) for one in exhibitions]
        unexplained = [
            one.pk
            for one, title, snippet in found
            if snippet is None and not any(piece.marked for piece in title)
        ]
        texts = self._snippets(marker, unexplained)
        return [
            ExhibitionHit(one, title, snippet or texts.get(one.pk)) for one, title, snippet in found
        ]

    def _snippets(self, marker: Marker, exhibitions: list[int]) -> dict[int, Snippet]:
        """Where the words occur in the parts of some exhibitions, by exhibition."""
        if not exhibitions:
            return {}
        kept = f"exhibition IN ({', '.join(['%s'] * len(exhibitions))})"
        ways = [way for word in self._words.all for way in _ways(word, "beginnings")]
        said = " UNION ".join(
            f"SELECT part FROM search_exhibited said WHERE {kept} AND {sql}"
            for sql, _values in ways
        )
        values = [value for _sql, own in ways for value in (*exhibitions, *own)]
        parts = self._parts().filter(_rule(f'"{_PARTS}".id IN ({said})', values))
        parts = parts.order_by("position", "id")
        found: dict[int, Snippet] = {}
        for exhibition, heading, text in parts.values_list("exhibition", "heading", "text")[
            :MOST_TEXTS
        ]:
            if exhibition not in found:
                snippet = marker.snippet("heading", heading, _("Section"))
                snippet = snippet or marker.snippet("text", text, heading or _("Text"))
                if snippet:
                    found[exhibition] = snippet
        return found

    def _parts(self) -> QuerySet[ExhibitionPart]:
        parts = ExhibitionPart.objects.using(self._using)
        return parts.visible_to(self._user, seen_from=["exhibition"])

    def _said(self, group: Sequence[str], reach: Reach) -> Select:
        """Whether an exhibition has some words, all of them in one of its parts."""
        first, *others = group
        besides: list[Select] = [
            _exists(
                f"said{place}.exhibition = said0.exhibition AND said{place}.part = said0.part",
                word,
                reach,
                f"said{place}",
            )
            for place, word in enumerate(others, 1)
        ]
        return _exists(
            f"said0.exhibition = {_OWN_ID}", first, reach, "said0", (*besides, self._seen())
        )

    def _seen(self) -> Select:
        """SQL that the part of a word is the exhibition itself, or one that the reader may see."""
        if sees_everything(self._user):
            return "1 = 1", []
        sql, values = _public_part(self._using)
        return f"(said0.part = {ITSELF} OR EXISTS ({sql}))", [*values]


@cache
def _public_part(using: str) -> tuple[str, tuple[Any, ...]]:
    """SQL of the part ``said0.part`` if the public may see it. Every search asks for it, once or twice for
    each of its words, and writing it takes Django longer than the whole query takes the database.
    """
    parts = ExhibitionPart.objects.using(using).visible_to(None, seen_from=["exhibition"])
    part = parts.filter(_rule(f'"{_PARTS}".id = said0.part', [])).order_by().values("pk")
    sql, values = part.query.get_compiler(using).as_sql()
    return sql, tuple(values)


def exhibitions_begun(typed: str, user: Reader, limit: int, using: str) -> list[Exhibition]:
    """Exhibitions that ``user`` may see, with a title that begins as ``typed`` at its first or a later word."""
    words = split(typed)
    rows = Exhibition.objects.using(using).visible_to(user)
    for word in words[:-1]:
        rows = rows.filter(_rule(*_in_title(word, "all")))
    rows = rows.filter(_rule(*_in_title(words[-1], "beginnings")))
    found = rows.only("slug", "title")[:LOOKED_AT]
    return [one for one in found if begins(one.title, typed)][:limit]


def _both(conditions: Sequence[Select]) -> Select:
    sql = " AND ".join(sql for sql, _values in conditions)
    return sql, [value for _sql, values in conditions for value in values]


def _ways(word: str, reach: Reach, table: str = "said", mark: str = "") -> list[Select]:
    """The conditions under which a row of the table has a word: a spelling of it, or a word that begins with it.

    Each of them is found by the primary key. Joined by OR in one condition, they would have SQLite read all words of
    every exhibition.
    """
    spelled = [mark + one for one in alternatives(word)]
    ways: list[Select] = [(f"{table}.word IN ({', '.join(['%s'] * len(spelled))})", spelled)]
    if reach == "beginnings" and (len(word) > 1 or mark):
        begun = f"{table}.word >= %s AND {table}.word < %s"
        ways.append((begun, [mark + word, mark + word + _LAST]))
    return ways


def _exists(
    which: str,
    word: str,
    reach: Reach,
    table: str,
    besides: Sequence[Select] = (),
    mark: str = "",
) -> Select:
    """SQL that some row has a word, in any of the ways, and fulfils what else is asked."""
    found: list[Select] = []
    for way in _ways(word, reach, table, mark):
        sql, values = _both([way, *besides])
        found.append(
            (f"EXISTS (SELECT 1 FROM search_exhibited {table} WHERE {which} AND {sql})", values)
        )
    sql = " OR ".join(sql for sql, _values in found)
    return f"({sql})", [value for _sql, values in found for value in values]


def _in_title(word: str, reach: Reach) -> Select:
    """SQL that the title of an exhibition has a word."""
    return _exists(f"said.exhibition = {_OWN_ID}", word, reach, "said", mark=HEAD)


def _rule(sql: str, values: Sequence[Any]) -> RawSQL:
    return RawSQL(sql, values, output_field=BooleanField())  # noqa: S611 - our own words; what was typed is a parameter


def _own_snippet(marker: Marker, exhibition: Exhibition) -> Snippet | None:
    return marker.snippet("summary", exhibition.summary) or marker.snippet(
        "description", exhibition.description, _("Introduction")
    )
