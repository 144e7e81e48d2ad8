"""Dates in ISO 8601, for programs that do not read EDTF: never more precise than is known."""

from __future__ import annotations

from catalog.values.dates import DatePart, UncertainDate


def iso_part(part: DatePart | None) -> str:
    """A year, month or day of our era: ``1938-07``; empty if the part is none of these."""
    year = part.exact_year if part else None
    if part is None or year is None or not 1 <= year <= 9999 or (part.month or 1) > 12:
        return ""
    return "-".join(
        [f"{year:04d}", *(f"{number:02d}" for number in (part.month, part.day) if number)]
    )


def iso_span(date: UncertainDate) -> str:
    """A date or a span of two: ``1938-07``, ``1929/1932``; for anything more complicated, the days
    between which it lies (``1930-01-01/1939-12-31``). Empty if it is open, unknown, or before our
    era.
    """
    span = date.spans[0]
    parts = [span.start] if span.is_one_part else [span.start, span.end]
    if date.shape in {"single", "interval"} and all(written := [iso_part(part) for part in parts]):
        return "/".join(written)
    days = [_day(number) for number in (date.earliest, date.latest)]
    return "/".join(days) if all(days) else ""


def _day(number: int | None) -> str:
    if number is None or not 1_0000 <= number <= 9999_1231:
        return ""
    year, rest = divmod(number, 10_000)
    return f"{year:04d}-{rest // 100:02d}-{rest % 100:02d}"
