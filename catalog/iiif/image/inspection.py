"""What a file is, told from its content: a picture with its facts, or the reason why it is refused."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import PIL.Image
from django.utils.translation import gettext as _

from catalog.conf import catalogue_settings
from catalog.iiif.image.capture import capture_of, colour_space_of
from catalog.iiif.image.one_maker import StillBeingMade
from catalog.iiif.image.pyramid_making import LARGE, NotMade, prove_by_pyramid
from catalog.iiif.image.reading import (
    FORMATS,
    PictureRefused,
    is_sideways,
    opened,
    orientation_of,
    too_many_pixels,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from catalog.iiif.image.reading import PictureFile

_CHUNK: Final = 1024 * 1024
#: So many bytes tell what a file is that is no picture.
_HEAD: Final = 1024
#: Pages of a TIFF or frames of an animation; each costs time however small it is.
MAX_FRAMES: Final = 1000
#: Scans of a progressive JPEG. Real ones have some ten; each one costs a pass over the whole picture.
MAX_SCANS: Final = 500
#: Formats whose every page or frame is looked at.
_OF_PAGES: Final = frozenset({"TIFF", "GIF", "WEBP", "AVIF"})
_START_OF_SCAN: Final = b"\xff\xda"


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """What the catalogue keeps about an original; width and height in pixels, as it is seen upright."""

    media_type: str
    suffix: str
    width: int
    height: int
    byte_size: int
    sha256: str
    #: Kind of colour, depth and profile, in words: "RGB, 8 bit, Adobe RGB (1998)".
    colour_space: str
    #: When it was made, as the camera's clock says, "1998-07-31T14:05:00"; empty when it does not.
    captured: str
    captured_with: str
    #: Pages of a TIFF, frames of an animation; the first is the picture.
    file_pages: int


def inspect_picture(file: PictureFile) -> PictureFacts:
    """Judge a file by its content, whatever its name says, and tell what it is.

    Reads ``file`` (seekable, binary) from its beginning and leaves it there. Every pixel is decoded once, so that a
    cut file is noticed today and not by a visitor: of a large picture by a process of its own, which writes the
    pyramid on the way. Raises PictureRefused with a sentence for the one who sent the file.
    """
    try:
        head, byte_size, sha256, scans = _read_through(file)
        _refuse_other_kinds(head)
        with opened(file) as picture:
            form = str(picture.format)
            size = _size(picture)
            if form in {"JPEG", "MPO"} and scans > MAX_SCANS:
                raise _broken()
            _refuse_large_whole(picture)
            about = (colour_space_of(picture), *capture_of(picture))
            with _refused_when_broken():
                pages, largest = _count_pages(picture)
                if largest < LARGE:
                    _decode(picture)
        if largest >= LARGE:
            _decode_apart(file, sha256, pages)
        return PictureFacts(*FORMATS[form], *size, byte_size, sha256, *about, pages)
    finally:
        file.seek(0)


def _read_through(file: PictureFile) -> tuple[bytes, int, str, int]:
    """First bytes, size, SHA-256 and number of JPEG scans; stops where the file is too large."""
    limit = catalogue_settings().MAX_PICTURE_BYTES
    too_large = PictureRefused(
        _("This file is larger than the %(most)d MB that are accepted. Send a smaller copy.")
        % {"most": limit // (1024 * 1024)}
    )
    if (getattr(file, "size", None) or 0) > limit:
        raise too_large
    file.seek(0)
    head, byte_size, scans, last = b"", 0, 0, b""
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        head = head or chunk[:_HEAD]
        byte_size += len(chunk)
        if byte_size > limit:
            raise too_large
        digest.update(chunk)
        scans += (last + chunk).count(_START_OF_SCAN)
        last = chunk[-1:]
    if not byte_size:
        raise PictureRefused(_("This file is empty. Save or send it again."))
    return head, byte_size, digest.hexdigest(), scans


def _refuse_other_kinds(head: bytes) -> None:
    """Name what people send most often instead of a picture."""
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
    """Refuse what would need memory for all its pixels at once."""
    most = catalogue_settings().MAX_PIXELS_DECODED_WHOLE
    piecewise = picture.format in {"JPEG", "MPO", "PNG", "TIFF"} and not (
        picture.info.get("progressive") or picture.info.get("interlace")
    )
    if picture.width * picture.height > most and not piecewise:
        raise PictureRefused(
            _(
                "Above %(most)g megapixels only TIFF, PNG that is not interlaced and JPEG that is not progressive are "
                "taken. Save it as one of these."
            )
            % {"most": most / 1_000_000}
        )


def _count_pages(picture: PIL.Image.Image) -> tuple[int, int]:
    """Pages or frames by their headers alone, and the pixels of the largest; leaves the picture at the first."""
    pixels = largest = picture.width * picture.height
    pages = 1
    # The second picture of MPO is a preview or another view: the first is the photograph.
    if picture.format in _OF_PAGES:
        pages = getattr(picture, "n_frames", 1)
        if pages > MAX_FRAMES:
            raise PictureRefused(
                _("This file has more than %(most)d pages or frames. Split it.")
                % {"most": MAX_FRAMES}
            )
        if picture.format != "TIFF":
            pixels *= pages
        elif pages > 1:
            for page in range(1, pages):
                picture.seek(page)
                largest = max(largest, picture.width * picture.height)
                pixels += picture.width * picture.height
            picture.seek(0)
    if pixels > catalogue_settings().MAX_PICTURE_PIXELS:
        raise too_many_pixels()
    return pages, largest


def _decode(picture: PIL.Image.Image) -> None:
    """Decode every page or frame once. Raises PictureRefused where one is broken."""
    picture.draft(None, (1, 1))
    picture.load()
    if picture.format in _OF_PAGES:
        for page in range(1, getattr(picture, "n_frames", 1)):
            picture.seek(page)
            picture.load()


def _decode_apart(file: PictureFile, sha256: str, pages: int) -> None:
    """Have another process decode a large picture; what it writes on the way is the pyramid."""
    with _on_disk(file) as path:
        try:
            prove_by_pyramid(sha256, path, pages)
        except NotMade as refusal:
            raise _broken() from refusal
        except StillBeingMade as busy:
            raise PictureRefused(
                _(
                    "Other large pictures are being read at the moment. Send this one again in a minute."
                )
            ) from busy


@contextmanager
def _on_disk(file: PictureFile) -> Iterator[Path]:
    """The file under a path of this machine, where it is or as a copy."""
    if hasattr(file, "temporary_file_path"):
        yield Path(file.temporary_file_path())
        return
    with tempfile.NamedTemporaryFile(prefix="picture-") as copy:
        file.seek(0)
        shutil.copyfileobj(file, copy, _CHUNK)
        copy.flush()
        yield Path(copy.name)


@contextmanager
def _refused_when_broken() -> Iterator[None]:
    """The decoders fail in their own many ways; the one who sent the file reads one sentence."""
    try:
        yield
    except PictureRefused:
        raise
    except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning):
        raise too_many_pixels() from None
    except Exception as refusal:
        raise _broken() from refusal


def _broken() -> PictureRefused:
    return PictureRefused(
        _(
            "This picture is broken or was cut off. Save it again in a picture program and send that."
        )
    )
