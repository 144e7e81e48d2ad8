"""Answers of the image service, kept as files up to a total size; the oldest are deleted first.

The folder may be deleted at any time, and several processes use it at once: a number in a file,
written under a lock, says how much is kept, so that the limit holds whoever writes. Reading takes
no lock.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf import settings

from catalog.conf import catalogue_settings
from catalog.iiif.image.one_maker import one_maker

if TYPE_CHECKING:
    from collections.abc import Callable

#: When the limit is reached, this share of it is kept, so that freeing space is rare.
_LEFT: Final = 0.9
#: No single answer takes more than this share of the space.
_LARGEST: Final = 0.1


def kept_or_made(name: str, make: Callable[[], bytes]) -> bytes:
    """The answer of this name, made by one process while others that want it wait.

    ``name`` must contain everything that the answer depends on. Raises StillBeingMade, and what
    ``make`` raises.
    """
    path = _place_of(name)
    if (kept := _read(path)) is not None:
        return kept
    with one_maker(f"answer {name}"):
        if (kept := _read(path)) is not None:
            return kept
        content = make()
        with suppress(OSError):  # a full disk must not cost this visitor the picture
            _keep(path, content)
        return content


def folder() -> Path:
    """Where the answers are."""
    return Path(settings.PICTURES_DIR) / "answers"


def _place_of(name: str) -> Path:
    digest = hashlib.sha256(name.encode()).hexdigest()
    return folder() / digest[:2] / digest


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _keep(path: Path, content: bytes) -> None:
    limit = catalogue_settings().KEPT_ANSWERS_BYTES
    if len(content) > limit * _LARGEST:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    _make_room(len(content), limit)
    handle, aside = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


def _make_room(wanted: int, limit: int) -> None:
    """Count ``wanted`` bytes as kept; first delete the oldest answers if that would be too many."""
    handle = os.open(folder() / "size", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        said = os.pread(handle, 20, 0)
        kept = int(said) if said.isdigit() else _give_up_oldest(limit)
        if kept + wanted > limit:
            kept = _give_up_oldest(int(limit * _LEFT) - wanted)
        os.ftruncate(handle, 0)
        os.pwrite(handle, str(kept + wanted).encode(), 0)
    finally:
        os.close(handle)


def _give_up_oldest(most: int) -> int:
    """Delete the oldest answers until at most ``most`` bytes are kept; returns how many are."""
    found = []
    for place in folder().glob("??/*"):
        with suppress(FileNotFoundError):
            stat = place.stat()
            found.append((stat.st_mtime_ns, stat.st_size, place))
    kept = sum(size for _, size, _ in found)
    for _, size, place in sorted(found, key=lambda one: one[0]):
        if kept <= most:
            break
        place.unlink(missing_ok=True)
        kept -= size
    return kept
