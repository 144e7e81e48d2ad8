"""What a file is, judged by its content: a picture with its facts, or the reason why it is refused."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import PIL.Image
from django.utils.translation import gettext as _

from catalog.conf import catalogue_settings
from catalog.iiif.image.capture import capture_of, colour_space_of
from catalog.iiif.image.one_maker import StillBeingMade
from catalog.iiif.image.pyramid_making import LARGE, NotMade, is_very_large, prove_by_pyramid
from catalog.iiif.image.reading import (
    FORMATS,
    PictureRefused,
    is_sideways,
    opened,
    orientation_of,
    too_many_pixels,
)
from catalog.iiif.image.uploads import upload_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catalog.iiif.image.reading import PictureFile

_CHUNK: Final = 1024 * 1024
#: This many bytes are enough to recognise a file that is not a picture.
_HEAD: Final = 1024
#: Pages of a TIFF or frames of an animation; each costs time however small it is.
MAX_FRAMES: Final = 1000
#: Scans of a progressive JPEG. Real ones have some ten; each costs a pass over the whole picture.
MAX_SCANS: Final = 500
#: Formats of which every page or frame is examined.
_OF_PAGES: Final = frozenset({"TIFF", "GIF", "WEBP", "AVIF"})
_START_OF_SCAN: Final = b"\xff\xda"
#: What a complete file ends with, by its format.
_ENDS: Final = {"JPEG": b"\xff\xd9", "MPO": b"\xff\xd9", "PNG": b"IEND"}
#: One byte of PNG expands to at most this many.
_DEFLATES_TO: Final = 1032
#: Tags of TIFF: kind of a page, where its strips or tiles begin, and how long they are.
_KIND, _BEGINNINGS, _LENGTHS = 254, (273, 324), (279, 325)
#: Bits of the kind: a smaller copy of another page; a mask.
_NO_PAGE: Final = 0b101


@dataclass(frozen=True, slots=True)
class FilePage:
    """A page of a file: its number there, from 1, and its pixels when upright."""

    number: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What the catalogue stores about an original; width and height in pixels, when upright."""

    media_type: str
    suffix: str
    width: int
    height: int
    byte_size: int
    sha256: str
    #: Kind of colour, depth and profile, in words: "RGB, 8 bit, Adobe RGB (1998)".
    colour_space: str
    #: When it was made by the camera's clock, "1998-07-31T14:05:00"; empty if unknown.
    captured: str
    captured_with: str
    #: Pages of a TIFF, frames of an animation; the first is the picture.
    file_pages: int
    #: The pages of a TIFF without smaller copies and masks of them; for other files only the first frame.
    pages: tuple[FilePage, ...]


def inspect_picture(file: PictureFile) -> PictureFacts:
    """Judge a file by its content, whatever its name, and say what it is.

    Reads ``file`` (seekable, binary) from its beginning and leaves it there. Every pixel is decoded
    once, so that a truncated file is noticed now and not by a visitor: for a large picture by a
    separate process, which also writes the pyramid. For a very large one only signs of truncation
    are looked for; the rest is done by a job (``preparing``). Raises PictureRefused with a sentence
    for the person who sent the file.
    """
    try:
        read = _read_through(file)
        _refuse_other_kinds(read.head)
        with opened(file) as picture:
            form = str(picture.format)
            size = _size(picture)
            if form in {"JPEG", "MPO"} and read.scans > MAX_SCANS:
                raise _broken()
            _refuse_large_whole(picture)
            about = (colour_space_of(picture), *capture_of(picture))
            with _refused_when_broken():
                number, largest, pages = _look_at_pages(picture, read, size)
                later = is_very_large(*size, number)
                if later:
                    _refuse_cut(form, size, read)
                elif largest < LARGE:
                    _decode(picture)
        if largest >= LARGE and not later:
            _decode_apart(file, read.sha256, number)
        return PictureFacts(
            *FORMATS[form], *size, read.byte_size, read.sha256, *about, number, pages
        )
    finally:
        file.seek(0)


@dataclass(slots=True)
class _Read:
    """What one pass over all bytes finds: the first of them, how many there are, and marks of the
    formats.
    """

    head: bytes = b""
    byte_size: int = 0
    sha256: str = ""
    #: Scans of a JPEG.
    scans: int = 0
    #: Where each end mark was last seen; 0 if nowhere.
    ends: dict[bytes, int] = field(default_factory=dict)


