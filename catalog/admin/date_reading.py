"""How a date is understood: shown to the curator while it is typed, and again when it was saved.

A curator may type EDTF, which is kept, or everyday words ("about 1890"), which are saved as EDTF.
How they are read is shown while they are typed, and said again after saving.
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

from catalog.models import (
    EDTFFormField,
    proposed_edtf,
    says_undated,
    two_days,
    two_years,
    why_no_such_day,
)
from catalog.values import MAX_DATE_LENGTH, DateError, NoDate, UncertainDate, read_date, sentence

#: What a text in words has, and EDTF does not.
_WORD: Final = re.compile(r"[^\W\d_]{3}")


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text was understood: in words, with both bounds; or why not, and what it can be instead.

    ``proposal`` is the EDTF that everyday words are saved as; empty if EDTF was typed.
    """

    said: str = ""
    earliest: str = ""
    latest: str = ""
    refusal: str = ""
    proposal: str = ""
    #: What an unclear text can mean: EDTF, and the same in words.
    choices: tuple[tuple[str, str], ...] = ()

    @property
    def words(self) -> str:
        """The whole reading in one line, in the language of the interface."""
        if self.refusal or not self.said:
            return self.refusal
        shown = {
            "edtf": self.proposal,
            "date": self.said,
            "earliest": self.earliest or _("open"),
            "latest": self.latest or _("open"),
        }
        if self.earliest == self.latest:
            if self.proposal:
                return _("Will be saved as %(edtf)s: %(date)s") % shown
            return _("Understood as: %(date)s") % shown
        if self.proposal:
            return (
                _("Will be saved as %(edtf)s: %(date)s (earliest %(earliest)s, latest %(latest)s)")
                % shown
            )
        return _("Understood as: %(date)s (earliest %(earliest)s, latest %(latest)s)") % shown


def reading_of(text: str) -> Reading:
    """Interpret a text as a curator typed it; an empty one has an empty reading."""
    text = " ".join(text.split())
    if not text:
        return Reading()
    proposal = ""
    try:
        date = read_date(text)
    except DateError as refusal:
        proposal = proposed_edtf(text) or ""
        if not proposal:
            return _not_understood(text, refusal)
        date = read_date(proposal)
    years = two_years(text)
    return Reading(
        said=sentence(date, _),
        earliest=_day(date.earliest),
        latest=_day(date.latest),
        proposal=proposal,
        choices=_in_words(years) if years and not proposal else (),
    )


def _not_understood(text: str, refusal: DateError) -> Reading:
    """Why a text is no date; both days that it can be, if it can be two."""
    if says_undated(text):
        return Reading(refusal=_("A date that is not known is left empty."))
    days = two_days(text)
    if days is None:
        no_such_day = why_no_such_day(text)
        if no_such_day:
            return Reading(refusal=no_such_day.said(_))
        is_in_words = len(text) <= MAX_DATE_LENGTH and (
            _WORD.search(text) or isinstance(refusal, NoDate)
        )
        return Reading(refusal=_not_in_words(text) if is_in_words else refusal.said(_))
    (first, first_day), (second, second_day) = _in_words(*days)
    said = _(
        "“%(text)s” can be %(first_day)s or %(second_day)s. Write %(first)s or %(second)s."
    ) % {
        "text": text,
        "first": first,
        "second": second,
        "first_day": first_day,
        "second_day": second_day,
    }
    return Reading(refusal=said, choices=_in_words(*days))


def _not_in_words(text: str) -> str:
    """What to write instead of words that are no date; where they can stand if they are the source's."""
    return _(
        "“%(text)s” was not understood as a date. Write what is known of it: summer 1938, about 1890, "
        "1936–1938, before 1940. The source’s own words can stand among the further details."
    ) % {"text": text[:80]}


def _in_words(*dates: str) -> tuple[tuple[str, str], ...]:
    return tuple((edtf, sentence(read_date(edtf), _)) for edtf in dates)


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
    """Answer ``?text=`` with how it is understood: sentence, bounds, refusal, suggestion.

    For curators only: its URL must be wrapped in ``admin_view``.
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
            "choices": [{"writes": edtf, "label": words} for edtf, words in reading.choices],
        }
    )


class DateBox(AdminTextInputWidget):
    """A text box with the reading of its date below it; ``reading_url`` answers while it is typed."""

    template_name = "admin/catalog/date_box.html"
    #: If a date can only be read, Django lets the widget show it (as it does for password hashes).
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
        """The module that requests the reading."""
        return forms.Media(
            js=[Script("catalog/admin/date_reading.js", type="module")]  # type: ignore[list-item]
        )

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None
    ) -> Any:
        """The box; or, without attributes, the date in words."""
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
    """As the model's own; everyday words with one meaning are read as the EDTF for them."""

    def to_python(self, value: Any) -> Any:
        """The date typed, or None; ValidationError says how to correct it."""
        try:
            return super().to_python(value)
        except ValidationError:
            reading = reading_of(str(value))
            if reading.proposal:
                return read_date(reading.proposal)
            raise ValidationError(reading.refusal, code="invalid") from None


def words_taken(form: forms.BaseForm) -> list[str]:
    """How the everyday words in a valid form were read, a sentence for each date."""
    said = []
    for name, field in form.fields.items():
        date = getattr(form, "cleaned_data", {}).get(name)
        typed = " ".join(str(form.data.get(form.add_prefix(name)) or "").split())
        if isinstance(field, DateFormField) and date is not None and typed != str(date):
            said.append(
                _("“%(text)s” was read as %(edtf)s (%(date)s).")
                % {"text": typed, "edtf": date, "date": sentence(date, _)}
            )
    return said
