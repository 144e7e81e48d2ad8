"""The widths in which pictures are kept and shown: arithmetic that touches no file."""

from __future__ import annotations

from typing import Final

#: The widths of derivatives, in pixels.
STEPS: Final[tuple[int, ...]] = (240, 480, 960, 1600, 2400)
#: Neither WebP nor the browsers' decoders accept a longer side.
LONGEST_SIDE: Final = 16_383


def sizes_of(width: int, height: int) -> dict[int, tuple[int, int]]:
    """The steps in which a picture of ``width`` × ``height`` is kept, each with its real size in pixels.

    Nothing is ever enlarged: the first step that is at least as wide as the picture keeps its
    width, and is the last.

    >>> sizes_of(900, 600)
    {240: (240, 160), 480: (480, 320), 960: (900, 600)}
    """
    sizes: dict[int, tuple[int, int]] = {}
    for step in STEPS:
        scale = min(1.0, step / width, LONGEST_SIDE / height)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        if size not in sizes.values():
            sizes[step] = size
    return sizes
