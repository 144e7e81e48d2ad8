"""Charts: every place is at its position on the sheet, and none is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.explore import Position, around, fitting, markers, names
from catalog.explore.chart import EDGE, LETTER, SHAPE

pytestmark = pytest.mark.once

#: Nobody lives beyond the edge of the sheet.
positions = st.lists(
    st.builds(Position, st.floats(-EDGE, EDGE), st.floats(-180, 180), st.text(max_size=1)),
    min_size=1,
    max_size=60,
)


@given(positions)
def test_a_window_shows_all_that_it_was_made_for(found: list[Position]) -> None:
    window = fitting(found)
    assert -180 <= round(window.west, 6) < round(window.east, 6) <= 180
    assert -EDGE <= round(window.south, 6) < round(window.north, 6) <= EDGE
    shown = [one for marker in markers(found, window) for one in marker.positions]
    assert sorted(map(id, shown)) == sorted(map(id, found))


@given(positions)
def test_markers_stand_apart_and_near_what_they_mark(found: list[Position]) -> None:
    window = fitting(found)
    marks = markers(found, window)
    for number, one in enumerate(marks):
        for other in marks[:number]:
            assert (one.x - other.x) ** 2 + (one.y - other.y) ** 2 >= (2 * window.radius) ** 2
        for position in one.positions:
            x, y = window.at(position.latitude, position.longitude)
            assert (one.x - x) ** 2 + (one.y - y) ** 2 <= (2 * window.radius) ** 2


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_a_place_is_shown_within_its_part_of_the_world(latitude: float, longitude: float) -> None:
    window = around(latitude, longitude)
    assert window.west <= longitude <= window.east
    assert abs(latitude) > EDGE or window.south <= latitude <= window.north
    assert window.width / window.height == pytest.approx(SHAPE, rel=0.02) or (
        window.east - window.west == pytest.approx(360)
    )


def test_a_place_stands_in_the_middle_of_its_window() -> None:
    window = around(51.5, -0.12)
    x, y = window.at(51.5, -0.12)
    left, top, width, height = map(float, window.view_box.split())
    assert (x - left) / width == pytest.approx(0.5, abs=0.01)
    assert (y - top) / height == pytest.approx(0.5, abs=0.01)


def test_two_houses_of_one_street_share_a_marker() -> None:
    houses = [Position(19.344, -99.162, "house"), Position(19.355, -99.163, "blue house")]
    far = Position(55.75, 37.62, "Moscow")
    window = fitting([*houses, far])
    assert [[one.what for one in mark.positions] for mark in markers([*houses, far], window)] == [
        ["house", "blue house"],
        ["Moscow"],
    ]


@given(positions, st.text("abc", min_size=1, max_size=12))
def test_no_name_covers_a_mark_or_another_name(found: list[Position], text: str) -> None:
    window = fitting(found)
    marks = markers(found, window)
    length = len(text) * LETTER * window.radius
    spans = [
        (name.x - length if name.is_before else name.x, mark.y, mark)
        for name, mark in zip(names(marks, [text] * len(marks), window), marks, strict=True)
        if name
    ]
    left = float(window.view_box.split()[0])
    for number, (start, y, mark) in enumerate(spans):
        assert left - 0.1 <= start and start + length <= left + window.width + 0.1
        for other, other_y, _ in spans[:number]:
            assert abs(y - other_y) >= window.radius or not (
                other < start + length and start < other + length
            )
        for one in marks:
            covered = start < one.x < start + length and abs(one.y - y) < window.radius
            assert one is mark or not covered
