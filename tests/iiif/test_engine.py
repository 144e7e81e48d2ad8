"""The level of a pyramid that an answer is made from: enough detail, and never more work than the limit."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.iiif.image.engine import MOST_READ, cut_of
from catalog.iiif.image.parameters import Limits, WrongRequest, wanted
from catalog.iiif.image.service_document import TILE

pytestmark = pytest.mark.once

LIMITS = Limits(16_383, 6_000_000)


def levels(width: int, height: int) -> list[tuple[int, int]]:
    """As libvips halves a picture until it is one tile."""
    made = [(width, height)]
    while max(made[-1]) > TILE:
        made.append((max(1, made[-1][0] // 2), max(1, made[-1][1] // 2)))
    return made


SIDES = st.integers(1, 60_000)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    width=SIDES,
    height=SIDES,
    wide=SIDES,
    high=SIDES,
    left=st.integers(0, 59_999),
    top=st.integers(0, 59_999),
)
def test_no_answer_reads_more_than_the_bound(width, height, wide, high, left, top):
    """Including a strip of one pixel by thousands, which would need all detail in one direction."""
    asked = None
    for size in (f"{wide},{high}", "max", f"1,{high}", f"{wide},1", "512,"):
        try:
            asked = wanted(
                f"{left},{top},{wide},{high}/{size}/0/default.jpg", width, height, LIMITS
            )
        except WrongRequest:
            continue
        of = levels(width, height)
        level, (x, y, across, down) = cut_of(of, asked, (width, height))
        assert across * down <= MOST_READ
        assert 0 <= x < x + across <= of[level][0]
        assert 0 <= y < y + down <= of[level][1]


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(width=SIDES, height=SIDES, share=st.floats(0.001, 1))
def test_what_is_scaled_alike_in_both_directions_has_all_its_detail(width, height, share):
    most_wide, most_high = LIMITS.within(width, height)
    size = f"!{max(1, int(most_wide * share))},{max(1, int(most_high * share))}"
    asked = wanted(f"full/{size}/0/default.jpg", width, height, LIMITS)
    of = levels(width, height)
    level, _box = cut_of(of, asked, (width, height))
    assert of[level][0] + 1 >= asked.width
    assert of[level][1] + 1 >= asked.height
