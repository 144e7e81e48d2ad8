"""Fair use: how many requests one client makes in a minute, counted for all processes (:mod:`catalog.api.counters`)."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from catalog.api.counters import count
from catalog.conf import catalogue_settings

#: Seconds for which a limit holds.
WINDOW: Final = 60


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a client may still do: the limit of a minute (0: none), what remains, seconds until it is renewed."""

    name: str
    limit: int
    remaining: int
    resets_in: int

    @property
    def is_exceeded(self) -> bool:
        """Whether this request is one too many."""
        return self.remaining < 0

    def headers(self) -> dict[str, str]:
        """The fields RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers)."""
        if not self.limit:
            return {}
        return {
            "RateLimit-Policy": f'"{self.name}";q={self.limit};w={WINDOW}',
            "RateLimit": f'"{self.name}";r={max(self.remaining, 0)};t={self.resets_in}',
        }


def counted(request: HttpRequest, *, writes: bool) -> Allowance:
    """Count a request of a client."""
    museum = catalogue_settings()
    name = "write" if writes else "read"
    limit = museum.API_WRITES_A_MINUTE if writes else museum.API_READS_A_MINUTE
    now = int(time.time())
    resets_in = WINDOW - now % WINDOW
    if not limit:
        return Allowance(name, 0, 0, resets_in)
    number = count(f"{name} {_client(request)}", now // WINDOW)
    return Allowance(name, limit, limit - number, resets_in)


def _client(request: HttpRequest) -> str:
    return str(_address_of()(request))


@lru_cache(maxsize=1)
def _address_of() -> Callable[[HttpRequest], str]:
    return import_string(settings.AXES_CLIENT_IP_CALLABLE)  # type: ignore[no-any-return]
