"""Finding words in a full text: which entries match an input, and which of them match best.

The words of an input become an expression in the database's query language, and the expression a
statement. The languages differ only in their syntax, which is a value (:class:`Language`); the code
that writes expressions is shared.
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

#: How an input is matched: every word as typed, every word as the beginning of a word, or any of the words.
Reach = Literal["all", "beginnings", "any"]
REACHES: Final[tuple[Reach, ...]] = ("all", "beginnings", "any")
#: A statement that finds entries, and its parameters.
Select = tuple[str, list[Any]]

#: A query does not say which language it is in, so its words are stemmed in each of these.
ASKED_LANGUAGES: Final = ("en", "es", "fr", "de")


@dataclass(frozen=True, slots=True)
class Language:
    """The query syntax of a full text. Words hold only letters and digits; ``{}`` stands for them
    and is quoted.
    """

    #: Between alternatives, and between terms that must all match.
    either: str
    both: str
    #: A word, the beginning of a word, a phrase, and what separates the words of a phrase.
    word: str
    beginning: str
    phrase: str
    joint: str
    #: A whole expression.
    whole: str = "{}"

    def expression(self, words: Words, reach: Reach, *, forms: bool) -> str:
        """The words in this syntax; an empty string when there are none.

        With ``forms``, each word is followed by the placeholder of its forms (:func:`forms_placeholder`).
        """
        last = words.single[-1] if words.single and words.typing else None
        parts = []
        for word in words.single:
            spelled = [self.word.format(spelling) for spelling in alternatives(word)]
            if forms:
                spelled[0] += forms_placeholder(word)
            if (reach == "beginnings" or word is last) and len(word) > 1:
                spelled.append(self.beginning.format(word))
            parts.append(f"({self.either.join(spelled)})")
        parts += [self.phrase.format(self.joint.join(phrase)) for phrase in words.phrases]
        joined = (self.either if reach == "any" else self.both).join(parts)
        return self.whole.format(joined) if parts else ""


class Matching(ABC):
    """How a backend finds entries. :class:`~catalog.search.backends.base.Backend` adds how it
    stores them.
    """

    #: At most this many hits are ranked by where and how often the words occur. Of more, titles and
    #: quality decide.
    RANKED: ClassVar[int] = 5_000
    #: The syntax for all texts of an entry, that for its title and names alone, and how an
    #: identifier is added as an alternative.
    LANGUAGE: ClassVar[Language]
    OF_HEADS: ClassVar[Language]
    OR_IDENTIFIED: ClassVar[str]
    #: SQL for the ids of the entries in ``{table}`` whose texts match ``{asked}``.
    FINDS: ClassVar[str]
    #: SQL that joins the forms of a word as further alternatives of an expression.
    FORMS: ClassVar[str]
    #: The aggregate that makes one value of many ids: fetching a row costs a driver several times
    #: what finding it does.
    GATHERS: ClassVar[str]

    @abstractmethod
    def run(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run a statement, with ``%s`` for parameters. Returns its rows, if it has any."""

    @staticmethod
    @abstractmethod
    def gathered(ids: Any) -> BitMap:
        """The ids in a value that ``GATHERS`` made."""

    @staticmethod
    def text_tables() -> tuple[str, str]:
        """The full-text tables: one for everybody, and one of entries that say more to curators,
        who search both.
        """
        return ("search_text", "search_staff_text")

    def expression(
        self, words: Words, reach: Reach, *, head: bool = False, forms: bool = True
    ) -> str:
        """The words in the database's query syntax; with ``head`` only in titles and names, where
        ``forms`` do not apply.
        """
        language = self.OF_HEADS if head else self.LANGUAGE
        expression = language.expression(words, reach, forms=forms and not head)
        if expression and words.identifier and not head:
            return self.OR_IDENTIFIED.format(expression, words.identifier)
        return expression

    def with_forms(self, expression: str, words: Words) -> Select:
        """SQL for an expression in which each placeholder (:func:`forms_placeholder`) is replaced by the
        forms of its word.

        So the statement that finds the entries also looks up the forms.
        """
        sql, values = "%s", [expression]
        for word in words.single:
            if (placeholder := forms_placeholder(word)) in expression:
                forms, given = forms_of(word, alternatives(word))
                sql = f"replace({sql}, %s, (SELECT {self.FORMS} FROM ({forms}) AS forms))"
                values += [placeholder, *given]
        return sql, values

    def selects(
        self, words: Words, reach: Reach, *, staff: bool, head: bool = False
    ) -> list[Select]:
        """Statements that find the entries with the words, one for each full-text table that is searched.

        With ``head``, only entries with the words in their title or names.
        """
        expression = self.expression(words, reach, head=head)
        asked, values = self.with_forms(expression, words)
        tables = self.text_tables()[: 1 + staff] if expression else ()
        return [(self.FINDS.format(table=table, asked=asked), values) for table in tables]

    def id_sets(self, selects: Sequence[Select]) -> list[BitMap]:
        """What each of the statements finds in its only column, which must be called ``id``. One query."""
        if not selects:
            return []
        sets = ", ".join(f"(SELECT {self.GATHERS}(id) FROM ({sql}) AS found)" for sql, _ in selects)
        found = self.run(f"SELECT {sets}", [value for _, given in selects for value in given])[0]
        return [self.gathered(ids) if ids else BitMap() for ids in found]

    def match(self, words: Words, reach: Reach, *, staff: bool) -> BitMap:
        """Ids of the entries that match the words."""
        return self.match_each([words], reach, staff=staff)[0]

    def match_each(self, inputs: Sequence[Words], reach: Reach, *, staff: bool) -> list[BitMap]:
        """Ids of the entries that match each of the inputs. One query."""
        selects = [self.selects(words, reach, staff=staff) for words in inputs]
        sets = iter(self.id_sets(list(chain.from_iterable(selects))))
        return [BitMap.union(BitMap(), *islice(sets, len(own))) for own in selects]

    @abstractmethod
    def rank(
        self, words: Words, reach: Reach, within: BitMap, *, staff: bool, head: bool = False
    ) -> list[int]:
        """The best of the ids ``within``, at most ``RANKED``, by where and how often the words occur.

        ``head`` says that all of them have the words in title or names, so only those need to be looked at.
        """


def alternatives(word: str) -> tuple[str, ...]:
    """What a word may occur as in a text, apart from its forms: itself, its stems in other
    languages, and its sound.
    """
    return tuple(dict.fromkeys([word, *spellings(word, ASKED_LANGUAGES)]))


def forms_placeholder(word: str) -> str:
    """The placeholder for the forms of a word in an expression."""
    return f"\ue005{word}\ue005"
