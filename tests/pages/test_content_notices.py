"""A picture with a content notice is seen only after its notice: never as a thumbnail, and never blurred."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from catalog import search
from catalog.models import (
    Depiction,
    Document,
    Exhibition,
    ExhibitionPart,
    Image,
    Page,
    Person,
    Status,
    Term,
    Vocabulary,
)
from catalog.uris import manifest_path
from tests.contracts.tied_records import PUBLIC_INK, hold

pytestmark = [pytest.mark.django_db, pytest.mark.once]

NOTICE = "Shows a wounded man"


@pytest.fixture
def picture(settings: Any, tmp_path: Path) -> Image:
    """A picture with a notice, of a person, and the first page of a document."""
    settings.MEDIA_ROOT, settings.VAR_DIR = tmp_path / "media", tmp_path / "var"
    photograph = Term.objects.create(
        vocabulary=Vocabulary.IMAGE_TYPE, code="photograph", label="Photograph"
    )
    made: dict[str, Any] = {"status": Status.PUBLISHED}
    image = Image(
        identifier="I.1",
        slug="wound",
        title="A wound",
        type=photograph,
        content_notice=NOTICE,
        **made,
    )
    hold(image, PUBLIC_INK)
    image.save()
    person = Person.objects.create(identifier="P.1", slug="victim", title="Victim", **made)
    document = Document.objects.create(identifier="D.1", slug="report", title="Report", **made)
    Depiction.objects.create(person=person, image=image)
    Page.objects.create(document=document, image=image)
    search.refresh()
    return image


#: Where results, feeds and previews would show the picture as something small.
SMALL = [
    "/",
    "/images/",
    "/images/?view=list",
    "/images/?format=atom",
    "/people/?view=grid",
    "/documents/?view=grid",
    "/search/?q=wound",
    "/search/?q=wound&view=grid",
    "/search/?q=wound&format=atom",
    "/iiif/collection/top",
]


@pytest.mark.parametrize("address", SMALL)
def test_no_result_shows_it(picture: Image, client: Client, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    said = answer.content.decode()
    assert f"/pictures/{picture.uuid}" not in said
    assert f"/iiif/image/{picture.uuid}" not in said


@pytest.mark.parametrize(
    "address", ["/images/", "/images/?view=list", "/search/?q=wound", "/search/?q=wound&view=grid"]
)
def test_results_say_why(picture: Image, client: Client, address: str) -> None:
    assert NOTICE in client.get(address).content.decode()


@pytest.mark.parametrize("address", ["/images/wound/", "/documents/report/", "/people/victim/"])
def test_on_pages_it_waits_behind_its_notice(picture: Image, client: Client, address: str) -> None:
    page = client.get(address).content.decode()
    assert not re.search(r'property="og:image"', page)
    waiting = re.compile(r"<details class=\"content-notice\">.*?</details>", re.DOTALL)
    kept = "".join(waiting.findall(page))
    assert NOTICE in kept and "Show the picture" in kept
    # Without script it opens by itself; nothing else on the page is the picture.
    assert f"/pictures/{picture.uuid}" in kept
    rest = waiting.sub("", page)
    assert not re.search(rf"<img[^>]+/pictures/{picture.uuid}", rest)
    assert '"image"' not in page[page.index("application/ld+json") :].split("</script>")[0]


def test_programs_are_told(picture: Image, client: Client) -> None:
    document = client.get("/api/v1/images/wound/").json()
    assert document["content_notice"] == NOTICE
    assert document["thumbnail"] is None
    assert document["picture"]["renditions"]
    for one in ("people/victim", "documents/report"):
        assert client.get(f"/api/v1/{one}/").json()["thumbnail"] is None
    manifest = client.get(manifest_path(picture.uuid)).json()
    assert "thumbnail" not in manifest and "thumbnail" not in manifest["items"][0]
    [told] = manifest["items"][0]["metadata"]
    assert told["value"] == {"en": [NOTICE]} or NOTICE in str(told["value"])
    # Without the notice, everything shows it again.
    picture.content_notice = ""
    picture.save()
    search.refresh()
    assert client.get("/api/v1/people/victim/").json()["thumbnail"] is not None
    assert f"/pictures/{picture.uuid}" in client.get("/images/").content.decode()


def test_an_exhibition_shows_the_notice_and_opens_with_another_picture(
    picture: Image, client: Client
) -> None:
    shown = Exhibition.objects.create(
        identifier="X.1",
        slug="the-war",
        title="The war",
        opening=picture,
        status=Status.PUBLISHED,
        first_published=timezone.now(),
    )
    parts: list[dict[str, Any]] = [
        {"image": picture},
        {"person": Person.objects.get()},
        {"document": Document.objects.get()},
    ]
    for number, part in enumerate(parts):
        ExhibitionPart.objects.create(exhibition=shown, position=number, **part)
    page = client.get("/exhibitions/the-war/").content.decode()
    assert page.count(NOTICE) >= 1
    for address in (
        "/exhibitions/the-war/",
        "/exhibitions/",
        "/",
        f"/iiif/collection/{shown.uuid}",
        "/api/v1/exhibitions/the-war/",
    ):
        said = client.get(address).content.decode()
        assert f"/pictures/{picture.uuid}" not in said, address
        assert f"/iiif/image/{picture.uuid}" not in said, address
