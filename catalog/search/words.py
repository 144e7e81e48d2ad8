"""Words as they are indexed and searched for: folded, stemmed, and by their sound.

Both databases get the same words, so both give the same answers. Stems and sounds are told from
words by a mark from Unicode's private use area, which no text contains.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from typing import Final, NamedTuple

import Stemmer

from catalog.values import fold, fold_letters

STEM: Final = "\ue001"
SOUND: Final = "\ue002"
#: Separates two names in one column, so that no phrase runs from one into the next.
END: Final = "\ue004"
#: Precedes a word of the title or a name, where a backend has no columns to search.
HEAD: Final = "\ue003"

#: Languages with a stemmer, by ISO 639-1 code. Latin words are stemmed in the language of their field.
STEMMERS: Final[dict[str, str]] = {
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "de": "german",
    "ru": "russian",
}
#: Longer words are cut: nobody searches for them whole, and PostgreSQL refuses words of 2,000 bytes.
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
#: Spellings of one sound in romanisations from Russian, German, French and English, in the order in
#: which they are replaced.
_SOUNDS: Final = (
    ("tch", "ch"), ("tsch", "ch"), ("sch", "sh"), ("shch", "sh"), ("kh", "h"), ("tz", "ts"),
    ("ck", "k"), ("ph", "f"), ("x", "ks"), ("w", "v"), ("ij", "i"), ("iy", "i"), ("yi", "i"),
    ("y", "i"), ("j", "i"), ("ou", "u"), ("ie", "e"),
)  # fmt: skip
_TWICE: Final = re.compile(r"(.)\1+")
_BEYOND: Final = re.compile(r"([^\x00-\x7f]+)")
_MARKED: Final = re.compile(r"\S*[\ue001-\ue004]\S*")


#: What each ASCII character is read as: letters in lower case, digits unchanged, everything else as
#: a space.
_ASCII: Final = {
    sign: chr(sign).lower() if chr(sign).isalnum() else " " for sign in range(128)
}  # fmt: skip
#: How many readings a process remembers in each of the tables below.
REMEMBERED: Final = 300_000


class _Readings(dict[str, str]):
    """How pieces of text are read in one way, worked out when a piece is first met."""

    def __init__(self, read: Callable[[str], str]) -> None:
        super().__init__()
        self.read = read

    def __missing__(self, piece: str) -> str:
        reading = self.read(piece)
        if len(piece) <= LONGEST:
            if len(self) >= REMEMBERED:
                self.clear()
            self[piece] = reading
        return reading


#: Of pieces between spaces: their folded words.
_pieces: Final = _Readings(fold)
#: Of runs of characters beyond ASCII, which are mostly a single letter or a dash: these folded.
_stretches: Final = _Readings(fold_letters)
#: Of words, by language: their marked stems.
_stems: Final[dict[str, _Readings]] = {}


def in_capitals_of(text: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Corrected words as they would have been typed: "Stalim" and "stalin" give "Stalin".

    Each pair is a word of ``text``, folded, and what it is corrected to; a word that is right stays as typed.
    """
    typed = {}
    for piece in text.split():
        if len(words := split(piece)) == 1:
            typed[words[0]] = re.sub(r"^\W+|\W+$", "", piece)
    said = []
    for word, corrected in pairs:
        piece = typed.get(word, word)
        if word == corrected:
            said.append(piece)
        elif len(piece) > 1 and piece.isupper():
            said.append(corrected.upper())
        else:
            said.append(corrected.capitalize() if piece[:1].isupper() else corrected)
    return " ".join(said)


def split(text: str) -> list[str]:
    """The words of a text, folded: ``split("Łódź, 1905") == ["lodz", "1905"]``.

    Texts do not repeat, but their words do, so reading a text costs no more than looking its words up.
    """
    read = _read_beyond_ascii(text)
    if read.isascii():
        # The same as folding, without examining every letter.
        words = read.translate(_ASCII).split()
    else:
        words = " ".join(map(_pieces.__getitem__, text.split())).split()
    if len(text) > LONGEST and max(map(len, words), default=0) > LONGEST:
        return [word[:LONGEST] for word in words]
    return words


def cut_at_signs(text: str) -> str:
    """A text for an index that splits at punctuation and lowers capitals itself, but knows only ASCII.

    Such an index finds the words of :func:`split` in it. Most texts can stay as they are, at no cost.
    """
    read = _read_beyond_ascii(text)
    if len(read) <= LONGEST or max(map(len, read.split()), default=0) <= LONGEST:
        return read
    return " ".join(split(text))


