"""A file on its way in, read in parts from wherever it is: one that was sent, or the pieces that the catalogue keeps.

It is never held in memory as a whole, whatever its size.
"""

from __future__ import annotations

import io
import zlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from catalog.models import Intake, IntakePiece

if TYPE_CHECKING:
    from typing_extensions import Buffer

#: Bytes of a file in each of its pieces, before they are compressed.
PIECE: Final = 1024 * 1024
#: Most of the time of taking a file in would go into compressing it better; it is deleted after a month.
_COMPRESSED: Final = 1


class File(ABC):
    """The bytes of a file. It can be opened several times, also while it is being read."""

    #: In bytes.
    size: int

    @abstractmethod
    def part(self, start: int, most: int) -> bytes:
        """Some bytes from ``start`` on, at least one and at most ``most``; none only behind the end."""

    def open(self) -> io.BufferedReader:
        """A reader that begins at the beginning; closing it leaves the file as it is."""
        return io.BufferedReader(_Reading(self), buffer_size=64 * 1024)

    def chunks(self, size: int) -> Iterator[bytes]:
        """All bytes, ``size`` at a time."""
        with self.open() as reader:
            while chunk := reader.read(size):
                yield chunk

    def is_like(self, other: File) -> bool:
        """Whether another file has the same bytes."""
        return self.size == other.size and all(
            mine == theirs
            for mine, theirs in zip(self.chunks(PIECE), other.chunks(PIECE), strict=True)
        )


class HeldFile(File):
    """A small file, in memory."""

    def __init__(self, content: bytes) -> None:
        self._content, self.size = content, len(content)

    def part(self, start: int, most: int) -> bytes:
        """See :meth:`File.part`."""
        return self._content[start : start + most]


class DiskFile(File):
    """A file of the server's own disk."""

    def __init__(self, path: Path) -> None:
        self._path, self.size = path, path.stat().st_size

    def part(self, start: int, most: int) -> bytes:
        """See :meth:`File.part`."""
        with self._path.open("rb") as file:
            file.seek(start)
            return file.read(most)


class OpenFile(File):
    """A file that somebody else opened, and closes: one that was sent, for example."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = file.seek(0, io.SEEK_END)

    def part(self, start: int, most: int) -> bytes:
        """See :meth:`File.part`."""
        self._file.seek(start)
        return self._file.read(most)


class KeptFile(File):
    """A file in the catalogue, of which one piece at a time is in memory.

    ``progress`` is told how many of how many pieces were come to.
    """

    def __init__(
        self, intake: Intake, *, progress: Callable[[int, int], None] | None = None
    ) -> None:
        self._intake, self.size = intake, intake.size
        self._number, self._piece = -1, b""
        self._progress = progress

    def part(self, start: int, most: int) -> bytes:
        """See :meth:`File.part`."""
        if start >= self.size:
            return b""
        number, within = divmod(start, PIECE)
        if number != self._number:
            found = IntakePiece.objects.get(intake=self._intake, number=number)
            self._number, self._piece = number, zlib.decompress(found.packed)
            if self._progress:
                self._progress(number + 1, -(-self.size // PIECE))
        return self._piece[within : within + most]


class _Reading(io.RawIOBase):
    """Where a reader has come to in a file."""

    def __init__(self, file: File) -> None:
        super().__init__()
        self._file, self._at = file, 0

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is: a zip begins at its end."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place; returns it, counted from the beginning."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.size}[whence]
        self._at = max(base + offset, 0)
        return self._at

    def readinto(self, buffer: Buffer) -> int:
        """Read some bytes; returns their number."""
        into = memoryview(buffer).cast("B")
        read = self._file.part(self._at, len(into))
        into[: len(read)] = read
        self._at += len(read)
        return len(read)


def keep(intake: Intake, file: File) -> None:
    """Store a file with its intake, piece by piece."""
    for number, piece in enumerate(file.chunks(PIECE)):
        IntakePiece.objects.create(
            intake=intake, number=number, packed=zlib.compress(piece, _COMPRESSED)
        )
