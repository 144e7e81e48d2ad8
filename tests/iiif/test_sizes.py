"""Arithmetic of widths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.iiif.image.sizes import STEPS, sizes_of

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        (
            (6000, 4000),
            {
                240: (240, 160),
                480: (480, 320),
                960: (960, 640),
                1600: (1600, 1067),
                2400: (2400, 1600),
            },
        ),
        ((480, 480), {240: (240, 240), 480: (480, 480)}),
        ((100, 50), {240: (100, 50)}),
        ((900, 600), {240: (240, 160), 480: (480, 320), 960: (900, 600)}),
        ((1, 1), {240: (1, 1)}),
        (
            (9000, 1),
            {240: (240, 1), 480: (480, 1), 960: (960, 1), 1600: (1600, 1), 2400: (2400, 1)},
        ),
        ((1000, 30_000), {240: (240, 7200), 480: (480, 14400), 960: (546, 16383)}),
    ],
)
def test_examples(original, expected):
    assert sizes_of(*original) == expected


@given(st.integers(1, 200_000), st.integers(1, 200_000))
def test_never_enlarged_never_too_long_and_one_always(width, height):
    sizes = sizes_of(width, height)
    assert min(sizes) == STEPS[0]
    for step, (wide, high) in sizes.items():
        assert 1 <= wide <= min(step, width)
        assert 1 <= high <= min(16_383, height)
    assert len(set(sizes.values())) == len(sizes)
