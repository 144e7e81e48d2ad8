"""Pyramids: a picture at full size, half, a quarter and so on, in tiles, so that no request decodes
the whole of it.

They are derived files on a local disk (``settings.PICTURES_DIR``), named after the hash of their
original; each can be made again at any time. This file finds their tiles; libvips writes them
(``pyramid_making``) and cuts other regions out of them (``engine``).
"""

from __future__ import annotations

import os
import struct
import threading
import time
from array import array
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.conf import settings

from catalog.iiif.image.service_document import TILE

#: Part of the names of pyramids: another way of making them leaves the old ones unused.
FORM: Final = "1"
#: The index of so many pyramids is kept in a process: 90 kB for one of a gigapixel.
_KNOWN: Final = 128
#: Tags of TIFF that are read, with their numbers.
_WIDTH, _HEIGHT, _COMPRESSION, _TILE_WIDTH, _OFFSETS, _COUNTS, _TABLES = (
    256, 257, 259, 322, 324, 325, 347,
)  # fmt: skip
_JPEG: Final = 7
#: By the TIFF number of a type: its letter for struct.
_LETTERS: Final = {1: "B", 3: "H", 4: "I", 7: "B", 16: "Q"}
#: Says "JFIF, square pixels": stored tiles lack it, and it tells every reader that they are YCbCr or grey.
_JFIF: Final = b"\xff\xe0\x00\x10JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00"


class NoPyramid(Exception):
    """A file that is not a pyramid of ours: truncated, or written by something else. It can be deleted."""


@dataclass(frozen=True, slots=True)
class Level:
    """One size of a pyramid: pixels, and where each of its tiles is in the file."""

    width: int
    height: int
    offsets: array[int]
    counts: array[int]
    #: What a stored JPEG tile lacks to be a file of its own; empty if the tiles are not JPEG.
    head: bytes

    @property
    def across(self) -> int:
        """Tiles in a row."""
        return -(-self.width // TILE)


@dataclass(frozen=True, slots=True)
class Pyramid:
    """Where a pyramid is, and its levels, the largest first."""

    path: Path
    levels: tuple[Level, ...]

    def tile(self, level: int, column: int, row: int) -> bytes | None:
        """A whole tile as a JPEG file, as stored; None if there is none of 512 × 512 pixels."""
        if level >= len(self.levels):
            return None
        of = self.levels[level]
        if not of.head or (column + 1) * TILE > of.width or (row + 1) * TILE > of.height:
            return None
        number = row * of.across + column
        # The first two bytes of a stored tile say "here begins a JPEG", as the head does.
        start, length = of.offsets[number] + 2, of.counts[number] - 2
        whole = _buffer(len(of.head) + length)
        whole[: len(of.head)] = of.head
        handle = os.open(self.path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            read = os.preadv(handle, [whole[len(of.head) :]], start)
        finally:
            os.close(handle)
        if read != length:
            raise NoPyramid(f"{self.path} is a broken pyramid: delete it.")
        return bytes(whole)


_own: Final = threading.local()


def _buffer(size: int) -> memoryview:
    """A buffer for one tile, one per thread: allocating memory for each would cost more than
    reading the tile.
    """
    kept: bytearray = getattr(_own, "buffer", bytearray())
    if len(kept) < size:
        kept = _own.buffer = bytearray(2 * size)
    return memoryview(kept)[:size]


def place_of(picture: str) -> Path:
    """Where the pyramid of a picture is; ``picture`` is its hash, with its rotation."""
    return folder() / picture[:2] / f"{picture}.{FORM}.tif"


def refusal_place(picture: str) -> Path:
    """Where the maker writes why it could not decode the original of a picture."""
    return place_of(picture).with_suffix(".refused")


def refusal_of(picture: str, seconds: float) -> str:
    """Why the original could not be decoded, if that was tried within the last ``seconds``;
    otherwise empty.
    """
    place = refusal_place(picture)
    try:
        if time.time() - place.stat().st_mtime > seconds:
            return ""
        return place.read_text(encoding="utf-8", errors="replace") or "it cannot be decoded"
    except FileNotFoundError:
        return ""


def folder() -> Path:
    """Where all pyramids are."""
    return Path(settings.PICTURES_DIR) / "pyramids"


def pyramid_files() -> list[Path]:
    """Every file among the pyramids."""
    return sorted(path for path in folder().rglob("*") if path.is_file())


def pyramid_of(picture: str) -> Pyramid:
    """The pyramid of a picture. Raises FileNotFoundError if it has not been made, NoPyramid if it
    is broken.
    """
    path = place_of(picture)
    stat = path.stat()
    return _read(path, stat.st_ino, stat.st_mtime_ns)


@lru_cache(maxsize=_KNOWN)
def _read(path: Path, inode: int, written: int) -> Pyramid:
    """The index of a pyramid; the file's own numbers distinguish one that was made again from its
    predecessor.
    """
    try:
        with path.open("rb") as file:
            kept = file.read(16)
            if kept[:4] != b"II\x2b\x00":
                raise NoPyramid(f"{path} is not a pyramid of this catalogue: delete it.")
            levels = []
            (at,) = struct.unpack("<Q", kept[8:16])
            while at:
                file.seek(at)
                (number,) = struct.unpack("<Q", file.read(8))
                entries = file.read(20 * number)
                (at,) = struct.unpack("<Q", file.read(8))
                tags = {
                    tag: (kind, count, value)
                    for tag, kind, count, value in struct.iter_unpack("<HHQ8s", entries)
                }
                numbers = {tag: _values(file, tags[tag]) for tag in tags if tag in _READ}
                levels.append(_level(numbers))
    except (struct.error, KeyError, IndexError) as fault:
        raise NoPyramid(f"{path} is a broken pyramid: delete it.") from fault
    return Pyramid(path, tuple(levels))


_READ: Final = frozenset(
    {_WIDTH, _HEIGHT, _COMPRESSION, _TILE_WIDTH, _OFFSETS, _COUNTS, _TABLES}
)  # fmt: skip


def _values(file: object, entry: tuple[int, int, bytes]) -> array[int]:
    kind, count, value = entry
    letter = _LETTERS[kind]
    size = struct.calcsize(letter) * count
    if size > len(value):
        file.seek(struct.unpack("<Q", value)[0])  # type: ignore[attr-defined]
        value = file.read(size)  # type: ignore[attr-defined]
    return array("Q", struct.unpack(f"<{count}{letter}", value[:size]))


def _level(numbers: dict[int, array[int]]) -> Level:
    head = b""
    if numbers[_COMPRESSION][0] == _JPEG and numbers[_TILE_WIDTH][0] == TILE:
        # The tables are a JPEG file of their own: without its first and last mark they go before
        # the tile's frame.
        head = b"\xff\xd8" + _JFIF + bytes(numbers[_TABLES].tolist())[2:-2]
    return Level(numbers[_WIDTH][0], numbers[_HEIGHT][0], numbers[_OFFSETS], numbers[_COUNTS], head)
