"""The door of the image service: who gets which pixels, with which headers and status codes."""

from __future__ import annotations

import json
import os
import random
import uuid
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import PIL.Image
import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from catalog.iiif.image import engine
from catalog.iiif.image.one_maker import StillBeingMade
from catalog.iiif.image.service_document import TILE
from catalog.models import Image, Status
from catalog.uris import image_request_path, image_service_path
from tests.iiif.conftest import FREE, drawn, encoded
from tests.iiif.test_derivatives import BLUE, LIME, RED, WHITE, corners, looks_right, near

pytestmark = [pytest.mark.django_db, pytest.mark.once]

IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/"
CORS = "Access-Control-Allow-Origin"


@pytest.fixture
def image(hold):
    return hold(encoded(drawn(1700, 1100), "JPEG", quality=95))


@pytest.fixture
def curator(client):
    user = get_user_model().objects.create_user("ada", password="x", is_staff=True)
    client.force_login(user)
    return user


def ask(client, image, request="full/max/0/default.jpg", **headers):
    return client.get(f"{image_service_path(image.uuid)}/{request}", headers=headers)


def seen(response):
    assert response.status_code == 200, response.content
    return PIL.Image.open(BytesIO(response.content))


def document(client, image):
    response = ask(client, image, "info.json")
    assert response.status_code == 200
    return json.loads(response.content)


def test_base_leads_to_info(client, image, django_assert_num_queries):
    base = image_service_path(image.uuid)
    for address in (base, f"{base}/"):
        with django_assert_num_queries(1):
            response = client.get(address)
        assert (response.status_code, response["Location"]) == (303, f"{base}/info.json")
        assert response[CORS] == "*"


def test_info_says_what_the_standard_asks(client, image):
    response = ask(client, image, "info.json")
    assert response["Content-Type"] == "application/json"
    assert response[CORS] == "*"
    assert "Accept" in response["Vary"]
    said = json.loads(response.content)
    assert next(iter(said)) == "@context"
    assert said["@context"] == "http://iiif.io/api/image/3/context.json"
    assert said["id"] == f"http://testserver{image_service_path(image.uuid)}"
    assert (said["type"], said["profile"]) == ("ImageService3", "level2")
    assert said["protocol"] == "http://iiif.io/api/image"
    assert (said["width"], said["height"]) == (1700, 1100)
    assert said["rights"] == FREE
    assert not {"@id", "license", "attribution", "logo"} & set(said)
    ld = ask(client, image, "info.json", accept="application/ld+json")
    assert ld["Content-Type"] == (
        'application/ld+json;profile="http://iiif.io/api/image/3/context.json"'
    )
    assert ld.content == response.content


