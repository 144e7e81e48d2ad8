"""Cells of tables that people open in a spreadsheet."""

from __future__ import annotations

import pytest

from catalog.values import harmless_cell

pytestmark = pytest.mark.once


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\n=1", " =1"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert harmless_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "plain = text", " a", "'=1"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless_cell(text) == text
