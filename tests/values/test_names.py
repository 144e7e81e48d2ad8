"""Names in the form used for comparing."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.values import fold

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Троцкий", "ТРОЦКИЙ"),
        ("Лёва", "лева"),
        ("Łódź", "lodz"),
        ("Straße", "strasse"),
        ("Émile  Zola", "emile-zola"),
        ("Ｔｒｏｔｓｋｙ", "trotsky"),
        ("Coyoacán", "coyoacan"),
        ("O’Neill", "o'neill"),
        ("Zborowski, Mark", "zborowski mark"),
        ("İstanbul", "istanbul"),
        ("Ægir", "aegir"),
        ("snake_case", "snake case"),
        ("Trot\u00adsky\u200b", "Trotsky"),
        ("Leon\u00a0Trotsky\u200e", "Leon Trotsky"),
    ],
)
def test_alike(one, other):
    assert fold(one) == fold(other)


def test_letters_of_their_own_stay():
    assert fold("Лейба") == "лейба"
    assert fold("Лейба") != fold("Леиба")
    assert fold(unicodedata.normalize("NFD", "Лейба")) == "лейба", "however it was typed"


@given(st.text())
@example("\ue000")
@example("ﬁ ǅ ẞ K Å")
@example("\u0345\u0301ͅ")
@example("İ̇")
def test_folding_twice_changes_nothing(text):
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_case_and_composition_do_not_count(text):
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "Z"])))
@example("a:_b")
def test_what_is_left_is_words_and_single_blanks(text):
    folded = fold(text)
    assert folded == " ".join(folded.split())