def test_every_size_and_tile_of_info_has_exactly_its_pixels(client, image):
    said = document(client, image)
    for size in said["sizes"]:
        wide, high = size["width"], size["height"]
        assert seen(ask(client, image, f"full/{wide},{high}/0/default.jpg")).size == (wide, high)
    (tiles,) = said["tiles"]
    stored, asked = 0, 0
    for factor in tiles["scaleFactors"]:
        side = tiles["width"] * factor
        whole = PIL.Image.new("RGB", (-(-1700 // factor), -(-1100 // factor)))
        for top in range(0, 1100, side):
            for left in range(0, 1700, side):
                w, h = min(side, 1700 - left), min(side, 1100 - top)
                size = (-(-w // factor), -(-h // factor))
                tile = seen(
                    ask(client, image, f"{left},{top},{w},{h}/{size[0]},{size[1]}/0/default.jpg")
                )
                assert tile.size == size
                whole.paste(tile, (left // factor, top // factor))
                asked += 1
                stored += size == (TILE, TILE)
        assert looks_right(whole), f"tiles of scale factor {factor} do not fit together"
    kept = [file for file in Path(client_answers()).rglob("*") if file.is_file()]
    assert stored == 7
    # The size file, the sizes, and the tiles at the edges; whole tiles are sent as stored in the pyramid.
    assert len(kept) <= 1 + len(said["sizes"]) + asked - stored


def client_answers():
    from catalog.iiif.image.kept_answers import folder

    return folder()


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ("full/340,/0/default.jpg", [RED, LIME, BLUE, WHITE]),
        ("full/340,/!0/default.png", [LIME, RED, WHITE, BLUE]),
        ("full/340,/90/default.webp", [BLUE, RED, WHITE, LIME]),
        ("full/340,/180/color.jpg", [WHITE, BLUE, LIME, RED]),
        ("full/340,/!90/default.jpg", [WHITE, LIME, BLUE, RED]),
        ("0,0,800,500/max/0/default.jpg", [RED] * 4),
        ("pct:51,51,40,40/100,100/0/default.png", [WHITE] * 4),
        ("square/200,200/270/default.jpg", [LIME, WHITE, RED, BLUE]),
    ],
)
def test_region_size_mirror_rotation_in_this_order(client, image, request_, expected):
    response = ask(client, image, request_)
    picture = seen(response)
    assert response["Content-Type"] == f"image/{picture.format.lower()}"
    assert all(near(*pair) for pair in zip(corners(picture), expected, strict=True))


def test_free_rotation_is_clear_where_it_can_be_and_white_where_not(client, image):
    clear = seen(ask(client, image, "full/300,/45/default.png"))
    assert clear.mode == "RGBA"
    assert clear.size[0] == pytest.approx(350, abs=3)
    assert clear.getpixel((2, 2))[3] == 0
    assert seen(ask(client, image, "full/300,/45/default.jpg")).getpixel((2, 2)) == WHITE
    assert seen(ask(client, image, "full/300,/0/gray.jpg")).mode == "L"
    whole = seen(ask(client, image, "full/max/45/default.jpg"))
    assert whole.width * whole.height > image.width * image.height
    ink = seen(ask(client, image, "full/300,/45/bitonal.png")).convert("L")
    assert {colour for _, colour in ink.getcolors()} == {0, 255}


def test_links_etag_and_not_modified(client, image, django_assert_num_queries):
    response = ask(client, image, "0,0,9000,9000/170,/0/color.jpg")
    address = f"http://testserver{image_service_path(image.uuid)}/full/170,110/0/default.jpg"
    assert f'<{address}>;rel="canonical"' in response["Link"]
    assert '<http://iiif.io/api/image/3/level2.json>;rel="profile"' in response["Link"]
    assert response["Cache-Control"] == "public, max-age=3600, s-maxage=300"
    assert response["X-Content-Type-Options"] == "nosniff"
    with django_assert_num_queries(1):
        again = ask(
            client, image, "full/170,110/0/default.jpg", **{"if-none-match": response["ETag"]}
        )
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == response["ETag"]
    other = ask(client, image, "full/171,/0/default.jpg", **{"if-none-match": response["ETag"]})
    assert other.status_code == 200
    head = client.head(image_request_path(image.uuid, size="170,110"))
    assert (head.status_code, head["ETag"]) == (200, response["ETag"])


def test_under_the_address_of_its_hash_a_picture_is_kept_for_long(client, image):
    address = image_request_path(image.uuid, size="170,", version=image.version)
    response = client.get(address)
    assert response["Cache-Control"] == "public, max-age=86400, s-maxage=300, immutable"
    assert f"{image.uuid}:{image.version}/full/170,110/0/default.jpg" in response["Link"]
    said = client.get(f"{image_service_path(image.uuid, image.version)}/info.json").json()
    assert said["id"] == f"http://testserver{image_service_path(image.uuid, image.version)}"
    other = image_request_path(image.uuid, version="0" * 16)
    assert client.get(other).status_code == 404


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ("full/^max/0/default.jpg", 501),
        ("full/^100000,100000/0/default.jpg", 501),
        ("pct:nan,0,1,1/max/0/default.jpg", 400),
        ("full/full/0/default.jpg", 400),
        ("full/max/0/default.tif", 501),
        ("full/max/0", 400),
        ("info.xml", 400),
        ("9" * 2000, 414),
        ("%E2%88%9E,0,1,1/max/0/default.jpg", 400),
        ("%00/max/0/default.jpg", 400),
        ("full/max/0/default.jpg%0A", 400),
    ],
)
def test_errors_are_sentences_with_cors_and_cost_no_pixel(client, image, request_, code):
    response = ask(client, image, request_)
    assert response.status_code == code
    assert response[CORS] == "*"
    assert response["Content-Type"].startswith("text/plain")
    assert response["Cache-Control"] == "no-store"
    assert not client_answers().exists(), "no pyramid, no answer: nothing was decoded"
    assert not client_answers().with_name("pyramids").exists()


def test_unknown_pictures_and_methods(client, image):
    for address in (
        image_request_path(uuid.uuid4()),
        "/iiif/image/x/full/max/0/default.jpg",
        f"/iiif/image/{str(image.uuid).upper()}x/info.json",
        f"/iiif/image/{image.uuid}%20/info.json",
        f"/iiif/image/{image.uuid}:zz:zz/info.json",
    ):
        response = client.get(address)
        assert response.status_code == 404, address
        assert response[CORS] == "*"
    posted = client.post(image_request_path(image.uuid))
    assert (posted.status_code, posted[CORS]) == (405, "*")
    preflight = client.options(
        image_request_path(image.uuid),
        headers={"origin": "https://viewer.example", "access-control-request-method": "GET"},
    )
    assert (preflight.status_code, preflight[CORS]) == (200, "*")


def hidden_states():
    tomorrow = timezone.now() + timedelta(days=1)
    return [
        {"status": Status.DRAFT},
        {"status": Status.IN_REVIEW},
        {"status": Status.WITHDRAWN},
        {"embargo_until": tomorrow},
        {"publish_from": tomorrow},
    ]


@pytest.mark.parametrize("number", range(5))
def test_hidden_pictures_are_for_curators_alone(client, image, number):
    etag = ask(client, image)["ETag"]
    Image.objects.filter(pk=image.pk).update(**hidden_states()[number])
    unknown = client.get(image_request_path(uuid.uuid4()))
    tile, wrong = "0,0,512,512/max/0/default.jpg", "full/^max/0/x"
    for request in ("full/max/0/default.jpg", tile, "info.json", "", wrong):
        for headers in ({}, {"if-none-match": etag}):
            response = ask(client, image, request, **headers)
            assert (response.status_code, response.content) == (404, unknown.content), request
    reader = get_user_model().objects.create_user("reader", password="x")
    client.force_login(reader)
    assert ask(client, image).status_code == 404
    reader.is_staff = True
    reader.save()
    for request, status in (("full/max/0/default.jpg", 200), ("info.json", 200), ("", 303)):
        response = ask(client, image, request)
        assert response.status_code == status
        assert response["Cache-Control"] == "private, no-store"
    reader.is_active = False
    reader.save()
    assert ask(client, image).status_code == 404


def test_a_restricted_picture_is_small_for_the_public_whatever_is_asked(client, hold, settings):
    settings.CATALOG = {"RESTRICTED_PIXELS": 300_000}
    image = hold(encoded(drawn(1700, 1100), "JPEG"), rights=IN_COPYRIGHT)
    said = document(client, image)
    assert said["width"] * said["height"] <= 300_000
    assert said["maxArea"] <= 300_000
    assert said["rights"] == IN_COPYRIGHT
    full = seen(ask(client, image))
    assert full.size == (said["width"], said["height"])
    assert looks_right(full)
    assert ask(client, image, "full/1700,/0/default.jpg").status_code == 400
    # A region is cut out of the small picture, so that no number of them adds up to the large one.
    part = seen(ask(client, image, "0,0,512,412/max/0/default.jpg"))
    assert part.size == (512, 412)
    assert near(part.getpixel((300, 100)), LIME) or near(part.getpixel((500, 100)), LIME)
    assert ask(client, image)["Cache-Control"] == "public, max-age=0, must-revalidate"
    user = get_user_model().objects.create_user("ada", password="x", is_staff=True)
    client.force_login(user)
    assert document(client, image)["width"] == 1700
    response = ask(client, image)
    assert seen(response).size == (1700, 1100)
    assert response["Cache-Control"] == "private, no-store"
    user.is_staff = False
    user.save()
    assert seen(ask(client, image)).size == full.size


def test_a_session_takes_nothing_from_a_visitor(client, curator, image):
    response = ask(client, image)
    assert response["Cache-Control"] == "public, max-age=3600, s-maxage=300"


def test_no_answer_is_larger_than_the_settings_allow(client, image, settings):
    settings.CATALOG = {"MAX_ANSWER_PIXELS": 500_000}
    said = document(client, image)
    assert said["maxArea"] == 500_000
    picture = seen(ask(client, image))
    assert picture.width * picture.height <= 500_000
    assert ask(client, image, "full/1700,1100/0/default.jpg").status_code == 400
    assert max(size["width"] for size in said["sizes"]) < 900


def test_originals_that_cannot_be_read(client, image, caplog):
    image.file.storage.delete(image.file.name)
    response = ask(client, image)
    assert response.status_code == 404
    assert "cannot be read" in response.content.decode()
    assert image.file.name in caplog.text
    assert ask(client, image, "info.json").status_code == 200
    with image.file.storage.open(image.file.name, "wb") as file:
        file.write(b"no picture any more")
    assert ask(client, image).status_code == 404


def test_while_somebody_else_makes_it(client, image, monkeypatch):
    def busy(*_args, **_names):
        raise StillBeingMade("it")

    monkeypatch.setattr("catalog.iiif.image.held.made_pyramid", busy)
    response = ask(client, image)
    assert (response.status_code, response["Retry-After"]) == (503, "5")
    assert response["Cache-Control"] == "no-store"
    assert response[CORS] == "*"


def test_odd_requests_have_their_code_and_cost_no_more_than_a_bound(
    client, image, settings, monkeypatch
):
    """Work is counted in pixels that are read, not in time.

    ``ODD_REQUESTS=2000`` sends as many; ``tests/benchmarks/odd_requests.py`` sends them to a real
    server, and reports times and memory.
    """
    from tests.benchmarks.odd_requests import expected, odd_requests

    settings.CATALOG = {"MAX_ANSWER_PIXELS": 150_000}
    monkeypatch.setattr(engine, "MOST_READ", 700_000)
    read: list[int] = []

    def counted(levels, wanted, size):
        level, box = cut_of(levels, wanted, size)
        read.append(box[2] * box[3])
        return level, box

    cut_of = engine.cut_of
    monkeypatch.setattr(engine, "cut_of", counted)
    answered = 0
    for request in odd_requests(random.Random(4), int(os.environ.get("ODD_REQUESTS", "150"))):
        before = len(read)
        response = client.get(f"{image_service_path(image.uuid)}/{request}")
        assert response.status_code in expected(request, 1700, 1100), request
        if response.status_code != 200:
            assert len(read) == before, f"{request}: refused before any pixel is read"
        answered += response.status_code == 200
    # A strip of one pixel by a thousand would need the whole picture, in all its detail.
    for request in ("full/1,1100/0/default.jpg", "full/1700,1/0/default.jpg", "full/max/0/default.jpg"):  # fmt: skip
        assert seen(ask(client, image, request))
    assert answered > 5
    assert len(read) > 5
    assert max(read) <= 700_000
