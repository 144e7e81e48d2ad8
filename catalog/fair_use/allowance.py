"""What a client may still do in this minute."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from django.conf import settings
from django.utils.module_loading import import_string

from catalog.conf import catalogue_settings
from catalog.fair_use.counters import count

#: Seconds for which a limit holds.
WINDOW: Final = 60

#: What is counted separately: reading and writing over the API; harvesting, where one request
#: returns a hundred records.
Sort = Literal["read", "write", "harvest"]


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a client may still do: the limit per minute (0: none), what remains, seconds until it is
    renewed.
    """

    name: Sort
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


def counted(request: Any, sort: Sort) -> Allowance:
    """Count a request, under the address that it comes from. Nothing else of it is read."""
    limit = _limit(sort)
    now = int(time.time())
    resets_in = WINDOW - now % WINDOW
    if not limit:
        return Allowance(sort, 0, 0, resets_in)
    number = count(f"{sort} {_address_of()(request)}", now // WINDOW)
    return Allowance(sort, limit, limit - number, resets_in)


def _limit(sort: Sort) -> int:
    museum = catalogue_settings()
    match sort:
        case "read":
            return museum.API_READS_A_MINUTE
        case "write":
            return museum.API_WRITES_A_MINUTE
        case "harvest":
            return museum.HARVESTS_A_MINUTE


@lru_cache(maxsize=1)
def _address_of() -> Callable[[Any], str]:
    """The site's way of finding the address a request comes from: the same as for counting wrong
    passwords.
    """
    return import_string(settings.AXES_CLIENT_IP_CALLABLE)  # type: ignore[no-any-return]