def _read_beyond_ascii(text: str) -> str:
    """A text with everything beyond ASCII folded. ASCII stays as it is."""
    if text.isascii():
        return text
    pieces = _BEYOND.split(text)
    pieces[1::2] = map(_stretches.__getitem__, pieces[1::2])
    return "".join(pieces)


def cut_at_blanks(text: str) -> str:
    """A text for an index that splits only at spaces."""
    return " ".join(split(text))


def unmarked(text: str) -> list[str]:
    """The words of an entry's text, without stems, sounds, and the separators of names."""
    return split(_MARKED.sub(" ", text))


def stems_of(words: Iterable[str], language: str) -> Iterable[str]:
    """The marked stem of each word; empty for a word that is its own stem."""
    known = _stems.get(language)
    if known is None:
        known = _stems.setdefault(language, _Readings(partial(marked_stem, language=language)))
    return map(known.__getitem__, words)


def stems_in(words: Iterable[str], language: str) -> dict[str, None]:
    """The marked stems of words that differ from the words themselves, without repetition.

    They keep the order of the words, so that the same text always gives the same entry.
    """
    stems = dict.fromkeys(stems_of(words, language))
    stems.pop("", None)
    return stems


def _stemmer(name: str) -> Stemmer.Stemmer:
    stemmer = Stemmer.Stemmer(name)
    # Its answers are remembered here already.
    stemmer.maxCacheSize = 0
    return stemmer


_stemmers: Final = {code: _stemmer(name) for code, name in STEMMERS.items()}


def stem(word: str, language: str) -> str:
    """A word without its ending in a language. Cyrillic words are always read as Russian."""
    language = _read_in(word, language)
    if len(word) < 3 or language not in _stemmers or word.isdigit():
        return word
    return str(_stemmers[language].stemWord(word))


def marked_stem(word: str, language: str) -> str:
    """The stem as it stands in the index, with the mark and its language; empty if it equals the word."""
    bare = stem(word, language)
    if bare == word:
        return ""
    code = "ru" if is_cyrillic(word) else language
    return f"{bare}{STEM}{code}"


def _read_in(word: str, language: str) -> str:
    if is_cyrillic(word):
        return "ru"
    return "en" if language == "ru" else language


def is_cyrillic(word: str) -> bool:
    """Whether any letter of a word is Cyrillic."""
    return not word.isascii() and _CYRILLIC.search(word) is not None


@lru_cache(maxsize=262_144)
def sound(word: str) -> str:
    """How a name sounds, whatever its script and romanisation; empty for a word that can be no name.

    >>> sound("троцкий") == sound("trotsky") == sound("trotzki") == sound("trotskij")
    True
    """
    latin = word.translate(_TO_LATIN) if is_cyrillic(word) else word
    if len(latin) < 4 or not latin.isascii() or not latin.isalpha():
        return ""
    for written, heard in _SOUNDS:
        latin = latin.replace(written, heard)
    return _TWICE.sub(r"\1", latin)


def marked_sound(word: str) -> str:
    """How a name sounds, as it stands in the index; empty for a word that can be no name."""
    heard = sound(word)
    return heard and heard + SOUND


#: Of words: their marked sounds.
_sounds: Final = _Readings(marked_sound)


@lru_cache(maxsize=20_000)
def begins(name: str, typed: str) -> bool:
    """Whether a title or name begins with some folded words at its first or a later word."""
    words = split(name)
    return any(" ".join(words[place:]).startswith(typed) for place in range(len(words)))


class Name(NamedTuple):
    """A title or name as it is read: its words, separated by spaces, and their marked sounds."""

    words: str
    sounds: tuple[str, ...]


@lru_cache(maxsize=32_768)
def read_name(name: str) -> Name:
    """Read a title or a name. Most of those that many records name are remembered."""
    words = split(name)
    heard = dict.fromkeys(map(_sounds.__getitem__, words))
    heard.pop("", None)
    return Name(" ".join(words), tuple(heard))


@lru_cache(maxsize=4096)
def spellings(word: str, languages: tuple[str, ...]) -> tuple[str, ...]:
    """Everything that a word may occur as in a text of one of the languages: its stems and its sound."""
    found = [stem(word, languages[0])]
    for language in languages:
        bare, marked = stem(word, language), marked_stem(word, language)
        code = "ru" if is_cyrillic(word) else language
        found += [bare, marked or f"{bare}{STEM}{code}"]
    if heard := marked_sound(word):
        found.append(heard)
    return tuple(dict.fromkeys(found))
