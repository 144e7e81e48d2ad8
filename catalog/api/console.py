"""``/api/v1/docs/``: the description as a page, with a console that asks only this site."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from catalog.api.answers import origin
from catalog.api.examples import examples
from catalog.api.glossary import glossary
from catalog.api.openapi import description
from catalog.api.problem import PROBLEM_TITLES
from catalog.conf import catalogue_settings


# It changes nothing: what is sent is refused for its method (405), not for a token that it would not need.
@csrf_exempt
@require_safe
def console(request: HttpRequest) -> HttpResponse:
    """The page. Without script it is the reference; with it, every reading operation can be tried."""
    operations: list[dict[str, Any]] = []
    for path, methods in description()["paths"].items():
        for method, operation in methods.items():
            operations.append(
                {**operation, "path": path, "method": method.upper(), "tag": operation["tags"][0]}
            )
    museum = catalogue_settings()
    context = {
        "operations": operations,
        "tags": description()["tags"],
        "glossary": glossary(),
        "problems": PROBLEM_TITLES,
        "examples": examples(origin(request)),
        "reads": museum.API_READS_A_MINUTE,
        "writes": museum.API_WRITES_A_MINUTE,
    }
    response = render(request, "catalog/api/docs.html", context)
    response["Cache-Control"] = "public, no-cache"
    return response
