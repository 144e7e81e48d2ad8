"""Dates in ISO 8601: never more precise than what is known, and in order."""

from __future__ import annotations

import pytest

from catalog.values import iso_span, read_date

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("edtf", "iso"),
    [
        ("1938", "1938"),
        ("1938-07", "1938-07"),
        ("1938-07-13", "1938-07-13"),
        ("1929/1932-05", "1929/1932-05"),
        ("1890~", "1890"),
        ("193X", "1930-01-01/1939-12-31"),
        ("1938-21", "1938-03-01/1938-05-31"),
        ("[1936,1938]", "1936-01-01/1938-12-31"),
        ("1936/193X", "1936-01-01/1939-12-31"),
        ("[..1940]", ""),
        ("1962/..", ""),
        ("-0043", ""),
        ("-0043/0014", ""),
        ("Y12345", ""),
    ],
)
def test_a_date_in_iso_8601(edtf: str, iso: str) -> None:
    assert iso_span(read_date(edtf)) == iso
