"""Addresses of all public pages for search engines, as specified by https://www.sitemaps.org/protocol.html.

A file has the records whose numbers (primary keys) are in one range, so that the last file of a
museum of millions is as fast as the first, and a new record changes only one file.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final
from xml.sax.saxutils import escape

from django.db.models import CharField, F, Max, QuerySet, Value
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from catalog.models import RECORD_MODELS, Exhibition
from catalog.pages.finishing import finished
from catalog.pages.kept import kept
from catalog.pages.site import whole_address
from catalog.uris import KINDS, PLURALS, Kind, list_path

#: Numbers of records in the range of one file; the protocol allows 50,000 addresses in it.
RANGE: Final = 5_000
#: How a time in UTC is written.
_MOMENT: Final = "%Y-%m-%dT%H:%M:%SZ"
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


@require_safe
@kept
def index(request: HttpRequest) -> HttpResponseBase:
    """``/sitemap.xml``: all the files, and when each last changed. One query."""
    files = [(reverse("sitemap-pages"), "")]
    files += [
        (reverse("sitemap", args=[PLURALS[kind], number]), f"{changed:{_MOMENT}}")
        for kind, number, changed in _ranges()
    ]
    return _answer(request, "sitemapindex", "sitemap", files)


@require_safe
@kept
def pages(request: HttpRequest) -> HttpResponseBase:
    """``/sitemaps/pages.xml``: the pages that are not records, exhibitions among them."""
    paths = [reverse("catalog:home"), *map(list_path, KINDS), reverse("catalog:about")]
    entries = [(path, "") for path in paths]
    # A file holds fifty thousand addresses; no museum has so many exhibitions.
    shown = Exhibition.objects.visible_to(None).only("slug", "modified")[:RANGE]
    told = [(one.get_absolute_url(), f"{one.modified:{_MOMENT}}") for one in shown]
    if told:
        entries += [(reverse("catalog:exhibition-list"), ""), *told]
    return _answer(request, "urlset", "url", entries)


@require_safe
def records(request: HttpRequest, plural: str, number: int) -> HttpResponseBase:
    """``/sitemaps/people-0.xml``: the public records of a kind in one range of numbers. 404 if it
    has none.
    """
    kind = next((kind for kind in KINDS if PLURALS[kind] == plural), None)
    if kind is None or number > 2**31:
        raise Http404
    rows: QuerySet[Any] = (
        RECORD_MODELS[kind]
        .objects.visible_to(None)
        .filter(pk__gte=number * RANGE, pk__lt=(number + 1) * RANGE)
        .order_by("pk")
        .only("slug", "modified")
    )
    found = [(row.get_absolute_url(), f"{row.modified:{_MOMENT}}") for row in rows]
    if not found:
        raise Http404
    return finished(request, _answer(request, "urlset", "url", found))


def _ranges() -> list[tuple[Kind, int, datetime]]:
    """The ranges of each kind with public records, and when one in it last changed."""
    first, *others = (
        model.objects.visible_to(None)
        .order_by()
        .values(of_kind=Value(kind, output_field=CharField()), number=F("pk") / RANGE)
        .annotate(changed=Max("modified"))
        for kind, model in RECORD_MODELS.items()
    )
    rows = [
        (row["of_kind"], row["number"], row["changed"]) for row in first.union(*others, all=True)
    ]
    return sorted(rows, key=lambda row: (KINDS.index(row[0]), row[1]))


def _answer(
    request: HttpRequest, root: str, entry: str, entries: Iterable[tuple[str, str]]
) -> HttpResponse:
    """A document of the protocol; an entry is a path and when it changed, which may be empty."""
    site = whole_address(request, "")
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{_NAMESPACE}">']
    for path, changed in entries:
        when = f"<lastmod>{changed}</lastmod>" if changed else ""
        address = escape(site + path)
        lines.append(f"<{entry}><loc>{address}</loc>{when}</{entry}>")
    lines.append(f"</{root}>\n")
    return HttpResponse("\n".join(lines), content_type="application/xml; charset=utf-8")
