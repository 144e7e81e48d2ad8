"""Answers that a process keeps in the form in which they are sent.

The documents of a list are ready in the database, but finding out which belong to a page and putting them together
costs several times as much as sending them. So a list is kept until the public catalogue changes. For a large record,
reading and compressing cost the most: it is kept under its version, and sent again when the database has just confirmed
that version. Only answers to readers without an account are kept.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponse

from catalog.api.answers import (
    is_conditional,
    not_modified,
    origin,
    takes_gzip,
    unchanged,
    validated,
)
from catalog.documents import FORM, Kept, Memory, feed, store
from catalog.uris import Kind

_HEADERS: Final = ("Content-Type", "Content-Encoding", "Content-Length", "Link")


@dataclass(frozen=True, slots=True)
class _Answer:
    """A kept answer."""

    content: bytes
    headers: dict[str, str]
    etag: str
    #: Whether it says when it was changed: a search does not, it follows the index.
    is_dated: bool

    @classmethod
    def of(cls, response: HttpResponse, etag: str) -> _Answer:
        headers = {name: response[name] for name in _HEADERS if name in response}
        return cls(response.content, headers, etag, "Last-Modified" in response)

    def again(self, request: HttpRequest, changed_at: datetime) -> HttpResponse:
        """The answer to another request."""
        response = HttpResponse(self.content, headers=self.headers)
        return validated(request, response, self.etag, changed_at if self.is_dated else None)

    @property
    def size(self) -> int:
        """Bytes of memory, roughly."""
        return len(self.content) + 1000


_lists: Final[Kept[_Answer]] = Kept(share=0.25)
_records: Final[Memory[_Answer]] = Memory(share=0.25)


def _key(request: HttpRequest) -> Hashable:
    """What an answer depends on besides the records."""
    return origin(request), request.get_full_path(), takes_gzip(request)


def etag_under(request: HttpRequest, standing: feed.Standing, state: str = "") -> str:
    """Names what is answered under an address while the public catalogue stands so, and what ``state`` names beside."""
    return store.etag_of(f"{standing.generation} {FORM} {state} {request.get_full_path()}")


def as_it_stands(
    request: HttpRequest,
    standing: feed.Standing | None,
    make: Callable[[str], HttpResponse],
    state: str = "",
) -> HttpResponse:
    """What follows from the public catalogue as it stands: 304, the answer that was kept, or the one that is made now.

    ``make`` gets the ETag: an empty one where ``standing`` is None, as it is for curators and while somebody writes.
    ``state`` names what else the answer depends on, the search's index, which may follow the records a moment later:
    then no date says whether the client's copy still holds.
    """
    if standing is None:
        return make("")
    etag = etag_under(request, standing, state)
    changed_at = None if state else standing.changed_at
    if not_modified(request, etag, changed_at):
        return unchanged(request, etag, changed_at)
    return _kept(request, standing, etag, lambda: make(etag))


def _kept(
    request: HttpRequest,
    standing: feed.Standing,
    etag: str,
    make: Callable[[], HttpResponse],
) -> HttpResponse:
    """The answer to a request as it was made under this standing and this etag before, or made now.

    The pages of a walk by cursor are always made: nobody asks for them twice, and they would push out what others ask
    for.
    """
    if request.method != "GET" or request.GET.get("cursor"):
        return make()
    key = _key(request)
    found = _lists.get(standing, key)
    if found is not None and found.etag == etag:
        return found.again(request, standing.changed_at)
    response = make()
    if response.status_code == 200:
        answer = _Answer.of(response, etag)
        _lists.put(standing, key, answer, answer.size)
    return response


def without_document(request: HttpRequest, kind: Kind, slug: str) -> HttpResponse | None:
    """The answer to a reader of a public record that needs no reading of its document, if there is one.

    That is 304 when the reader's copy is the version of now, or that version as it was sent before. One query when
    either may be; none otherwise.
    """
    found = _records.get(_key(request)) if request.method == "GET" else None
    if found is None and not is_conditional(request):
        return None
    version = store.version(kind, slug)
    if version is None:
        return None
    if not_modified(request, version.etag, version.changed_at):
        return unchanged(request, version.etag, version.changed_at)
    if found is not None and found.etag == version.etag:
        return found.again(request, version.changed_at)
    return None


def keep_record(request: HttpRequest, etag: str, response: HttpResponse) -> None:
    """Keep what was sent to somebody without an account, of the version ``etag`` of a record."""
    if request.method == "GET":
        answer = _Answer.of(response, etag)
        _records.put(_key(request), answer, answer.size)
