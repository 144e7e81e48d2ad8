"""Which address a request comes from, for the limits of logins, API and harvesting."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Network, ip_address

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
        return _counted(peer)
    seen = [a.strip() for a in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if a.strip()]
    return _counted(seen[-trusted] if len(seen) >= trusted else peer)


def _counted(address: str) -> str:
    """The address under which a client counts. Of IPv6 it is the network: whoever has one of its
    2^64 addresses has them all, and would otherwise never reach a limit.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv4Address):
        return address
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(IPv6Network((int(found), 64), strict=False).network_address)
