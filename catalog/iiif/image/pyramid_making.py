"""Has pyramids made, one maker a picture, in a process of its own."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.core.files.storage import FileSystemStorage

from catalog.iiif.image.one_maker import StillBeingMade, one_large_decoding, one_maker
from catalog.iiif.image.pyramid import Pyramid, folder, place_of, pyramid_of

if TYPE_CHECKING:
    from django.core.files.storage import Storage

_PROGRAM: Final = Path(__file__).with_name("pyramid_maker.py")
#: Seconds that a request waits for a pyramid; a larger picture goes on being made, and the next request finds it.
PATIENCE: Final = 20.0
#: Seconds that an upload waits for other large pictures.
LONG_PATIENCE: Final = 120.0
#: From so many pixels on, only one original of the machine is decoded at a time.
LARGE: Final = 20_000_000


class NotMade(Exception):
    """What is derived from a picture cannot be made: its original is missing or cannot be read."""


def made_pyramid(
    picture: str, *, storage: Storage, name: str, turn: int = 0, pixels: int = 0, patience: float | None = PATIENCE
) -> Pyramid:  # fmt: skip
    """The pyramid of a picture, made now when it is not there.

    ``picture`` is the hash of its original, with its turn; ``name`` is the original in ``storage``, which needs no
    local disk; ``turn`` is in degrees clockwise; ``pixels`` is the size of the original.
    Raises NotMade, and StillBeingMade after ``patience`` seconds: the maker then goes on. None waits for it.
    """
    try:
        return pyramid_of(picture)
    except FileNotFoundError:
        pass
    waiting = LONG_PATIENCE if patience is None else patience
    with one_maker(f"pyramid {picture}", waiting) as right:
        place = place_of(picture)
        if not place.exists():
            if pixels >= LARGE:
                with one_large_decoding(waiting) as large:
                    _make(storage, name, place, turn, patience, (right, large))
            else:
                _make(storage, name, place, turn, patience, (right,))
    return pyramid_of(picture)


def prove_by_pyramid(sha256: str, original: Path, pages: int) -> None:
    """Decode every page of a large original, and keep the first as its pyramid. Raises NotMade where one is broken.

    It waits as long as it takes (the program bounds its own time); raises StillBeingMade when it has to wait for
    other large pictures for too long.
    """
    with one_maker(f"pyramid {sha256}") as right, one_large_decoding(LONG_PATIENCE) as large:
        place = place_of(sha256)
        if place.exists() and pages == 1:
            return
        place.parent.mkdir(parents=True, exist_ok=True)
        _run(
            [str(original), str(place), "0", f"--pages={pages}"],
            str(original),
            None,
            (right, large),
        )


def _make(
    storage: Storage,
    name: str,
    place: Path,
    turn: int,
    patience: float | None,
    rights: tuple[int, ...],
) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        original, is_copy = _local(storage, name)
    except OSError as fault:
        raise NotMade(f"{name}: {fault}") from fault
    words = [str(original), str(place), str(turn), *(["--delete-original"] if is_copy else [])]
    _run(words, name, patience, rights)


def _run(words: list[str], name: str, patience: float | None, rights: tuple[int, ...]) -> None:
    # The child holds the rights as well: they end when it does, also when nobody waits for it any more.
    maker = subprocess.Popen(  # noqa: S603 - a program of our own, no shell
        [sys.executable, "-I", str(_PROGRAM), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=rights,
        cwd=folder(),
    )
    try:
        said = maker.communicate(timeout=patience)[1]
    except subprocess.TimeoutExpired:
        raise StillBeingMade(name) from None
    if maker.returncode:
        reason = said.decode(errors="replace") or f"the decoder ended with {maker.returncode}"
        raise NotMade(f"{name}: {reason}")


def _local(storage: Storage, name: str) -> tuple[Path, bool]:
    """The original as a file on this machine, and whether it is a copy made for this."""
    if isinstance(storage, FileSystemStorage):
        path = Path(storage.path(name))
        path.stat()
        return path, False
    folder().mkdir(parents=True, exist_ok=True)
    with (
        storage.open(name) as file,
        tempfile.NamedTemporaryFile(
            dir=folder(), prefix=".original-", suffix=".part", delete=False
        ) as copy,
    ):
        shutil.copyfileobj(file, copy, 1024 * 1024)
    return Path(copy.name), True
