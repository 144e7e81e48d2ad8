"""Positions on the earth, and regions of a picture."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.values import Coordinates, CoordinatesError, Region, RegionError

pytestmark = pytest.mark.once

NUMBERS = st.floats(allow_nan=True, allow_infinity=True)


@given(NUMBERS, NUMBERS)
def test_a_position_is_on_the_earth_or_refused(latitude, longitude):
    on_earth = abs(latitude) <= 90 and abs(longitude) <= 180
    if on_earth:
        assert "°" in str(Coordinates(latitude, longitude))
    else:
        with pytest.raises(CoordinatesError):
            Coordinates(latitude, longitude)


def test_positions_are_said_with_their_halves():
    assert str(Coordinates(19.355, -99.162)) == "19.355° N, 99.162° W"
    assert str(Coordinates(-34.0, 18.5)) == "34.000° S, 18.500° E"


def test_exchanged_numbers_are_named():
    with pytest.raises(CoordinatesError, match="swapped"):
        Coordinates(-99.162, 19.355)


@given(NUMBERS, NUMBERS, NUMBERS, NUMBERS)
def test_a_region_is_inside_the_picture_or_refused(left, top, width, height):
    try:
        region = Region(left, top, width, height)
    except RegionError as refusal:
        assert str(refusal)
        return
    assert region.left >= 0
    assert region.top >= 0
    assert 0 < region.width <= 100.001
    assert 0 < region.height <= 100.001
    assert region.left + region.width <= 100.001
    assert region.top + region.height <= 100.001


@pytest.mark.parametrize(
    ("numbers", "reason"),
    [
        ((math.nan, 0, 10, 10), "four percentages"),
        ((0, 0, 0, 10), "above 0"),
        ((-1, 0, 10, 10), "must begin inside"),
        ((95, 0, 10, 10), "must end inside"),
    ],
)
def test_refusals_of_regions_say_why(numbers, reason):
    with pytest.raises(RegionError, match=reason):
        Region(*numbers)


def test_decimals_that_sum_to_a_hundred_are_no_error():
    assert Region(33.3, 0.1, 66.7, 99.9)
