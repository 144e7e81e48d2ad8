"""Cuts one answer of the Image API out of a pyramid: region, size, mirror, rotation, quality,
format, in that order.

libvips reads the tiles that the region needs from the level that is just large enough, so time and
memory depend on the size of the answer, never on that of the original.
"""

from __future__ import annotations

import ctypes
import math
import os
import threading
from contextlib import nullcontext, suppress
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import PIL.Image

from catalog.iiif.image.parameters import Wanted
from catalog.iiif.image.pyramid import NoPyramid
from catalog.iiif.image.service_document import TILE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from catalog.iiif.image.parameters import Format
    from catalog.iiif.image.pyramid import Pyramid

#: A new number invalidates caches, kept answers and ETags: raise it when answers come out differently.
FORM: Final = "2"
_WHITE: Final = 255
_MIDDLE: Final = 128
#: Numbers of glibc's mallopt: blocks from this size on are returned at once; pools that threads share.
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
#: Pixels that are read for one answer at most. Four times the largest answer are needed if both
#: sides are scaled alike; a strip of one pixel by thousands is made from a smaller level instead of
#: the whole picture.
MOST_READ: Final = 32_000_000
#: A level of at most so many pixels is kept for the next answer if most of it is wanted, and so
#: many levels: a list or a page asks for the whole picture in several sizes, and reading it costs
#: more than scaling it down.
_KEPT_PIXELS: Final = 3_200_000
_KEPT_LEVELS: Final = 2
#: Answers of more pixels are made one at a time.
_LARGE: Final = 1_500_000
_large_answers: Final = threading.Lock()
_answers: Final = threading.BoundedSemaphore(2)
_OPTIONS: Final[dict[Format, dict[str, Any]]] = {
    "jpg": {"Q": 85, "keep": "none"},
    # Higher compression gains little for drawings and nothing for photographs. Differences of rows
    # compress faster, and smaller.
    "png": {"compression": 3, "filter": "up", "keep": "none"},
    "webp": {"Q": 82, "effort": 2, "keep": "none"},
}


def stored_tile(pyramid: Pyramid, wanted: Wanted, size: tuple[int, int]) -> bytes | None:
    """The answer as stored in the pyramid, if a whole tile of the viewers' grid is wanted as JPEG.

    ``size`` is that of the picture which the request is about: for a restricted one it is smaller
    than the pyramid's, and no stored tile is an answer.
    """
    if size != (pyramid.levels[0].width, pyramid.levels[0].height):
        return None
    if wanted.format != "jpg" or wanted.degrees or wanted.mirrored or wanted.quality != "default":
        return None
    if wanted.width != TILE or wanted.height != TILE or wanted.region_width % TILE:
        return None
    factor = wanted.region_width // TILE
    if wanted.region_height != wanted.region_width or factor & (factor - 1):
        return None
    column, outside = divmod(wanted.left, wanted.region_width)
    row, below = divmod(wanted.top, wanted.region_height)
    if outside or below:
        return None
    return pyramid.tile(factor.bit_length() - 1, column, row)


def drawn(pyramid: Pyramid, wanted: Wanted, size: tuple[int, int]) -> bytes:
    """The answer as a file in its format; ``size`` is that of the picture which the request is about.

    A process makes two answers at a time, at most one of them large, so that its memory does not
    grow with the number of its visitors. Raises NoPyramid if the pyramid is broken.
    """
    large = wanted.width * wanted.height > _LARGE
    with _large_answers if large else nullcontext(), _answers:
        try:
            return _drawn(pyramid, wanted, size)
        except _vips().Error as fault:
            raise NoPyramid(f"{pyramid.path} is a broken pyramid: delete it. ({fault})") from fault


def _drawn(pyramid: Pyramid, wanted: Wanted, size: tuple[int, int]) -> bytes:
    picture = _turned(_sized(_vips(), pyramid, wanted, size), wanted)
    if picture.hasalpha() and (wanted.format == "jpg" or wanted.quality == "bitonal"):
        picture = picture.flatten(background=_WHITE)
    if wanted.quality != "default":
        picture = picture.colourspace("b-w")
    if wanted.quality == "bitonal":
        picture = picture >= _MIDDLE
    content: bytes = picture.write_to_buffer(f".{wanted.format}", **_OPTIONS[wanted.format])
    return content


def whole(pyramid: Pyramid, size: tuple[int, int]) -> PIL.Image.Image:
    """The whole picture in a size, for further work with Pillow; meant for a few megapixels at most."""
    of = pyramid.levels[0]
    asked = Wanted(
        0, 0, of.width, of.height, *size, False, Fraction(0), "default", "png", canonical=""
    )  # fmt: skip
    picture = _sized(_vips(), pyramid, asked, (of.width, of.height))
    mode = ("L", "LA", "RGB", "RGBA")[picture.bands - 1]
    return PIL.Image.frombytes(mode, size, picture.write_to_memory())


