"""What is accepted as a picture, and what is refused, by the content of the file."""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import PIL.Image
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ImageCms

from catalog.iiif import PictureFacts, PictureRefused, inspect_picture
from catalog.iiif.image.pyramid import pyramid_of
from tests.iiif.conftest import claiming_png, drawn, encoded

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]


def refusal(content):
    with pytest.raises(PictureRefused) as refused:
        inspect_picture(BytesIO(content))
    return str(refused.value)


@pytest.mark.parametrize(
    ("form", "mode", "options", "media_type", "suffix"),
    [
        ("JPEG", "RGB", {}, "image/jpeg", ".jpg"),
        ("JPEG", "L", {"progressive": True}, "image/jpeg", ".jpg"),
        ("JPEG", "CMYK", {}, "image/jpeg", ".jpg"),
        ("PNG", "RGBA", {}, "image/png", ".png"),
        ("PNG", "P", {}, "image/png", ".png"),
        ("PNG", "1", {}, "image/png", ".png"),
        ("TIFF", "RGB", {"compression": "tiff_lzw"}, "image/tiff", ".tif"),
        ("TIFF", "CMYK", {"compression": "tiff_adobe_deflate"}, "image/tiff", ".tif"),
        ("TIFF", "RGB", {}, "image/tiff", ".tif"),
        ("WEBP", "RGBA", {}, "image/webp", ".webp"),
        ("AVIF", "RGB", {}, "image/avif", ".avif"),
        ("GIF", "P", {}, "image/gif", ".gif"),
    ],
)
def test_facts_of_every_format_whatever_the_name(form, mode, options, media_type, suffix):
    content = encoded(drawn(90, 60, mode), form, **options)
    file = SimpleUploadedFile("holiday.exe", content, content_type="text/plain")
    facts = inspect_picture(file)
    assert isinstance(facts, PictureFacts)
    assert (facts.media_type, facts.suffix, facts.width, facts.height) == (
        media_type,
        suffix,
        90,
        60,
    )
    assert (facts.byte_size, facts.sha256) == (len(content), hashlib.sha256(content).hexdigest())
    assert facts.file_pages == 1
    assert file.tell() == 0, "whoever keeps the file next finds it at its beginning"


def test_sixteen_bit_and_many_pages():
    deep = PIL.Image.new("I;16", (70, 50), 40_000)
    assert inspect_picture(BytesIO(encoded(deep))).width == 70
    assert inspect_picture(BytesIO(encoded(deep, "TIFF"))).height == 50
    pages = encoded(drawn(90, 60), "TIFF", save_all=True, append_images=[drawn(60, 90)] * 3)
    assert inspect_picture(BytesIO(pages)).width == 90


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF"])
def test_size_is_that_of_the_picture_as_it_is_seen(form, orientation):
    exif = PIL.Image.Exif()
    exif[0x0112] = orientation
    facts = inspect_picture(BytesIO(encoded(drawn(90, 60), form, exif=exif)))
    assert (facts.width, facts.height) == ((60, 90) if orientation > 4 else (90, 60))


