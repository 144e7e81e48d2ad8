"""Pyramids: every kind of original as it should be seen, without metadata, made once, and read tile
by tile.
"""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path

import PIL.Image
import pytest
import pyvips
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, InMemoryStorage
from PIL import ImageCms

from catalog.iiif.image import pyramid_maker
from catalog.iiif.image.engine import whole
from catalog.iiif.image.one_maker import StillBeingMade, one_maker
from catalog.iiif.image.pyramid import NoPyramid, place_of, pyramid_of
from catalog.iiif.image.pyramid_making import NotMade, made_pyramid
from tests.iiif.conftest import drawn, encoded
from tests.iiif.test_derivatives import BLUE, LIME, RED, WHITE, corners, looks_right, near

pytestmark = pytest.mark.once

TURNS = PIL.Image.Transpose
#: How a picture is stored that each EXIF orientation turns upright.
STORED = {
    1: None, 2: TURNS.FLIP_LEFT_RIGHT, 3: TURNS.ROTATE_180, 4: TURNS.FLIP_TOP_BOTTOM,
    5: TURNS.TRANSPOSE, 6: TURNS.ROTATE_90, 7: TURNS.TRANSVERSE, 8: TURNS.ROTATE_270,
}  # fmt: skip


def shown(tmp_path, content, turn=0):
    """What the maker makes of a file, as Pillow sees it."""
    file = tmp_path / "original"
    file.write_bytes(content)
    picture = pyramid_maker.seen(file, turn)
    assert picture.format == "uchar"
    return PIL.Image.open(BytesIO(picture.write_to_buffer(".png")))


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF"])
def test_upright_in_every_format(tmp_path, form, orientation):
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    turn = STORED[orientation]
    upright = drawn(300, 200)
    content = encoded(upright.transpose(turn) if turn is not None else upright, form, exif=exif)
    picture = shown(tmp_path, content)
    assert picture.size == (300, 200)
    assert looks_right(picture)


@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [
        ("JPEG", "RGB", {"progressive": True}),
        ("JPEG", "CMYK", {}),
        ("PNG", "P", {}),
        ("PNG", "RGBA", {}),
        ("TIFF", "RGB", {"compression": "tiff_lzw"}),
        ("TIFF", "RGB", {"compression": "tiff_adobe_deflate"}),
        ("TIFF", "CMYK", {}),
        ("TIFF", "P", {}),
        ("WEBP", "RGBA", {"lossless": True}),
        ("GIF", "P", {}),
    ],
)
def test_every_kind_of_pixels(tmp_path, form, mode, options):
    picture = shown(tmp_path, encoded(drawn(300, 200, mode), form, **options))
    assert looks_right(picture)
    assert picture.mode == "RGB", "an alpha channel that hides nothing is left out"


def test_grey_deep_measured_and_lab(tmp_path):
    assert shown(tmp_path, encoded(drawn(30, 20, "L"))).mode == "L"
    assert shown(tmp_path, encoded(drawn(30, 20, "1"))).getpixel((29, 19)) == 255
    deep = PIL.Image.new("I;16", (30, 20), 32768)
    for form in ("PNG", "TIFF"):
        assert shown(tmp_path, encoded(deep, form)).getpixel((9, 9)) in {127, 128}
    colours = pyvips.Image.black(30, 20, bands=3).linear(1, [65535, 32768, 0])
    colours = colours.cast("ushort").copy(interpretation="rgb16")
    for suffix in (".png", ".tif"):
        seen = shown(tmp_path, colours.write_to_buffer(suffix))
        assert near(seen.getpixel((9, 9)), (255, 128, 0))
    measured = PIL.Image.linear_gradient("L").convert("F").point(lambda value: value * 3 + 7)
    seen = shown(tmp_path, encoded(measured, "TIFF"))
    assert seen.getpixel((9, 2)) < 20
    assert seen.getpixel((9, 253)) > 235
    lab = ImageCms.profileToProfile(
        drawn(300, 200), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )  # fmt: skip
    assert looks_right(shown(tmp_path, encoded(lab, "TIFF")))


