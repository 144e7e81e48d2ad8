"""Answers that a process keeps in the form in which they are sent.

The documents of a list are ready in the database, but finding out which belong to a page and
joining them takes several times as long as sending them. So a list is kept until the public
catalogue changes. For a large record, reading and compressing take longest: it is kept by its
version, and sent again once the database has confirmed that this version is current. Only answers
to readers without an account are kept.
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
    plain_etag,
    takes_gzip,
    unchanged,
    validated,
)
from catalog.documents import Kept, Memory, feed, form_of_documents, store
from catalog.uris import Kind

_HEADERS: Final = ("Content-Type", "Content-Encoding", "Content-Length", "Link")


@dataclass(frozen=True, slots=True)
class _Answer:
    """A kept answer."""

    content: bytes
    headers: dict[str, str]
    etag: str
    #: The state of the index that it follows from; empty if it follows from the records alone: only
    #: then does it say when it was changed.
    state: str = ""

    @classmethod
    def of(cls, response: HttpResponse, etag: str, state: str = "") -> _Answer:
        headers = {name: response[name] for name in _HEADERS if name in response}
        return cls(response.content, headers, etag, state)

    def again(self, request: HttpRequest, changed_at: datetime) -> HttpResponse:
        """The answer to another request."""
        response = HttpResponse(self.content, headers=self.headers)
        return validated(request, response, self.etag, None if self.state else changed_at)

    @property
    def size(self) -> int:
        """Bytes of memory, roughly."""
        return len(self.content) + 1000


_lists: Final[Kept[_Answer]] = Kept(share=0.25)
_records: Final[Memory[_Answer]] = Memory(share=0.25)


def _key(request: HttpRequest) -> Hashable:
    """What an answer depends on besides the records."""
    return origin(request), request.get_full_path(), takes_gzip(request)


def etag_under(request: HttpRequest, standing: feed.Standing) -> str:
    """An ETag for an address and the standing of the public catalogue."""
    return store.etag_of(f"{standing.mark} {form_of_documents()} {request.get_full_path()}")


def as_it_stands(
    request: HttpRequest,
    standing: feed.Standing | None,
    make: Callable[[str], HttpResponse],
    state: str = "",
) -> HttpResponse:
    """An answer that follows from the public catalogue as it is now: 304, the answer that was kept,
    or one made now.

    ``make`` gets the ETag; if that is empty, it computes one from the content. It is empty if
    ``standing`` is None, as it is for curators and while somebody writes, and with a ``state``, which
    names the state of the search index if the answer also depends on that. The index may follow the
    records a moment later, so then no date says whether the client's copy is still valid; and it
    knows hidden records too, so its state must not be told.
    """
    if standing is None:
        return make("")
    if not state:
        etag = etag_under(request, standing)
        if not_modified(request, etag, standing.changed_at):
            return unchanged(request, etag, standing.changed_at)
        return _kept(request, standing, lambda: make(etag))
    response = _kept(request, standing, lambda: make(""), state)
    etag = plain_etag(response)
    return unchanged(request, etag, None) if not_modified(request, etag, None) else response


def _kept(
    request: HttpRequest,
    standing: feed.Standing,
    make: Callable[[], HttpResponse],
    state: str = "",
) -> HttpResponse:
    """The answer to a request as it was made before for this standing and state, or made now.

    The pages of a walk by cursor are always made: nobody asks for them twice, and they would push
    out what others ask for.
    """
    if request.method != "GET" or request.GET.get("cursor"):
        return make()
    key = _key(request)
    found = _lists.get(standing, key)
    if found is not None and found.state == state:
        return found.again(request, standing.changed_at)
    response = make()
    if response.status_code == 200:
        answer = _Answer.of(response, plain_etag(response), state)
        _lists.put(standing, key, answer, answer.size)
    return response


def without_document(request: HttpRequest, kind: Kind, slug: str) -> HttpResponse | None:
    """The answer to a reader of a public record that does not require reading its document, if
    there is one.

    That is a 304 if the reader's copy is current, or the current version as it was sent before. One
    query if either is possible; otherwise none.
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
    """Keep what was sent to a reader without an account, for the version ``etag`` of a record."""
    if request.method == "GET":
        answer = _Answer.of(response, etag)
        _records.put(_key(request), answer, answer.size)
