"""How a date is understood: said to the curator while it is typed, and again when it was saved.

A curator may type EDTF, which is kept, or everyday English ("about 1890"), for which the EDTF is
proposed and never taken silently: a program that reads dates out of prose is wrong too often.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from edtf import text_to_edtf

from catalog.models import EDTFFormField
from catalog.values import DateError, UncertainDate, read_date, sentence

#: Nobody types a longer date; longer texts are not searched for one.
LONGEST_PROSE: Final = 80

_ABOUT = r"(?:about|around|approximately|approx\.?|circa|ca\.?|c\.?)"
_PERHAPS = r"(?:probably|possibly|perhaps|maybe|presumably)"
_FORMS: Final = (
    (re.compile(r"between (?P<first>.+) and (?P<last>.+)"), "[{first}..{last}]"),
    (re.compile(r"from (?P<first>.+?) (?:to|until|till) (?P<last>.+)"), "{first}/{last}"),
    (re.compile(r"(?P<first>.+?) (?:to|until|till) (?P<last>.+)"), "{first}/{last}"),
    (re.compile(r"(?P<first>.*[a-z0-9]) ?- ?(?P<last>.*[0-9]{4}s?)"), "{first}/{last}"),
    (re.compile(r"(?P<first>.+) or (?:earlier|before)"), "..{first}"),
    (re.compile(r"(?P<first>.+) or (?:later|after)"), "{first}.."),
    (re.compile(r"(?P<first>.+) or (?P<last>.+)"), "[{first},{last}]"),
    (re.compile(r"(?:before|until|till|by|not after) (?P<first>.+)"), "..{first}"),
    (re.compile(r"(?:after|from|since|not before) (?P<first>.+)"), "{first}.."),
    (re.compile(rf"{_ABOUT} ?(?P<first>.+)"), "{first}~"),
    (re.compile(rf"{_PERHAPS} (?P<first>.+)"), "{first}?"),
    (re.compile(r"(?P<first>.+?) ?\(?\?\)?"), "{first}?"),
)
_BEFORE_CHRIST: Final = re.compile(r"(?P<year>[1-9][0-9]{0,3}) ?(?:bc|bce|b\.c\.|b\.c\.e\.)")
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
#: Words that a single date may have; any other word may change its meaning, so nothing is proposed.
_WORDS_OF_DATES: Final = frozenset(
    {*_MONTHS, *(month[:3] for month in _MONTHS), "sept", "spring", "summer", "autumn", "fall", "winter",
     "century", "st", "nd", "rd", "th", "s", "of"}
)  # fmt: skip


def proposed_edtf(text: str) -> str | None:
    """EDTF for a date in everyday English, or None where it is not one or could mean two days.

    >>> proposed_edtf("between 1900 and 1910")
    '[1900..1910]'
    """
    if len(text) > LONGEST_PROSE:
        return None
    plain = re.sub(r"\b(?:the|year)\b", " ", text.lower())
    plain = " ".join(re.sub("[‐-―−]", "-", plain).split()).strip(" .,;")
    proposal = _proposed(plain, depth=3)
    if proposal is None:
        return None
    try:
        read_date(proposal)
    except DateError:
        return None
    return proposal


def _proposed(text: str, depth: int) -> str | None:
    single = _single(text)
    if single or not depth:
        return single
    for form, edtf in _FORMS:
        found = form.fullmatch(text)
        if found:
            parts = {
                name: _proposed(part.strip(), depth - 1) for name, part in found.groupdict().items()
            }
            # An open end or a set cannot stand inside another form.
            if all(part and not re.search(r"[\[/.]", part) for part in parts.values()):
                return edtf.format(**parts)
    return None


def _single(text: str) -> str | None:
    """EDTF of one calendar date. The library guesses boldly, so every number has to come back."""
    before_christ = _BEFORE_CHRIST.fullmatch(text)
    if before_christ:
        # EDTF counts years astronomically: 0000 is 1 BCE.
        year = int(before_christ["year"]) - 1
        return f"-{year:04d}" if year else "0000"
    slashed = re.fullmatch(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.][0-9]{4}", text)
    if slashed and slashed[1] != slashed[2] and int(slashed[1]) <= 12 and int(slashed[2]) <= 12:
        return None  # 8/9/1939: August or September?
    text = re.sub(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})", r"\1/\2/\3", text)
    if not re.fullmatch(r"[a-z0-9 ,./-]+", text):
        return None
    if not set(re.findall(r"[^\W\d_]+", text)) <= _WORDS_OF_DATES:
        return None
    if not re.search(r"[0-9]{4}|[0-9] ?(?:st|nd|rd|th) century", text):
        return None  # "1 May" of which year?
    if len(re.findall(r"[0-9]{4}", text)) > 1:
        return None
    try:
        edtf = text_to_edtf(text)
    except Exception:  # the library's text parser fails on odd input in its own many ways
        return None
    if not edtf or re.search(r"[/~?%\[{]", edtf):
        return None
    numbers = [] if "century" in text else re.findall(r"[0-9]+", text)
    kept = edtf.replace("X", "0")
    if any(number.lstrip("0") not in kept for number in numbers):
        return None
    return str(edtf)


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text was understood: in words, with both bounds; or why not, with a proposal."""

    said: str = ""
    earliest: str = ""
    latest: str = ""
    refusal: str = ""
    proposal: str = ""
    proposal_said: str = ""

    @property
    def words(self) -> str:
        """The whole reading in one line, in the language of the interface."""
        if self.refusal:
            return self.refusal
        if not self.said:
            return ""
        bounds = {"earliest": self.earliest or _("open"), "latest": self.latest or _("open")}
        if self.earliest == self.latest:
            return _("Understood as: %(date)s") % {"date": self.said}
        return _("Understood as: %(date)s (earliest %(earliest)s, latest %(latest)s)") % {
            "date": self.said,
            **bounds,
        }


