"""Has pyramids made, one maker per picture, in a separate process."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.core.files.storage import FileSystemStorage

from catalog.iiif.image.one_maker import StillBeingMade, one_large_decoding, one_maker
from catalog.iiif.image.pyramid import Pyramid, folder, place_of, pyramid_of, refusal_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.core.files.storage import Storage

_PROGRAM: Final = Path(__file__).with_name("pyramid_maker.py")
#: Seconds that a request waits for a pyramid; making a larger picture continues, and the next
#: request finds it.
PATIENCE: Final = 20.0
#: Seconds that an upload waits for other large pictures.
LONG_PATIENCE: Final = 120.0
#: From so many pixels on, a machine decodes only one original at a time.
LARGE: Final = 20_000_000
#: From so many pixels on, counting all pages of a file, no request waits for the decoding: a job does it.
VERY_LARGE: Final = 60_000_000
#: Seconds that a request waits for the pyramid of such a picture, and a job between two checks.
_BRIEF: Final = 0.5
#: Seconds for which a file that could not be decoded is not tried again on request.
_REFUSED_FOR: Final = 600.0


def is_very_large(width: int, height: int, pages: int) -> bool:
    """Whether a file of so many ``pages`` (or frames), the first of this size, is decoded by a job."""
    return width * height * pages >= VERY_LARGE


class NotMade(Exception):
    """What is derived from a picture cannot be made: its original is missing or cannot be read."""


def made_pyramid(
    picture: str, *, storage: Storage, name: str, turn: int = 0, page: int = 1, pixels: int = 0,
    patience: float | None = PATIENCE
) -> Pyramid:  # fmt: skip
    """The pyramid of a picture, made now if it does not exist.

    ``picture`` is the hash of its original, with its page and rotation; ``name`` is the original in
    ``storage``, which needs no local disk; ``turn`` is in degrees clockwise; ``page`` counts from
    1; ``pixels`` is the size of the original. Raises NotMade, and StillBeingMade after ``patience``
    seconds (None waits until it is made), or almost at once if the picture is very large: the maker
    then continues.
    """
    try:
        return pyramid_of(picture)
    except FileNotFoundError:
        pass
    if patience is not None:
        _refuse_what_was_refused(picture, name)
        if pixels >= VERY_LARGE:
            patience = min(patience, _BRIEF)
    waiting = LONG_PATIENCE if patience is None else patience
    shown = _Shown(storage, name, place_of(picture), turn, page)
    with one_maker(f"pyramid {picture}", waiting) as right:
        if not shown.place.exists():
            if pixels >= LARGE:
                with one_large_decoding(waiting) as large:
                    _make(shown, patience, (right, large))
            else:
                _make(shown, patience, (right,))
    return pyramid_of(picture)


def proved_pyramid(
    picture: str, *, storage: Storage, name: str, turn: int = 0, page: int = 1, pages: int = 1,
    meanwhile: Callable[[], None]
) -> Pyramid:  # fmt: skip
    """The pyramid of a very large picture, however long it takes; for its first page, all ``pages``
    are decoded.

    ``meanwhile`` is called twice a second; what it raises ends the maker, and nothing half made is
    left. Raises NotMade if a page is broken.
    """
    shown = _Shown(storage, name, place_of(picture), turn, page)
    decoded = pages if page == 1 else 1
    while True:
        try:
            with (
                one_maker(f"pyramid {picture}", _BRIEF) as right,
                one_large_decoding(_BRIEF) as large,
            ):
                if decoded > 1 or not shown.place.exists():
                    _make(shown, None, (right, large), decoded, meanwhile)
                return pyramid_of(picture)
        except StillBeingMade:
            meanwhile()


def prove_by_pyramid(sha256: str, original: Path, pages: int) -> None:
    """Decode every page of a large original, and keep the first as its pyramid. Raises NotMade if
    one is broken.

    It waits as long as it takes (the program limits its own time); raises StillBeingMade if it has
    to wait for other large pictures for too long.
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


@dataclass(frozen=True, slots=True)
class _Shown:
    """What a pyramid is made of: the original in its storage, and which part of it is shown how."""

    storage: Storage
    name: str
    place: Path
    turn: int
    page: int


def _make(
    shown: _Shown,
    patience: float | None,
    rights: tuple[int, ...],
    pages: int = 1,
    meanwhile: Callable[[], None] | None = None,
) -> None:
    shown.place.parent.mkdir(parents=True, exist_ok=True)
    try:
        original, is_copy = _local(shown.storage, shown.name)
    except OSError as fault:
        raise NotMade(f"{shown.name}: {fault}") from fault
    words = [
        str(original), str(shown.place), str(shown.turn), f"--page={shown.page}", f"--pages={pages}", "--leave-word",
    ]  # fmt: skip
    if is_copy:
        words.append("--delete-original")
    _run(words, shown.name, patience, rights, meanwhile)


def _run(
    words: list[str],
    name: str,
    patience: float | None,
    rights: tuple[int, ...],
    meanwhile: Callable[[], None] | None = None,
) -> None:
    # The child holds the rights as well: they end when it does, even if nobody waits for it any more.
    maker = subprocess.Popen(  # noqa: S603 - a program of our own, no shell
        [sys.executable, "-I", str(_PROGRAM), *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        pass_fds=rights,
        cwd=folder(),
    )
    try:
        said = _waited_for(maker, patience, meanwhile)
    except subprocess.TimeoutExpired:
        raise StillBeingMade(name) from None
    except BaseException:
        _end(maker, words)
        raise
    if maker.returncode:
        reason = said.decode(errors="replace") or f"the decoder ended with {maker.returncode}"
        raise NotMade(f"{name}: {reason}")


def _waited_for(
    maker: subprocess.Popen[bytes], patience: float | None, meanwhile: Callable[[], None] | None
) -> bytes:
    """What the maker said when it ended. Raises TimeoutExpired, and what ``meanwhile`` raises."""
    if meanwhile is None:
        return maker.communicate(timeout=patience)[1]
    while True:
        try:
            return maker.communicate(timeout=_BRIEF)[1]
        except subprocess.TimeoutExpired:
            meanwhile()


def _end(maker: subprocess.Popen[bytes], words: list[str]) -> None:
    """End a maker that nobody wants any more, and clean up what it cannot."""
    maker.kill()
    maker.communicate()
    place = Path(words[1])
    place.with_name(f".{place.name}.{maker.pid}.part").unlink(missing_ok=True)
    if "--delete-original" in words:
        Path(words[0]).unlink(missing_ok=True)


def _refuse_what_was_refused(picture: str, name: str) -> None:
    """Raise NotMade if the decoder recently refused the file, so that asking again does not decode
    it again.
    """
    reason = refusal_of(picture, _REFUSED_FOR)
    if reason:
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
