"""How a date is understood: shown to the curator while it is typed, and again when it was saved.

A curator may type EDTF, which is kept, or everyday words ("about 1890"), for which EDTF is
suggested.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.widgets import AdminTextInputWidget
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _

from catalog.models import EDTFFormField, proposed_edtf, two_days
from catalog.values import DateError, UncertainDate, read_date, sentence


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text was understood: in words, with both bounds; or why not, with a suggestion."""

    said: str = ""
    earliest: str = ""
    latest: str = ""
    refusal: str = ""
    proposal: str = ""
    proposal_said: str = ""

    @property
    def proposal_label(self) -> str:
        """The label of the button that inserts the suggestion; empty if there is none."""
        return _("Use %(edtf)s") % {"edtf": self.proposal} if self.proposal else ""

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
    """Interpret a text as a curator typed it; an empty one has an empty reading."""
    text = " ".join(text.split())
    if not text:
        return Reading()
    try:
        date = read_date(text)
    except DateError as refusal:
        proposal = proposed_edtf(text)
        if proposal is None:
            return Reading(refusal=_which_day(text) or refusal.said(_))
        said = sentence(read_date(proposal), _)
        return Reading(
            refusal=_("“%(text)s” is not written as EDTF. Do you mean %(edtf)s (%(date)s)?")
            % {"text": text, "edtf": proposal, "date": said},
            proposal=proposal,
            proposal_said=said,
        )
    return Reading(said=sentence(date, _), earliest=_day(date.earliest), latest=_day(date.latest))


def _which_day(text: str) -> str:
    """The question that a date like 3/4/1938 leaves open; empty for every other text."""
    days = two_days(text)
    if days is None:
        return ""
    first, second = days
    return _(
        "“%(text)s” can be %(first_day)s or %(second_day)s. Write %(first)s or %(second)s."
    ) % {
        "text": text,
        "first": first,
        "second": second,
        "first_day": sentence(read_date(first), _),
        "second_day": sentence(read_date(second), _),
    }


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
            "proposal_sentence": reading.proposal_said,
            "proposal_label": reading.proposal_label,
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
    """As the model's own, but the error for everyday words includes the EDTF for them."""

    def to_python(self, value: Any) -> Any:
        """The date typed, or None; ValidationError says how to correct it."""
        try:
            return super().to_python(value)
        except ValidationError:
            raise ValidationError(reading_of(str(value)).refusal, code="invalid") from None
