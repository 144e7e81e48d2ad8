"""The site that a request came to, before the paths of the catalogue."""

from __future__ import annotations

from django.http import HttpRequest

from catalog.uris import absolute


def whole_address(request: HttpRequest, path: str) -> str:
    """The address of a path with the site in front: under ``BASE_URL`` where it is set, else as the visitor has it."""
    return absolute(path, origin=f"{request.scheme}://{request.get_host()}")
