"""Uncertain dates in the language of the interface."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from catalog.values import UncertainDate, iso_part, sentence

register = template.Library()


@register.filter
def in_words(date: UncertainDate | None) -> str:
    """A date as people say it: ``{{ event.date|in_words }}`` gives "about 13 July 1938"."""
    return sentence(date, gettext) if date else ""


@register.filter
def with_edtf(date: UncertainDate | None) -> SafeString:
    """The date in words, and in small type the form that programs read."""
    if not date:
        return SafeString("")
    return format_html(
        '{} <span class="edtf"><abbr title="{}">EDTF</abbr> <code>{}</code></span>',
        sentence(date, gettext),
        gettext("Extended Date/Time Format, ISO 8601-2"),
        date.edtf,
    )


@register.filter
def machine_date(date: UncertainDate | None) -> str:
    """The ``datetime`` attribute of a date, if HTML has such a date (a year, month or day)."""
    return iso_part(date.spans[0].start) if date and date.shape == "single" else ""


@register.filter
def day_in_words(moment: datetime | None) -> str:
    """The day of a time, written like all dates of the catalogue: "23 November 2026"."""
    if moment is None:
        return ""
    return sentence(UncertainDate(timezone.localtime(moment).date().isoformat()), gettext)
