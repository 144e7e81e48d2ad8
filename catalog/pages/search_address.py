"""The address of a search: read without complaint, written in one order, limited.

    q · kind · has_image decade type person role place collection subject language rights event
    date_from · date_to · sort · view · page · whole (a facet with all its values)

What means nothing is left out or reported on the page; no address is an error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Record, proposed_edtf
from catalog.pages.results_page import Refusal, no_such_date
from catalog.search import FACETS, SORTS, SearchQuery, Sort
from catalog.values import DateError, NoDate, UncertainDate, read_date, sentence

#: The views of results.
VIEWS: Final = ("list", "grid")
#: Values of one facet in one address, and characters of a value: more than anybody selects by hand.
MOST_VALUES: Final = 20
LONGEST: Final = 200
#: A decade is named by its first year.
_DECADE: Final = re.compile(r"-?[0-9]{1,5}0|0")

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SearchAddress:
    """The address of a search. ``sort`` and ``view`` are empty if they are the default."""

    path: str
    text: str = ""
    chosen: Pairs = ()
    sort: Sort | str = ""
    view: str = ""

    def url(self, page: int = 1, **more: str) -> str:
        """The path and query of a page of the results."""
        pairs = [("q", self.text)] if self.text else []
        pairs += self.chosen
        pairs += [
            (name, value) for name, value in (("sort", self.sort), ("view", self.view)) if value
        ]
        pairs += more.items()
        if page > 1:
            pairs.append(("page", str(page)))
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def without(self, name: str, code: str | None = None) -> SearchAddress:
        """The search without one value of a facet, or without all of them."""
        kept = (pair for pair in self.chosen if pair[0] != name or code not in {None, pair[1]})
        return replace(self, chosen=tuple(kept))

    def unfiltered(self) -> SearchAddress:
        """The same words without any filter."""
        return replace(self, chosen=())

    def of_kind(self, kind: str) -> SearchAddress:
        """The search among one kind of record; without a kind, among all."""
        others = self.without("kind")
        return replace(others, chosen=(("kind", kind), *others.chosen)) if kind else others


#: Kinds of record that are themselves the value of a facet, so that the search can tell all about them.
_FACETS_OF_KINDS: Final = frozenset({"person", "place", "collection"})


def search_within(record: Record) -> str:
    """The address of a search among all that names a record, or lies in it; empty for other kinds."""
    if record.KIND not in _FACETS_OF_KINDS:
        return ""
    return SearchAddress(reverse("catalog:search"), chosen=((record.KIND, record.slug),)).url()


class Asked:
    """What an address asks for, as it was understood.

    ``dates`` are the boxes as they were typed, even if wrong; ``refusals`` say what could not be
    read.
    """

    def __init__(self, path: str, given: QueryDict) -> None:
        self.text = _plain(given.get("q", ""), 400)
        self.facets: dict[str, tuple[str, ...]] = {
            name: values for name in FACETS if (values := _values(given, name))
        }
        self.refusals: list[Refusal] = []
        self.dates: dict[str, str] = {
            name: _plain(given.get(name, ""), LONGEST) for name in ("date_from", "date_to")
        }
        #: The dates that were read, in words, by their parameter.
        self.said: dict[str, str] = {}
        self.first = self._day("date_from", _("From"))
        self.last = self._day("date_to", _("To"))
        self._refuse_reversed()
        sort = given.get("sort", "")
        self.sort: Sort = next((known for known in SORTS if known == sort), "relevance")
        view = given.get("view", "")
        self.view = view if view in VIEWS else VIEWS[0]
        self.page = given.get("page")
        #: The facet of which all values are shown.
        self.whole = name if (name := given.get("whole", "")) in FACETS else ""
        chosen = [(name, code) for name, codes in self.facets.items() for code in codes]
        chosen += [(name, self.dates[name]) for name in self.said]
        self.address = SearchAddress(
            path,
            self.text,
            tuple(chosen),
            "" if self.sort == "relevance" else self.sort,
            "" if self.view == VIEWS[0] else self.view,
        )

    def query(self, **more: Any) -> SearchQuery:
        """The query to the catalogue."""
        asked: dict[str, Any] = {
            "text": self.text,
            "chosen": self.facets,
            "date_from": self.first,
            "date_to": self.last,
            "sort": self.sort,
            "whole": self.whole,
        }
        return SearchQuery(**(asked | more))

    def query_without(self, name: str) -> SearchQuery:
        """The same query without one facet or end of the time span, only for the number of results."""
        facets = {facet: codes for facet, codes in self.facets.items() if facet != name}
        less: dict[str, Any] = {name: None} if name in self.said else {}
        return replace(self.query(page_size=1, facets=()), chosen=facets, **less)

    def _day(self, name: str, label: str) -> int | None:
        text = self.dates[name]
        if not text:
            return None
        try:
            date: UncertainDate = read_date(text)
        except DateError as refusal:
            if (proposal := proposed_edtf(text)) is None:
                is_none = isinstance(refusal, NoDate)
                said = no_such_date(text[:60]) if is_none else refusal.said(_)
                self.refusals.append(Refusal(name, label, said))
                return None
            date = read_date(proposal)
        day = date.earliest if name == "date_from" else date.latest
        if day is None:
            reason = _("“%(date)s” is open at this end; write a year or a day.") % {
                "date": text[:60]
            }
            self.refusals.append(Refusal(name, label, reason))
            return None
        self.dates[name] = date.edtf
        self.said[name] = sentence(date, _)
        return day

    def _refuse_reversed(self) -> None:
        if self.first is None or self.last is None or self.first <= self.last:
            return
        reason = _("“%(last)s” ends before “%(first)s” begins. Swap the two dates.") % {
            "first": self.dates["date_from"],
            "last": self.dates["date_to"],
        }
        self.refusals.append(Refusal("date_to", _("To"), reason))
        self.last = None
        del self.said["date_to"]


def _plain(text: str, longest: int) -> str:
    """A value without control characters and surrounding blanks, cut to a length that nobody needs."""
    # Half of a character (a lone surrogate) cannot be written back into an address.
    written = text[: longest * 4].encode("utf-8", "ignore").decode()
    return written.replace("\0", "").strip()[:longest]


def _values(given: QueryDict, name: str) -> tuple[str, ...]:
    values = [_plain(value, LONGEST) for value in given.getlist(name)[: MOST_VALUES * 5]]
    if name == "decade":
        values = [value for value in values if _DECADE.fullmatch(value)]
    return tuple(dict.fromkeys(value for value in values if value))[:MOST_VALUES]
