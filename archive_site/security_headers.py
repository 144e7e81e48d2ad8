"""The policies that tell a browser what pages of this site may load and use."""

from __future__ import annotations

from collections.abc import Callable

from csp.constants import SELF, UNSAFE_INLINE
from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, get_script_prefix, reverse

# Nothing in the catalogue uses a device or a sensor, so an injected script may not either.
DENIED_FEATURES = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
)
PERMISSIONS_POLICY = ", ".join(f"{feature}=()" for feature in DENIED_FEATURES)


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The policy of settings; only on the admin's paths, styles may also be written in attributes.

    Select2, on which the admin's autocomplete is built, measures its box with a style attribute.
    Scripts are restricted there as everywhere.
    """

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The parts of the header; raises nothing."""
        parts = super().get_policy_parts(request, response, report_only)
        if request.path_info.startswith(admin_path()):
            parts.replace = {"style-src": [SELF, UNSAFE_INLINE]} | (parts.replace or {})
        return parts


def admin_path() -> str:
    """The path of the admin as in `request.path_info`, without a script prefix."""
    try:
        return "/" + reverse("admin:index").removeprefix(get_script_prefix())
    except NoReverseMatch:
        return "/admin/"


def permissions_policy(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware that sets Permissions-Policy on every answer that has none of its own."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        return response

    return middleware
