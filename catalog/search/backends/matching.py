"""How words are found in a full text: what a database is asked, which of the entries match, and which of them best.

The words of an input become an expression in the database's own language, the expression a statement. What the
languages differ in is a value (:class:`Language`); how they are spoken is the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, ClassVar, Final, Literal

from pyroaring import BitMap

from catalog.search.query import Words
from catalog.search.vocabulary import forms_of
from catalog.search.words import spellings

#: How an input is matched: every word as it stands; every word as a beginning; any of the words.
Reach = Literal["all", "beginnings", "any"]
REACHES: Final[tuple[Reach, ...]] = ("all", "beginnings", "any")
#: A statement that finds entries, and its parameters.
Select = tuple[str, list[Any]]

#: A question says nothing of its language: its words are read as any that titles are stemmed by.
ASKED_LANGUAGES: Final = ("en", "es", "fr", "de")


@dataclass(frozen=True, slots=True)
class Language:
    """How a full text is asked. Words hold only letters and digits; they stand for ``{}``, and are quoted there."""

    #: What stands between alternatives, and between what must all be found.
    either: str
    both: str
    #: A word, the beginning of one, and words that follow each other, with what stands between them.
    word: str
    beginning: str
    phrase: str
    joint: str
    #: A whole expression.
    whole: str = "{}"

    def expression(self, words: Words, reach: Reach, *, forms: bool) -> str:
        """The words in this language; empty when there are none.

        With ``forms`` the stand-in of its forms (:func:`forms_here`) follows each.
        """
        last = words.single[-1] if words.single and words.typing else None
        parts = []
        for word in words.single:
            spelled = [self.word.format(one) for one in alternatives(word)]
            if forms:
                spelled[0] += forms_here(word)
            if (reach == "beginnings" or word is last) and len(word) > 1:
                spelled.append(self.beginning.format(word))
            parts.append(f"({self.either.join(spelled)})")
        parts += [self.phrase.format(self.joint.join(phrase)) for phrase in words.phrases]
        joined = (self.either if reach == "any" else self.both).join(parts)
        return self.whole.format(joined) if parts else ""


class Matching(ABC):
    """What a backend finds entries with; how it keeps them, :class:`~catalog.search.backends.base.Backend` adds."""

    #: So many hits are ranked by where and how often the words stand; more are ranked by title and quality.
    RANKED: ClassVar[int] = 5_000
    #: How all texts of an entry are asked, how only its title and names are, and how an identifier is asked as well.
    LANGUAGE: ClassVar[Language]
    OF_HEADS: ClassVar[Language]
    OR_IDENTIFIED: ClassVar[str]
    #: SQL of the ids of entries in whose texts an expression is found: of ``table``, as ``asked``.
    FINDS: ClassVar[str]
    #: SQL of the forms of a word, joined as further alternatives of an expression.
    FORMS: ClassVar[str]
    #: The aggregate that makes one value of many ids: a row costs a driver several times what finding it costs.
    GATHERS: ClassVar[str]

    @abstractmethod
    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run a statement with ``%s`` for values and return its rows, if it has any."""

    @staticmethod
    @abstractmethod
    def gathered(ids: Any) -> BitMap:
        """The ids that ``GATHERS`` made one value of."""

    def text_tables(self) -> tuple[str, str]:
        """The tables of the full text: of everybody, and of entries that say more to curators, who ask both."""
        return ("search_text", "search_staff_text")

    def expression(
        self, words: Words, reach: Reach, *, head: bool = False, forms: bool = True
    ) -> str:
        """The words in the language of the database's full text; with ``head`` only in title and names, where words
        have no other ``forms``.
        """
        language = self.OF_HEADS if head else self.LANGUAGE
        expression = language.expression(words, reach, forms=forms and not head)
        if expression and words.identifier and not head:
            return self.OR_IDENTIFIED.format(expression, words.identifier)
        return expression

    def with_forms(self, expression: str, words: Words) -> Select:
        """SQL of an expression in which each stand-in (:func:`forms_here`) gives way to the forms of its word.

        So the forms are asked for by the statement that finds the entries.
        """
        sql, values = "%s", [expression]
        for word in words.single:
            if (stand_in := forms_here(word)) in expression:
                forms, given = forms_of(word, alternatives(word))
                sql = f"replace({sql}, %s, (SELECT {self.FORMS} FROM ({forms}) AS forms))"
                values += [stand_in, *given]
        return sql, values

    def selects(
        self, words: Words, reach: Reach, *, staff: bool, head: bool = False
    ) -> list[Select]:
        """Statements that find the entries with the words, in the texts for everybody and in those for curators; with
        ``head`` those that have them in title and names.
        """
        expression = self.expression(words, reach, head=head)
        asked, values = self.with_forms(expression, words)
        tables = self.text_tables()[: 1 + staff] if expression else ()
        return [(self.FINDS.format(table=table, asked=asked), values) for table in tables]

    def id_sets(self, selects: Sequence[Select]) -> list[BitMap]:
        """What each of some statements finds in its one column, which is called ``id``. One query."""
        if not selects:
            return []
        sets = ", ".join(f"(SELECT {self.GATHERS}(id) FROM ({sql}) AS found)" for sql, _ in selects)
        found = self.run(f"SELECT {sets}", [one for _, given in selects for one in given])[0]
        return [self.gathered(ids) if ids else BitMap() for ids in found]

    def match(self, words: Words, reach: Reach, *, staff: bool) -> BitMap:
        """Ids of the entries that the words are found in."""
        return self.match_each([words], reach, staff=staff)[0]

    def match_each(self, inputs: Sequence[Words], reach: Reach, *, staff: bool) -> list[BitMap]:
        """Ids of the entries that each of some inputs is found in. One query."""
        selects = [self.selects(words, reach, staff=staff) for words in inputs]
        sets = iter(self.id_sets(list(chain.from_iterable(selects))))
        return [BitMap.union(BitMap(), *islice(sets, len(own))) for own in selects]

    @abstractmethod
    def rank(
        self, words: Words, reach: Reach, within: BitMap, *, staff: bool, head: bool = False
    ) -> list[int]:
        """The best at most ``RANKED`` of some ids, by where and how often the words stand.

        ``head`` says that the ids have the words in title or names, so that only titles and names have to be looked at.
        """


def alternatives(word: str) -> tuple[str, ...]:
    """What an asked word may stand as beside its forms: its stems in texts of other languages, and its sound."""
    return tuple(dict.fromkeys([word, *spellings(word, ASKED_LANGUAGES)]))


def forms_here(word: str) -> str:
    """Stands for the forms of a word in an expression."""
    return f"\ue005{word}\ue005"
