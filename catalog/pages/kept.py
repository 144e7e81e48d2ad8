"""Pages of visitors, kept in memory while the public catalogue stands as it did when they were made.

Making a page asks some ten questions of the database, and putting them together costs more than their answers.
A kept page costs one question: how the public catalogue stands. Whatever the public could see change gives
that another number (docs/decisions/0008-pages-in-memory.md).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.cache import set_response_etag

from catalog.documents import Kept, feed
from catalog.pages.base import finished

#: Milliseconds for which the work after an answer waits for somebody who writes.
_PATIENCE: Final = 5


@dataclass(frozen=True, slots=True)
class _Page:
    """A page as it is kept: compressed, with the headers that are its own."""

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
        """About so many bytes of memory."""
        return len(self.packed) + 1000


_pages: Final[Kept[_Page]] = Kept(share=0.5)

Door = Callable[..., HttpResponseBase]


def kept(door: Door) -> Door:
    """A view whose page is the same for all visitors, and finished (:func:`finished`) when it is a 200.

    A response with ``is_passing`` set shows what the search's index has not caught up with, and is not kept.
    """

    @wraps(door)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _is_visitor(request):
            return _finished(request, door(request, *args, **kwargs))
        standing = feed.standing()
        if standing is None:
            made: Any = _finished(request, door(request, *args, **kwargs))
            # What was written is numbered when the answer has been sent: no visitor waits for that.
            made._resource_closers.append(lambda: feed.current(wait=_PATIENCE))
            return made  # type: ignore[no-any-return]
        # The ready citation names the day on which the page is read.
        day = timezone.localdate()
        key = (request.scheme, request.get_host(), request.get_full_path(), day)
        page = _pages.get(standing, key)
        if page is not None:
            return finished(request, page.response())
        response: Any = door(request, *args, **kwargs)
        if response.status_code == 200 and not getattr(response, "is_passing", False):
            page = _Page.of(response)
            _pages.put(standing, key, page, page.size)
        return _finished(request, response)

    return answer


def _is_visitor(request: HttpRequest) -> bool:
    """Whether nobody is signed in: without the cookie of a session there is none."""
    return request.method in {"GET", "HEAD"} and settings.SESSION_COOKIE_NAME not in request.COOKIES


def _finished(request: HttpRequest, response: Any) -> HttpResponseBase:
    return finished(request, response) if response.status_code == 200 else response
