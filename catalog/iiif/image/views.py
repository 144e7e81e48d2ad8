"""The door of the image service: ``/iiif/image/<id>/…``, IIIF Image API 3.0, level 2.

It is reached before sessions, languages and messages, because a viewer asks for dozens of tiles at
once and a public picture needs none of these (:func:`pictures_first`). What is not public reaches
:func:`image` through the URLs, where the reader is known. The rule of visibility is checked on
every request, before a file is touched.
"""

from __future__ import annotations

import hashlib
import json
import logging
import re
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils.cache import get_conditional_response, patch_vary_headers

from catalog.iiif.image.engine import FORM, drawn, stored_tile
from catalog.iiif.image.held import HeldPicture, picture_for, public_picture
from catalog.iiif.image.kept_answers import kept_or_made
from catalog.iiif.image.one_maker import StillBeingMade
from catalog.iiif.image.parameters import MEDIA_TYPES, WrongRequest, wanted
from catalog.iiif.image.pyramid import NoPyramid
from catalog.iiif.image.pyramid_making import NotMade
from catalog.iiif.image.rights import is_restricted
from catalog.iiif.image.service_document import CONTEXT, info_json
from catalog.iiif.image.successor import ASKED_ANEW, FOR_NOBODY_ELSE, successor_of
from catalog.uris import absolute, image_service_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http.response import HttpResponseBase

    from catalog.models import Reader

log = logging.getLogger(__name__)

ROOT: Final = "/iiif/image/"
_ADDRESS: Final = re.compile(
    r"(?P<uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})(?::(?P<version>[0-9a-z-]{1,40}))?"
    r"(?:/(?P<rest>.*))?",
    re.DOTALL,
)
_PROFILE: Final = '<http://iiif.io/api/image/3/level2.json>;rel="profile"'
_LD_JSON: Final = f'application/ld+json;profile="{CONTEXT}"'
#: An hour, then ask again: tomorrow this address may show another picture. Caches that serve others
#: too ask again after five minutes, so that a withdrawn picture is not served for longer.
_FOR_A_WHILE: Final = "public, max-age=3600, s-maxage=300"
#: The address contains the picture's hash. The browser of somebody who has seen it keeps it for a day.
_FOR_LONG: Final = "public, max-age=86400, s-maxage=300, immutable"
_PRIVATE: Final = "private, no-store"
#: Readers with a session may see more of a restricted picture.
_BY_READER: Final = "public, max-age=0, must-revalidate"
#: Viewers on other sites may read what a visitor may read, errors too. Sent to everybody, so that
#: caches can share it.
_FOR_EVERYBODY: Final = {
    "Access-Control-Allow-Origin": "*",
    "X-Content-Type-Options": "nosniff",
}


