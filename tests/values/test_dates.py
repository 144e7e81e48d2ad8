"""Uncertain dates: what is read, what is refused and why, how they sort, and their words."""

from __future__ import annotations

import time
from calendar import monthrange

import pytest
from edtf import parse_edtf
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from catalog.values import DateError, UncertainDate, day_number, read_date, sentence
from catalog.values.dates import MAX_LENGTH, MAX_YEAR

pytestmark = pytest.mark.once

# --- Dates for the properties ----------------------------------------------------------------------

YEARS = st.one_of(
    st.integers(1, 9999).map("{:04d}".format),
    st.integers(1, 9999).map("-{:04d}".format),
    st.integers(1, 999).map("{:03d}X".format),
    st.integers(10, 99).map("{:02d}XX".format),
)
QUALIFIERS = st.sampled_from(["", "", "?", "~", "%"])


@st.composite
def parts(draw):
    """A date of the calendar, as precise as it is known."""
    year, kind = draw(YEARS), draw(st.integers(0, 4))
    if kind == 0:
        return year + draw(QUALIFIERS)
    if kind == 1:
        return f"{year}-XX" + draw(QUALIFIERS)
    month = draw(st.integers(1, 12))
    if kind == 2:
        return f"{year}-{month:02d}" + draw(QUALIFIERS)
    if kind == 3:
        return f"{year}-{month:02d}-XX" + draw(QUALIFIERS)
    return f"{year}-{month:02d}-{draw(st.integers(1, 28)):02d}" + draw(QUALIFIERS)


DATES = st.one_of(
    parts(),
    st.tuples(parts(), parts()).map("/".join),
    parts().map("../{}".format),
    parts().map("{}/..".format),
    parts().map("..{}".format),
    parts().map("{}..".format),
    st.lists(parts(), min_size=1, max_size=3).map(lambda several: "{%s}" % ", ".join(several)),
    st.lists(parts(), min_size=1, max_size=3).map(lambda several: "[%s]" % ", ".join(several)),
    st.tuples(st.integers(21, 41), st.integers(1, 2100)).map(lambda s: f"{s[1]:04d}-{s[0]}"),
    st.integers(10_000, 10**12).map("Y{}".format),
    st.tuples(st.integers(1, 99), st.integers(0, 20)).map(lambda y: f"Y-{y[0]}E{y[1]}"),
    st.tuples(st.integers(1000, 9999), st.integers(1, 5)).map(lambda y: f"{y[0]}S{y[1]}"),
)
ANY_TEXT = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="0123456789-/.~?%X[]{},YES ", max_size=40),
    DATES,
    DATES.flatmap(lambda date: st.integers(0, len(date)).map(lambda cut: date[:cut])),
)


def try_to_read(text):
    """The date, or None if it is refused; any other exception fails the test."""
    try:
        return read_date(text)
    except DateError as refusal:
        assert str(refusal).strip()
        return None


# --- Properties ------------------------------------------------------------------------------------


@settings(max_examples=250, deadline=None)
@given(ANY_TEXT)
@example("Y1E99999999999999999999")
@example("0000")
@example("٢٠٠١-٠١-٠١")
@example("1938-07-13\x00")
@example("[" * 64)
def test_any_text_is_a_date_or_a_date_error(text):
    date = try_to_read(text)
    if date is None:
        return
    if date.earliest is not None and date.latest is not None:
        assert date.earliest <= date.latest
    assert (date.earliest, date.latest) != (None, None)
    for bound in (date.earliest, date.latest):
        assert bound is None or abs(bound) < 2**63
    said = sentence(date)
    assert said.strip() == said != ""
    assert "%(" not in said
    assert read_date(date.written) == date, "what is kept can be read again"


def as_day_number(moment):
    return day_number(moment.tm_year, moment.tm_mon, moment.tm_mday)


@settings(max_examples=100, deadline=None)
@given(st.one_of(parts(), st.tuples(parts(), parts()).map("/".join)))
def test_bounds_are_those_of_the_library(text):
    """Only if both are finite, and neither seasons nor significant digits are involved."""
    date = try_to_read(text)
    assume(date is not None)
    # Before the year 0 the library reverses the months of an unspecified date.
    assume(not any(end.startswith("-") and "X" in end for end in text.split("/")))
    theirs = parse_edtf(text)
    lower, upper = theirs.lower_strict(), theirs.upper_strict()
    assert date.earliest == as_day_number(lower)
    assert date.latest == as_day_number(upper)


@given(st.integers(-9999, 9999), st.integers(1, 12), st.integers(1, 31))
def test_a_day_stands_if_the_calendar_has_it(year, month, day):
    exists = day <= monthrange(year % 400 + 2000, month)[1]
    sign = "-" if year < 0 else ""
    date = try_to_read(f"{sign}{abs(year):04d}-{month:02d}-{day:02d}")
    assert (date is not None) == exists
    if date is not None:
        assert date.earliest == date.latest == day_number(year, month, day)


