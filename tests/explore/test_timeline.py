"""Dates as bars: inside their scale, in order, faded where they are uncertain."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.explore import Scale, Span, span_of
from catalog.explore.timeline import SHORTEST
from catalog.values import day_number, read_date

pytestmark = pytest.mark.once

YEARS = st.integers(-99_999_999_999, 99_999_999_999) | st.integers(1800, 2030)
DAYS = st.builds(day_number, YEARS, st.integers(1, 12), st.integers(1, 31))


@st.composite
def spans(draw):
    first, last = sorted((draw(DAYS), draw(DAYS)))
    is_open = draw(st.sampled_from(["", "start", "end"]))
    return Span(
        None if is_open == "start" else first,
        None if is_open == "end" else last,
        draw(st.booleans()),
    )


@given(st.lists(spans(), min_size=1, max_size=8))
def test_every_bar_lies_on_the_scale_and_none_begins_before_an_earlier_one(some):
    scale = Scale.of(some)
    bars = [(span, scale.bar(span)) for span in some]
    for span, bar in bars:
        assert 0 <= bar.start and SHORTEST <= bar.length and bar.start + bar.length <= 100.001
        assert (bar.fading in {"start", "both"}) == (span.about or span.earliest is None)
        assert (bar.fading in {"end", "both"}) == (span.about or span.latest is None)
    # The shortest are drawn longer than they are, and so begin earlier at the end of the scale.
    whole = sorted(
        (span.earliest, bar.start) for span, bar in bars if span.earliest and bar.length > SHORTEST
    )
    starts = [start for _earliest, start in whole]
    assert starts == sorted(starts)


@given(st.lists(spans(), min_size=1, max_size=8))
def test_ticks_are_few_round_years_of_the_scale(some):
    scale = Scale.of(some)
    ticks = scale.ticks
    assert len(ticks) <= 9
    assert all(scale.first <= tick.year <= scale.last and 0 <= tick.place <= 100 for tick in ticks)
    assert scale.length > 1 or [tick.year for tick in ticks] == [scale.first]


@pytest.mark.parametrize(
    ("date", "start", "length", "fading"),
    [
        ("1930/1939", 0, 100, ""),
        ("1931", 10, 10, ""),
        ("193X", 0, 100, "both"),
        ("1935~", 50, 10, "both"),
        ("1935?", 50, 10, "both"),
        ("..1934", 0, 50, "start"),
        ("1935..", 50, 50, "end"),
        ("1935/", 50, 50, "end"),
    ],
)
def test_where_a_date_stands_between_1930_and_1939(date, start, length, fading):
    bar = Scale(1930, 1939).bar(span_of(read_date(date)))
    assert (round(bar.start), round(bar.length), bar.fading) == (start, length, fading)


def test_a_life_lasts_from_birth_to_death_and_may_have_no_end():
    born, died = read_date("1879-11-07"), read_date("1940-08-21")
    assert span_of(born, died) == Span(18791107, 19400821)
    assert span_of(None, died) == Span(None, 19400821)
    assert span_of(None, None) is None
    assert Scale.of([]) is None
