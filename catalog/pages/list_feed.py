"""A list as an Atom feed: what is new among the records that fit its filters,
``/people/?role=author&format=atom``.
"""

from __future__ import annotations

from functools import partial, wraps
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from catalog.filters import FILTERS, RecordFilter
from catalog.pages import atom
from catalog.pages.chips import ListAddress, chips
from catalog.pages.fair import for_programs
from catalog.pages.kept import Door, kept
from catalog.pages.lists import name_of
from catalog.pages.news import newest
from catalog.pages.search_cards import pictures_of
from catalog.uris import Kind

#: The value of ``format`` that asks for a list as a feed.
ATOM: Final = "atom"


def with_feed(page: Door, kind: Kind) -> Door:
    """The door of a list of records: its page, or its feed."""
    return beside(page, partial(_made, kind=kind))


def beside(page: Door, make: Door) -> Door:
    """The door of a page that has a feed beside it, which is kept as the page is."""
    made = kept(make)

    @require_safe
    def feed(request: HttpRequest) -> HttpResponseBase:
        return for_programs(request, lambda: made(request))

    @wraps(page)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.GET.get("format") == ATOM:
            return feed(request)
        return page(request, *args, **kwargs)

    return door


def _made(request: HttpRequest, kind: Kind) -> HttpResponse:
    """The feed; 400 with the reasons if the value of a filter is refused."""
    chosen = FILTERS[kind](request.GET, user=None)
    if chosen.errors:
        return _refusal(chosen)
    address = ListAddress.of(request.path, chosen)
    number = atom.page_of(request.GET.get("page"))
    news = newest({kind: chosen.qs}, (number - 1) * atom.ENTRIES, atom.ENTRIES + 1)
    shown = news[: atom.ENTRIES]
    response = atom.written(
        request,
        name_of(kind, chips(chosen, address)),
        shown,
        pictures_of((one.record for one in shown), None),
        number=number,
        goes_on=len(news) > len(shown),
        url=lambda page: address.url(page, format=ATOM),
        page=address.url(),
    )
    # What words find may change with the index alone.
    response.is_passing = "q" in chosen.given and chosen.reckoning is None  # type: ignore[attr-defined]
    return response


def _refusal(chosen: RecordFilter) -> HttpResponse:
    reasons = [
        f"{chosen.label_of(name)}: {' '.join(str(one) for one in messages)}\n"
        for name, messages in chosen.errors.items()
    ]
    response = HttpResponse(reasons, status=400, content_type="text/plain; charset=utf-8")
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