def _read_through(file: PictureFile) -> _Read:
    """Read every byte once; stops if the file is too large."""
    limit = catalogue_settings().MAX_PICTURE_BYTES
    too_large = PictureRefused(
        _("This file is larger than the limit of %(most)d MB. Send a smaller copy.")
        % {"most": limit // (1024 * 1024)}
    )
    if (getattr(file, "size", None) or 0) > limit:
        raise too_large
    file.seek(0)
    read, last = _Read(), b""
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        read.head = read.head or chunk[:_HEAD]
        read.byte_size += len(chunk)
        if read.byte_size > limit:
            raise too_large
        digest.update(chunk)
        read.scans += (last[-1:] + chunk).count(_START_OF_SCAN)
        for mark in set(_ENDS.values()):
            found = (last + chunk).rfind(mark)
            if found >= 0:
                read.ends[mark] = read.byte_size - len(chunk) - len(last) + found
        last = chunk[-3:]
    if not read.byte_size:
        raise PictureRefused(_("This file is empty. Save or send it again."))
    read.sha256 = digest.hexdigest()
    return read


def _refuse_other_kinds(head: bytes) -> None:
    """Name what people most often send instead of a picture."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<"):
        if b"<svg" in text:
            raise PictureRefused(
                _("This is an SVG drawing, which can hold scripts. Export it as PNG.")
            )
        raise PictureRefused(_("This is a web page or XML. Save the picture itself and send that."))
    if head.startswith(b"%PDF"):
        raise PictureRefused(_("This is a PDF document. Export its page as PNG or TIFF."))
    if (
        head[4:12] in {b"ftypheic", b"ftypheix", b"ftypmif1", b"ftypheif"}
        and b"avif" not in head[:64]
    ):
        raise PictureRefused(_("This is a HEIC photograph. Export it as JPEG or AVIF."))


def _size(picture: PIL.Image.Image) -> tuple[int, int]:
    width, height = picture.size
    if width < 1 or height < 1:
        raise _broken()
    return (height, width) if is_sideways(orientation_of(picture)) else (width, height)


def _refuse_large_whole(picture: PIL.Image.Image) -> None:
    """Refuse a picture that would need memory for all its pixels at once."""
    most = catalogue_settings().MAX_PIXELS_DECODED_WHOLE
    piecewise = picture.format in {"JPEG", "MPO", "PNG", "TIFF"} and not (
        picture.info.get("progressive") or picture.info.get("interlace")
    )
    if picture.width * picture.height > most and not piecewise:
        raise PictureRefused(
            _(
                "Above %(most)g megapixels, only TIFF, non-interlaced PNG and non-progressive JPEG are "
                "accepted. Save it as one of these."
            )
            % {"most": most / 1_000_000}
        )


def _look_at_pages(
    picture: PIL.Image.Image, read: _Read, size: tuple[int, int]
) -> tuple[int, int, tuple[FilePage, ...]]:
    """Pages or frames by their headers only: their number, the pixels of the largest, and those
    that are pages.

    Leaves the picture at the first. Raises PictureRefused if they are too many, or lie outside the
    file.
    """
    pixels = largest = picture.width * picture.height
    number, pages = 1, [FilePage(1, *size)]
    # The second picture of MPO is a preview or another view: the first is the photograph.
    if picture.format in _OF_PAGES:
        number = getattr(picture, "n_frames", 1)
        if number > MAX_FRAMES:
            raise PictureRefused(
                _("This file has more than %(most)d pages or frames. Split it.")
                % {"most": MAX_FRAMES}
            )
        if picture.format != "TIFF":
            pixels *= number
        else:
            _refuse_outside(picture, read)
            for place in range(1, number):
                picture.seek(place)
                _refuse_outside(picture, read)
                largest = max(largest, picture.width * picture.height)
                pixels += picture.width * picture.height
                if not getattr(picture, "tag_v2").get(_KIND, 0) & _NO_PAGE:  # noqa: B009 - untyped
                    pages.append(FilePage(place + 1, *picture.size))
            picture.seek(0)
    if pixels > catalogue_settings().MAX_PICTURE_PIXELS:
        raise too_many_pixels()
    return number, largest, tuple(pages)


def _refuse_outside(picture: PIL.Image.Image, read: _Read) -> None:
    """Refuse a page of a TIFF with bytes beyond the end of the file: it was truncated."""
    tags: Any = getattr(picture, "tag_v2")  # noqa: B009 - untyped
    for beginnings, lengths in zip(_BEGINNINGS, _LENGTHS, strict=True):
        for begins, long in zip(tags.get(beginnings) or (), tags.get(lengths) or (), strict=False):
            if begins + long > read.byte_size:
                raise _broken()


def _refuse_cut(form: str, size: tuple[int, int], read: _Read) -> None:
    """Refuse a file without an end, and a PNG that cannot contain its pixels, however well they compress.

    Cameras append more after the end mark, so it need not come last.
    """
    mark = _ENDS.get(form)
    if mark and read.ends.get(mark, 0) < read.byte_size // 2:
        raise _broken()
    if form == "PNG" and size[0] * size[1] / 8 > _DEFLATES_TO * read.byte_size:
        raise _broken()


def _decode(picture: PIL.Image.Image) -> None:
    """Decode every page or frame once. Raises PictureRefused if one is broken."""
    picture.draft(None, (1, 1))
    picture.load()
    if picture.format in _OF_PAGES:
        for page in range(1, getattr(picture, "n_frames", 1)):
            picture.seek(page)
            picture.load()


def _decode_apart(file: PictureFile, sha256: str, pages: int) -> None:
    """Have another process decode a large picture; it also writes the pyramid."""
    with _on_disk(file) as path:
        try:
            prove_by_pyramid(sha256, path, pages)
        except NotMade as refusal:
            raise _broken() from refusal
        except StillBeingMade as busy:
            raise PictureRefused(
                _("Other large pictures are being processed. Send this one again in a minute.")
            ) from busy


@contextmanager
def _on_disk(file: PictureFile) -> Iterator[Path]:
    """The file under a path on this machine, where it is or as a copy."""
    if hasattr(file, "temporary_file_path"):
        yield Path(file.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(prefix="picture-", dir=upload_folder()) as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy, _CHUNK)
        copy.flush()
        yield Path(copy.name)


@contextmanager
def _refused_when_broken() -> Iterator[None]:
    """The decoders raise many different errors; the person who sent the file reads one sentence."""
    try:
        yield
    except PictureRefused:
        raise
    except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning):
        raise too_many_pixels() from None
    except Exception as refusal:
        if isinstance(refusal, OSError) and refusal.errno is not None:
            # The disk of the catalogue failed, not the file: decoders' own errors have no number.
            raise
        raise _broken() from refusal


def _broken() -> PictureRefused:
    return PictureRefused(
        _(
            "This picture is damaged or incomplete. Save it again in an image editor and send that "
            "copy."
        )
    )
