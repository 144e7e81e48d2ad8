"""Lists that a process keeps as they are sent, while the public catalogue stands as it did.

The documents of a list stand ready in the database; which of them belong to a page, and putting them together, costs
several times as much as sending them. Only answers to readers without an account are kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse

from catalog.api.answers import origin, takes_gzip, validated
from catalog.documents import Kept, feed

_HEADERS: Final = ("Content-Type", "Content-Encoding", "Content-Length", "Link")


@dataclass(frozen=True, slots=True)
class _Answer:
    """An answer as it is kept."""

    content: bytes
    headers: dict[str, str]
    etag: str


_answers: Final[Kept[_Answer]] = Kept(share=0.5)


def kept(
    request: HttpRequest,
    standing: feed.Standing | None,
    etag: str,
    make: Callable[[], HttpResponse],
) -> HttpResponse:
    """The answer to a request as it was made under this standing before, or made now.

    ``standing`` None: the reader is a curator, or somebody writes just now; then it is made afresh. So are the
    pages of a walk by cursor: nobody asks for them twice, and they would push out what others ask for.
    """
    if standing is None or request.method != "GET" or request.GET.get("cursor"):
        return make()
    key = (origin(request), request.get_full_path(), takes_gzip(request))
    found = _answers.get(standing, key)
    if found is not None:
        again = HttpResponse(found.content, headers=found.headers)
        return validated(request, again, found.etag, standing.changed_at)
    response = make()
    if response.status_code == 200:
        headers = {name: response[name] for name in _HEADERS if name in response}
        size = len(response.content) + 1000
        _answers.put(standing, key, _Answer(response.content, headers, etag), size)
    return response
