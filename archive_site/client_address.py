"""Which address a request comes from, for the limits of logins, API and harvesting."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """The peer's address, or the one the outermost trusted proxy saw if TRUSTED_PROXIES is set.

    Each proxy appends the address it was called from to X-Forwarded-For; whatever is left of the
    trusted ones was written by the visitor and is ignored.
    """
    peer: str = request.META.get("REMOTE_ADDR", "")
    trusted: int = settings.TRUSTED_PROXIES
    if trusted < 1:
        return peer
    seen = [a.strip() for a in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if a.strip()]
    return seen[-trusted] if len(seen) >= trusted else peer
