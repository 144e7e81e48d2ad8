"""Fair use: how many requests one client makes in a minute, counted for all processes of the machine.

The counters stand in a file of fixed size that every process maps into memory: counting costs microseconds
and no database, and the file can be removed at any time. Clients are told apart by a keyed hash of their
address; two that share a counter, one in some ten thousand pairs, share the limit.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.utils.module_loading import import_string

from catalog.conf import catalogue_settings

_SLOTS: Final = 1 << 15
#: Minute and number of one client.
_SLOT: Final = struct.Struct("<II")
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
    number = _count(f"{name} {_client(request)}", now // WINDOW)
    return Allowance(name, limit, limit - number, resets_in)


def _client(request: HttpRequest) -> str:
    return str(_address_of()(request))


@lru_cache(maxsize=1)
def _address_of() -> Callable[[HttpRequest], str]:
    return import_string(settings.AXES_CLIENT_IP_CALLABLE)  # type: ignore[no-any-return]


@lru_cache(maxsize=8)
def _counters(path: str) -> tuple[int, mmap.mmap]:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.ftruncate(handle, _SLOTS * _SLOT.size)
    return handle, mmap.mmap(handle, _SLOTS * _SLOT.size)


def _count(client: str, minute: int) -> int:
    """One more request of a client in this minute; answers how many there were."""
    handle, counters = _counters(str(Path(settings.VAR_DIR) / "api_counters"))
    key = settings.SECRET_KEY.encode()[:64]
    digest = blake2b(client.encode(), key=key, digest_size=4).digest()
    offset = int.from_bytes(digest, "little") % _SLOTS * _SLOT.size
    fcntl.lockf(handle, fcntl.LOCK_EX, _SLOT.size, offset)
    try:
        stood, number = _SLOT.unpack_from(counters, offset)
        number = number + 1 if stood == minute else 1
        _SLOT.pack_into(counters, offset, minute, number)
    finally:
        fcntl.lockf(handle, fcntl.LOCK_UN, _SLOT.size, offset)
    return number
