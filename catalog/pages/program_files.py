"""What programs request from any site: robots.txt, its icon, and whether it is alive."""

from __future__ import annotations

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.templatetags.static import static
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.pages.site import whole_address

ROBOTS = """User-agent: *
Disallow: /admin/
Disallow: /preview/
Disallow: /*/preview/
Disallow: /random/
Disallow: /*/random/
Disallow: /find/
Disallow: /*/find/
Disallow: /search/?
Disallow: /search/suggestions
Disallow: /*/search/?
Disallow: /*/search/suggestions
Disallow: /*/network/
Disallow: /*format=atom
Disallow: /*format=csv
Disallow: /*format=json

Sitemap: %(sitemap)s
"""


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """``/robots.txt``: keeps crawlers out of the admin, the endless answers of the search, figures
    of what the records already say, and addresses that only redirect.
    """
    sitemap = whole_address(request, reverse("sitemap-index"))
    response = HttpResponse(ROBOTS % {"sitemap": sitemap}, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """``/favicon.ico``, which browsers request along with anything that is not a page: redirects to the icon."""
    response = HttpResponsePermanentRedirect(static("catalog/img/mark.svg"))
    response["Cache-Control"] = "public, max-age=86400"
    return response


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """``/healthz``: 200 while the database answers, otherwise 503. For load balancers and monitoring."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return _health("no database\n", 503)
    return _health("ok\n", 200)


def _health(said: str, status: int) -> HttpResponse:
    """An answer for this moment: never cached."""
    headers = {"Cache-Control": "no-store"}
    return HttpResponse(said, status=status, content_type="text/plain", headers=headers)
