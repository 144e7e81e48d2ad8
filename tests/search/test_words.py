"""Words, stems and sounds, without a database."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.query import read_words
from catalog.search.vocabulary import distance, slips
from catalog.search.words import (
    LONGEST,
    cut_at_signs,
    in_capitals_of,
    read_name,
    sound,
    spellings,
    split,
    stem,
)
from catalog.values import fold

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("typed", "corrected", "said"),
    [
        ("Stalim natlia", ["stalin", "natalia"], "Stalin natalia"),
        ("TROTZKI, Kahlo!", ["trotsky", "kahlo"], "TROTSKY Kahlo"),
        ("Łódz", ["lodz"], "Łódz"),
        ("well-knwon", ["well", "known"], "well known"),
    ],
)
def test_a_correction_has_the_capitals_of_what_was_typed(typed, corrected, said) -> None:
    assert in_capitals_of(typed, zip(split(typed), corrected, strict=True)) == said


#: Texts in which accents, punctuation and scripts meet, as they rarely do in ordinary text.
mixed = st.text(
    st.sampled_from("aIkßŁéЙийёΣςİıﬁＴ１٣_—’.-= \u0301\u0306\u0307\u0308\u0338\ue001\0ꭰ中"),
    max_size=40,
)


@given(st.text(max_size=200) | mixed)
def test_splitting_is_folding(text: str) -> None:
    assert split(text) == [word[:LONGEST] for word in fold(text.replace("\0", " ")).split()]


@given(st.text(max_size=200) | mixed)
def test_a_full_text_that_cuts_at_signs_finds_the_same_words(text: str) -> None:
    # Like SQLite's tokenizer "ascii": lower-case letters and digits of ASCII, and everything beyond ASCII.
    read = cut_at_signs(text)
    small = "".join(sign.lower() if sign.isascii() else sign for sign in read)
    assert re.findall(r"[0-9a-z\x80-\U0010ffff]+", small) == split(text)


@given(st.text(max_size=200))
def test_reading_piece_by_piece_gives_the_words_of_the_whole(text: str) -> None:
    words, _sounds = read_name(text)
    assert words.split() == split(" ".join(text.split()))


@pytest.mark.parametrize(
    "spelling", ["троцкий", "trotzky", "trotzki", "trotskij", "trotskii", "trotskiy", "trockij"]
)
def test_one_name_has_one_sound(spelling: str) -> None:
    assert sound(spelling) == sound("trotsky") or spelling == "trockij"


def test_other_names_have_other_sounds() -> None:
    assert len({sound(name) for name in ("trotsky", "stalin", "kamenev", "zinoviev", "radek")}) == 5


def test_stems() -> None:
    assert stem("photographs", "en") == stem("photograph", "en")
    assert stem("книги", "en") == stem("книга", "en")
    assert stem("1937", "en") == "1937"
    assert "photograph" in spellings("photographs", ("en",))


@given(st.text(max_size=600))
def test_every_input_is_understood(text: str) -> None:
    words = read_words(text, typing=True)
    for word in words.all:
        assert word.isalnum(), word
        assert len(word) <= LONGEST


def test_phrases_words_and_identifiers() -> None:
    words = read_words('left "Fourth International" TSS-I 002')
    assert words.phrases == (("fourth", "international"),)
    assert words.single == ("left", "tss", "i", "002")
    assert read_words("TSS-I 002").identifier == "tssi002"
    assert read_words("tss").identifier == ""
    assert read_words("trot", typing=True).typing
    assert not read_words("trot ", typing=True).typing


def test_slips() -> None:
    assert distance("stalni", "stalin") == 1
    assert distance("kahlo", "kalo") == 1
    assert distance("abc", "abc") == 0


@given(st.text("abcd", min_size=4, max_size=9), st.data())
def test_a_slip_is_found_by_the_half_that_is_right(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from("abcd"))
    meant = data.draw(
        st.sampled_from(
            [
                word[:place] + letter + word[place + 1 :],
                word[:place] + letter + word[place:],
                word + letter,
                word[:place] + word[place + 1 :],
                word[:place] + word[place + 1 : place + 2] + word[place] + word[place + 2 :],
            ]
        )
    )
    forwards, backwards = slips(word)
    assert word == meant or (
        any(fnmatchcase(meant, pattern) for pattern in forwards)
        or any(fnmatchcase(meant[::-1], pattern) for pattern in backwards)
    )
    half = len(word) // 2
    assert all(pattern.startswith(word[:half]) for pattern in forwards)
    assert all(pattern.startswith(word[::-1][: len(word) - half - 1]) for pattern in backwards)
