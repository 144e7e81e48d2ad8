"""The address of the site that a request came to."""

from __future__ import annotations

from django.http import HttpRequest

from catalog.uris import absolute


def whole_address(request: HttpRequest, path: str) -> str:
    """The full address of a path: under ``BASE_URL`` if it is set, otherwise as the visitor has it."""
    return absolute(path, origin=f"{request.scheme}://{request.get_host()}")
