"""What a file is, told from its content: a picture with its facts, or the reason why it is refused."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import PIL.Image
from django.utils.translation import gettext as _

from catalog.conf import catalogue_settings
from catalog.iiif.image.reading import (
    FORMATS,
    PictureRefused,
    is_sideways,
    opened,
    orientation_of,
    too_many_pixels,
)

if TYPE_CHECKING:
    from catalog.iiif.image.reading import PictureFile

_CHUNK: Final = 1024 * 1024
#: So many bytes tell what a file is that is no picture.
_HEAD: Final = 1024
#: Pages of a TIFF or frames of an animation; each costs time however small it is.
MAX_FRAMES: Final = 1000
#: Scans of a progressive JPEG. Real ones have some ten; each one costs a pass over the whole picture.
MAX_SCANS: Final = 500
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


def inspect_picture(file: PictureFile) -> PictureFacts:
    """Judge a file by its content, whatever its name says, and tell what it is.

    Reads ``file`` (seekable, binary) from its beginning and leaves it there. Every pixel is decoded
    once, so that a cut file is noticed today and not by a visitor; a JPEG at an eighth of its size, other
    formats at most four bytes a pixel of ``CATALOG["MAX_PICTURE_PIXELS"]``.
    Raises PictureRefused with a sentence for the one who sent the file.
    """
    try:
        head, byte_size, sha256, scans = _read_through(file)
        _refuse_other_kinds(head)
        with opened(file) as picture:
            facts = _facts(picture, byte_size, sha256)
            if facts.media_type == "image/jpeg" and scans > MAX_SCANS:
                raise _broken()
            _decode(picture)
        return facts
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


def _facts(picture: PIL.Image.Image, byte_size: int, sha256: str) -> PictureFacts:
    media_type, suffix = FORMATS[str(picture.format)]
    width, height = picture.size
    if width < 1 or height < 1:
        raise _broken()
    if is_sideways(orientation_of(picture)):
        width, height = height, width
    return PictureFacts(media_type, suffix, width, height, byte_size, sha256)


def _decode(picture: PIL.Image.Image) -> None:
    """Decode every page or frame once. Raises PictureRefused where one is broken or they are too many."""
    pixels, frame = 0, 0
    try:
        while True:
            pixels += picture.width * picture.height
            if pixels > catalogue_settings().MAX_PICTURE_PIXELS:
                raise too_many_pixels()
            if frame == 0:
                picture.draft(None, (1, 1))
            picture.load()
            frame += 1
            # The second picture of MPO is a preview or another view: the first is the photograph.
            if picture.format not in {"TIFF", "GIF", "WEBP", "AVIF"}:
                return
            if frame >= MAX_FRAMES:
                raise PictureRefused(
                    _("This file has more than %(most)d pages or frames. Split it.")
                    % {"most": MAX_FRAMES}
                )
            try:
                picture.seek(frame)
            except EOFError:
                return
    except PictureRefused:
        raise
    except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning):
        raise too_many_pixels() from None
    except Exception as refusal:  # the decoders fail in their own many ways
        raise _broken() from refusal


def _broken() -> PictureRefused:
    return PictureRefused(
        _(
            "This picture is broken or was cut off. Save it again in a picture program and send that."
        )
    )
