"""Which page says that something is forbidden: the admin's says who may, the site's cannot know."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from catalog.admin import admin_permission_denied
from catalog.pages.errors import permission_denied as site_permission_denied


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403, by the door that was knocked at."""
    asked = request.resolver_match
    in_admin = asked is not None and "admin" in asked.app_names
    answer = admin_permission_denied if in_admin else site_permission_denied
    return answer(request, exception)