@given(st.dates(), st.dates())
def test_day_numbers_sort_as_days_do(one, other):
    numbers = [day_number(day.year, day.month, day.day) for day in (one, other)]
    assert (numbers[0] < numbers[1]) == (one < other)


# --- Examples --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "earliest", "latest", "said"),
    [
        ("1939-08-23", 19390823, 19390823, "23 August 1939"),
        ("1938-07-13~", 19380713, 19380713, "about 13 July 1938"),
        ("1927-11", 19271101, 19271130, "November 1927"),
        ("1890~", 18900101, 18901231, "about 1890"),
        ("1890?", 18900101, 18901231, "1890 (uncertain)"),
        ("1890%", 18900101, 18901231, "about 1890 (uncertain)"),
        ("193X", 19300101, 19391231, "the 1930s"),
        ("19XX", 19000101, 19991231, "1900–1999"),
        ("1938-XX", 19380101, 19381231, "1938"),
        ("1938-02-XX", 19380201, 19380228, "February 1938"),
        ("1936-08/1938-03", 19360801, 19380331, "August 1936 – March 1938"),
        ("1936/1938", 19360101, 19381231, "1936–1938"),
        ("1937-04-10/1937-04-17", 19370410, 19370417, "10–17 April 1937"),
        ("1940-02-27/1940-03-03", 19400227, 19400303, "27 February – 3 March 1940"),
        ("1940-12-30/1941-01-02", 19401230, 19410102, "30 December 1940 – 2 January 1941"),
        ("1935-06/1935-12", 19350601, 19351231, "June – December 1935"),
        ("1935-06/1935-07-04", 19350601, 19350704, "June 1935 – 4 July 1935"),
        ("1937-04-10~/1937-04-17", 19370410, 19370417, "about 10 April 1937 – 17 April 1937"),
        ("-0043-03-14/-0043-03-15", -429686, -429685, "14–15 March 44 BCE"),
        ("..1940", None, 19401231, "before 1940"),
        ("1962..", 19620101, None, "from 1962"),
        ("../1940", None, 19401231, "until 1940"),
        ("1962/..", 19620101, None, "from 1962"),
        ("1962/", 19620101, None, "from 1962, end unknown"),
        ("[1937, 1938]", 19370101, 19381231, "1937 or 1938"),
        ("{1937, 1939}", 19370101, 19391231, "1937 and 1939"),
        ("0000", 101, 1231, "1 BCE"),
        ("-0043", -43 * 10000 + 101, -43 * 10000 + 1231, "44 BCE"),
        ("-0043-03-15", -43 * 10000 + 315, -43 * 10000 + 315, "15 March 44 BCE"),
        ("1938-21", 19380301, 19380531, "spring 1938"),
        ("1938-24", 19381201, 19381231, "winter 1938"),
        ("2004-02-29", 20040229, 20040229, "29 February 2004"),
        ("  1939-08-23 ", 19390823, 19390823, "23 August 1939"),
    ],
)
def test_bounds_and_sentence(text, earliest, latest, said):
    date = read_date(text)
    assert (date.earliest, date.latest) == (earliest, latest)
    assert sentence(date) == said


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "No date was given"),
        ("2001-02-29", "no day 29"),
        ("1900-02-29", "no day 29"),
        ("1939-04-31", "no day 31"),
        ("1984/1983", "ends before it starts"),
        ("1985-05/1985-04", "ends before it starts"),
        ("1938-13", "month 13"),
        ("1938-00", "month 00"),
        ("23 August 1939", "not a date"),
        ("23.08.1939", "not a date"),
        ("../..", "neither"),
        ("1939" * 20, "characters"),
        (f"Y{MAX_YEAR + 1}", "far"),
        ("Y1E20", "far"),
        ("Y1E999", "far"),
        ("1939-08-00", "no day 00"),
        ("193X-02-30", "no day 30"),
        ("1939-08-23<script>", "not a date"),
    ],
)
def test_refusals_say_why(text, reason):
    with pytest.raises(DateError, match=reason):
        read_date(text)


def test_long_sets_are_refused_before_they_are_parsed():
    started = time.perf_counter()
    with pytest.raises(DateError, match=str(MAX_LENGTH)):
        read_date("[" + ",".join(["1938"] * 300) + "]")
    assert time.perf_counter() - started < 0.1


def test_dates_before_the_common_era_sort_before_it():
    texts = ["-0100", "-0043-03-14", "-0043-03-15", "0000", "0001", "1938"]
    numbers = [read_date(text).earliest or 0 for text in texts]
    assert numbers == sorted(numbers)


def test_a_date_is_a_value():
    assert read_date("1938") == UncertainDate("1938")
    assert len({read_date("1938"), UncertainDate("1938")}) == 1
    assert str(read_date(" 1938~ ")) == "1938~"
    assert read_date("1938~").is_approximate
    assert not read_date("1938").is_approximate


def test_sentences_go_through_the_translation():
    spanish = {"%(day)s %(month)s %(year)s": "%(day)s de %(month)s de %(year)s", "August": "agosto"}
    said = sentence(read_date("1939-08-23"), lambda text: spanish.get(text, text))
    assert said == "23 de agosto de 1939"
