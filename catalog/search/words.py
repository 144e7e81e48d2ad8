"""Words as they are indexed and asked for: folded, stemmed, and by their sound.

Both databases get the same ready-made words and split nothing themselves, so that both give the same
answers. A stem or a sound is told from a word by a mark of the private use area that no text holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import Stemmer

from catalog.values import fold

STEM: Final = "\ue001"
SOUND: Final = "\ue002"
#: Stands between two names of one column, so that no phrase runs from one into the next.
END: Final = "\ue004"
#: Opens a word that stands in the title or in a name, where a backend has no columns to ask.
HEAD: Final = "\ue003"

#: Languages whose endings are known, by ISO 639-1. Latin words are stemmed by the field's language.
STEMMERS: Final[dict[str, str]] = {
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "de": "german",
    "ru": "russian",
}
#: A word longer than this is cut: nobody asks for it whole, and PostgreSQL refuses 2,000 bytes.
LONGEST: Final = 60

_CYRILLIC: Final = re.compile(r"[\u0400-\u052f]")
_TO_LATIN: Final = str.maketrans(
    {
        "а": "a", "б": "b", "в": "v", "г": "g", "д": "d", "е": "e", "ж": "zh", "з": "z", "и": "i",
        "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p", "р": "r", "с": "s",
        "т": "t", "у": "u", "ф": "f", "х": "h", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "sch", "ъ": "",
        "ы": "i", "ь": "", "э": "e", "ю": "iu", "я": "ia", "і": "i", "ї": "i", "є": "e", "ґ": "g",
        "ј": "i", "љ": "l", "њ": "n", "ђ": "d", "ћ": "ch", "џ": "dzh", "ў": "u",
    }
)  # fmt: skip
#: Spellings of one sound in the romanisations of Russian, German, French and English, longest first.
_SOUNDS: Final = (
    ("tch", "ch"), ("tsch", "ch"), ("sch", "sh"), ("shch", "sh"), ("kh", "h"), ("tz", "ts"),
    ("ck", "k"), ("ph", "f"), ("x", "ks"), ("w", "v"), ("ij", "i"), ("iy", "i"), ("yi", "i"),
    ("y", "i"), ("j", "i"), ("ou", "u"), ("ie", "e"),
)  # fmt: skip
_TWICE: Final = re.compile(r"(.)\1+")


_NO_WORD: Final = re.compile(r"[\W_]+")


def split(text: str) -> list[str]:
    """The words of a text, folded: ``split("Łódź, 1905") == ["lodz", "1905"]``."""
    if text.isascii():
        # The same as folding, without looking at every letter.
        words = _NO_WORD.sub(" ", text.lower()).split()
    else:
        words = fold(text.replace("\0", " ")).split()
    return [word[:LONGEST] for word in words] if len(text) > LONGEST else words


class _Tokens(dict[str, tuple[str, tuple[str, ...]]]):
    """What the pieces of texts between blanks are read as: the folded words, and their marked stems.

    Words repeat, texts do not: a record is read at the price of looking its words up.
    """

    MOST: Final = 400_000

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def __missing__(self, token: str) -> tuple[str, tuple[str, ...]]:
        words = split(token)
        stems = tuple(sorted(stems_of(words, self.language))) if self.language else ()
        if len(self) >= self.MOST:
            self.clear()
        read = self[token[:200]] = (" ".join(words), stems)
        return read


_tokens: Final[dict[str, _Tokens]] = {}


def read(text: str, language: str) -> tuple[str, dict[str, None]]:
    """A text as it is indexed: its folded words, with blanks between, and the stems that differ from them.

    The stems keep the order of the text, so that the same text always gives the same entry.
    """
    tokens = _tokens.get(language)
    if tokens is None:
        tokens = _tokens.setdefault(language, _Tokens(language))
    words: list[str] = []
    stems: dict[str, None] = {}
    for token in text.split():
        folded, stemmed = tokens[token]
        if folded:
            words.append(folded)
        for stem_of_it in stemmed:
            stems[stem_of_it] = None
    return " ".join(words), stems


_stemmers = {code: Stemmer.Stemmer(name) for code, name in STEMMERS.items()}


@lru_cache(maxsize=262_144)
def stem(word: str, language: str) -> str:
    """A word without its ending in a language; Cyrillic words are always read as Russian."""
    if _CYRILLIC.search(word):
        language = "ru"
    elif language == "ru":
        language = "en"
    if len(word) < 3 or language not in _stemmers or word.isdigit():
        return word
    return str(_stemmers[language].stemWord(word))


@lru_cache(maxsize=262_144)
def marked_stem(word: str, language: str) -> str:
    """The stem as it stands in the index, with the mark and its language."""
    if _CYRILLIC.search(word):
        language = "ru"
    bare = stem(word, language)
    return f"{bare}{STEM}{language}" if bare != word else ""


@lru_cache(maxsize=262_144)
def sound(word: str) -> str:
    """How a name sounds, whatever its script and romanisation; empty for what is no name.

    >>> sound("троцкий") == sound("trotsky") == sound("trotzki") == sound("trotskij")
    True
    """
    latin = word.translate(_TO_LATIN) if _CYRILLIC.search(word) else word
    if len(latin) < 4 or not latin.isascii() or not latin.isalpha():
        return ""
    for written, heard in _SOUNDS:
        latin = latin.replace(written, heard)
    return _TWICE.sub(r"\1", latin)


def stems_of(words: Iterable[str], language: str) -> set[str]:
    """The marked stems of words that differ from the words themselves."""
    return {stemmed for word in set(words) if (stemmed := marked_stem(word, language))}


def sounds_of(words: Iterable[str]) -> set[str]:
    """The marked sounds of the words of a name."""
    return {heard + SOUND for word in set(words) if (heard := sound(word))}


@lru_cache(maxsize=4096)
def spellings(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Everything that an asked word may stand as in the index.

    The first language is the catalogue's: where the word has another stem in it, that stem stands in
    every entry that has the word, and the word itself need not be asked for.
    """
    found = [stem(word, languages[0])]
    for language in languages:
        bare, marked = stem(word, language), marked_stem(word, language)
        code = "ru" if _CYRILLIC.search(word) else language
        found += [bare, marked or f"{bare}{STEM}{code}"]
    if heard := sound(word):
        found.append(heard + SOUND)
    return tuple(dict.fromkeys(found))
