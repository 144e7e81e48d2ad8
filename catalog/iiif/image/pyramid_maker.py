"""A separate program that decodes one original and writes its pyramid, in a process that ends with it.

    python pyramid_maker.py ORIGINAL PYRAMID TURN [--page=N] [--pages=N] [--leave-word] [--delete-original]

Originals come from outside. Whatever a damaged or hostile one does to a decoder, it does here and
not in a worker, with bounded memory and time. The program imports nothing of the catalogue, so that
it starts quickly. It exits with 0, or with 1 and a sentence on stderr; with --leave-word the
sentence is also left beside the pyramid's place, under the suffix "refused". It shows --page,
counted from 1; with --pages it decodes so many pages, and fails if one is broken.

The pyramid is a BigTIFF of 512-pixel tiles: upright, rotated by TURN more degrees, in sRGB with
eight bits, without metadata. Without transparency its tiles are JPEG, which are sent to browsers as
stored; otherwise they are lossless.
"""

from __future__ import annotations

import contextlib
import os
import resource
import sys
from pathlib import Path

#: Bytes of address space and seconds of processor time; far more than a picture of the largest size takes.
MOST_MEMORY = 24 * 1024**3
MOST_SECONDS = 1800
#: What libvips decodes whole stays in memory up to so many bytes, and goes through a file beyond.
DISC_THRESHOLD = "64m"
QUALITY = 87
TILE = 512
#: Pixels of the longer side of a picture that gets smaller tiles: libvips takes a tile more than
#: four times larger than its picture for an attack, and does not read it.
TINY = 128

os.environ.setdefault("VIPS_DISC_THRESHOLD", DISC_THRESHOLD)
os.environ.setdefault("VIPS_CONCURRENCY", str(min(4, os.cpu_count() or 1)))

import pyvips  # noqa: E402 - libvips reads its limits from the environment when it is loaded


def main() -> int:
    """Make the pyramid, completely or not at all."""
    original, pyramid, turn = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    number = _number("--page=")
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    pyvips.cache_set_max(0)
    refused = pyramid.with_suffix(".refused")
    aside = pyramid.with_name(f".{pyramid.name}.{os.getpid()}.part")
    try:
        for other in range(1, _number("--pages=") + 1):
            if other != number:
                opened(original, page=other - 1).avg()
        write(seen(original, turn, number - 1), aside)
        aside.replace(pyramid)
        refused.unlink(missing_ok=True)
    except (pyvips.Error, OSError) as fault:
        said = " ".join(str(fault).split())[:500]
        sys.stderr.write(said)
        if "--leave-word" in sys.argv:
            with contextlib.suppress(OSError):
                refused.write_text(said, encoding="utf-8")
        return 1
    finally:
        aside.unlink(missing_ok=True)
        if "--delete-original" in sys.argv:
            original.unlink(missing_ok=True)
    return 0


def _number(word: str) -> int:
    """The number after an option of the command; 1 if it was not given."""
    return max((int(w.removeprefix(word)) for w in sys.argv if w.startswith(word)), default=1)


def seen(original: Path, turn: int, page: int = 0) -> pyvips.Image:
    """A page or frame, counted from 0, as it is to be seen: upright, rotated, sRGB or grey, eight bits."""
    try:
        picture = opened(original, page=page)
    except pyvips.Error as fault:
        picture = lab_by_pillow(original, page, fault)
    else:
        if orientation(picture) > 1 or turn:
            # Its last row may come first, so it cannot be read only from top to bottom.
            picture = opened(original, access="random", page=page)
        plain = eight_bit_srgb(picture, original, page)
        picture = without_opaque_alpha(plain, original, page).autorot()
    return picture.rot(f"d{turn}") if turn else picture


def opened(original: Path, access: str = "sequential", page: int = 0) -> pyvips.Image:
    """A page of the original, of which a truncated or broken part is an error."""
    options = {"page": page} if page else {}
    return pyvips.Image.new_from_file(str(original), access=access, fail_on="error", **options)


def orientation(picture: pyvips.Image) -> int:
    """EXIF orientation, 1 to 8."""
    return int(picture.get("orientation")) if picture.get_typeof("orientation") else 1


def eight_bit_srgb(picture: pyvips.Image, original: Path, page: int) -> pyvips.Image:
    """By the picture's own profile if it fits, otherwise by the usual meaning of its numbers."""
    if picture.interpretation in {"lab", "labs", "labq"}:
        return picture.colourspace("srgb").cast("uchar")
    if picture.format not in {"uchar", "ushort"}:
        return stretched(picture, original, page)
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


def stretched(picture: pyvips.Image, original: Path, page: int) -> pyvips.Image:
    """For measurements instead of brightness: the lowest becomes black, the highest white."""
    least, most = opened(original, page=page).min(), opened(original, page=page).max()
    scale = 255 / (most - least) if most > least else 1
    grey = picture.linear(scale, -least * scale).cast("uchar")
    return grey.copy(interpretation="b-w" if grey.bands < 3 else "srgb")


def from_cmyk(picture: pyvips.Image) -> pyvips.Image:
    """Inks without a profile: each removes its share of the light."""
    key = picture[3].linear(-1, 255)
    light = [(picture[band].linear(-1, 255) * key).linear(1 / 255, 0) for band in range(3)]
    return light[0].bandjoin(light[1:]).cast("uchar").copy(interpretation="srgb")


def without_opaque_alpha(picture: pyvips.Image, original: Path, page: int) -> pyvips.Image:
    """Many programs write an alpha channel that hides nothing; then the pyramid does not need one."""
    if not picture.hasalpha():
        return picture
    alpha = opened(original, page=page)
    full = {"uchar": 255, "ushort": 65535}.get(alpha.format, 1)
    return picture.flatten() if alpha[alpha.bands - 1].min() >= full else picture


def lab_by_pillow(original: Path, page: int, fault: pyvips.Error) -> pyvips.Image:
    """A TIFF in CIELAB, of which libvips cannot read every kind. Raises ``fault`` for any other file."""
    import PIL.Image
    from PIL import ImageCms

    try:
        with PIL.Image.open(original, formats=["TIFF"]) as file:
            file.seek(page)
            if file.mode != "LAB":
                raise fault
            lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
            picture = ImageCms.profileToProfile(file, lab, srgb, outputMode="RGB")
    except (OSError, EOFError, ImageCms.PyCMSError, PIL.Image.DecompressionBombError):
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
    tile = TILE if max(picture.width, picture.height) > TINY else TILE // 2
    picture.tiffsave(
        str(place), tile=True, pyramid=True, tile_width=tile, tile_height=tile, bigtiff=True, keep="none", **kind
    )  # fmt: skip
    with place.open("rb") as file:
        os.fsync(file.fileno())


if __name__ == "__main__":
    sys.exit(main())
