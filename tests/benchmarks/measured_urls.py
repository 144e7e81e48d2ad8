"""The URLs of the site, and a constant answer that the product itself never serves."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import path

from archive_site.urls import handler400, handler403, handler404, handler500
from archive_site.urls import urlpatterns as site_patterns
from catalog.search import view

__all__ = ["forgetting", "handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def constant(request: HttpRequest, size: int) -> HttpResponse:
    """``size`` bytes, through the same server and middleware as every page, without any work of its own."""
    return HttpResponse(b"c" * size)


def forgetting(
    answer: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware that empties the memory of search results before each request."""

    def forgetful(request: HttpRequest) -> HttpResponseBase:
        view.forget()
        return answer(request)

    return forgetful


urlpatterns = [path("constant/<int:size>/", constant), *site_patterns]
