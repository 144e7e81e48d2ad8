"""What a request of the Image API asks for: parsed strictly, and converted to pixels. Touches no file.

Standard: IIIF Image API 3.0, section 4. Numbers are plain decimal ASCII digits: everything else
that Python's ``int`` and ``float`` accept (``+5``, ``5_0``, ``1e3``, ``nan``, digits of other
scripts) is refused.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Literal, get_args

Quality = Literal["default", "color", "gray", "bitonal"]
Format = Literal["jpg", "png", "webp"]

QUALITIES: Final[tuple[Quality, ...]] = get_args(Quality)
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
MEDIA_TYPES: Final[dict[Format, str]] = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
}
#: Formats that the standard knows and this service does not support (501); any other word is a mistake (400).
_OTHER_FORMATS: Final = frozenset({"tif", "gif", "jp2", "pdf"})

_WHOLE: Final = r"[0-9]+"
_DECIMAL: Final = r"[0-9]+(?:\.[0-9]+)?"
_PIXELS: Final = re.compile(rf"({_WHOLE}),({_WHOLE}),({_WHOLE}),({_WHOLE})")
_PER_CENT: Final = re.compile(rf"pct:({_DECIMAL}),({_DECIMAL}),({_DECIMAL}),({_DECIMAL})")
_SIZE: Final = re.compile(
    rf"(?P<up>\^?)(?:(?P<max>max)|pct:(?P<pct>{_DECIMAL})"
    rf"|(?P<confined>!)(?P<w1>{_WHOLE}),(?P<h1>{_WHOLE})|(?P<w>{_WHOLE}),(?P<h>{_WHOLE})?|,(?P<h2>{_WHOLE}))"
)
_ROTATION: Final = re.compile(rf"(!?)({_DECIMAL})")
_LAST: Final = re.compile(r"([a-z]+)\.([a-z0-9]+)")
#: Longer numbers mean nothing; reading them digit by digit would only cost time.
_DIGITS: Final = 18
#: Pixels of an answer that is never too large.
_SMALL: Final = 500_000
#: Nobody needs a longer request, and none is read.
LONGEST: Final = 400


class WrongRequest(Exception):
    """A request that cannot be answered with a picture; ``status`` is its HTTP status."""

    def __init__(self, text: str, status: int = 400) -> None:
        super().__init__(text)
        self.status = status


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest picture that is sent: pixels of its longer side, and pixels altogether."""

    side: int
    area: int

    def allow(self, width: int, height: int) -> bool:
        """Whether a picture of this size is sent."""
        return width <= self.side and height <= self.side and width * height <= self.area

    def within(self, width: int, height: int) -> tuple[int, int]:
        """The largest size of the same shape that is sent."""
        if self.allow(width, height):
            return width, height
        scale = min(self.side / width, self.side / height, math.sqrt(self.area / (width * height)))
        return max(1, int(width * scale)), max(1, int(height * scale))


@dataclass(frozen=True, slots=True)
class Wanted:
    """One picture, in pixels: the region of the whole, its final size, and what is then done to it."""

    left: int
    top: int
    region_width: int
    region_height: int
    width: int
    height: int
    mirrored: bool
    #: Clockwise, from 0 to below 360.
    degrees: Fraction
    #: "color" is the default, so it is called that.
    quality: Quality
    format: Format
    #: The canonical form of the request (section 4.7): all spellings of a picture share it.
    canonical: str


def wanted(request: str, width: int, height: int, limits: Limits) -> Wanted:
    """Parse ``region/size/rotation/quality.format`` for a picture of ``width`` × ``height``.

    Raises WrongRequest, with the status that the standard requires, before any pixel is touched.
    """
    if len(request) > LONGEST:
        raise WrongRequest("This request is too long. Shorten its numbers.", 414)
    parts = request.split("/")
    if len(parts) != 4:
        raise WrongRequest("Write the request as region/size/rotation/quality.format.")
    left, top, region_width, region_height = _region(parts[0], width, height)
    out_width, out_height = _size(parts[1], region_width, region_height, limits)
    mirrored, degrees = _rotation(parts[2])
    _within_when_turned(out_width, out_height, degrees, limits)
    quality, form = _quality_and_format(parts[3])
    is_full = (region_width, region_height) == (width, height)
    is_max = (out_width, out_height) == limits.within(region_width, region_height)
    region = "full" if is_full else f"{left},{top},{region_width},{region_height}"
    size = "max" if is_max else f"{out_width},{out_height}"
    turn = f"{'!' if mirrored else ''}{_shortest(degrees)}"
    return Wanted(
        left, top, region_width, region_height, out_width, out_height, mirrored, degrees, quality, form,
        canonical=f"{region}/{size}/{turn}/{quality}.{form}",
    )  # fmt: skip


