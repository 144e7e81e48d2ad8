"""The values of a pasted list, from wherever it was copied."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.intake import listed
from catalog.intake.several import joined, squeezed

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Leon Trotsky", ["Leon Trotsky"]),
        ("  \r\n ", []),
        ("Trotsky, Leon\r\nSedova, Natalia\r\n", ["Trotsky, Leon", "Sedova, Natalia"]),
        ("exile; politics;;exile", ["exile", "politics"]),
        ("Smith; Sons | Miller", ["Smith; Sons", "Miller"]),
        (r"Smith \| Sons|Smith Ltd", ["Smith | Sons", "Smith Ltd"]),
        ("Trotsky\tSedova", ["Trotsky", "Sedova"]),
        # Of a column copied with its neighbour, the first.
        ("Trotsky\tauthor\nSedova\teditor", ["Trotsky", "Sedova"]),
        # In a line of several, a semicolon belongs to the value.
        ("Smith; Sons\nMiller", ["Smith; Sons", "Miller"]),
        ("• Trotsky\n•\tSedova", ["Trotsky", "Sedova"]),
        ("1. Trotsky\n2. Sedova", ["Trotsky", "Sedova"]),
        ("(1) Trotsky\n(2) Sedova", ["Trotsky", "Sedova"]),
        ("1. Mai 1917\nTrotsky", ["1. Mai 1917", "Trotsky"]),
        ("– Trotsky\n– Sedova", ["Trotsky", "Sedova"]),
        ("1905\n1917", ["1905", "1917"]),
    ],
)
def test_lists_of_every_origin(text: str, values: list[str]) -> None:
    assert listed(text) == values


WORDS = st.text("aé ж;|•.1-", min_size=1).map(squeezed).filter(bool)


@given(st.lists(WORDS, min_size=2, unique=True))
def test_what_the_catalogue_joins_is_parted_again(values: list[str]) -> None:
    assert listed(joined(values)) == values


@given(st.lists(st.from_regex(r"[A-Za-z|;]+", fullmatch=True), min_size=2, unique=True))
def test_lines_are_values_as_they_are(values: list[str]) -> None:
    assert listed("\n".join(values)) == values


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    found = listed(text)
    assert len(found) == len(set(found)) and all(
        one == " ".join(one.split()) and one for one in found
    )
