"""The address book of the site, and a constant answer that the product itself never has."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path

from archive_site.urls import handler400, handler403, handler404, handler500
from archive_site.urls import urlpatterns as site_patterns

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]


def constant(request: HttpRequest, size: int) -> HttpResponse:
    """``size`` bytes, through the same server and middleware as every page, with no work of its own."""
    return HttpResponse(b"c" * size)


urlpatterns = [path("constant/<int:size>/", constant), *site_patterns]
