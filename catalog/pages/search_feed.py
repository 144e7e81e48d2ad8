"""The results of a search as an Atom feed, latest change first, so that readers can be notified.

Without words and filters it is the feed of the whole catalogue.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from catalog.iiif import Picture
from catalog.pages import atom
from catalog.pages.exhibits import pictures_of_openings
from catalog.pages.finishing import finished
from catalog.pages.news import News, newest, since, worth_telling
from catalog.pages.search_address import Asked
from catalog.pages.search_cards import pictures_of
from catalog.search import search
from catalog.uris import EXHIBITION


def as_feed(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """The results that every visitor may see. No address is an error."""
    number = atom.page_of(asked.page)
    address = replace(asked.address, sort="", view="")
    if asked.text or address.chosen:
        title = _("Search: %(words)s") % {"words": asked.text[:80]} if asked.text else _("Search")
        news, goes_on = _found(asked, number)
    else:
        title = _("New and changed records")
        news = newest(worth_telling(None), (number - 1) * atom.ENTRIES, atom.ENTRIES + 1)
        news, goes_on = news[: atom.ENTRIES], len(news) > atom.ENTRIES
    response = atom.written(
        request,
        title,
        news,
        _pictures([one.record for one in news]),
        number=number,
        goes_on=goes_on,
        url=lambda page: address.url(page, format="atom"),
        page=address.url(),
    )
    return finished(request, response)


def _pictures(records: list[Any]) -> dict[tuple[str, int], Picture]:
    """The small pictures of records and exhibitions, as every visitor may see them."""
    exhibitions = [record for record in records if record.KIND == EXHIBITION]
    others = (record for record in records if record.KIND != EXHIBITION)
    return pictures_of(others, None) | pictures_of_openings(exhibitions, None)


def _found(asked: Asked, number: int) -> tuple[list[News], bool]:
    """A page of the results, and whether there are more."""
    query = asked.query(page=number, page_size=atom.ENTRIES, facets=(), sort="newest")
    results = search(query, None)
    news = [News(hit.record, since(hit.record)) for hit in results.hits]
    return news, results.total > number * atom.ENTRIES
