"""The door of pictures: who gets what, with which headers."""

from __future__ import annotations

import uuid
from datetime import timedelta
from io import BytesIO

import PIL.Image
import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from catalog.iiif import picture_of
from catalog.iiif.image.one_maker import StillBeingMade
from catalog.models import Image, Status
from catalog.uris import original_path, picture_path
from tests.iiif.conftest import FREE, drawn, encoded

pytestmark = pytest.mark.django_db

IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/"
BY = "http://creativecommons.org/licenses/by/4.0/"


@pytest.fixture
def image(hold):
    return hold(encoded(drawn(), "JPEG"))


@pytest.fixture
def staff_client(client):
    user = get_user_model().objects.create_user("ada", password="x", is_staff=True)
    client.force_login(user)
    return client


def path(image, width=480):
    return picture_path(image.uuid, image.version, width)


def test_a_visitor_gets_the_picture(client, image, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get(path(image))
    assert response.status_code == 200
    content = response.getvalue()
    assert PIL.Image.open(BytesIO(content)).size == (480, 320)
    assert response["Content-Type"] == "image/webp"
    assert int(response["Content-Length"]) == len(content)
    assert response["ETag"] == f'"{image.sha256[:16]}-480x320"'
    assert response["Cache-Control"] == "public, max-age=86400, s-maxage=300"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "Cookie" not in response.get("Vary", "")


def test_every_path_that_a_page_writes_is_answered(client, image):
    picture = picture_of(image)
    written = {picture.src, picture.thumbnail, picture.largest, picture.original}
    written |= {part.split()[0] for part in picture.srcset.split(", ")}
    assert len(written) == 4
    for one in written:
        assert client.get(one).status_code == 200


def test_not_modified_and_head(client, image):
    etag = client.get(path(image))["ETag"]
    response = client.get(path(image), headers={"if-none-match": etag})
    assert response.status_code == 304
    assert not response.content
    assert response["Cache-Control"] == "public, max-age=86400, s-maxage=300"
    assert client.get(path(image), headers={"if-none-match": '"other"'}).status_code == 200
    head = client.head(path(image))
    assert head.status_code == 200
    assert int(head["Content-Length"]) > 0
    assert client.post(path(image)).status_code == 405


def test_unknown_addresses(client, image):
    sha = image.sha256[:16]
    wrong = [
        picture_path(uuid.uuid4(), image.version, 480),
        picture_path(image.uuid, "0" * 16, 480),
        f"/pictures/{image.uuid}/{sha}-481.webp",
        f"/pictures/{image.uuid}/{sha}-0.webp",
        f"/pictures/{image.uuid}/{sha}-1600.webp",
        f"/pictures/{image.uuid}/{sha}-{'9' * 40}.webp",
        f"/pictures/{image.uuid}/{sha}-{'9' * 5000}.webp",
        f"/pictures/{image.uuid}/%00-480.webp",
        f"/pictures/{image.uuid}/..%2f..%2fetc-480.webp",
        f"/pictures/{image.uuid}/{sha}-480.jpg",
        original_path(uuid.uuid4()),
    ]
    for address in wrong:
        assert client.get(address).status_code == 404, address


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
    etag = client.get(path(image))["ETag"]
    Image.objects.filter(pk=image.pk).update(**hidden_states()[number])
    for address in (path(image), path(image, 240), original_path(image.uuid)):
        for headers in ({}, {"if-none-match": etag}):
            assert client.get(address, headers=headers).status_code == 404
    reader = get_user_model().objects.create_user("reader", password="x")
    client.force_login(reader)
    assert client.get(path(image)).status_code == 404
    reader.is_staff = True
    reader.save()
    for address in (path(image), original_path(image.uuid)):
        response = client.get(address)
        assert response.status_code == 200
        assert response["Cache-Control"] == "private, no-store"
        assert response.getvalue()
    reader.is_active = False
    reader.save()
    assert client.get(path(image)).status_code == 404


def test_a_record_without_a_file(client):
    image = Image.objects.create(identifier="TST/I 9", title="Lost", status=Status.PUBLISHED)
    assert picture_of(image) is None
    assert client.get(picture_path(image.uuid, "", 240)).status_code == 404
    assert client.get(original_path(image.uuid)).status_code == 404


@pytest.mark.parametrize(
    ("rights", "status"), [(FREE, 200), (BY, 200), (IN_COPYRIGHT, 404), ("", 404)]
)
def test_originals_go_by_the_rights(client, hold, rights, status):
    content = encoded(drawn(), "JPEG")
    image = hold(content, rights=rights, identifier='../"Ф 1": a/b')
    response = client.get(original_path(image.uuid))
    assert response.status_code == status
    assert (picture_of(image).original is None) == (status == 404)
    if status == 200:
        assert response.getvalue() == content
        assert response["Content-Type"] == "image/jpeg"
        assert response["Content-Disposition"] == "attachment; filename*=utf-8''%D0%A4-1-a-b.jpg"
        assert response["ETag"] == f'"{image.sha256}"'
        again = client.get(original_path(image.uuid), headers={"if-none-match": response["ETag"]})
        assert again.status_code == 304


def test_curators_get_every_original_and_no_cache_keeps_it(staff_client, hold):
    image = hold(encoded(drawn(), "TIFF"), rights=IN_COPYRIGHT)
    response = staff_client.get(original_path(image.uuid))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"
    assert response["Content-Disposition"] == 'attachment; filename="TST-I-1.tif"'
    assert response["Content-Type"] == "image/tiff"
    response.close()


def test_files_that_are_gone(client, image, caplog):
    image.file.storage.delete(image.file.name)
    assert client.get(path(image)).status_code == 404
    assert client.get(original_path(image.uuid)).status_code == 404
    assert "TST/I 1" in caplog.text


def test_while_somebody_else_makes_it(client, image, monkeypatch):
    def busy(*_args):
        raise StillBeingMade("it")

    monkeypatch.setattr("catalog.iiif.views.open_derivative", busy)
    response = client.get(path(image))
    assert response.status_code == 503
    assert response["Retry-After"] == "5"
    assert response["Cache-Control"] == "no-store"


def test_picture_asks_neither_database_nor_disk(hold, django_assert_num_queries):
    image = hold(encoded(drawn(2000, 1000)), alternative_text="Four colours")
    image.file.storage.delete(image.file.name)
    with django_assert_num_queries(0):
        picture = picture_of(image)
    assert (picture.width, picture.height) == (2000, 1000)
    assert picture.src.endswith("-960.webp")
    assert picture.thumbnail.endswith("-240.webp")
    assert picture.largest.endswith("-2400.webp")
    assert picture.srcset.endswith(f"{picture.largest} 2000w")
    assert picture.alt == "Four colours"
    small = hold(encoded(drawn(50, 50)), identifier="TST/I 2", title="Small")
    assert picture_of(small).src == picture_of(small).thumbnail
    assert picture_of(small).alt == "Small"


@pytest.mark.parametrize("prefix", ["", "/es"])
def test_pictures_have_one_address_for_all_languages(client, image, prefix):
    response = client.get(prefix + path(image), headers={"accept-language": "es"})
    assert response.status_code == (302 if prefix else 200)
    if prefix:
        assert response["Location"] == path(image)
    response.close()