def test_broken_metadata_does_not_spoil_a_good_picture():
    content = encoded(drawn(90, 60), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff\x00\x01")
    assert inspect_picture(BytesIO(content)).width == 90


@pytest.mark.parametrize(
    ("content", "word"),
    [
        (b"", "empty"),
        (b"not a picture", "not a picture"),
        (b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "SVG"),
        (b"\xef\xbb\xbf\n  <SVG onload='alert(1)'>", "SVG"),
        (b"<!DOCTYPE html><script>alert(1)</script>", "web page"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "HEIC"),
        (b"BM" + bytes(60), "not a picture"),
        (b"\x89PNG\r\n\x1a\n", "not a picture"),
        (b"\xff\xd8\xff\xe0", "not a picture"),
        (b"GIF89a<script>alert(1)</script>", ""),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", ""),
        (b"II*\x00\x08\x00\x00\x00", ""),
    ],
)
def test_refused_with_a_word(content, word):
    assert word in refusal(content)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP", "GIF"])
@pytest.mark.parametrize("part", [0.5, 0.95])
def test_cut_files_are_refused(form, part):
    whole = encoded(PIL.Image.effect_noise((300, 200), 90).convert("RGB"), form)
    assert "damaged" in refusal(whole[: int(len(whole) * part)])


def test_a_cut_second_page_is_refused():
    noise = PIL.Image.effect_noise((300, 200), 90)
    whole = encoded(noise, "GIF", save_all=True, append_images=[noise.rotate(180)], duration=100)
    assert "damaged" in refusal(whole[:-3000])


def test_more_pixels_than_the_settings_allow(settings):
    settings.CATALOG = {"MAX_PICTURE_PIXELS": 5000}
    assert inspect_picture(BytesIO(encoded(drawn(100, 50)))).width == 100
    assert "megapixels" in refusal(encoded(drawn(101, 50)))
    assert "megapixels" in refusal(encoded(drawn(300, 200))), "Pillow's own guard says the same"
    frames = encoded(drawn(90, 50), "TIFF", save_all=True, append_images=[drawn(90, 50)])
    assert "megapixels" in refusal(frames), "pages are counted together"


def test_more_bytes_than_the_settings_allow(settings):
    settings.CATALOG = {"MAX_PICTURE_BYTES": 1000}
    assert "larger than" in refusal(bytes(1001))
    with pytest.raises(PictureRefused, match="larger than"):
        inspect_picture(SimpleUploadedFile("a.png", bytes(1001)))


def test_scans_without_number_are_refused():
    jpeg = encoded(drawn(64, 64), "JPEG", progressive=True)
    scan = struct.pack(">BBHBBBBBB", 0xFF, 0xDA, 8, 1, 1, 0, 1, 5, 0x10)
    assert "damaged" in refusal(jpeg[:-2] + scan * 600 + jpeg[-2:])


CLAIMS = """
import resource, sys
from io import BytesIO
import django
django.setup()
from catalog.iiif import PictureRefused, inspect_picture
from catalog.iiif.image.pyramid import pyramid_of
from tests.iiif.conftest import claiming_png, drawn, encoded
inspect_picture(BytesIO(encoded(drawn(90, 60))))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for content in (claiming_png(40_000, 40_000), claiming_png(2**31 - 1, 2**31 - 1), claiming_png(200_000, 20_000)):
    assert len(content) < 2048
    try:
        inspect_picture(BytesIO(content))
    except PictureRefused as refusal:
        assert "megapixels" in str(refusal), refusal
    else:
        raise AssertionError("a bomb was let in")
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_two_kilobytes_that_claim_gigapixels_cost_no_memory(tmp_path):
    assert "megapixels" in refusal(claiming_png(40_000, 40_000))
    run = subprocess.run(
        [sys.executable, "-c", CLAIMS],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "archive_site.settings",
            "VAR_DIR": str(tmp_path),
            "PATH": "",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert int(run.stdout) < 8 * 1024, "kilobytes"


def test_a_claim_within_the_limit_without_the_pixels_is_refused():
    assert "damaged" in refusal(claiming_png(3_000, 2_000))
    assert "damaged" in refusal(claiming_png(20_000, 10_000)), "told by the process that decodes it"


def test_what_a_file_says_of_its_colours_and_its_making():
    exif = PIL.Image.Exif()
    exif[0x010F], exif[0x0110] = "Phase One", "Phase One\x00 IQ4"
    exif.get_ifd(0x8769)[0x9003] = "1998:07:31 14:05:00"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    facts = inspect_picture(BytesIO(encoded(drawn(90, 60), "JPEG", exif=exif, icc_profile=profile)))
    assert facts.colour_space == "RGB, 8 bit, sRGB built-in"
    assert facts.captured == "1998-07-31T14:05:00"
    assert facts.captured_with == "Phase One IQ4"
    for wrong in ("0000:00:00 00:00:00", "1998-07-31", "next week", "1998:07:31 24:00:00"):
        exif.get_ifd(0x8769)[0x9003] = wrong
        facts = inspect_picture(BytesIO(encoded(drawn(90, 60), "JPEG", exif=exif)))
        assert facts.captured == ""
    deep = PIL.Image.new("I;16", (70, 50), 40_000)
    assert inspect_picture(BytesIO(encoded(deep))).colour_space == "Grey, 16 bit"
    assert (
        inspect_picture(BytesIO(encoded(drawn(90, 60, "CMYK"), "TIFF"))).colour_space
        == "CMYK, 8 bit"
    )
    pages = encoded(drawn(90, 60), "TIFF", save_all=True, append_images=[drawn(60, 90)] * 3)
    assert inspect_picture(BytesIO(pages)).file_pages == 4


@pytest.mark.parametrize(
    ("form", "options"),
    [("GIF", {}), ("WEBP", {}), ("AVIF", {}), ("JPEG", {"progressive": True})],
)
def test_what_is_decoded_whole_has_a_lower_limit(settings, form, options):
    settings.CATALOG = {"MAX_PIXELS_DECODED_WHOLE": 5000}
    assert "interlaced" in refusal(encoded(drawn(90, 60), form, **options))
    assert inspect_picture(BytesIO(encoded(drawn(90, 60), "JPEG"))).width == 90


@pytest.fixture
def large_is_small(monkeypatch):
    """As if pictures of some thousand pixels were large ones."""
    monkeypatch.setattr("catalog.iiif.image.inspection.LARGE", 4000)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "WEBP", "GIF"])
def test_large_pictures_are_decoded_by_another_process_and_have_their_pyramid(large_is_small, form):
    whole = encoded(PIL.Image.effect_noise((300, 200), 90).convert("RGB"), form)
    facts = inspect_picture(BytesIO(whole))
    assert pyramid_of(facts.sha256).levels[0].width == 300
    assert "damaged" in refusal(whole[: len(whole) * 9 // 10])


def test_every_page_of_a_large_file_is_looked_at(large_is_small):
    noise = [PIL.Image.effect_noise((300, 200), 90) for _ in range(3)]
    content = encoded(
        noise[0], "TIFF", save_all=True, append_images=noise[1:], compression="tiff_lzw"
    )
    assert inspect_picture(BytesIO(content)).file_pages == 3
    # The directories of the pages are between them: damage pixels of the last page only.
    spoilt = bytearray(content)
    spoilt[len(content) - 30_000 : len(content) - 20_000] = b"\xff" * 10_000
    assert "damaged" in refusal(bytes(spoilt))
