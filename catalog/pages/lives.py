"""The life of a person, a family or a body in one phrase: full dates, or years alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from catalog.values import UncertainDate, from_to, sentence

if TYPE_CHECKING:
    from catalog.models import Person


def life(person: Person) -> str:
    """The dates of a life: "7 November 1879 – 21 August 1940"."""
    return _phrase(_words(person.born), _words(person.died), founded=person.is_founded)


def years(person: Person) -> str:
    """A life by its years: "1879–1940"; if no end is known "born 1905", or for a family or a body
    "founded 1905".
    """
    return _phrase(year(person.born), year(person.died), founded=person.is_founded)


def year(date: UncertainDate | None) -> str:
    """The year of a date in words, with its uncertainty; the whole date if it is more than one."""
    if date is None:
        return ""
    part = date.spans[0].start
    if date.shape != "single" or part is None or part.year.startswith("Y"):
        return sentence(date, _)
    doubt = {(True, True): "%", (True, False): "~", (False, True): "?"}
    return sentence(UncertainDate(part.year + doubt.get((part.approximate, part.uncertain), "")), _)


def _words(date: UncertainDate | None) -> str:
    return sentence(date, _) if date else ""


def _phrase(first: str, last: str, *, founded: bool) -> str:
    if first and last:
        return first if first == last else from_to(first, last)
    if first:
        return (_("founded %(date)s") if founded else _("born %(date)s")) % {"date": first}
    if last:
        return (_("ended %(date)s") if founded else _("died %(date)s")) % {"date": last}
    return ""
