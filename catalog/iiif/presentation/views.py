"""The door of the Presentation API: who may have which answer, and how it is cached.

It first looks for what the public may see: that answer needs no session, and so no ``Vary:
Cookie``. A curator sees the manifest of a draft; nobody caches that answer.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.iiif.presentation import canvas, collection, content_search
from catalog.iiif.presentation.exhibition import collection_of_exhibition
from catalog.iiif.presentation.leaves import Leaf, fill, leaves_of
from catalog.iiif.presentation.manifest import manifest_of
from catalog.iiif.presentation.resources import CONTEXT, Json, Site
from catalog.models import Collection, Document, Exhibition, Image, MergedRecord

if TYPE_CHECKING:
    from uuid import UUID

    from catalog.models import Reader

_MEDIA_TYPE: Final = 'application/ld+json;profile="{}"'
#: There are no parts or pages beyond this number.
_MOST_PAGES: Final = 100_000


def _redirecting_merged(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Makes a view redirect (301) if its address names a record, or a picture within it, that was
    merged.
    """

    @wraps(view)
    def answer(request: HttpRequest, uuid: UUID, **named: Any) -> HttpResponseBase:
        try:
            return view(request, uuid, **named)
        except Http404:
            into = MergedRecord.successors_of({uuid, named.get("image", uuid)})
            if not into or not all(_is_visible(request, one) for one in into.values()):
                raise
        address = request.get_full_path()
        for gone, now in into.items():
            address = address.replace(str(gone), str(now))
        response = HttpResponsePermanentRedirect(address)
        # Merging may be undone; and what a curator is shown must not be cached for others.
        response["Cache-Control"] = (
            "private, no-store" if request.user.is_authenticated else "no-cache"
        )
        return response

    return answer


def _is_visible(request: HttpRequest, uuid: UUID) -> bool:
    """Whether the reader may see a record that has a manifest or a collection."""
    return any(
        _first_visible(request, model.objects, uuid)[0] for model in (Document, Image, Collection)
    )


