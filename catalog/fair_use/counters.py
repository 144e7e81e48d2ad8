"""Where requests are counted: in a file shared by a machine's processes, or in the database of
several machines.
"""

from __future__ import annotations

import fcntl
import mmap
import os
import struct
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import connection

from catalog.conf import catalogue_settings

_SLOTS: Final = 1 << 15
#: Minute and number of one client.
_SLOT: Final = struct.Struct("<II")
#: One in this many new rows deletes the old ones.
_SWEEP: Final = 256


def count(client: str, minute: int) -> int:
    """Count one more request of a client in this minute; returns how many there were."""
    if catalogue_settings().API_COUNTERS == "database":
        return _in_database(client, minute)
    return _in_file(client, minute)


def _digest(client: str, size: int) -> bytes:
    key = settings.SECRET_KEY.encode()[:64]
    return blake2b(client.encode(), key=key, digest_size=size).digest()


@lru_cache(maxsize=8)
def _counters(path: str) -> tuple[int, mmap.mmap]:
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.ftruncate(handle, _SLOTS * _SLOT.size)
    return handle, mmap.mmap(handle, _SLOTS * _SLOT.size)


def _in_file(client: str, minute: int) -> int:
    """Microseconds, and no database: a file of fixed size that every process maps into memory.

    Two clients that share a slot, one in some ten thousand pairs, share the limit.
    """
    handle, counters = _counters(str(Path(settings.VAR_DIR) / "api_counters"))
    offset = int.from_bytes(_digest(client, 4), "little") % _SLOTS * _SLOT.size
    fcntl.lockf(handle, fcntl.LOCK_EX, _SLOT.size, offset)
    try:
        stood, number = _SLOT.unpack_from(counters, offset)
        number = number + 1 if stood == minute else 1
        _SLOT.pack_into(counters, offset, minute, number)
    finally:
        fcntl.lockf(handle, fcntl.LOCK_UN, _SLOT.size, offset)
    return number


def _in_database(client: str, minute: int) -> int:
    """One atomic statement, however many machines count at the same moment."""
    name = _digest(client, 8).hex()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_apicounter (client, minute, number) VALUES (%s, %s, 1)"
            " ON CONFLICT (client) DO UPDATE SET minute = excluded.minute, number ="
            " CASE WHEN catalog_apicounter.minute = excluded.minute THEN catalog_apicounter.number + 1 ELSE 1 END"
            " RETURNING number",
            [name, minute],
        )
        number = int(cursor.fetchone()[0])
        if number == 1 and int(name, 16) % _SWEEP == minute % _SWEEP:
            cursor.execute("DELETE FROM catalog_apicounter WHERE minute < %s", [minute - 1])
    return number
