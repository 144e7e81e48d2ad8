"""The door of pictures: derivatives for pages, originals for those who may have them.

The rule of visibility is checked on every request, before a file is touched; for the public, a
picture of a hidden record does not exist, even if its address is known.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from django.http import (
    FileResponse,
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
)
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.iiif.image.derivatives import open_derivative, sizes_of_picture
from catalog.iiif.image.one_maker import StillBeingMade
from catalog.iiif.image.originals import file_name_of, open_original
from catalog.iiif.image.pyramid_making import NotMade
from catalog.iiif.image.rights import may_be_downloaded
from catalog.iiif.image.successor import ASKED_ANEW
from catalog.models import Image, MergedRecord
from catalog.uris import original_path, picture_path

if TYPE_CHECKING:
    from uuid import UUID

log = logging.getLogger(__name__)

#: A picture may outlive its withdrawal for a day in the browser of somebody who has seen it, and for
#: five minutes in a cache that serves others too.
_PUBLIC: Final = "public, max-age=86400, s-maxage=300"
_PRIVATE: Final = "private, no-store"
#: What is read of a record for its picture.
_COLUMNS: Final = (
    "uuid",
    "identifier",
    "slug",
    "rights",
    "file",
    "media_type",
    "width",
    "height",
    "sha256",
    "rotation",
    "file_page",
)


@require_safe
def picture(request: HttpRequest, uuid: UUID, sha: str, width: int) -> HttpResponseBase:
    """A picture in one of its widths. 404 for an unknown record, hash or width; 503 while others make it.

    For a merged record, 301 to the other's picture in that width, or the next that it has.
    """
    try:
        image, is_public = _held_image(request, uuid)
    except Http404:
        into, is_public = _successor(request, uuid)
        widths = sorted(sizes_of_picture(into))
        nearest = next((one for one in widths if one >= width), widths[-1])
        return _moved(picture_path(into.uuid, into.version, nearest), is_public=is_public)
    size = sizes_of_picture(image).get(width)
    if sha != image.version or size is None:
        raise Http404(_("There is no such picture."))

    def answer() -> HttpResponseBase:
        return FileResponse(
            open_derivative(image, width),
            content_type="image/webp",
            filename=f"{file_name_of(image)}-{width}.webp",
        )

    return _answered(request, answer, etag=f'"{sha}-{size[0]}x{size[1]}"', is_public=is_public)


@require_safe
def original(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The original file, as a download: for the public if the rights allow it, otherwise only for
    curators.
    """
    try:
        image, is_public = _held_image(request, uuid)
    except Http404:
        into, is_public = _successor(request, uuid)
        return _moved(original_path(into.uuid), is_public=is_public)
    if not may_be_downloaded(image):
        if not getattr(request.user, "is_staff", False) or not request.user.is_active:
            raise Http404(_("There is no such picture."))
        is_public = False

    def answer() -> HttpResponseBase:
        found = open_original(image)
        return FileResponse(
            found.file, as_attachment=True, content_type=found.media_type, filename=found.name
        )

    return _answered(request, answer, etag=f'"{image.sha256}"', is_public=is_public)


def _held_image(request: HttpRequest, uuid: UUID) -> tuple[Image, bool]:
    """The record with a file that the reader may see, and whether everybody may.

    It first looks for what the public may see: that answer needs no session, and so no ``Vary:
    Cookie``.
    """
    held = Image.objects.filter(uuid=uuid).exclude(file="").only(*_COLUMNS)
    image = held.visible_to(None).first()
    if image is not None:
        return image, True
    image = held.visible_to(request.user).first() if request.user.is_authenticated else None
    if image is None:
        raise Http404(_("There is no such picture."))
    return image, False


def _successor(request: HttpRequest, uuid: UUID) -> tuple[Image, bool]:
    """The image that one was merged into, as :func:`_held_image` answers. Raises its Http404 if
    there is none.
    """
    into = MergedRecord.successor_of(uuid)
    if into is None:
        raise Http404(_("There is no such picture."))
    return _held_image(request, into)


def _moved(path: str, *, is_public: bool) -> HttpResponseBase:
    """A 301 that is checked again each time: merging may be undone."""
    response = HttpResponsePermanentRedirect(path)
    response.headers["Cache-Control"] = ASKED_ANEW if is_public else _PRIVATE
    return response


def _answered(request: HttpRequest, answer: Any, *, etag: str, is_public: bool) -> HttpResponseBase:
    """304 if the browser has it already, otherwise the file, with the headers that caches and
    browsers need.
    """
    response = get_conditional_response(request, etag=etag) if is_public else None
    if response is None:
        try:
            response = answer()
        except StillBeingMade:
            return HttpResponse(
                _("This picture is being prepared. Try again in a few seconds."),
                status=503,
                content_type="text/plain; charset=utf-8",
                headers={"Retry-After": "5", "Cache-Control": "no-store"},
            )
        except (NotMade, FileNotFoundError) as fault:
            log.error("A picture that the catalogue holds cannot be shown: %s", fault)
            raise Http404(_("The file of this picture cannot be read at the moment.")) from fault
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = _PUBLIC if is_public else _PRIVATE
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
