"""Pictures made on the spot, and records that hold them in a storage of their own."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import PIL.Image
import PIL.ImageDraw
import pytest
from django.core.files.base import ContentFile

from catalog.iiif import inspect_picture
from catalog.models import Image, Status

FREE = "http://creativecommons.org/publicdomain/zero/1.0/"


@pytest.fixture(autouse=True)
def storage_of_its_own(settings, tmp_path):
    """No test reads or writes the pictures of the catalogue."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.VAR_DIR = tmp_path / "var"


def drawn(width=900, height=600, mode="RGB"):
    """A picture whose four corners differ: red, green, blue, white."""
    picture = PIL.Image.new("RGB", (width, height), "white")
    draw = PIL.ImageDraw.Draw(picture)
    draw.rectangle([0, 0, width // 2, height // 2], "red")
    draw.rectangle([width // 2, 0, width, height // 2], "lime")
    draw.rectangle([0, height // 2, width // 2, height], "blue")
    return picture.convert(mode)


def encoded(picture, form="PNG", **options):
    """A picture as the bytes of a file."""
    kept = BytesIO()
    picture.save(kept, form, **options)
    return kept.getvalue()


def claiming_png(width, height, idat=b""):
    """A PNG of a few bytes whose header claims any size."""

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", idat or zlib.compress(bytes(1500)))
        + chunk(b"IEND", b"")
    )


@pytest.fixture
def hold():
    """Make an image record, saved or not, that holds a file."""

    def make(content, *, save=True, **fields):
        facts = inspect_picture(BytesIO(content))
        image = Image(
            **{
                "identifier": "TST/I 1",
                "title": "Four corners",
                "status": Status.PUBLISHED,
                "rights": FREE,
                **fields,
            },
            media_type=facts.media_type,
            width=facts.width,
            height=facts.height,
            byte_size=facts.byte_size,
            sha256=facts.sha256,
        )
        image.file.save(f"any{facts.suffix}", ContentFile(content), save=False)
        if save:
            image.save()
        return image

    return make
