"""What every page with results has, the search and the lists: its name, its canonical address, its
ways out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from catalog.pages.chips import Chip
from catalog.pages.paging import REACHABLE, Paging


class Address(Protocol):
    """The address of results, and links that change it."""

    def url(self, page: int = 1) -> str:
        """The path and query of a page."""

    def without(self, name: str, code: str | None = None) -> Address:
        """Without one value of a filter, or without the whole filter."""

    def unfiltered(self) -> Address:
        """Without any filter."""


@dataclass(frozen=True, slots=True)
class WayOut:
    """What an empty answer offers: one filter less, and how many records there would be."""

    chip: Chip
    count: int


@dataclass(frozen=True, slots=True)
class Refusal:
    """A parameter whose value could not be used: its name, its label on the page, and why."""

    name: str
    label: str
    message: str


def no_such_date(text: str) -> str:
    """What visitors are told of a box that holds no date: what can be typed there."""
    said = _(
        "“%(value)s” was not understood as a date. Write a year, a month or a day: 1936, August 1936, 1936-08-19."
    )
    return said % {"value": text}


def in_plain_words(error: ValidationError) -> str:
    """The refusal of a filter as visitors read it: choices by their names, not by the codes that programs send."""
    words = error.params or {}
    if error.code == "unknown" and words.get("named"):
        return _("“%(value)s” is not one of the choices: %(named)s.") % words
    if error.code == "no_date":
        return no_such_date(words["value"])
    return " ".join(error.messages)


class ResultsPage:
    """Base of both; the templates of the lists and of the search share what they read here."""

    paging: Paging
    refusals: list[Refusal]
    address: Any
    chips: Any
    #: Records that can be reached by paging.
    reachable = REACHABLE

    def named(self) -> str:
        """What is shown, in a few words: the title of the first page."""
        raise NotImplementedError

    @property
    def title(self) -> str:
        """The title of this page."""
        name = self.named()
        if self.paging.number > 1:
            return _("%(title)s, page %(number)s") % {"title": name, "number": self.paging.number}
        return name

    @property
    def canonical(self) -> str:
        """The canonical path and query of this page."""
        return str(self.address.url(max(self.paging.number, 1)))

    @property
    def without_filters(self) -> str:
        """The address of the same without any filter."""
        return str(self.address.unfiltered().url())

    @property
    def refused(self) -> set[str]:
        """Names of the parameters that could not be used."""
        return {refusal.name for refusal in self.refusals}

    def whole_filter(self, name: str) -> Chip:
        """All the values of one filter as one chip."""
        own: Sequence[Chip] = [chip for chip in self.chips if chip.name == name]
        labels = ", ".join(chip.label for chip in own)
        return Chip(name, own[0].filter_label, labels, self.address.without(name).url())
