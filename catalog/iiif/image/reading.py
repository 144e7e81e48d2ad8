"""Opens pictures by their content, within the limits of the settings, and turns them upright."""

from __future__ import annotations

from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Any, Final

import PIL.Image
from django.utils.translation import gettext as _
from PIL.Image import Transpose

from catalog.conf import catalogue_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.core.files import File

    PictureFile = IO[bytes] | File[bytes]

#: Formats that are accepted, by Pillow's name: media type and suffix. MPO is JPEG with a second view.
FORMATS: Final[dict[str, tuple[str, str]]] = {
    "JPEG": ("image/jpeg", ".jpg"),
    "MPO": ("image/jpeg", ".jpg"),
    "PNG": ("image/png", ".png"),
    "TIFF": ("image/tiff", ".tif"),
    "WEBP": ("image/webp", ".webp"),
    "AVIF": ("image/avif", ".avif"),
    "GIF": ("image/gif", ".gif"),
}
_ASKED: Final = ("JPEG", "PNG", "TIFF", "WEBP", "AVIF", "GIF")
_ORIENTATION: Final = 0x0112
#: What each EXIF orientation requires (TIFF 6.0, tag 274); 1 is upright.
_TURNS: Final[dict[int, Transpose]] = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
#: Pillow counts anticlockwise.
_CLOCKWISE: Final = {
    90: Transpose.ROTATE_270,
    180: Transpose.ROTATE_180,
    270: Transpose.ROTATE_90,
}
_SIDEWAYS: Final = frozenset({5, 6, 7, 8})


class PictureRefused(ValueError):
    """A file that is not accepted as a picture. The text tells the sender why, and what to do."""


@contextmanager
def opened(file: PictureFile) -> Iterator[PIL.Image.Image]:
    """The picture in ``file`` with its header read and checked, and no pixel decoded yet.

    ``file`` must be seekable; it stays open. Raises PictureRefused for anything that is not a
    picture of the accepted formats, and for more pixels than ``CATALOG["MAX_PICTURE_PIXELS"]``.
    """
    limit = catalogue_settings().MAX_PICTURE_PIXELS
    # Pillow's own guard follows the setting; it also watches for frames that are larger than the first one.
    PIL.Image.MAX_IMAGE_PIXELS = limit
    file.seek(0)
    try:
        picture = PIL.Image.open(file, formats=_ASKED)
    except (PIL.Image.DecompressionBombError, PIL.Image.DecompressionBombWarning):
        raise too_many_pixels() from None
    except Exception as refusal:  # damaged headers make the readers raise many different errors
        raise PictureRefused(
            _("This is not a picture, or it is damaged. Send JPEG, PNG, TIFF, WebP, AVIF or GIF.")
        ) from refusal
    with picture:
        if picture.width * picture.height > limit:
            raise too_many_pixels(picture.width, picture.height)
        yield picture


def too_many_pixels(width: int = 0, height: int = 0) -> PictureRefused:
    """The refusal of a picture that is too large to be decoded."""
    most = catalogue_settings().MAX_PICTURE_PIXELS / 1_000_000
    if not width:
        return PictureRefused(
            _("This picture has more than %(most)g megapixels. Send a smaller copy.")
            % {"most": most}
        )
    return PictureRefused(
        _(
            "This picture has %(width)d × %(height)d pixels, more than %(most)g megapixels. Send a smaller copy."
        )
        % {"width": width, "height": height, "most": most}
    )


def orientation_of(picture: PIL.Image.Image) -> int:
    """The EXIF orientation, 1 to 8, that still has to be applied. Ask before the pixels are decoded."""
    if picture.format == "TIFF":
        return 1  # Pillow rotates TIFF itself, including its size
    try:
        # Not the override of PNG, which decodes every pixel to look for metadata after them.
        tag: Any = PIL.Image.Image.getexif(picture).get(_ORIENTATION, 1)
    except Exception:  # metadata may be broken in any way, and the picture good
        return 1
    return tag if tag in _TURNS else 1


def is_sideways(orientation: int) -> bool:
    """Whether an orientation exchanges width and height."""
    return orientation in _SIDEWAYS


def turned_upright(picture: PIL.Image.Image, orientation: int) -> PIL.Image.Image:
    """The picture as it is meant to be seen."""
    turn = _TURNS.get(orientation)
    return picture if turn is None else picture.transpose(turn)


def turned_clockwise(picture: PIL.Image.Image, degrees: int) -> PIL.Image.Image:
    """The picture rotated by 0, 90, 180 or 270 degrees."""
    turn = _CLOCKWISE.get(degrees)
    return picture if turn is None else picture.transpose(turn)
