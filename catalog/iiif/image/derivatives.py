"""Smaller copies of originals, for pages: fixed widths, WebP, sRGB, upright, without any metadata.

They are derived: named after the hash of their original, made when first needed (or by ``manage.py
derivatives build``), and can be deleted at any time. Originals and derivatives are read through
Django's storage, as streams, so that neither needs to be on a local disk.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

import PIL.Image
from PIL import ImageCms
from PIL.Image import Resampling

from catalog.iiif.image.engine import whole
from catalog.iiif.image.one_maker import one_maker
from catalog.iiif.image.pyramid import place_of, refusal_place
from catalog.iiif.image.pyramid_making import LARGE, PATIENCE, NotMade, made_pyramid
from catalog.iiif.image.reading import (
    is_sideways,
    opened,
    orientation_of,
    turned_clockwise,
    turned_upright,
)
from catalog.iiif.image.rights import size_for_public
from catalog.iiif.image.sizes import sizes_of
from catalog.iiif.image.whole_file import write_whole
from catalog.models import Image

if TYPE_CHECKING:
    from pathlib import Path

    from django.core.files import File

    from catalog.iiif.image.pyramid import Pyramid

#: Bytes that a page can afford for a picture of each width. Quality is lowered to meet them, but
#: never below the last.
_WEIGHTS: Final[dict[int, int]] = {
    240: 14_000,
    480: 32_000,
    960: 60_000,
    1600: 180_000,
    2400: 400_000,
}
_QUALITIES: Final = (88, 76, 64, 52)
#: A drawing with flat colours has at most this many.
_FLAT: Final = 256


def derivative_name(key: str, size: tuple[int, int]) -> str:
    """Where the storage keeps what is derived from an original (``Image.derived_key``) in a size."""
    return f"derivatives/{key[:2]}/{key}-{size[0]}x{size[1]}.webp"


def sizes_of_picture(image: Image) -> dict[int, tuple[int, int]]:
    """The steps in which a held picture is shown to the public, each with its size in pixels."""
    if not image.width or not image.height:
        return {}
    return sizes_of(*size_for_public(*image.shown_size, image.rights))


def missing_derivatives(image: Image) -> list[int]:
    """The steps of a held picture that have not been made yet."""
    storage = image.file.storage
    return [
        step
        for step, size in sizes_of_picture(image).items()
        if not storage.exists(derivative_name(image.derived_key, size))
    ]


def open_derivative(image: Image, step: int) -> File[Any]:
    """A derivative of a held picture, open for reading; made now if nobody has asked for it before.

    ``step`` must be one of ``sizes_of_picture``. Raises NotMade and StillBeingMade.
    """
    name = derivative_name(image.derived_key, sizes_of_picture(image)[step])
    try:
        return image.file.storage.open(name)
    except FileNotFoundError:
        make_derivatives(image)
    return image.file.storage.open(name)


def make_derivatives(image: Image) -> int:
    """Make what is missing of a held picture, from one decoding of its original; returns how many
    were made.

    Only one process at a time makes those of a picture; others wait and then find them. Raises
    StillBeingMade if that takes too long, NotMade if the original is missing or cannot be read.
    """
    steps = missing_derivatives(image)
    pyramid = pyramid_of_image(image) if steps and is_large(image) else None
    with one_maker(image.derived_key):
        steps = missing_derivatives(image)
        if steps:
            _make(image, steps, pyramid)
        return len(steps)


def derived_files(image: Image) -> set[str | Path]:
    """What may be in the storage (names) and on this machine (paths) because of a held picture."""
    key = image.derived_key
    names = {derivative_name(key, size) for size in sizes_of_picture(image).values()}
    # An upload checks a large original by making a pyramid, before anybody rotates it.
    return {*names, place_of(key), place_of(image.sha256), refusal_place(key)}


def is_large(image: Image) -> bool:
    """Whether widths are made from the pyramid: if the file is too large for a worker, or another
    page than its first is shown.
    """
    return (image.width or 0) * (image.height or 0) >= LARGE or (image.file_page or 1) > 1


def pyramid_of_image(image: Image, patience: float | None = PATIENCE) -> Pyramid:
    """The pyramid of a held picture; made now if it does not exist. Raises NotMade and StillBeingMade.

    ``patience`` is in seconds; None waits until it is made.
    """
    try:
        return made_pyramid(
            image.derived_key,
            storage=image.file.storage,
            name=str(image.file.name),
            turn=image.rotation,
            page=image.file_page or 1,
            pixels=(image.width or 0) * (image.height or 0),
            patience=patience,
        )
    except NotMade as refusal:
        raise NotMade(f"{image.identifier}: {refusal}") from refusal


def _make(image: Image, steps: list[int], pyramid: Pyramid | None) -> None:
    sizes = sizes_of_picture(image)
    storage = image.file.storage
    try:
        if pyramid is not None:
            largest = whole(pyramid, sizes[max(steps)])
        else:
            with storage.open(str(image.file.name)) as file:
                largest = _upright_srgb(file, sizes[max(steps)], image.rotation)
    except Exception as refusal:  # readers of damaged files raise many different errors
        raise NotMade(f"{image.identifier}: {image.file.name}: {refusal}") from refusal
    for step in sorted(steps, reverse=True):
        copy = largest
        if copy.size != sizes[step]:
            copy = largest.resize(sizes[step], Resampling.LANCZOS, reducing_gap=3.0)
        write_whole(storage, derivative_name(image.derived_key, sizes[step]), _webp(copy, step))


def _upright_srgb(file: Any, size: tuple[int, int], turn: int) -> PIL.Image.Image:
    """The picture in ``file``, upright, then rotated, of size ``size``, in sRGB, and without metadata."""
    with opened(file) as picture:
        orientation = orientation_of(picture)
        sideways = is_sideways(orientation) != bool(turn % 180)
        stored_size = size[::-1] if sideways else size
        # A JPEG is decoded at a half, a quarter or an eighth if that is large enough.
        picture.draft(None, stored_size)
        profile = picture.info.get("icc_profile")
        plain = _eight_bits(picture)
        if plain.size != stored_size:
            plain = plain.resize(stored_size, Resampling.LANCZOS, reducing_gap=3.0)
        bare = turned_clockwise(turned_upright(_srgb(plain, profile), orientation), turn)
    bare.info.clear()
    return bare


def _eight_bits(picture: PIL.Image.Image) -> PIL.Image.Image:
    """The pixels in a mode that can be scaled smoothly: grey, RGB, CMYK or LAB, eight bits, or RGBA."""
    if picture.mode.startswith("I;16"):
        return picture.convert("I").point(lambda value: value * (1 / 257)).convert("L")
    if picture.mode in {"I", "F"}:
        lowest, highest = (float(value) for value in picture.getextrema())  # type: ignore[arg-type]
        scale = 255 / (highest - lowest) if highest > lowest else 1.0
        offset = -lowest * scale
        return picture.convert("F").point(lambda value: value * scale + offset).convert("L")
    if picture.has_transparency_data:
        return picture.convert("RGBA")
    if picture.mode == "1":
        return picture.convert("L")
    if picture.mode in {"L", "RGB", "CMYK", "LAB"}:
        picture.load()
        return picture
    return picture.convert("RGB")


def _srgb(picture: PIL.Image.Image, profile: bytes | None) -> PIL.Image.Image:
    """The picture in sRGB: by its ICC profile if that fits its pixels, otherwise by the usual
    meaning of the mode.
    """
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    if profile:
        try:
            converted = ImageCms.profileToProfile(
                picture,
                ImageCms.ImageCmsProfile(BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
                outputMode=mode,
            )
        except (ImageCms.PyCMSError, OSError, ValueError):
            converted = None  # a profile for another kind of picture, or a broken one: useless
        if converted is not None:
            return converted
    if picture.mode == "LAB":
        transform = ImageCms.buildTransform(
            ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB"), "LAB", "RGB"
        )
        return transform.apply(picture)
    return picture.convert(mode)


def _webp(picture: PIL.Image.Image, step: int) -> bytes:
    """The picture as WebP, in the best quality that the weight of its width allows."""
    best = b""
    for quality in _QUALITIES:
        best = _encoded(picture, quality=quality, method=5 if step <= 960 else 4)
        if len(best) <= _WEIGHTS[step]:
            break
    if picture.getcolors(_FLAT) is not None:
        # A drawing of few colours that was not scaled is smaller without any loss than with it.
        best = min(best, _encoded(picture, lossless=True, method=4), key=len)
    return best


def _encoded(picture: PIL.Image.Image, **options: Any) -> bytes:
    kept = BytesIO()
    picture.save(kept, "WEBP", **options)
    return kept.getvalue()
