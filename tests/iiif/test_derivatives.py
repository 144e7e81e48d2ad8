"""Smaller copies: upright, in sRGB, without metadata, made once, completely or not at all."""

from __future__ import annotations

import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import PIL.Image
import pytest
from django.core.files.storage import FileSystemStorage, InMemoryStorage
from django.core.management import CommandError, call_command
from PIL import ImageCms

from catalog.iiif import (
    NotMade,
    StillBeingMade,
    make_derivatives,
    missing_derivatives,
    open_derivative,
    picture_of,
    sizes_of_picture,
)
from catalog.iiif.image.derivatives import derivative_name
from catalog.iiif.image.one_maker import one_maker
from catalog.iiif.image.whole_file import write_whole
from catalog.models import Image
from tests.iiif.conftest import drawn, encoded

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]


def derivative(image, step):
    with open_derivative(image, step) as file:
        picture = PIL.Image.open(BytesIO(file.read()))
    assert picture.format == "WEBP"
    return picture


def near(pixel, colour):
    return all(abs(one - other) < 40 for one, other in zip(pixel[:3], colour, strict=True))


def corners(picture):
    wide, high = picture.size
    seen = picture.convert("RGB")
    return [
        seen.getpixel((x, y))
        for y in (high // 8, high * 7 // 8)
        for x in (wide // 8, wide * 7 // 8)
    ]


RED, LIME, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)


def looks_right(picture):
    return all(near(*pair) for pair in zip(corners(picture), (RED, LIME, BLUE, WHITE), strict=True))


@pytest.mark.parametrize(
    ("form", "mode"),
    [
        ("JPEG", "RGB"),
        ("PNG", "P"),
        ("TIFF", "CMYK"),
        ("WEBP", "RGB"),
        ("AVIF", "RGB"),
        ("GIF", "P"),
    ],
)
def test_every_width_of_every_format(hold, form, mode):
    image = hold(encoded(drawn(1000, 700, mode), form), save=False)
    assert missing_derivatives(image) == [240, 480, 960, 1600]
    assert make_derivatives(image) == 4
    assert missing_derivatives(image) == []
    assert make_derivatives(image) == 0
    for step, size in {
        240: (240, 168),
        480: (480, 336),
        960: (960, 672),
        1600: (1000, 700),
    }.items():
        picture = derivative(image, step)
        assert picture.size == size
        assert looks_right(picture)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF"])
def test_upright_and_without_metadata(hold, form, orientation):
    turns = PIL.Image.Transpose
    stored = {
        1: None, 2: turns.FLIP_LEFT_RIGHT, 3: turns.ROTATE_180, 4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE, 6: turns.ROTATE_90, 7: turns.TRANSVERSE, 8: turns.ROTATE_270,
    }[orientation]  # fmt: skip
    seen = drawn(1500, 1000)
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[1] = "N"
    exif[0x013B] = "A photographer's name"
    options = {"pnginfo": None} if form == "PNG" else {}
    content = encoded(
        seen.transpose(stored) if stored is not None else seen, form, exif=exif, **options
    )
    image = hold(content, save=False)
    assert (image.width, image.height) == (1500, 1000)
    picture = derivative(image, 960)
    assert picture.size == (960, 640)
    assert looks_right(picture)
    assert not picture.getexif()
    assert not {"exif", "icc_profile", "xmp"} & set(picture.info)


def test_alpha_is_kept(hold):
    clear = drawn(600, 400, "RGBA")
    clear.putalpha(PIL.Image.linear_gradient("L").resize((600, 400)))
    for picture in (clear, clear.convert("LA")):
        shown = derivative(hold(encoded(picture), save=False), 480)
        assert shown.mode == "RGBA"
        assert shown.getpixel((240, 2))[3] < 10
        assert shown.getpixel((240, 317))[3] > 245
    palette = drawn(600, 400, "P")
    transparent = palette.getpixel((500, 300))
    shown = derivative(hold(encoded(palette, transparency=transparent), save=False), 240)
    assert shown.getpixel((200, 130))[3] == 0


def test_profiles_are_converted_to_srgb(hold):
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
    tagged = drawn(600, 400)
    # A grey profile on colours, and bytes that are not a profile: neither may spoil the picture.
    for profile in (lab.tobytes(), b"nonsense" * 40):
        assert looks_right(derivative(hold(encoded(tagged, icc_profile=profile), save=False), 240))
    other = ImageCms.createProfile("sRGB")
    raw = bytearray(ImageCms.ImageCmsProfile(other).tobytes())
    # Exchange the colourants of red and green: what the file calls red is then seen as green.
    count = int.from_bytes(raw[128:132])
    tags = {bytes(raw[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    red, green = tags[b"rXYZ"], tags[b"gXYZ"]
    raw[red : red + 4], raw[green : green + 4] = b"gXYZ", b"rXYZ"
    for form in ("PNG", "JPEG", "TIFF"):
        content = encoded(tagged, form, icc_profile=bytes(raw))
        shown = corners(derivative(hold(content, save=False), 240))
        assert near(shown[0], LIME)
        assert near(shown[1], RED)


def test_depths_above_eight_bits(hold):
    grey = PIL.Image.new("I;16", (300, 200), 32768)
    for form in ("PNG", "TIFF"):
        assert near(
            derivative(hold(encoded(grey, form), save=False), 240).getpixel((9, 9)), (127,) * 3
        )
    floating = PIL.Image.linear_gradient("L").convert("F").point(lambda value: value * 3 + 7)
    shown = derivative(hold(encoded(floating, "TIFF"), save=False), 240)
    assert shown.getpixel((9, 2))[0] < 20
    assert shown.getpixel((9, 238))[0] > 235
    lab = drawn(300, 200)
    lab = ImageCms.profileToProfile(
        lab, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode="LAB"
    )
    assert looks_right(derivative(hold(encoded(lab, "TIFF"), save=False), 240))


def test_a_picture_for_the_home_page_is_light(hold):
    clouds = PIL.Image.effect_noise((12, 8), 90).resize((1200, 800), PIL.Image.Resampling.BICUBIC)
    grainy = PIL.Image.blend(clouds, PIL.Image.effect_noise((1200, 800), 30), 0.25)
    image = hold(encoded(grainy.convert("RGB"), "JPEG", quality=90), save=False)
    with open_derivative(image, 960) as file:
        assert file.size <= 60_000
    drawing = hold(encoded(drawn(2400, 1600)), save=False)
    with open_derivative(drawing, 960) as file:
        assert file.size <= 60_000


def test_any_storage_will_do(hold, monkeypatch):
    """Neither the original nor the derivative needs a local path."""
    field = Image._meta.get_field("file")
    monkeypatch.setattr(field, "storage", InMemoryStorage())
    image = hold(encoded(drawn()), save=False)
    assert make_derivatives(image) == 3
    assert looks_right(derivative(image, 240))
    field.storage.delete(derivative_name(image.derived_key, (240, 160)))
    assert make_derivatives(image) == 1


def test_missing_and_broken_originals_are_told(hold):
    image = hold(encoded(drawn()), save=False)
    image.file.storage.delete(image.file.name)
    with pytest.raises(NotMade, match="TST/I 1"):
        make_derivatives(image)
    write_whole(image.file.storage, image.file.name, b"no picture any more")
    with pytest.raises(NotMade):
        make_derivatives(image)
    assert len(missing_derivatives(image)) == 3, "nothing half made is left behind"


def test_a_failed_write_leaves_nothing(tmp_path, monkeypatch):
    storage = FileSystemStorage(location=tmp_path / "kept")
    write_whole(storage, "a/b.webp", b"old")
    monkeypatch.setattr("os.fsync", lambda handle: (_ for _ in ()).throw(OSError("No space left")))
    with pytest.raises(OSError, match="No space"):
        write_whole(storage, "a/b.webp", b"new")
    assert [file.name for file in (tmp_path / "kept" / "a").iterdir()] == ["b.webp"]
    assert storage.open("a/b.webp").read() == b"old"


def test_files_can_be_read_by_the_web_server(hold):
    image = hold(encoded(drawn()), save=False)
    make_derivatives(image)
    path = Path(image.file.storage.path(derivative_name(image.derived_key, (240, 160))))
    assert path.stat().st_mode & 0o777 == 0o644


def test_who_waits_too_long_is_told():
    started = time.monotonic()
    with one_maker("a"), pytest.raises(StillBeingMade), one_maker("a", patience=0.1):
        pass
    assert 0.1 <= time.monotonic() - started < 2
    with one_maker("a", patience=0):
        pass


MAKER = """
import sys, time
from pathlib import Path
import django
django.setup()
from catalog.iiif import make_derivatives
from catalog.models import Image
name, sha256, start = sys.argv[1:]
image = Image(identifier="TST/I 1", file=name, width=3000, height=2000, sha256=sha256)
Path(start).with_suffix(f".{__import__('os').getpid()}").touch()
while not Path(start).exists():
    time.sleep(0.001)
print(make_derivatives(image))
"""


def test_two_processes_make_each_derivative_once(hold, settings, tmp_path):
    image = hold(encoded(drawn(3000, 2000)), save=False)
    start = tmp_path / "start"
    makers = [
        subprocess.Popen(
            [sys.executable, "-c", MAKER, image.file.name, image.sha256, str(start)],
            cwd=ROOT,
            env={
                "DJANGO_SETTINGS_MODULE": "archive_site.settings",
                "MEDIA_ROOT": str(settings.MEDIA_ROOT),
                "VAR_DIR": str(settings.VAR_DIR),
                "SECRET_KEY": "of a test",
                "PATH": "",
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    deadline = time.monotonic() + 60
    while len(list(tmp_path.glob("start.*"))) < 2 and time.monotonic() < deadline:
        time.sleep(0.01)
    start.touch()
    answers = [maker.communicate(timeout=60) for maker in makers]
    assert sorted(out.strip() for out, _ in answers) == ["0", "5"], answers
    assert missing_derivatives(image) == []
    assert not list(Path(settings.MEDIA_ROOT).rglob("*.part"))


LARGE_JPEG = """
import resource, sys
import django
django.setup()
from catalog.iiif import inspect_picture, make_derivatives
from catalog.models import Image
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
with open(sys.argv[1] + "/" + sys.argv[2], "rb") as file:
    facts = inspect_picture(file)
inspected = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
make_derivatives(Image(file=sys.argv[2], width=facts.width, height=facts.height, sha256=facts.sha256))
print(inspected - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_large_jpeg_is_never_decoded_whole(settings, tmp_path):
    media = Path(settings.MEDIA_ROOT)
    media.mkdir(parents=True)
    PIL.Image.new("L", (8_000, 7_000), 90).save(media / "large.jpg")
    run = subprocess.run(
        [sys.executable, "-c", LARGE_JPEG, str(media), "large.jpg"],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "archive_site.settings",
            "MEDIA_ROOT": str(media),
            "VAR_DIR": str(settings.VAR_DIR),
            "SECRET_KEY": "of a test",
            "PATH": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    inspecting, making = (int(kilobytes) // 1024 for kilobytes in run.stdout.split())
    assert inspecting < 20, "megabytes, of the 53 that its pixels have"
    assert making < 60, "from the pyramid; libvips itself takes its part"


@pytest.mark.django_db
def test_command_goes_on_after_a_broken_file_and_can_be_run_again(hold, capsys):
    good = hold(encoded(drawn()), identifier="TST/I 1", title="Good")
    bad = hold(encoded(drawn(500, 400)), identifier="TST/I 2", title="Bad", status="draft")
    last = hold(encoded(drawn(300, 200)), identifier="TST/I 3", title="Last", status="draft")
    Image.objects.create(identifier="TST/I 4", title="Not held")
    bad.file.storage.delete(bad.file.name)
    with pytest.raises(CommandError, match="1 pictures"):
        call_command("derivatives", "build")
    told = capsys.readouterr()
    assert "TST/I 2" in told.err
    assert "3 pictures held, 5 derivatives created" in told.out
    assert missing_derivatives(good) == missing_derivatives(last) == []
    write_whole(bad.file.storage, bad.file.name, encoded(drawn(500, 400)))
    call_command("derivatives", "build")
    assert "3 derivatives created" in capsys.readouterr().out
    call_command("derivatives", "build")
    assert "0 derivatives created" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("turn", "size", "expected"),
    [
        (90, (480, 720), [BLUE, RED, WHITE, LIME]),
        (180, (480, 320), [WHITE, BLUE, LIME, RED]),
        (270, (480, 720), [LIME, WHITE, RED, BLUE]),
    ],
)
@pytest.mark.parametrize("large", [False, True])
def test_turned_pictures_whatever_their_size(hold, monkeypatch, turn, size, expected, large):
    """The file is unchanged; what is derived from it is rotated and has a name of its own."""
    if large:
        monkeypatch.setattr("catalog.iiif.image.derivatives.LARGE", 1000)
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    content = encoded(drawn().transpose(PIL.Image.Transpose.ROTATE_90), "JPEG", exif=exif)
    image = hold(content, save=False)
    upright = image.version
    assert looks_right(derivative(image, 480))
    image.rotation = turn
    assert image.version == f"{upright}-{turn}"
    assert set(missing_derivatives(image)) >= {240, 480}
    shown = derivative(image, 480)
    assert shown.size == size
    assert all(near(*pair) for pair in zip(corners(shown), expected, strict=True))
    image.rotation = 0
    assert looks_right(derivative(image, 480))
    assert image.file.storage.open(image.file.name).read() == content


def test_restricted_pictures_are_small(hold, settings):
    settings.CATALOG = {"RESTRICTED_PIXELS": 100_000}
    image = hold(encoded(drawn()), save=False)
    make_derivatives(image)
    image.rights = "http://rightsstatements.org/vocab/InC/1.0/"
    sizes = sizes_of_picture(image)
    assert max(width * height for width, height in sizes.values()) <= 100_000
    largest = max(sizes)
    assert derivative(image, largest).size == sizes[largest]
    picture = picture_of(image)
    assert picture.width * picture.height <= 100_000
    assert picture.largest.endswith(f"-{largest}.webp")
