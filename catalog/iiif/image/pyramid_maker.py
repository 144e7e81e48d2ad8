"""A program of its own: decodes one original and writes its pyramid, in a process that ends with it.

    python pyramid_maker.py ORIGINAL PYRAMID TURN [--pages=N] [--delete-original]

Originals come from outside. Whatever a damaged or hostile one does to a decoder, it does here: to no worker,
with bounded memory and time. It imports nothing of the catalogue, so that it starts in a blink. It ends with 0, or
with 1 and a sentence on stderr. With --pages it decodes the other pages as well, and fails where one is broken.

The pyramid is a BigTIFF of 512-pixel tiles: upright, turned by TURN more degrees, in sRGB with eight bits, bare of
metadata. Without transparency its tiles are JPEG, which go out to browsers as they stand; else they are lossless.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from pathlib import Path

#: Bytes of address space and seconds of processor time; far above what a picture of the largest size takes.
MOST_MEMORY = 24 * 1024**3
MOST_SECONDS = 1800
#: What libvips decodes whole stays in memory up to so many bytes, and goes through a file beyond.
DISC_THRESHOLD = "64m"
QUALITY = 87
TILE = 512

os.environ.setdefault("VIPS_DISC_THRESHOLD", DISC_THRESHOLD)
os.environ.setdefault("VIPS_CONCURRENCY", str(min(4, os.cpu_count() or 1)))

import pyvips  # noqa: E402 - libvips reads its limits from the environment when it is loaded


def main() -> int:
    """Make the pyramid, whole or not at all."""
    original, pyramid, turn = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    pages = max((int(w[8:]) for w in sys.argv if w.startswith("--pages=")), default=1)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pyvips.cache_set_max(0)
    aside = pyramid.with_name(f".{pyramid.name}.{os.getpid()}.part")
    try:
        for page in range(1, pages):
            opened(original, page=page).avg()
        write(seen(original, turn), aside)
        aside.replace(pyramid)
    except (pyvips.Error, OSError) as fault:
        sys.stderr.write(" ".join(str(fault).split())[:500])
        return 1
    finally:
        aside.unlink(missing_ok=True)
        if "--delete-original" in sys.argv:
            original.unlink(missing_ok=True)
    return 0


def seen(original: Path, turn: int) -> pyvips.Image:
    """The first page or frame as it is to be seen: upright, turned, sRGB or grey, eight bits."""
    try:
        picture = opened(original)
    except pyvips.Error as fault:
        picture = lab_by_pillow(original, fault)
    else:
        if orientation(picture) > 1 or turn:
            # Its last row may come first: it cannot be read from top to bottom alone.
            picture = opened(original, access="random")
        picture = without_opaque_alpha(eight_bit_srgb(picture, original), original).autorot()
    return picture.rot(f"d{turn}") if turn else picture


def opened(original: Path, access: str = "sequential", page: int = 0) -> pyvips.Image:
    """A page of the original, of which a cut or broken part is an error."""
    options = {"page": page} if page else {}
    return pyvips.Image.new_from_file(str(original), access=access, fail_on="error", **options)


def orientation(picture: pyvips.Image) -> int:
    """EXIF orientation, 1 to 8."""
    return int(picture.get("orientation")) if picture.get_typeof("orientation") else 1


def eight_bit_srgb(picture: pyvips.Image, original: Path) -> pyvips.Image:
    """By the picture's own profile where it fits, else by the usual meaning of its numbers."""
    if picture.interpretation in {"lab", "labs", "labq"}:
        return picture.colourspace("srgb").cast("uchar")
    if picture.format not in {"uchar", "ushort"}:
        return stretched(picture, original)
    if picture.get_typeof("icc-profile-data"):
        with contextlib.suppress(pyvips.Error):
            return picture.icc_transform("srgb", embedded=True, intent="relative", depth=8)
    if picture.interpretation == "cmyk":
        return from_cmyk(picture)
    if picture.interpretation in {"b-w", "srgb"} and picture.format == "uchar":
        return picture
    if picture.interpretation in {"grey16", "b-w"}:
        return picture.colourspace("b-w").cast("uchar")
    return picture.colourspace("srgb").cast("uchar")


def stretched(picture: pyvips.Image, original: Path) -> pyvips.Image:
    """Measurements instead of brightness: the least is black, the most is white."""
    least, most = opened(original).min(), opened(original).max()
    scale = 255 / (most - least) if most > least else 1
    grey = picture.linear(scale, -least * scale).cast("uchar")
    return grey.copy(interpretation="b-w" if grey.bands < 3 else "srgb")


def from_cmyk(picture: pyvips.Image) -> pyvips.Image:
    """Inks without a profile: each takes away its share of the light."""
    key = picture[3].linear(-1, 255)
    light = [(picture[band].linear(-1, 255) * key).linear(1 / 255, 0) for band in range(3)]
    return light[0].bandjoin(light[1:]).cast("uchar").copy(interpretation="srgb")


def without_opaque_alpha(picture: pyvips.Image, original: Path) -> pyvips.Image:
    """Many programs write an alpha channel that hides nothing; then the pyramid can do without."""
    if not picture.hasalpha():
        return picture
    alpha = opened(original)
    full = {"uchar": 255, "ushort": 65535}.get(alpha.format, 1)
    return picture.flatten() if alpha[alpha.bands - 1].min() >= full else picture


def lab_by_pillow(original: Path, fault: pyvips.Error) -> pyvips.Image:
    """A TIFF in CIELAB, of which the reader of libvips knows not every kind. Raises ``fault`` for any other file."""
    import PIL.Image
    from PIL import ImageCms

    try:
        with PIL.Image.open(original, formats=["TIFF"]) as file:
            if file.mode != "LAB":
                raise fault
            lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
            picture = ImageCms.profileToProfile(file, lab, srgb, outputMode="RGB")
    except (OSError, ImageCms.PyCMSError, PIL.Image.DecompressionBombError):
        raise fault from None
    if picture is None:
        raise fault
    whole = pyvips.Image.new_from_memory(
        picture.tobytes(), picture.width, picture.height, 3, "uchar"
    )
    return whole.copy(interpretation="srgb")


def write(picture: pyvips.Image, place: Path) -> None:
    """The tiled pyramid."""
    kind = (
        {"compression": "deflate", "predictor": "horizontal"}
        if picture.hasalpha()
        else {"compression": "jpeg", "Q": QUALITY}
    )
    picture.tiffsave(
        str(place), tile=True, pyramid=True, tile_width=TILE, tile_height=TILE, bigtiff=True, keep="none", **kind
    )  # fmt: skip
    with place.open("rb") as file:
        os.fsync(file.fileno())


if __name__ == "__main__":
    sys.exit(main())
