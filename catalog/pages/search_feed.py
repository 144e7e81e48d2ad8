"""The results of a search as an Atom feed (RFC 4287): what changed last comes first, so that a reader can be told."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.conf import catalogue_settings
from catalog.pages.base import KIND_NAMES
from catalog.pages.finishing import finished
from catalog.pages.paging import REACHABLE, Paging
from catalog.pages.search_address import Asked
from catalog.pages.site import whole_address
from catalog.search import search
from catalog.templatetags.museum import record_language
from catalog.uris import permanent_path

#: Entries of one page of a feed.
ENTRIES: Final = 50


class _Paged(Atom1Feed):
    """A feed in pages (RFC 5005)."""

    def add_root_elements(self, handler: Any) -> None:
        """The usual ones, and links to the page before and after."""
        super().add_root_elements(handler)
        for rel in ("previous", "next"):
            if url := self.feed.get(rel):
                handler.addQuickElement("link", "", {"rel": rel, "href": url})


def as_feed(request: HttpRequest, asked: Asked) -> HttpResponseBase:
    """The results as a visitor may see them, newly changed first. A page that there is not is an empty feed."""

    def url(page: int = 1) -> str:
        return whole_address(request, asked.address.url(page, format="atom"))

    number = Paging.read(asked.page, REACHABLE, ENTRIES, url).number or 1
    results = search(
        asked.query(page=number, page_size=ENTRIES, facets=(), sort="newest"), request.user
    )
    paging = Paging(results.total, ENTRIES, number, url)
    words = _("Search: %(words)s") % {"words": asked.text[:80]} if asked.text else _("Search")
    feed = _Paged(
        title=f"{words} – {catalogue_settings().NAME}",
        link=whole_address(request, asked.address.url()),
        description=None,
        language=record_language() or get_language(),
        feed_url=url(number),
        feed_guid=url(),
        previous=paging.previous_url,
        next=paging.next_url,
    )
    for hit in results.hits:
        record: Any = hit.record
        feed.add_item(
            title=record.title,
            link=whole_address(request, record.get_absolute_url()),
            description=record.summary,
            unique_id=whole_address(request, permanent_path(record.uuid)),
            updateddate=record.modified,
            categories=[str(KIND_NAMES[record.KIND][0])],
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return finished(request, response)
