"""How long browsers and proxies may cache an answer, and which of them may."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag

from catalog.models import sees_everything

Answer = TypeVar("Answer", bound=HttpResponseBase)


def with_cache_rules(request: HttpRequest, response: Answer) -> Answer:
    """The answer with the header ``Cache-Control``.

    What a visitor sees may be cached anywhere, but has to be revalidated each time, so a withdrawn
    record disappears from every cache at once. What curators see is not cached anywhere.
    """
    if sees_everything(request.user):
        patch_cache_control(response, private=True, no_store=True)
    else:
        patch_cache_control(response, public=True, no_cache=True)
    return response


def finished(request: HttpRequest, response: HttpResponse) -> HttpResponseBase:
    """The answer with its cache rules and, for visitors, an ETag; or 304 if the visitor has it already."""
    with_cache_rules(request, response)
    if sees_everything(request.user):
        return response
    if "ETag" not in response:
        # An answer without content, which says which methods there are, gets none.
        set_response_etag(response)
    return get_conditional_response(request, response.get("ETag"), response=response) or response