def test_the_first_of_many_pages_is_the_picture(tmp_path):
    others = [drawn(300, 200).rotate(180)] * 2
    for form in ("TIFF", "GIF", "WEBP"):
        content = encoded(drawn(300, 200), form, save_all=True, append_images=others)
        assert looks_right(shown(tmp_path, content))


def test_profiles_are_converted_and_useless_ones_left_alone(tmp_path):
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    for profile in (lab, b"nonsense" * 40):
        assert looks_right(shown(tmp_path, encoded(drawn(300, 200), icc_profile=profile)))
    raw = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = int.from_bytes(raw[128:132])
    tags = {bytes(raw[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    raw[red : red + 4], raw[green : green + 4] = b"gXYZ", b"rXYZ"
    for form in ("PNG", "JPEG", "TIFF"):
        content = encoded(drawn(300, 200), form, icc_profile=bytes(raw))
        seen = corners(shown(tmp_path, content))
        assert near(seen[0], LIME)
        assert near(seen[1], RED)


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (90, [BLUE, RED, WHITE, LIME]),
        (180, [WHITE, BLUE, LIME, RED]),
        (270, [LIME, WHITE, RED, BLUE]),
    ],
)
def test_turned_after_it_is_upright(tmp_path, turn, expected):
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    content = encoded(drawn(300, 200).transpose(STORED[6]), "JPEG", exif=exif)
    seen = shown(tmp_path, content, turn)
    assert all(near(*pair) for pair in zip(corners(seen), expected, strict=True))


@pytest.fixture
def storage(tmp_path):
    return FileSystemStorage(location=tmp_path / "originals")


def kept(storage, content, name="a"):
    storage.delete(name)
    return storage.save(name, ContentFile(content))


def test_made_whole_without_metadata_once(storage):
    exif = PIL.Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x013B] = "A photographer's name"
    xmp = b"<x:xmpmeta>A photographer's name</x:xmpmeta>"
    content = encoded(
        drawn(1300, 700), "JPEG", exif=exif, xmp=xmp, comment=b"A photographer's name"
    )
    name = kept(storage, content)
    pyramid = made_pyramid("ab" * 32, storage=storage, name=name)
    assert [(level.width, level.height) for level in pyramid.levels] == [
        (1300, 700),
        (650, 350),
        (325, 175),
    ]
    written = place_of("ab" * 32).read_bytes()
    assert b"photographer" not in written
    assert b"Exif" not in written
    tile = PIL.Image.open(BytesIO(pyramid.tile(0, 1, 0)))
    assert tile.size == (512, 512)
    assert near(tile.getpixel((20, 20)), RED)
    assert near(tile.getpixel((500, 20)), LIME)
    assert pyramid.tile(0, 2, 0) is None, "the edge is no whole tile"
    assert pyramid.tile(0, 0, 1) is None
    assert pyramid.tile(1, 0, 0) is None
    assert pyramid.tile(9, 0, 0) is None
    storage.delete(name)
    assert made_pyramid("ab" * 32, storage=storage, name=name) == pyramid
    assert [file.name for file in place_of("ab" * 32).parent.iterdir()] == [
        place_of("ab" * 32).name
    ]


def test_transparency_is_kept(storage):
    clear = drawn(600, 400, "RGBA")
    clear.putalpha(PIL.Image.linear_gradient("L").resize((600, 400)))
    pyramid = made_pyramid("cd" * 32, storage=storage, name=kept(storage, encoded(clear)))
    assert pyramid.tile(0, 0, 0) is None, "its tiles are lossless, and no JPEG"
    assert pyvips.Image.new_from_file(str(pyramid.path)).bands == 4


def test_any_storage_will_do_and_no_copy_is_left():
    storage = InMemoryStorage()
    pyramid = made_pyramid("ef" * 32, storage=storage, name=kept(storage, encoded(drawn())))
    assert pyramid.levels[0].width == 900
    files = [file for file in pyramid.path.parents[1].rglob("*") if file.is_file()]
    assert files == [pyramid.path]


