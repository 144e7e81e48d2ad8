"""The exhibitions as an Atom feed, ``/exhibitions/?format=atom``: new ones, and those that were changed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Exhibition
from catalog.pages import atom
from catalog.pages.exhibits import pictures_of_openings
from catalog.pages.list_feed import ATOM
from catalog.pages.news import newest
from catalog.uris import EXHIBITION


def exhibition_feed(request: HttpRequest) -> HttpResponse:
    """A page of the feed, as every visitor may see it. Five queries."""
    number = atom.page_of(request.GET.get("page"))
    rows = Exhibition.objects.visible_to(None).select_related("opening")
    news = newest({EXHIBITION: rows}, (number - 1) * atom.ENTRIES, atom.ENTRIES + 1)
    shown = news[: atom.ENTRIES]
    here = reverse("catalog:exhibition-list")
    return atom.written(
        request,
        _("Exhibitions"),
        shown,
        pictures_of_openings([one.record for one in shown], None),
        number=number,
        goes_on=len(news) > len(shown),
        url=lambda page: f"{here}?format={ATOM}" + (f"&page={page}" if page > 1 else ""),
        page=here,
    )