def _region(text: str, width: int, height: int) -> tuple[int, int, int, int]:
    if text == "full":
        return 0, 0, width, height
    if text == "square":
        side = min(width, height)
        return (width - side) // 2, (height - side) // 2, side, side
    if match := _PIXELS.fullmatch(text):
        left, top, right, bottom = (_whole(number) for number in match.groups())
        right, bottom = left + right, top + bottom
    elif match := _PER_CENT.fullmatch(text):
        x, y, w, h = (_decimal(number) / 100 for number in match.groups())
        left, top = round(x * width), round(y * height)
        right, bottom = round((x + w) * width), round((y + h) * height)
        # A fraction of a pixel is that pixel, as long as something was asked for.
        if w and x < 1:
            left, right = min(left, width - 1), max(right, min(left, width - 1) + 1)
        if h and y < 1:
            top, bottom = min(top, height - 1), max(bottom, min(top, height - 1) + 1)
    else:
        raise WrongRequest(
            "The region is full, square, x,y,w,h in pixels, or pct:x,y,w,h, in plain decimal digits."
        )
    if left >= width or top >= height:
        raise WrongRequest(f"The region is outside the picture of {width} × {height} pixels.")
    if right <= left or bottom <= top:
        raise WrongRequest("The region has no width or no height.")
    return left, top, min(right, width) - left, min(bottom, height) - top


def _size(text: str, width: int, height: int, limits: Limits) -> tuple[int, int]:
    match = _SIZE.fullmatch(text)
    if match is None:
        raise WrongRequest(
            "The size is max, w, ,h w,h !w,h or pct:n, in plain decimal digits. (“full” ended with version 2.)"
        )
    if match["up"]:
        raise WrongRequest("This service does not enlarge: omit the ^.", 501)
    if match["max"]:
        return limits.within(width, height)
    if match["confined"]:
        most_wide, most_high = _whole(match["w1"]), _whole(match["h1"])
        if not most_wide or not most_high:
            raise WrongRequest("A picture has at least one pixel.")
        wide, high = limits.within(width, height)
        # One scale for both sides, so that the shape is kept as far as whole pixels can.
        scale = min(
            Fraction(1), Fraction(most_wide, width), Fraction(most_high, height)
        )  # fmt: skip
        confined = max(1, round(width * scale)), max(1, round(height * scale))
        return confined if limits.allow(*confined) else (wide, high)
    if match["pct"]:
        share = _decimal(match["pct"]) / 100
        if not share:
            raise WrongRequest("A picture has at least one pixel.")
        if share > 1:
            raise WrongRequest("This service does not enlarge: ask for at most pct:100.")
        size = max(1, round(width * share)), max(1, round(height * share))
    elif match["w"] and match["h"]:
        size = _whole(match["w"]), _whole(match["h"])
    elif match["w"]:
        size = _whole(match["w"]), max(1, round(Fraction(height * _whole(match["w"]), width)))
    else:
        size = max(1, round(Fraction(width * _whole(match["h2"]), height))), _whole(match["h2"])
    if not size[0] or not size[1]:
        raise WrongRequest("A picture has at least one pixel.")
    if size[0] > width or size[1] > height:
        raise WrongRequest(
            f"The region has {width} × {height} pixels and is not enlarged: ask for less."
        )
    if not limits.allow(*size):
        wide, high = limits.within(width, height)
        raise WrongRequest(f"This region is given out with at most {wide} × {high} pixels.")
    return size


def _rotation(text: str) -> tuple[bool, Fraction]:
    match = _ROTATION.fullmatch(text)
    degrees = _decimal(match[2]) if match else Fraction(361)
    if match is None or degrees > 360:
        raise WrongRequest(
            "The rotation is a number of degrees from 0 to 360, with ! before it to mirror first."
        )
    return bool(match[1]), degrees % 360


def _within_when_turned(width: int, height: int, degrees: Fraction, limits: Limits) -> None:
    """A rotated picture needs a larger canvas, to which the limits also apply."""
    if degrees % 90 == 0:
        return
    sine, cosine = abs(math.sin(math.radians(degrees))), abs(math.cos(math.radians(degrees)))
    wide = math.ceil(width * cosine + height * sine) + 1
    high = math.ceil(width * sine + height * cosine) + 1
    if not limits.allow(wide, high) and wide * high > _SMALL:
        raise WrongRequest(
            f"Turned by these degrees it would have {wide} × {high} pixels: ask for a smaller size."
        )


def _quality_and_format(text: str) -> tuple[Quality, Format]:
    match = _LAST.fullmatch(text)
    if match is None:
        raise WrongRequest("Write quality and format as default.jpg.")
    quality = next((known for known in QUALITIES if known == match[1]), None)
    if quality is None:
        raise WrongRequest(f"The quality is one of {', '.join(QUALITIES)}.")
    form = next((known for known in FORMATS if known == match[2]), None)
    if form is None:
        status = 501 if match[2] in _OTHER_FORMATS else 400
        raise WrongRequest(f"The format is one of {', '.join(FORMATS)}.", status)
    return "default" if quality == "color" else quality, form


def _whole(digits: str) -> int:
    return int(digits) if len(digits) <= _DIGITS else 10**_DIGITS


def _decimal(text: str) -> Fraction:
    whole, _, part = text.partition(".")
    part = part[:_DIGITS]
    return _whole(whole) + Fraction(int(part or "0"), 10 ** len(part))


def _shortest(number: Fraction) -> str:
    """A decimal without trailing zeros, as short as possible."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.10f}".rstrip("0").rstrip(".")
