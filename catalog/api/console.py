"""``/api/v1/docs/``: the description as a page, with a console that only calls this site."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, set_response_etag
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from catalog.api.answers import origin
from catalog.api.examples import examples
from catalog.api.glossary import glossary
from catalog.api.openapi import description
from catalog.api.problem import PROBLEM_TITLES
from catalog.conf import catalogue_settings


@dataclass(slots=True)
class _Group:
    """The operations under one heading: those that read, and those with which a curator's program
    writes.
    """

    name: str
    text: str
    reading: list[dict[str, Any]] = field(default_factory=list)
    writing: list[dict[str, Any]] = field(default_factory=list)


def _groups() -> list[_Group]:
    """The operations of the description by their tag, in its order."""
    groups = {tag["name"]: _Group(tag["name"], tag["description"]) for tag in description()["tags"]}
    for path, methods in description()["paths"].items():
        for method, operation in methods.items():
            group = groups[operation["tags"][0]]
            own = group.reading if method == "get" else group.writing
            # An address with a name in it cannot be opened before the name is known.
            opens = path if method == "get" and "{" not in path else ""
            own.append({**operation, "path": path, "method": method.upper(), "opens": opens})
    return list(groups.values())


# It changes nothing: a POST is refused for its method (405), not for a missing token.
@csrf_exempt
@require_safe
def console(request: HttpRequest) -> HttpResponse:
    """The page. Without script it is the reference; with it, every reading operation can be tried."""
    museum = catalogue_settings()
    context = {
        "groups": _groups(),
        "glossary": glossary(),
        "problems": PROBLEM_TITLES,
        "examples": examples(origin(request)),
        "reads": museum.API_READS_A_MINUTE,
        "writes": museum.API_WRITES_A_MINUTE,
    }
    response = render(request, "catalog/api/docs.html", context)
    response["Cache-Control"] = "public, no-cache"
    set_response_etag(response)
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    return cast(HttpResponse, answer)
