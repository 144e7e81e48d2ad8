"""The official validator of the Image API runs all its tests of version 3, level 2 against the service."""

from __future__ import annotations

import shutil
from pathlib import Path
from urllib.parse import urlsplit

import PIL.Image
import pytest
from iiif_validator.validator import ImageAPI, TestSuite, ValidationInfo

from catalog.management.first_start import load_sample
from catalog.models import Image, Status
from catalog.uris import image_service_path
from tests.iiif.conftest import encoded

ROOT = Path(__file__).parents[2]

#: Its own mistakes, each with the reason.
WRONG = {
    # Expects an error for !w,h beyond the picture; section 4.2 requires the picture as it is.
    "size_noup",
}
#: Features of higher levels that this service claims besides level 2. Its webp test fails by
#: itself: it writes bytes as text.
CLAIMED = {
    "linkheader_canonical", "linkheader_profile",
    "rot_full_non90", "rot_mirror", "rot_mirror_180", "rot_region_non90",
}  # fmt: skip
#: Needs no coloured squares, so any picture will do.
ANY_PICTURE = ("baseurl_redirect", "cors", "format_jpg", "info_json", "jsonld")


def names_of_level_2():
    suite = TestSuite(ValidationInfo()).list_tests("3.0")
    chosen = {name for name, about in suite.items() if about["level"] <= 2}
    return sorted((chosen | CLAIMED) - WRONG)


def passes(server, image, name):
    prefix, _, identifier = image_service_path(image.uuid).strip("/").rpartition("/")
    result = ImageAPI(identifier, urlsplit(server.url).netloc, prefix, version="3.0", debug=False)
    TestSuite(ValidationInfo()).run_test(name, result)
    assert result.exception is None, f"{name}: {result.exception} {result.urls}"


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_every_test_of_level_2_and_what_is_claimed_beside_it(live_server, hold):
    """On the picture that it brings: a hundred squares, whose colours it knows."""
    squares = PIL.Image.new("RGB", (1000, 1000))
    for x, column in enumerate(ValidationInfo().colorInfo):
        for y, colour in enumerate(column):
            squares.paste(colour, (100 * x, 100 * y, 100 * x + 100, 100 * y + 100))
    image = hold(encoded(squares))
    names = names_of_level_2()
    assert len(names) > 30
    for name in names:
        passes(live_server, image, name)


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_the_pictures_of_the_sample_collection(live_server, settings):
    settings.MEDIA_ROOT.mkdir()
    shutil.copytree(ROOT / "media" / "sample", settings.MEDIA_ROOT / "sample")
    load_sample(print)
    images = list(Image.objects.exclude(file="").filter(status=Status.PUBLISHED))
    assert len(images) >= 10
    for image in images:
        for name in ANY_PICTURE if image is images[0] else ["info_json"]:
            passes(live_server, image, name)