def reading_of(text: str) -> Reading:
    """Read a text as a curator typed it; an empty one has an empty reading."""
    text = " ".join(text.split())
    if not text:
        return Reading()
    try:
        date = read_date(text)
    except DateError as refusal:
        proposal = proposed_edtf(text)
        if proposal is None:
            return Reading(refusal=refusal.said(_))
        said = sentence(read_date(proposal), _)
        return Reading(
            refusal=_("“%(text)s” is not written as EDTF. Do you mean %(edtf)s (%(date)s)?")
            % {"text": text, "edtf": proposal, "date": said},
            proposal=proposal,
            proposal_said=said,
        )
    return Reading(said=sentence(date, _), earliest=_day(date.earliest), latest=_day(date.latest))


def _day(number: int | None) -> str:
    """A day number (see ``catalog.values.dates``) in words; empty for an open end."""
    if number is None:
        return ""
    year, month_and_day = divmod(number, 10000)
    if not -9999 <= year <= 9999:
        return str(year)
    written = f"{'-' if year < 0 else ''}{abs(year):04d}-{month_and_day // 100:02d}-{month_and_day % 100:02d}"
    return sentence(UncertainDate(written), _)


def date_reading(request: HttpRequest) -> JsonResponse:
    """Answer ``?text=`` with how it is understood: sentence, bounds, refusal, proposal.

    For curators only: whoever puts it under an address wraps it in ``admin_view``.
    """
    reading = reading_of(request.GET.get("text", "")[:1000])
    return JsonResponse(
        {
            "words": reading.words,
            "sentence": reading.said,
            "earliest": reading.earliest,
            "latest": reading.latest,
            "refusal": reading.refusal,
            "proposal": reading.proposal,
            "proposal_sentence": reading.proposal_said,
            "proposal_label": _("Write %(edtf)s") % {"edtf": reading.proposal}
            if reading.proposal
            else "",
        }
    )


class DateBox(AdminTextInputWidget):
    """A text box with the reading of its date below it; ``reading_url`` answers while it is typed."""

    template_name = "admin/catalog/date_box.html"
    #: Where a date can only be read, Django lets the widget say it (as it does for password hashes).
    read_only = True

    def __init__(self, reading_url: Any, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(
            {
                "class": "vDateBox",
                "size": 24,
                "autocomplete": "off",
                "spellcheck": "false",
                **(attrs or {}),
            }
        )
        self.reading_url = reading_url

    @property
    def media(self) -> forms.Media:
        """The module that asks for the reading."""
        return forms.Media(
            js=[Script("catalog/admin/date_reading.js", type="module")]  # type: ignore[list-item]
        )

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> Any:
        """The box; or, asked for without attributes, the date in words to be read."""
        if attrs is None:
            return reading_of(str(value or "")).said or "-"
        return super().render(name, value, attrs, renderer)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """The box's context with the reading of the value that it shows."""
        context = super().get_context(name, value, attrs)
        context["widget"]["attrs"]["data-date-reading"] = str(self.reading_url)
        context["reading"] = reading_of(str(value or ""))
        return context


class DateFormField(EDTFFormField):
    """As the model's own, but a refusal of everyday English comes with the EDTF for it."""

    def to_python(self, value: Any) -> Any:
        """The date typed, or None; ValidationError with the repair."""
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(reading_of(str(value)).refusal, code="invalid") from None