def pictures_first(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware that answers for public pictures, and leaves everything else to the inner layers."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(ROOT) and request.method in {"GET", "HEAD"}:
            answer = _public_answer(request)
            if answer is not None:
                return answer
        return get_response(request)

    return middleware


def image(request: HttpRequest, address: str) -> HttpResponse:
    """A picture for a reader who works on the catalogue; 404 for everybody else."""
    if request.method not in {"GET", "HEAD"}:
        answer = HttpResponseNotAllowed(["GET", "HEAD", "OPTIONS"])
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer
    match = _ADDRESS.fullmatch(address)
    held = None
    if match and request.user.is_authenticated:
        held = picture_for(UUID(match["uuid"]), request.user)
        if held is not None and not getattr(request.user, "is_staff", False):
            held = public_picture(held.uuid)
    elif match:
        held = public_picture(UUID(match["uuid"]))
    if match is None or held is None:
        user = request.user if request.user.is_authenticated else None
        return _redirect_to_successor(request, match, user) or _sentence(
            "There is no such picture.", 404
        )
    return _answer(request, held, match["version"] or "", match["rest"])


def _public_answer(request: HttpRequest) -> HttpResponse | None:
    """The answer to a visitor; None if it depends on the reader's session."""
    match = _ADDRESS.fullmatch(request.path_info[len(ROOT) :])
    held = public_picture(UUID(match["uuid"])) if match else None
    may_be_curator = settings.SESSION_COOKIE_NAME in request.COOKIES
    if match is None or held is None:
        if may_be_curator:
            return None
        return _redirect_to_successor(request, match, None) or _sentence(
            "There is no such picture.", 404
        )
    if may_be_curator and is_restricted(held.rights):
        return None
    return _answer(request, held, match["version"] or "", match["rest"])


def _redirect_to_successor(
    request: HttpRequest, match: re.Match[str] | None, reader: Reader
) -> HttpResponse | None:
    """301 to the same part of the picture that replaces a merged one; None if there is none that
    may be shown.
    """
    into = successor_of(UUID(match["uuid"]), reader) if match else None
    if match is None or into is None:
        return None
    version = into.version if match["version"] == into.version else ""
    base = image_service_path(into.uuid, version)
    # As requested, so that quoted characters stay quoted.
    _root, _slash, rest = request.get_full_path().removeprefix(ROOT).partition("/")
    answer = HttpResponse(
        status=301, headers={"Location": f"{base}/{rest or 'info.json'}"} | _FOR_EVERYBODY
    )
    answer.headers["Cache-Control"] = ASKED_ANEW if into.is_public else FOR_NOBODY_ELSE
    return answer


def _answer(
    request: HttpRequest, held: HeldPicture, version: str, rest: str | None
) -> HttpResponse:
    if version and version != held.version:
        return _sentence("The picture has been replaced. Ask without its version.", 404)
    base = image_service_path(held.uuid, version)
    if not rest:
        answer = HttpResponse(status=303, headers={"Location": f"{base}/info.json"})
        _say_how_long(answer, held, version)
        return answer
    whole = absolute(base, origin=f"{request.scheme}://{request.get_host()}")
    try:
        if rest == "info.json":
            answer = _info(request, held, whole)
        else:
            answer = _picture(request, held, whole, rest)
    except WrongRequest as refusal:
        return _sentence(str(refusal), refusal.status)
    except StillBeingMade:
        answer = _sentence("This picture is being prepared. Try again in a few seconds.", 503)
        answer.headers["Retry-After"] = "5"
        return answer
    except (NotMade, NoPyramid, FileNotFoundError) as fault:
        log.error("A picture that the catalogue holds cannot be shown: %s", fault)
        return _sentence("The file of this picture cannot be read at the moment.", 404)
    except OSError as fault:
        log.error("Pictures cannot be made, because their disk cannot be written to: %s", fault)
        answer = _sentence(
            "Pictures cannot be made at the moment. The people who run the catalogue can find the "
            "reason in its log.",
            503,
        )
        answer.headers["Retry-After"] = "120"
        return answer
    _say_how_long(answer, held, version)
    return answer


def _info(request: HttpRequest, held: HeldPicture, address: str) -> HttpResponse:
    document = info_json(address, held.width, held.height, held.limits, held.rights)
    content = json.dumps(document, ensure_ascii=False).encode()
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    asks_for_ld = "application/ld+json" in request.headers.get("Accept", "")
    answer = _unchanged(request, etag) or HttpResponse(
        content, content_type=_LD_JSON if asks_for_ld else "application/json"
    )
    answer.headers["ETag"] = etag
    patch_vary_headers(answer, ["Accept"])
    return answer


def _picture(request: HttpRequest, held: HeldPicture, address: str, rest: str) -> HttpResponse:
    asked = wanted(rest, held.width, held.height, held.limits)
    name = f"{held.key} {held.width}x{held.height} {FORM} {asked.canonical}"
    etag = f'"{hashlib.sha256(name.encode()).hexdigest()[:32]}"'
    answer = _unchanged(request, etag)
    if answer is None:
        pyramid = held.pyramid()
        size = (held.width, held.height)
        content = stored_tile(pyramid, asked, size)
        if content is None:
            content = kept_or_made(name, lambda: drawn(pyramid, asked, size))
        answer = HttpResponse(content, content_type=MEDIA_TYPES[asked.format])
    answer.headers["ETag"] = etag
    answer.headers["Link"] = f'{_PROFILE}, <{address}/{asked.canonical}>;rel="canonical"'
    return answer


def _unchanged(request: HttpRequest, etag: str) -> HttpResponse | None:
    """304 if the reader has it already."""
    if "HTTP_IF_NONE_MATCH" not in request.META:
        return None
    answer = get_conditional_response(request, etag=etag)
    return answer if answer is not None and answer.status_code == 304 else None


def _say_how_long(answer: HttpResponse, held: HeldPicture, version: str) -> None:
    if not held.is_public:
        how_long = _PRIVATE
    elif is_restricted(held.rights):
        how_long = _BY_READER
        patch_vary_headers(answer, ["Cookie"])
    else:
        how_long = _FOR_LONG if version else _FOR_A_WHILE
    answer.headers["Cache-Control"] = how_long
    for name, value in _FOR_EVERYBODY.items():
        answer.headers[name] = value


def _sentence(text: str, status: int) -> HttpResponse:
    """A sentence instead of a picture. Programs ask here, in no language; nothing of it is cached."""
    return HttpResponse(
        text,
        status=status,
        content_type="text/plain; charset=utf-8",
        headers={"Cache-Control": "no-store"} | _FOR_EVERYBODY,
    )
