"""The page that says what the catalogue is, and how to read it."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from catalog.pages.finishing import finished
from catalog.values import RIGHTS_STATEMENTS, read_date

#: Dates that show how uncertain ones read.
EXAMPLES = (
    "1939-08-23",
    "1927-11",
    "1890~",
    "193X",
    "1936-08/1938-03",
    "..1940",
    "1962..",
    "1938-07-13~",
)


@require_safe
def about(request: HttpRequest) -> HttpResponseBase:
    """``/about/``."""
    context = {
        "section": "about",
        "examples": [read_date(text) for text in EXAMPLES],
        "statements": RIGHTS_STATEMENTS.values(),
    }
    return finished(request, render(request, "catalog/about.html", context))
