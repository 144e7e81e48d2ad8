"""What a file says about its colours and about when it was made. Decodes no pixel."""

from __future__ import annotations

import re
from contextlib import suppress
from io import BytesIO
from typing import Any, Final

import PIL.Image
from PIL import ImageCms

_MODES: Final = {
    "1": "Black and white",
    "L": "Grey",
    "LA": "Grey with transparency",
    "I": "Grey",
    "F": "Measurements",
    "P": "Palette",
    "PA": "Palette with transparency",
    "RGBA": "RGB with transparency",
    "LAB": "CIELAB",
}
_BITS: Final = {"1": 1, "I": 32, "F": 32}
#: Tags of EXIF and TIFF.
_EXIF, _TAKEN, _MAKE, _MODEL, _BITS_A_SAMPLE = 0x8769, 0x9003, 0x010F, 0x0110, 258
_MOMENT: Final = re.compile(
    r"(\d{4}):(0[1-9]|1[0-2]):(0[1-9]|[12]\d|3[01])[ T]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)", re.ASCII
)  # fmt: skip
_LONGEST: Final = 120


def colour_space_of(picture: PIL.Image.Image) -> str:
    """Kind of colour, depth and profile in words: ``RGB, 8 bit, Adobe RGB (1998)``."""
    mode = "I" if picture.mode.startswith("I;16") else picture.mode
    words = [_MODES.get(mode, mode), f"{_bits(picture)} bit"]
    with suppress(Exception):  # a profile may be broken in any way, and the picture good
        profile = ImageCms.ImageCmsProfile(BytesIO(picture.info["icc_profile"]))
        words.append(ImageCms.getProfileDescription(profile))
    return _plain(", ".join(words))


def capture_of(picture: PIL.Image.Image) -> tuple[str, str]:
    """When the file was made, by the clock of the camera or scanner, and by which device. Empty if
    it does not say.
    """
    try:
        # Not the override of PNG, which decodes every pixel to look for metadata after them.
        tags = PIL.Image.Image.getexif(picture)
        taken, make, model = tags.get_ifd(_EXIF).get(_TAKEN), tags.get(_MAKE), tags.get(_MODEL)
    except Exception:  # metadata may be broken in any way, and the picture good
        return "", ""
    match = _MOMENT.fullmatch(_plain(taken))
    moment = "{}-{}-{}T{}:{}:{}".format(*match.groups()) if match else ""
    make, model = _plain(make), _plain(model)
    return moment, model if model.startswith(make) else _plain(f"{make} {model}")


def _bits(picture: PIL.Image.Image) -> int:
    if picture.mode.startswith("I;16"):
        return 16
    tags: Any = getattr(picture, "tag_v2", {})
    with suppress(Exception):
        return int(tags[_BITS_A_SAMPLE][0])
    # Pillow reads deep PNG into eight bits, and shows this only in the raw mode.
    with suppress(Exception):
        if "16" in str(getattr(picture, "tile")[0][3]):  # noqa: B009 - untyped
            return 16
    return _BITS.get(picture.mode, 8)


def _plain(text: Any) -> str:
    """Text from a file as one line of printable characters."""
    if not isinstance(text, str):
        return ""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:_LONGEST]
