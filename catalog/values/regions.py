"""Regions of a picture, in per cent of its width and height, so that they fit any size of it."""

from __future__ import annotations

import math
from dataclasses import dataclass


class RegionError(ValueError):
    """Numbers that are not a region of a picture."""


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle in per cent of the picture: left, top, width, height."""

    left: float
    top: float
    width: float
    height: float

    def __post_init__(self) -> None:
        numbers = (self.left, self.top, self.width, self.height)
        if not all(math.isfinite(number) for number in numbers):
            raise RegionError("A region is four percentages of the picture.")
        if self.width <= 0 or self.height <= 0:
            raise RegionError("A region needs a width and a height above 0 percent.")
        if self.left < 0 or self.top < 0:
            raise RegionError(
                "A region must begin inside the picture: left and top are at least 0 percent."
            )
        # Sums of decimals such as 33.3 + 66.7 may exceed 100 by a rounding error.
        if self.left + self.width > 100 + 1e-6 or self.top + self.height > 100 + 1e-6:
            raise RegionError(
                "A region must end inside the picture: left + width and top + height are at most 100."
            )
