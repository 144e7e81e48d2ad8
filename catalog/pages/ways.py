"""Addresses that people type by hand for a way of seeing the catalogue: they lead to the list in that view."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_safe

from catalog.uris import Kind, list_path


@require_safe
def in_view(request: HttpRequest, kind: Kind, view: str) -> HttpResponse:
    """``/timeline/`` leads to ``/events/?view=timeline``. What else the address asks for stays."""
    asked = request.GET.copy()
    asked["view"] = view
    return HttpResponseRedirect(f"{list_path(kind)}?{asked.urlencode()}")
