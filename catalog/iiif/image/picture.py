"""The addresses of a record's picture, for templates and exports. Uses neither disk nor database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from catalog.iiif.image.rights import may_be_downloaded, size_for_public
from catalog.iiif.image.sizes import sizes_of
from catalog.models import Image
from catalog.uris import original_path, picture_path

#: The width of a picture on most pages; ``src`` is the first step that is not smaller.
_ON_A_PAGE: Final = 640


@dataclass(frozen=True, slots=True)
class Picture:
    """A held picture: paths of its widths, and its size in pixels as the public may see it."""

    src: str
    srcset: str
    width: int
    height: int
    thumbnail: str
    largest: str
    original: str | None
    alt: str
    #: What is to be read before the picture is shown; empty for most.
    notice: str = ""


def picture_of(image: Image) -> Picture | None:
    """The picture of an image record, or None if the archive holds no file of it.

    ``original`` is None if the rights do not let a visitor download it. ``alt`` falls back to the
    title. Whether the reader may see the record was decided when it was read (``visible_to``).
    """
    if not image.file or not image.width or not image.height:
        return None
    width, height = size_for_public(*image.shown_size, image.rights)
    sizes = sizes_of(width, height)
    paths = {step: picture_path(image.uuid, image.version, step) for step in sizes}
    on_a_page = next((step for step in sizes if step >= _ON_A_PAGE), max(sizes))
    return Picture(
        src=paths[on_a_page],
        srcset=", ".join(f"{paths[step]} {size[0]}w" for step, size in sizes.items()),
        width=width,
        height=height,
        thumbnail=paths[min(sizes)],
        largest=paths[max(sizes)],
        original=original_path(image.uuid) if may_be_downloaded(image) else None,
        alt=image.alternative_text or image.title,
        notice=image.content_notice,
    )