@require_safe
@_redirecting_merged
def manifest(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The manifest of an image or a document with pictures."""
    record, reader = _record(request, uuid)
    made = manifest_of(record, reader, site_of(request))
    if made is None:
        raise Http404(_("The archive holds no picture of this record."))
    return answered(request, made, reader)


@require_safe
@_redirecting_merged
def canvas_alone(request: HttpRequest, uuid: UUID, image: UUID) -> HttpResponseBase:
    """One canvas of a manifest at its own address."""
    record, reader, leaf = _leaf(request, uuid, image)
    made = canvas.canvas_of(site_of(request), record, leaf)
    return answered(request, {"@context": CONTEXT, **made}, reader)


@require_safe
@_redirecting_merged
def layer(request: HttpRequest, uuid: UUID, image: UUID, name: Any) -> HttpResponseBase:
    """What is written on a canvas ("text"), or who is seen on it ("people")."""
    record, reader, leaf = _leaf(request, uuid, image)
    if not (leaf.transcriptions if name == "text" else leaf.depictions):
        raise Http404(_("There is nothing of this kind on the page."))
    return answered(request, canvas.layer_of(site_of(request), record.uuid, leaf, name), reader)


@require_safe
@_redirecting_merged
def collection_alone(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The IIIF collection of an archival collection, or of an exhibition."""
    found, reader = _first_visible(request, Collection.objects.select_related("parent"), uuid)
    made = None
    if found is None:
        shown, reader = _first_visible(request, Exhibition.objects, uuid)
        if shown is not None:
            made = collection_of_exhibition(shown, reader, site_of(request))
    else:
        part = _number(request, "part")
        made = collection.collection_of(found, reader, site_of(request), part) if part else None
    if made is None:
        raise Http404(_("There is no such collection."))
    return answered(request, made, reader)


@require_safe
def top(request: HttpRequest) -> HttpResponseBase:
    """The collection of all collections that the public may see."""
    return answered(request, collection.top(None, site_of(request)), None)


@require_safe
@_redirecting_merged
def content_search_page(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Words within the transcriptions of a record."""
    record, reader, leaves = _leaves(request, uuid)
    number = _number(request, "page")
    made = number and content_search.found_in(
        site_of(request), record, leaves, _question(request), _ignored(request), number
    )
    if not made:
        raise Http404(_("There is no such page of results."))
    return answered(request, made, reader, content_search.SEARCH_CONTEXT)


@require_safe
@_redirecting_merged
def autocomplete(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """Completions of a query within a record."""
    record, reader, leaves = _leaves(request, uuid)
    ignored = _ignored(request)
    made = content_search.completions(site_of(request), record, leaves, _question(request), ignored)
    return answered(request, made, reader, content_search.SEARCH_CONTEXT)


# --- Who asks, and for what -------------------------------------------------------------------------


def site_of(request: HttpRequest) -> Site:
    """The address under which the site was requested."""
    return Site(f"{request.scheme}://{request.get_host()}")


def _first_visible(request: HttpRequest, rows: Any, uuid: UUID) -> tuple[Any, Reader]:
    """The row as the public may see it, otherwise as the person who asks may; with the reader it is for."""
    found = rows.visible_to(None).filter(uuid=uuid).first()
    if found is not None:
        return found, None
    user: Reader = request.user if request.user.is_authenticated else None
    return (rows.visible_to(user).filter(uuid=uuid).first() if user else None), user


def _record(request: HttpRequest, uuid: UUID) -> tuple[Image | Document, Reader]:
    linked = ("type", "place", "collection")
    for rows in (
        Document.objects.select_related(*linked, "holding_institution"),
        Image.objects.select_related(*linked),
    ):
        found, reader = _first_visible(request, rows, uuid)
        if found is not None:
            return found, reader
    raise Http404(_("There is no such record."))


def _leaves(request: HttpRequest, uuid: UUID) -> tuple[Image | Document, Reader, list[Leaf]]:
    record, reader = _record(request, uuid)
    leaves = leaves_of(record, reader)
    if not leaves:
        raise Http404(_("The archive holds no picture of this record."))
    fill(leaves, reader)
    return record, reader, leaves


def _leaf(request: HttpRequest, uuid: UUID, image: UUID) -> tuple[Image | Document, Reader, Leaf]:
    record, reader = _record(request, uuid)
    leaf = next((one for one in leaves_of(record, reader) if one.image.uuid == image), None)
    if leaf is None:
        raise Http404(_("This record has no such page."))
    fill([leaf], reader)
    return record, reader, leaf


def _question(request: HttpRequest) -> str:
    text: str = request.GET.get("q", "")[: content_search.LONGEST]
    # Half of a character (a lone surrogate) cannot be written back into an address.
    return text.encode("utf-8", "ignore").decode()


def _ignored(request: HttpRequest) -> list[str]:
    return [name for name in content_search.IGNORED if name in request.GET]


def _number(request: HttpRequest, name: str) -> int:
    """A number from 1; 0 for anything else."""
    text = request.GET.get(name, "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        return 0
    return int(text) if 1 <= int(text) <= _MOST_PAGES else 0


# --- The answer ---------------------------------------------------------------------------------------


def answered(
    request: HttpRequest, made: Json, reader: Reader, context: str = CONTEXT
) -> HttpResponseBase:
    """The answer with its media type, its version, and 304 for readers who have it already."""
    body = json.dumps(made, ensure_ascii=False, separators=(",", ":"))
    response = HttpResponse(body, content_type=_MEDIA_TYPE.format(context))
    response["X-Content-Type-Options"] = "nosniff"
    if reader is not None:
        patch_cache_control(response, private=True, no_store=True)
        return response
    patch_cache_control(response, public=True, no_cache=True)
    set_response_etag(response)
    return get_conditional_response(request, response["ETag"], response=response) or response
