"""``/api/v1/``: where everything is; and the answer at any other address of ``/api/``."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from catalog.api.answers import as_json, by_content
from catalog.api.door import ApiView
from catalog.api.parameters import no_parameters
from catalog.api.problem import not_found
from catalog.conf import catalogue_settings
from catalog.documents import ORIGIN
from catalog.uris import API_ROOT, PLURALS

_ROOMS = (
    *PLURALS.values(),
    "search",
    "exhibitions",
    "terms",
    "changes",
    "change-sets",
    "distinctions",
    "imports",
    "storage-places",
    "dumps",
    "stats",
    "docs",
)


class RootViewSet(ApiView):
    """The beginning."""

    def list(self, request: Any) -> HttpResponse:
        """The addresses of the API."""
        no_parameters(request.GET)
        body = as_json(
            {
                "name": catalogue_settings().NAME,
                **{name: f"{ORIGIN}{API_ROOT}/{name}/" for name in _ROOMS},
                "openapi": f"{ORIGIN}{API_ROOT}/openapi.json",
            }
        )
        return by_content(self.plain, body)


class NothingViewSet(ApiView):
    """Every unknown address."""

    def nothing(self, request: Any, **_: Any) -> HttpResponse:
        """301 to the address with its final slash, if there is one; otherwise 404."""
        return self.missing(self.plain)

    @staticmethod
    def missing(request: HttpRequest) -> HttpResponse:
        """The same for a Django request. Raises the 404."""
        path = request.path_info
        if not path.endswith("/") and request.method in {"GET", "HEAD"}:
            try:
                found = resolve(f"{path}/")
            except Resolver404:
                found = None
            if found is not None and found.url_name != "api-nothing":
                query = request.META.get("QUERY_STRING", "")
                where = request.path + "/" + (f"?{query}" if query else "")
                return HttpResponse(status=301, headers={"Location": where})
        raise not_found()

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Whoever asks and with whatever method: there is nothing here."""