@lru_cache(maxsize=1)
def _vips() -> Any:
    """libvips, loaded when first needed: workers are forked, and its threads would not exist in the
    child.
    """
    # One answer is the work of one thread; several answers share the machine. Results are kept as files.
    os.environ.setdefault("VIPS_CONCURRENCY", "1")
    _give_memory_back()
    import pyvips

    pyvips.cache_set_max(0)
    return pyvips


def _give_memory_back() -> None:
    """Have the C library (glibc) return the memory of a picture: kept for the next, it doubles a
    worker's memory.
    """
    with suppress(OSError, AttributeError):
        c_library = ctypes.CDLL(None)
        c_library.mallopt(_MMAP_THRESHOLD, 128 * 1024)
        c_library.mallopt(_ARENA_MAX, 2)


def _sized(vips: Any, pyramid: Pyramid, wanted: Wanted, size: tuple[int, int]) -> Any:
    """The region in its final size, from the smallest level that has all its detail."""
    level, box = cut_of([(one.width, one.height) for one in pyramid.levels], wanted, size)
    cut = _level(vips, pyramid, level, box).crop(*box)
    if (cut.width, cut.height) == (wanted.width, wanted.height):
        return cut
    if cut.hasalpha():
        # Transparent pixels have a colour too; it must not bleed into their neighbours.
        cut = cut.premultiply()
    scaled = cut.resize(wanted.width / cut.width, vscale=wanted.height / cut.height)
    if scaled.hasalpha():
        scaled = scaled.unpremultiply()
    scaled = scaled.cast("uchar")
    if (scaled.width, scaled.height) != (wanted.width, wanted.height):
        # Rounding in the last digit of a long division must not change the promised size.
        scaled = scaled.embed(0, 0, wanted.width, wanted.height, extend="copy")
    return scaled


def _level(vips: Any, pyramid: Pyramid, level: int, box: tuple[int, int, int, int]) -> Any:
    """A level of a pyramid: from the file, or from memory if most of a small one is wanted."""
    of = pyramid.levels[level]
    wanted, there = box[2] * box[3], of.width * of.height
    if there > _KEPT_PIXELS or wanted * 2 < there:
        return vips.Image.new_from_file(str(pyramid.path), page=level)
    return _read_level(str(pyramid.path), pyramid.path.stat().st_mtime_ns, level)


@lru_cache(maxsize=_KEPT_LEVELS)
def _read_level(path: str, written: int, level: int) -> Any:
    return _vips().Image.new_from_file(path, page=level).copy_memory()


def cut_of(
    levels: Sequence[tuple[int, int]], wanted: Wanted, size: tuple[int, int]
) -> tuple[int, tuple[int, int, int, int]]:
    """The level of a pyramid that an answer is made from, and what is cut out of it: left, top,
    width, height.

    It is the smallest that has all the detail, or a smaller one if that would mean reading more
    than :data:`MOST_READ` pixels. ``levels`` are widths and heights, the largest first.
    """
    shrink = min(
        wanted.region_width / wanted.width * (levels[0][0] / size[0]),
        wanted.region_height / wanted.height * (levels[0][1] / size[1]),
    )
    level = min(int(math.log2(max(1.0, shrink))), len(levels) - 1)
    while True:
        box = _box(levels[level], wanted, size)
        if box[2] * box[3] <= MOST_READ or level + 1 == len(levels):
            return level, box
        level += 1


def _box(
    level: tuple[int, int], wanted: Wanted, size: tuple[int, int]
) -> tuple[int, int, int, int]:
    """The region in the pixels of a level; never empty."""
    across, down = level[0] / size[0], level[1] / size[1]
    left = min(math.floor(wanted.left * across), level[0] - 1)
    top = min(math.floor(wanted.top * down), level[1] - 1)
    right = min(math.ceil((wanted.left + wanted.region_width) * across), level[0])
    bottom = min(math.ceil((wanted.top + wanted.region_height) * down), level[1])
    return left, top, max(1, right - left), max(1, bottom - top)


def _turned(picture: Any, wanted: Wanted) -> Any:
    if wanted.mirrored:
        picture = picture.fliphor()
    if not wanted.degrees:
        return picture
    # A rotated row crosses all rows, so the picture, which is no larger than an answer, is computed first.
    if wanted.degrees % 90 == 0:
        return picture.copy_memory().rot(f"d{wanted.degrees}")
    if not picture.hasalpha():
        picture = picture.bandjoin(_WHITE)
    angle = math.radians(wanted.degrees)
    matrix = [math.cos(angle), -math.sin(angle), math.sin(angle), math.cos(angle)]
    # "Premultiplied" keeps eight bits per band: computed in fractions for its edge, it takes four
    # times the memory.
    ground = [_WHITE] * (picture.bands - 1) + [0]
    return picture.copy_memory().affine(
        matrix, premultiplied=True, background=ground, extend="background"
    )
