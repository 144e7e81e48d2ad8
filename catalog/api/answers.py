"""How an answer leaves the API: its validators, its compression, its links, and who may cache it."""

from __future__ import annotations

import gzip
import json
import re
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import http_date, parse_http_date_safe

from catalog.documents import ORIGIN, etag_of
from catalog.models import sees_everything
from catalog.uris import absolute

#: What stands for the site's address in documents, in UTF-8.
_ORIGIN: Final = ORIGIN.encode()
#: Smaller answers gain nothing by compression.
_WORTH_COMPRESSING: Final = 1000
#: Marks the ETag of a compressed answer: its bytes differ, its content does not.
_COMPRESSED: Final = "-gzip"
_TAG: Final = re.compile(r'\s*(W/)?"([^"]*)"\s*(?:,|\Z)')
#: The headers on which answers depend.
_VARY: Final = ("Accept-Encoding", "Authorization", "Cookie")


def origin(request: HttpRequest) -> str:
    """The address of the site, without a path."""
    return absolute("", origin=f"{request.scheme}://{request.get_host()}")


def _tags(header: str, *, strong: bool) -> set[str]:
    """The tags of If-Match or If-None-Match, without the mark of compression."""
    return {
        tag.removesuffix(_COMPRESSED) for weak, tag in _TAG.findall(header) if not (strong and weak)
    }


def matches(request: HttpRequest, etag: str) -> bool:
    """Whether If-Match names the version; weak tags never do (RFC 9110, 13.1.1)."""
    return names_version(request.headers.get("If-Match", ""), etag)


def names_version(header: str, etag: str) -> bool:
    """Whether a list of ETags, as If-Match has it, contains the version. Both tags of a version are
    understood: that of the compressed answer too.
    """
    return header.strip() == "*" or etag in _tags(header, strong=True)


def is_conditional(request: HttpRequest) -> bool:
    """Whether the client wants the answer only if it differs from its copy."""
    return "If-None-Match" in request.headers or "If-Modified-Since" in request.headers


def not_modified(request: HttpRequest, etag: str, changed_at: datetime | None) -> bool:
    """Whether the client's copy is the current version."""
    header = request.headers.get("If-None-Match")
    if header is not None:
        return header.strip() == "*" or etag in _tags(header, strong=False)
    since = request.headers.get("If-Modified-Since")
    if since is None or changed_at is None:
        return False
    stamp = parse_http_date_safe(since)
    return stamp is not None and int(changed_at.timestamp()) <= stamp


def takes_gzip(request: HttpRequest) -> bool:
    """Whether the client accepts gzip."""
    for part in request.headers.get("Accept-Encoding", "").split(","):
        coding, _, weight = part.partition(";")
        if coding.strip().lower() in {"gzip", "*"}:
            return not re.fullmatch(r"\s*q=0(\.0*)?\s*", weight)
    return False


def _private(request: HttpRequest) -> bool:
    return sees_everything(request.user)


def _is_over(changed_at: datetime) -> bool:
    """Whether the second of a change has passed. Before, another change may follow in it, and a date
    of whole seconds would not tell the two versions apart (RFC 9110, 8.8.2.2).
    """
    return int(changed_at.timestamp()) < int(timezone.now().timestamp())


def validated(
    request: HttpRequest, response: HttpResponse, etag: str, changed_at: datetime | None
) -> HttpResponse:
    """Add validators and the rules for caches to an answer."""
    if etag:
        mark = _COMPRESSED if response.get("Content-Encoding") == "gzip" else ""
        response["ETag"] = f'"{etag}{mark}"'
    if changed_at is not None and _is_over(changed_at):
        response["Last-Modified"] = http_date(changed_at.timestamp())
    # Cached everywhere and revalidated each time, so what is withdrawn disappears from every cache at once.
    response["Cache-Control"] = "private, no-store" if _private(request) else "public, no-cache"
    patch_vary_headers(response, _VARY)
    return response


def plain_etag(response: HttpResponse) -> str:
    """The ETag of an answer that is sent as it is, also if this one is compressed; empty if it has none."""
    return str(response.get("ETag", "")).strip('"').removesuffix(_COMPRESSED)


def unchanged(request: HttpRequest, etag: str, changed_at: datetime | None) -> HttpResponse:
    """304."""
    response = HttpResponse(status=304)
    del response["Content-Type"]
    if takes_gzip(request):
        # The client's copy is most likely the compressed one; either tag is understood.
        header = request.headers.get("If-None-Match", "")
        if f'{etag}{_COMPRESSED}"' in header:
            validated(request, response, f"{etag}{_COMPRESSED}", changed_at)
            return response
    return validated(request, response, etag, changed_at)


def answer(
    request: HttpRequest,
    body: str | bytes,
    *,
    etag: str = "",
    changed_at: datetime | None = None,
    links: list[tuple[str, str]] | None = None,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> HttpResponse:
    """JSON (text, or in UTF-8) as an answer; the site's address replaces its mark."""
    site = origin(request)
    content = body.encode() if isinstance(body, str) else body
    content = content.replace(_ORIGIN, site.encode())
    response = HttpResponse(content_type="application/json", status=status)
    if len(content) >= _WORTH_COMPRESSING and takes_gzip(request):
        content = gzip.compress(content, compresslevel=1, mtime=0)
        response["Content-Encoding"] = "gzip"
    response["Content-Length"] = str(len(content))
    if request.method != "HEAD":
        response.content = content
    if links:
        said = (f"<{url.replace(ORIGIN, site)}>; {what}" for url, what in links)
        response["Link"] = ", ".join(said)
    for name, value in (headers or {}).items():
        response[name] = value
    return validated(request, response, etag, changed_at)


def by_content(request: HttpRequest, body: str) -> HttpResponse:
    """JSON whose ETag is computed from its content; or 304."""
    etag = etag_of(body)
    if not_modified(request, etag, None):
        return unchanged(request, etag, None)
    return answer(request, body, etag=etag)


def trial(request: HttpRequest, verb: str, body: str) -> HttpResponse:
    """The result of a trial of a change (``verb``: "create", "change", "delete") of a statement or
    a term.
    """
    return answer(request, f'{{"dry_run":true,"would":"{verb}","document":{body}}}')


def as_json(value: Any) -> str:
    """Compact JSON text."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
