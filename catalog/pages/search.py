"""``/search/``: one box for all kinds of record, with facets; the address contains everything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from catalog.conf import catalogue_settings
from catalog.filters import Offer, Option
from catalog.models import sees_everything
from catalog.pages.chips import Chip
from catalog.pages.fair import for_programs
from catalog.pages.home import Decade, decades
from catalog.pages.kept import kept_search
from catalog.pages.kinds import KIND_NAMES
from catalog.pages.paging import REACHABLE, Paging
from catalog.pages.results_page import ResultsPage, WayOut
from catalog.pages.search_address import VIEWS, Asked, SearchAddress
from catalog.pages.search_cards import FoundCard, found_cards
from catalog.pages.search_feed import as_feed
from catalog.pages.search_files import FORMATS, NAMES, as_file
from catalog.search import (
    FACETS,
    ExhibitionHit,
    ExhibitionSearch,
    FacetCounts,
    SearchResults,
    Standing,
    search,
)
from catalog.uris import KINDS, SEARCH_COLLECTION, list_path
from catalog.values import Label

if TYPE_CHECKING:
    from catalog.models import Reader

#: The labels of the orders. Without words the fullest records come first.
ORDER_LABELS: Final = {
    "relevance": gettext_lazy("Relevance"),
    "date": gettext_lazy("Oldest first"),
    "-date": gettext_lazy("Newest first"),
    "title": gettext_lazy("Title"),
    "newest": gettext_lazy("Recently changed"),
}
#: Facets whose labels are words of the interface; those of the others are in the language of the records.
_IN_OUR_LANGUAGE: Final = {"has_image", "decade", "rights"}
#: Facets that have a place of their own on the page.
APART: Final = {"kind", "decade"}
#: How many filters of an empty answer are tried without.
TRIED: Final = 2
#: Exhibitions beside the results. The list of exhibitions has the others.
EXHIBITIONS: Final = 3
#: Decades for which the histogram has space.
BARS: Final = 40


@dataclass(frozen=True, slots=True)
class KindLink:
    """A kind of record with the number of results, as a link; without a kind, all of them."""

    kind: str
    label: Any
    count: int
    url: str
    current: bool


@require_safe
def search_page(request: HttpRequest) -> HttpResponseBase:
    """The page; or the results as a file (``format=csv``, ``json``, ``bib``, ``ris``) or a feed (``atom``).

    No address is an error.
    """
    if request.GET.get("format") == "atom":
        return for_programs(request, lambda: as_feed(request, Asked(request.path, request.GET)))
    if request.GET.get("format") in FORMATS:
        return for_programs(request, lambda: as_file(request, Asked(request.path, request.GET)))
    return results_page(request)


@kept_search
def results_page(request: HttpRequest, standing: Standing | None) -> HttpResponseBase:
    """The page of results; not kept while the index still has to catch up with a very large change."""
    shown = Shown(request, standing)
    context = {
        "section": "search",
        "listing": shown,
        "is_staff": sees_everything(request.user),
        "exhibitions_shown": EXHIBITIONS,
    }
    response = render(request, "catalog/search.html", context)
    response.is_passing = bool(shown.results.behind)  # type: ignore[attr-defined]
    return response


class Shown(ResultsPage):
    """What the page shows; its own templates and those of the lists read it."""

    #: Needed by the components of the lists.
    is_tree = False

    def __init__(self, request: HttpRequest, standing: Standing | None) -> None:
        """``standing`` of the index, if it has just been read."""
        self._standing = standing
        self.reader: Reader = request.user
        self.asked = Asked(request.path, request.GET)
        self.address: SearchAddress = self.asked.address
        self.refusals = self.asked.refusals
        self.view = self.asked.view
        size = min(catalogue_settings().PAGE_SIZE, 100)
        wanted = Paging.read(self.asked.page, REACHABLE, size, self.address.url).number
        query = self.asked.query(page=wanted or 1, page_size=size)
        self.results: SearchResults = search(query, self.reader, standing=standing)
        self.total = self.results.total
        self.paging = Paging.read(self.asked.page, self.total, size, self.address.url)

    # --- The results ---------------------------------------------------------------------------------

    @cached_property
    def found(self) -> list[FoundCard]:
        """The results of this page."""
        return found_cards(self.results.hits, self.reader) if self.paging.exists else []

    @cached_property
    def exhibitions(self) -> list[ExhibitionHit]:
        """The exhibitions with the words, one more than are shown. Filters and later pages are of records alone."""
        plain = not self.address.chosen and self.paging.number == 1
        if not (self.results.exhibits and self.text and plain):
            return []
        return ExhibitionSearch(self.text, self.reader).best(EXHIBITIONS + 1)

    @property
    def exhibitions_url(self) -> str:
        """The list of the exhibitions with the words."""
        return f"{reverse('catalog:exhibition-list')}?{urlencode({'q': self.text})}"

    @property
    def text(self) -> str:
        """The words that were searched for."""
        return self.asked.text

    @property
    def count_words(self) -> str:
        """How many results there are, in words."""
        return ngettext("%(number)s record", "%(number)s records", self.total) % {
            "number": self.total
        }

    @property
    def heading(self) -> str:
        """How many results there are, and for what: on paper there is no box with the words."""
        if not self.text:
            return self.count_words
        said = ngettext(
            "%(number)s record for “%(words)s”", "%(number)s records for “%(words)s”", self.total
        )
        return said % {"number": self.total, "words": self.text[:80]}

    @property
    def correction_url(self) -> str:
        """The search in the suggested spelling; only filters that fit any words are kept."""
        return replace(self.address, text=self.results.correction, chosen=()).url()

    @property
    def kind_links(self) -> list[KindLink]:
        """All kinds together, then each with results."""
        chosen = self.asked.facets.get("kind", ())
        counts = self.results.kinds
        links = [
            KindLink("", _("All"), sum(counts.values()), self.address.of_kind("").url(), not chosen)
        ]
        for kind in KINDS:
            if counts.get(kind) or kind in chosen:
                url = self.address.of_kind(kind).url()
                label, number = KIND_NAMES[kind][1], counts.get(kind, 0)
                links.append(KindLink(kind, label, number, url, kind in chosen))
        return links

    # --- The facets ----------------------------------------------------------------------------------

    @cached_property
    def offers(self) -> list[Offer]:
        """The facets with their values, except those that have a place of their own."""
        return [self._offer(facet) for facet in self.results.facets if facet.name not in APART]

    def _offer(self, facet: FacetCounts) -> Offer:
        options = [
            Option(value.code, _called(facet.name, value.label), value.count, value.chosen)
            for value in facet.values
        ]
        is_whole = facet.name == self.asked.whole
        return Offer(
            facet.name,
            str(facet.label),
            options,
            is_switch=facet.name == "has_image",
            more=facet.more and facet.name != "decade",
            whole_url="" if is_whole else self.address.url(whole=facet.name),
            is_whole=is_whole,
        )

    @property
    def decade_offer(self) -> Offer | None:
        """The decades as values to choose."""
        found = [self._offer(facet) for facet in self.results.facets if facet.name == "decade"]
        return found[0] if found else None

    @property
    def has_decades(self) -> bool:
        """Whether a decade is chosen, so that the decades have to be visible."""
        return "decade" in self.asked.facets

    @cached_property
    def bars(self) -> list[Decade]:
        """The decades as a histogram: each with its number of records, without gaps."""
        for facet in self.results.facets:
            if facet.name == "decade":
                counts = [(int(value.code), value.count) for value in facet.values if value.count]
                return decades(counts, BARS)
        return []

    @cached_property
    def labels(self) -> dict[tuple[str, str], str]:
        """The labels of chosen values, by facet and code; unknown ones are shown by their code."""
        return {
            (facet.name, value.code): _called(facet.name, value.label)
            for facet in self.results.facets
            for value in facet.values
            if value.chosen
        }

    @cached_property
    def chips(self) -> list[Chip]:
        """The chosen values; each link removes one."""
        return [self._chip(name, code) for name, code in self.address.chosen]

    def _chip(self, name: str, code: str) -> Chip:
        url = self.address.without(name, code).url()
        if name in self.asked.said:
            label = _("From") if name == "date_from" else _("To")
            return Chip(name, label, Label(self.asked.said[name]), url)
        kind = next((kind for kind in KINDS if name == "kind" and kind == code), None)
        known = Label(KIND_NAMES[kind][1]) if kind else ""
        label = known or self.labels.get((name, code), code)
        # "With a picture" says what it filters by.
        return Chip(name, "" if name == "has_image" else str(FACETS[name].label), label, url)

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Parameters that the form passes on without a visible control."""
        controls = {offer.name for offer in self.offers} | {"date_from", "date_to"}
        if self.decade_offer:
            controls.add("decade")
        pairs = [pair for pair in self.address.chosen if pair[0] not in controls]
        for name, value in (("sort", self.address.sort), ("view", self.address.view)):
            if value:
                pairs.append((name, value))
        return pairs

    @property
    def ways_out(self) -> list[WayOut]:
        """For an empty answer: which filters to drop to find something, the one that finds most first."""
        if self.total:
            return []
        ways = []
        names = list(dict.fromkeys(name for name, _code in self.address.chosen))
        for name in [name for name in names if name != "kind"][:TRIED]:
            fewer = self.asked.query_without(name)
            count = search(fewer, self.reader, standing=self._standing).total
            ways.append(WayOut(self.whole_filter(name), count))
        if "kind" in names:
            ways.append(WayOut(self.whole_filter("kind"), sum(self.results.kinds.values())))
        return sorted((way for way in ways if way.count), key=lambda way: -way.count)

    # --- What the templates need -----------------------------------------------------------------------

    @property
    def order_links(self) -> list[tuple[Any, str, bool]]:
        """Label, address and whether it is the current one, of each order."""
        links = []
        for name, label in ORDER_LABELS.items():
            if name == "relevance" and not self.text:
                label = gettext_lazy("Most detailed first")
            url = replace(self.address, sort="" if name == "relevance" else name).url()
            links.append((label, url, name == self.asked.sort))
        return links

    @property
    def view_links(self) -> list[tuple[str, str, bool]]:
        """Name, address and whether it is the current one, of each view."""
        return [
            (
                name,
                replace(self.address, view="" if name == VIEWS[0] else name).url(
                    self.paging.number
                ),
                name == self.view,
            )
            for name in VIEWS
        ]

    @property
    def file_links(self) -> list[tuple[str, str]]:
        """Name and address of the results as files."""
        return [(name, self.address.url(format=form)) for form, name in NAMES.items()]

    @property
    def collection_url(self) -> str:
        """The results that have a picture as a IIIF collection."""
        return replace(self.address, path=SEARCH_COLLECTION, view="").url()

    @property
    def browse_links(self) -> list[tuple[Any, str]]:
        """The lists of all kinds."""
        return [(KIND_NAMES[kind][1], list_path(kind)) for kind in KINDS]

    def named(self) -> str:
        """What was searched for."""
        return _("Search: %(words)s") % {"words": self.text[:80]} if self.text else _("Search")

    @property
    def feed_url(self) -> str:
        """The results as a feed."""
        return replace(self.address, sort="", view="").url(format="atom")

    @property
    def worth_indexing(self) -> bool:
        """Search engines are invited to the whole collection and its kinds, but not to answers of a
        search.
        """
        facets = [name for name, _code in self.address.chosen]
        plain = not self.text and not self.address.sort and not self.address.view
        return plain and facets in ([], ["kind"]) and self.paging.exists and not self.refusals


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """``/find/?kind=…&q=…``: the address of an earlier search box; redirects to the search."""
    asked = Asked(reverse("catalog:search"), request.GET)
    kind = next((kind for kind in asked.facets.get("kind", ()) if kind in KINDS), "")
    plain = SearchAddress(asked.address.path, asked.text)
    return HttpResponseRedirect(plain.of_kind(kind).url())


def _called(facet: str, label: Any) -> str:
    """The label of a value, which knows its language if it is not that of the records."""
    return Label(label) if facet in _IN_OUR_LANGUAGE else str(label)
