"""Reading a cell: text, number, date, choice; an error says what is wrong and how to write it."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, Final

from django.conf import settings
from django.db import models
from django.utils import translation
from django.utils.translation import get_language

from catalog.intake.named import CellFault
from catalog.intake.saying import InWords, Message, Said, joined, label, of_date
from catalog.intake.saying import say as _
from catalog.models import (
    ADDRESSES,
    EDTFField,
    proposed_edtf,
    two_days,
    two_years,
    why_no_such_day,
)
from catalog.values import DateError, UncertainDate, fold, plain_line, read_date

#: Days as spreadsheets count them, from 1927 to 2100: fewer digits are more likely a year.
_COUNTED_DAY: Final = re.compile(r"(?:[1-6][0-9]{4}|7[0-2][0-9]{3})(?:\.[0-9]+)?")
_FIRST_DAY: Final = datetime.date(1899, 12, 30)
#: "12.3.05", "12-Mar-05", "mar-05".
_SHORT_YEAR: Final = re.compile(
    r"[0-9]{1,2}([-/.])[0-9]{1,2}\1[0-9]{2}|(?:[0-9]{1,2}[-/. ])?[^\W\d_]{3,}\.?[-/. ]'?[0-9]{2}"
)
#: Signs for the direction of writing, which programs put around dates and numbers that are copied from them.
_DIRECTIONS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
#: What stands before dates of birth and death, in columns that hold nothing else: "b. 1879", "†1940".
_SIGNS_OF_LIFE: Final = {
    "born": re.compile(r"\A(?:\*|(?:b|n|nac|born|nacid[oa])\b\.?)\s*", re.IGNORECASE),
    "died": re.compile(r"\A(?:[†+]|(?:d|m|died|muert[oa]|fallecid[oa])\b\.?)\s*", re.IGNORECASE),
}
#: What spreadsheets write if a calculation failed.
_FAILED: Final = re.compile(r"#(?:REF!|N/A|NAME\?|VALUE!|DIV/0!|NULL!|NUM!|SPILL!)", re.IGNORECASE)
_FORMULA: Final = re.compile(r"=\s*(?:[A-Z]{1,3}\$?[0-9]+|[A-ZÁÉÍÓÚÑ.]+\()", re.IGNORECASE)
#: Characters that no text contains: control characters except tab and line ends.
_CONTROL: Final = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
#: The time that spreadsheets add to a day.
_MIDNIGHT: Final = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?Z?\Z")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?", re.ASCII)
_WHOLE: Final = re.compile(r"([0-9]+)(?:[.,]0+)?", re.ASCII)
#: The largest number that a column of positive integers holds on both databases.
_LARGEST: Final = 2_000_000_000


def judged(cell: str) -> str:
    """The text of any cell, without blanks at its ends. Raises CellFault for what no cell may contain."""
    text = cell.strip()
    if _FAILED.fullmatch(text):
        raise CellFault(_("This is a spreadsheet error, not a value. Enter the value instead."))
    if _FORMULA.match(text):
        raise CellFault(
            _("This is a formula, not its value. In the spreadsheet, paste the column as values and "
              "save again.")
        )  # fmt: skip
    if _CONTROL.search(text):
        raise CellFault(_("This contains a control character. Delete it, or retype the text."))
    return text


def reader_of(column: Any, days: str = "ask") -> Callable[[str], tuple[Any, Message]]:
    """How cells of a column are read: a value as the model has it, and a remark (usually empty).

    A long text keeps every character; of whatever stands in one line, those that nobody sees are left out.
    """
    if isinstance(column, models.TextField):
        return lambda text: (text.replace("\r\n", "\n").replace("\r", "\n"), "")
    read = _reader_of_line(column, days)
    is_text = isinstance(column, models.CharField) and not isinstance(column, EDTFField)
    if is_text and not column.choices:
        return lambda text: read(plain_line(text))
    return lambda text: read(plain_line(_DIRECTIONS.sub("", text)))


def _reader_of_line(column: Any, days: str) -> Callable[[str], tuple[Any, Message]]:
    if isinstance(column, EDTFField):
        return partial(_date, days=days, sign=_SIGNS_OF_LIFE.get(column.name))
    if column.choices:
        return lambda text: (choice(column, text), "")
    if isinstance(column, models.FloatField):
        return lambda text: (number(text), "")
    if isinstance(column, models.IntegerField):
        return lambda text: (whole_number(text), "")
    return lambda text: (" ".join(text.split()), "")


def _date(text: str, days: str, sign: re.Pattern[str] | None) -> tuple[UncertainDate, Message]:
    plain = sign.sub("", text, count=1) if sign else text
    date, remark = _date_in(_MIDNIGHT.sub("", plain), days, get_language() or "")
    return date, remark if remark or plain == text else _read_as(text, date.edtf)


@lru_cache(maxsize=4096)
def _date_in(text: str, days: str, _language: str) -> tuple[UncertainDate, Message]:
    """A date, written as EDTF or in everyday words; the remark says how words were understood.

    ``days`` says which number of "3/4/1938" is the day, the "first" or the "second"; otherwise it is an error.
    """
    try:
        date = read_date(text)
    except DateError as refusal:
        proposal = _said_in_some_language(text)
        both = two_days(text)
        if both and days in {"first", "second"}:
            proposal = both[days == "second"]
        if proposal is not None:
            return read_date(proposal), _read_as(text, proposal)
        if both:
            first, second = both
            said = _(
                "“%(text)s” can be %(first_day)s or %(second_day)s. Write %(first)s or %(second)s."
            ) % {
                "text": text,
                "first": first,
                "second": second,
                "first_day": InWords(first),
                "second_day": InWords(second),
            }
            for_all = _(
                "Or choose for the whole file which number is the day: “Dates like 3/4/1938 or 3.4.1938”."
            )
            raise CellFault(said + " " + for_all) from refusal
        raise CellFault(_doubted(text) or of_date(why_no_such_day(text) or refusal)) from refusal
    years = two_years(text)
    return (read_date(years), _read_as(text, years)) if years else (date, "")


def _doubted(text: str) -> Said | None:
    """What is asked about a number that spreadsheets write for a day, and a year of two digits; otherwise None."""
    if _COUNTED_DAY.fullmatch(text):
        days = datetime.timedelta(days=int(text.partition(".")[0]))
        day = (_FIRST_DAY + days).isoformat()
        said = _(
            "“%(text)s” is how spreadsheets count days: %(date)s, if it is one. Write %(edtf)s, or show the column as "
            "dates in the spreadsheet and save it again."
        )
        return said % {"text": text, "date": InWords(day), "edtf": day}
    if _SHORT_YEAR.fullmatch(text):
        return _("Of the year in “%(text)s” there are only two digits. Write all four.") % {
            "text": text
        }
    return None


def _read_as(text: str, edtf: str) -> Said:
    said = _("“%(text)s” was read as %(edtf)s (%(date)s).")
    return said % {"text": text, "edtf": edtf, "date": InWords(edtf)}


def date_in_words(text: str) -> str | None:
    """EDTF for a date as it is written or as people say it; None when it is not understood, or can be two days."""
    try:
        return read_date(text).written
    except DateError:
        return _said_in_some_language(text)


def _said_in_some_language(text: str) -> str | None:
    """EDTF for a date in everyday words, in the active language or otherwise in another one of the
    interface.

    A table was written before anybody chose a language in the admin.
    """
    found = proposed_edtf(text)
    for code, _language in settings.LANGUAGES:
        if found is None and code != get_language():
            with translation.override(code):
                found = proposed_edtf(text)
    return found


def whole_number(text: str) -> int:
    """A whole number from 0; also ``3.0``, as spreadsheets write it."""
    found = _WHOLE.fullmatch(text)
    if found is None or len(found[1]) > 10 or int(found[1]) > _LARGEST:
        raise CellFault(
            _("Enter a whole number from 0 to %(most)d, in digits.") % {"most": _LARGEST}
        )
    return int(found[1])


def number(text: str) -> float:
    """A number, with a point or a comma before its fraction."""
    if not _NUMBER.fullmatch(text) or len(text) > 30:
        raise CellFault(_("Enter a number in digits, such as 48.8534 or -99,17."))
    return float(text.replace(",", "."))


def position(text: str) -> tuple[float, float]:
    """Latitude and longitude in one cell: ``19.35,-99.16`` or ``19,35; -99,16``."""
    both = re.split(r"\s*;\s*|\s+" if ";" in text or "," not in text else r"\s*,\s*", text)
    if len(both) != 2:
        raise CellFault(_("Enter latitude and longitude in degrees, such as 19.35, -99.16."))
    return number(both[0]), number(both[1])


def choice(column: Any, text: str) -> str:
    """One of the values of a closed list, by its value or its label in any language. Raises
    CellFault, which lists all.
    """
    found = _choices(column).get(_squeezed(text))
    if found is None:
        labels = joined([label(said) for _value, said in column.choices], "; ")
        raise CellFault(
            _("“%(text)s” is not one of the values of this field. Enter one of: %(labels)s.")
            % {"text": text, "labels": labels}
        )
    return found


_KNOWN_CHOICES: Final[dict[Any, dict[str, str]]] = {}


def _choices(column: Any) -> dict[str, str]:
    """Values by what may be written for them, squeezed; cached, because the choices belong to the
    program.
    """
    if column not in _KNOWN_CHOICES:
        found: dict[str, str] = {}
        for code, _language in settings.LANGUAGES:
            with translation.override(code):
                for value, label in column.choices:
                    found.setdefault(_squeezed(str(value)), value)
                    found.setdefault(_squeezed(str(label)), value)
        _KNOWN_CHOICES[column] = found
    return _KNOWN_CHOICES[column]


def _squeezed(text: str) -> str:
    """A text in the form in which choices are compared; addresses without their scheme."""
    return re.sub(r"[\W_]+", "", fold(re.sub(r"^https?://", "", text.lower())))


def slug_in(text: str) -> str:
    """A record's slug, alone or in a full address."""
    return text.split("?")[0].split("#")[0].rstrip("/").rpartition("/")[2]


def outside_identifier(authority: str, text: str) -> str:
    """An identifier of another catalogue, alone or as its address there."""
    before, _value, after = ADDRESSES[authority].partition("{}")
    bare = re.sub(r"^https?://(?:www\.)?", "", text)
    head = re.sub(r"^https?://(?:www\.)?", "", before)
    if bare.startswith(head):
        bare = bare[len(head) :].removesuffix(after).strip("/")
    elif authority == "wikidata" and (found := re.fullmatch(r"wikidata\.org/wiki/(Q[0-9]+)", bare)):
        bare = found[1]
    return bare