@pytest.mark.parametrize("content", [b"", b"no picture", encoded(drawn(), "JPEG")[:3000], None])
def test_what_cannot_be_read_leaves_nothing(storage, content):
    name = "gone" if content is None else kept(storage, content)
    with pytest.raises(NotMade, match=name):
        made_pyramid("01" * 32, storage=storage, name=name)
    left = [file for file in place_of("01" * 32).parents[1].rglob("*") if file.is_file()]
    assert [file.suffix for file in left] in ([], [".refused"]), "no more than a word why"


@pytest.mark.parametrize("size", [(1, 1), (20, 50), (128, 128), (129, 3), (3, 700)])
def test_the_smallest_pictures_are_read_as_well(storage, size):
    picture = f"{size[0]:032x}{size[1]:032x}"
    for mode, form in (("RGB", "JPEG"), ("RGBA", "PNG")):
        name = kept(storage, encoded(PIL.Image.new(mode, size, (200, 9, 9, 90)[: len(mode)]), form))
        pyramid = made_pyramid(picture, storage=storage, name=name)
        assert whole(pyramid, size).size == size
        pyramid.path.unlink()


def test_a_broken_pyramid_is_told_and_one_made_anew_is_read_anew(storage):
    place = place_of("02" * 32)
    name = kept(storage, encoded(drawn(600, 600)))
    made_pyramid("02" * 32, storage=storage, name=name)
    whole = place.read_bytes()
    for broken in (b"", b"II\x2b\x00", whole[:20], whole[:-200], b"x" * 500):
        place.write_bytes(broken)
        with pytest.raises(NoPyramid, match="delete it"):
            pyramid_of("02" * 32).tile(0, 0, 0)
        place.unlink()
    pyramid = made_pyramid("02" * 32, storage=storage, name=name)
    assert pyramid.tile(0, 0, 0)


def test_a_level_that_was_read_is_not_that_of_another_file_in_its_place(storage):
    name = kept(storage, encoded(PIL.Image.new("RGB", (600, 600), (250, 0, 0))))
    pyramid = made_pyramid("03" * 32, storage=storage, name=name)
    assert whole(pyramid, (300, 300)).getpixel((150, 150))[0] > 200
    pyramid.path.unlink()
    name = kept(storage, encoded(PIL.Image.new("RGB", (600, 600), (0, 250, 0))), "b")
    pyramid = made_pyramid("03" * 32, storage=storage, name=name)
    assert whole(pyramid, (300, 300)).getpixel((150, 150))[1] > 200


def test_who_waits_too_long_is_told_and_the_maker_goes_on(storage, monkeypatch):
    name = kept(storage, encoded(drawn(4000, 3000)))
    with pytest.raises(StillBeingMade):
        made_pyramid("03" * 32, storage=storage, name=name, patience=0.01)
    # The child holds the right until it is done.
    with one_maker(f"pyramid {'03' * 32}", patience=30):
        assert pyramid_of("03" * 32).levels[0].width == 4000


def test_two_processes_make_it_once(storage, tmp_path, settings):
    name = kept(storage, encoded(drawn(3000, 2000)))
    code = (
        "import django; django.setup()\n"
        "from django.conf import settings\n"
        f"settings.PICTURES_DIR = {str(settings.PICTURES_DIR)!r}\n"
        "from django.core.files.storage import FileSystemStorage\n"
        "from catalog.iiif.image.pyramid_making import made_pyramid\n"
        f"storage = FileSystemStorage(location={str(storage.location)!r})\n"
        f"print(made_pyramid('{'04' * 32}', storage=storage, name={name!r}).path.stat().st_ino)"
    )
    makers = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            cwd=Path(__file__).parents[2],
            env={
                "DJANGO_SETTINGS_MODULE": "archive_site.settings",
                "VAR_DIR": str(settings.VAR_DIR),
                "SECRET_KEY": "of a test",
                "PATH": "",
            },
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    answers = {maker.communicate(timeout=60)[0].strip() for maker in makers}
    assert len(answers) == 1
    assert answers == {str(place_of("04" * 32).stat().st_ino)}
