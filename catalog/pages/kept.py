"""Pages of visitors, kept in memory as long as the public catalogue is as it was when they were made.

Making a page takes some ten database queries, and building them costs more than their answers. A
kept page takes one: the state of the public catalogue. Any change that the public could see gives
that another number (docs/decisions/0008-pages-in-memory.md).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from functools import cache, wraps
from typing import Any, Final

from django.conf import settings
from django.db import router
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import set_response_etag

from catalog.documents import Kept, feed
from catalog.models import Exhibition
from catalog.pages.finishing import finished
from catalog.search import STANDING, Standing, read_standing

#: Milliseconds for which the work after an answer waits for another writer.
_PATIENCE: Final = 5


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as it is kept: compressed, with its own headers."""

    packed: bytes
    headers: dict[str, str]

    @classmethod
    def of(cls, response: HttpResponse) -> _Page:
        set_response_etag(response)
        names = [name for name in ("Content-Type", "ETag", "Link") if name in response]
        return cls(zlib.compress(response.content, 1), {name: response[name] for name in names})

    def response(self) -> HttpResponse:
        return HttpResponse(zlib.decompress(self.packed), headers=self.headers)

    @property
    def size(self) -> int:
        """Approximate bytes of memory."""
        return len(self.packed) + 1000


_pages: Final[Kept[_Page]] = Kept(share=0.5)

Door = Callable[..., HttpResponseBase]


def kept(door: Door) -> Door:
    """A view whose page is the same for all visitors, and finished (:func:`finished`) if it is a 200.

    A response with ``is_passing`` set shows what the search index has not caught up with, and is
    not kept.
    """

    @wraps(door)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _is_visitor(request):
            return _finished(request, door(request, *args, **kwargs))
        return _answer(request, _standing(request), lambda: door(request, *args, **kwargs))

    return answer


def kept_search(door: Callable[[HttpRequest, Standing | None], HttpResponseBase]) -> Door:
    """Like :func:`kept`, for a view that uses the index: if no page is kept, the state of the index
    is read in the same query, and passed to the view.
    """

    @wraps(door)
    def answer(request: HttpRequest) -> HttpResponseBase:
        if not _is_visitor(request):
            return _finished(request, door(request, None))
        if _pages.holds(_key(request)):
            return _answer(request, _standing(request), lambda: door(request, None))
        shown, values = _shown(router.db_for_read(Exhibition))
        standing, (shows, *row) = feed.standing_beside(f"{shown}, {STANDING}", values)
        request.has_exhibitions = bool(shows)  # type: ignore[attr-defined]
        return _answer(request, standing, lambda: door(request, read_standing(row)))

    return answer


def _standing(request: HttpRequest) -> feed.Standing | None:
    """The state of the public catalogue; the request is told whether the menu has exhibitions. One query."""
    standing, (shows,) = feed.standing_beside(*_shown(router.db_for_read(Exhibition)))
    request.has_exhibitions = bool(shows)  # type: ignore[attr-defined]
    return standing


@cache
def _shown(using: str) -> tuple[str, tuple[Any, ...]]:
    """SQL for whether a visitor may see an exhibition, and its parameters."""
    rows = Exhibition.objects.using(using).visible_to(None).order_by().values("pk")
    sql, values = rows.query.get_compiler(using).as_sql()
    return f"EXISTS ({sql})", tuple(values)


def _answer(
    request: HttpRequest, standing: feed.Standing | None, make: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """The page that is kept, or one that is made, and then kept."""
    if standing is None:
        made: Any = _finished(request, make())
        # What was written is numbered after the answer has been sent, so that no visitor waits for it.
        made._resource_closers.append(lambda: feed.current(wait=_PATIENCE))
        return made  # type: ignore[no-any-return]
    key = _key(request)
    page = _pages.get(standing, key)
    if page is not None:
        return finished(request, page.response())
    response: Any = make()
    if response.status_code == 200 and not getattr(response, "is_passing", False):
        page = _Page.of(response)
        _pages.put(standing, key, page, page.size)
    return _finished(request, response)


def _key(request: HttpRequest) -> Hashable:
    # The ready-made citation contains the day on which the page is read.
    day = timezone.localdate()
    return request.scheme, request.get_host(), request.get_full_path(), day


def _is_visitor(request: HttpRequest) -> bool:
    """Whether nobody is signed in: without a session cookie there is no session."""
    return request.method in {"GET", "HEAD"} and settings.SESSION_COOKIE_NAME not in request.COOKIES


def _finished(request: HttpRequest, response: Any) -> HttpResponseBase:
    return finished(request, response) if response.status_code == 200 else response
