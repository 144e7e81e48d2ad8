"""The format of a feed: Atom (RFC 4287), in pages (RFC 5005), with a small picture of each record
(Media RSS).

A feed is public: whoever asks for it, it contains what every visitor may see.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import get_language

from catalog.conf import museum_text
from catalog.formats import markup
from catalog.iiif import Picture
from catalog.pages.kinds import name_of_kind
from catalog.pages.news import News, published
from catalog.pages.paging import Paging
from catalog.pages.site import whole_address
from catalog.templatetags.museum import record_language
from catalog.uris import permanent_path

#: Entries on one page of a feed, and how many can be reached: for all of them there are harvesting
#: and the API.
ENTRIES: Final = 50
MOST: Final = 1_000
#: The vocabulary by which feed readers find the picture of an entry.
_MEDIA: Final = "http://search.yahoo.com/mrss/"
#: When a feed without entries was last changed: always the same, so that its ETag does not change.
_NEVER: Final = datetime(1970, 1, 1, tzinfo=UTC)


class _Feed(Atom1Feed):
    """Django's, with what it lacks: pages, thumbnails, and a fixed time for an empty feed."""

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:media": _MEDIA}

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        for rel in ("previous", "next"):
            if url := self.feed.get(rel):
                handler.addQuickElement("link", "", {"rel": rel, "href": url})

    def add_item_elements(self, handler: Any, item: Any) -> None:
        # An empty summary says nothing, but Django writes every text.
        super().add_item_elements(handler, item | {"description": item["description"] or None})
        if item["thumbnail"]:
            handler.addQuickElement("media:thumbnail", "", {"url": item["thumbnail"]})

    def latest_post_date(self) -> datetime:
        return super().latest_post_date() if self.items else _NEVER


def page_of(text: str | None) -> int:
    """The number of the page that an address asks for; anything that is not a page of a feed is the
    first.
    """
    return Paging.read(text, MOST, ENTRIES, lambda _number: "").number or 1


def written(
    request: HttpRequest,
    title: str,
    news: Iterable[News],
    pictures: dict[Any, Picture],
    *,
    number: int,
    goes_on: bool,
    url: Callable[[int], str],
    page: str,
) -> HttpResponse:
    """A page of a feed, to be finished.

    ``url`` gives the path of each page of the feed, ``page`` is the path of the page for people,
    ``pictures`` are the records' pictures, by kind and primary key.
    """

    def whole(path: str) -> str:
        return whole_address(request, path)

    feed = _Feed(
        title=markup.clean(f"{title} – {museum_text('NAME')[0]}"),
        link=whole(page),
        description=None,
        language=record_language() or get_language(),
        author_name=markup.clean(museum_text("INSTITUTION")[0]),
        feed_url=whole(url(number)),
        feed_guid=whole(url(1)),
        previous=whole(url(number - 1)) if number > 1 else "",
        next=whole(url(number + 1)) if goes_on and number * ENTRIES < MOST else "",
    )
    for one in news:
        record = one.record
        picture = pictures.get((record.KIND, record.pk))
        feed.add_item(
            title=markup.clean(record.title),
            link=whole(record.get_absolute_url()),
            # Feed readers take a summary for HTML.
            description=str(escape(markup.clean(record.summary))),
            unique_id=whole(permanent_path(record.uuid)),
            pubdate=published(record),
            updateddate=one.at,
            categories=[name_of_kind(record.KIND)],
            thumbnail=whole(picture.thumbnail) if picture else "",
        )
    response = HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
