"""Uploading files of images in the admin."""

from __future__ import annotations

import hashlib
import io

import PIL.Image
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection

from catalog.iiif.image import originals
from catalog.models import Image
from tests.admin.conftest import form_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def picture(width=40, height=30, colour="red", kind="PNG"):
    held = io.BytesIO()
    PIL.Image.new("RGB", (width, height), colour).save(held, kind)
    return held.getvalue()


def send(client, content, name="photo.png", record=None, **more):
    path = f"{record.pk}/change" if record else "add"
    address = f"/admin/catalog/image/{path}/"
    entries = form_of(client.get(address).content)
    entries |= {} if record else {"identifier": "I.1", "title": "Tomb"}
    entries["file"] = SimpleUploadedFile(name, content)
    return client.post(address, entries | more)


def test_a_picture_is_measured(cataloguer):
    content = picture()
    assert send(cataloguer, content, name="misleading.exe").status_code == 302
    image = Image.objects.get()
    assert (image.width, image.height, image.byte_size) == (40, 30, len(content))
    assert image.media_type == "image/png"
    assert image.sha256 == hashlib.sha256(content).hexdigest()
    assert image.file.name.endswith(".png")
    html = cataloguer.get(f"/admin/catalog/image/{image.pk}/change/").content.decode()
    assert "40 × 30 px" in html
    assert "thumbnail" in cataloguer.get("/admin/catalog/image/").content.decode()


@pytest.mark.parametrize(
    "content", [b"no picture", b"", b"<svg xmlns='x'/>", b"%PDF-1.7", picture()[:60]]
)
def test_what_is_no_picture_is_refused_in_words(cataloguer, content):
    answer = send(cataloguer, content, title="Typed title")
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["file"]
    assert "Typed title" in answer.content.decode()
    assert not Image.objects.exists()


def test_the_same_file_names_the_record_that_has_it(cataloguer):
    send(cataloguer, picture())
    answer = send(cataloguer, picture(), identifier="I.2", title="Again")
    assert "“Tomb”, I.1, already holds the same file." in answer.content.decode()
    assert Image.objects.count() == 1
    # Sending it again to its own record is not an error.
    assert send(cataloguer, picture(), record=Image.objects.get()).status_code == 302


def test_clearing_the_file_clears_its_measures(cataloguer):
    send(cataloguer, picture())
    image = Image.objects.get()
    address = f"/admin/catalog/image/{image.pk}/change/"
    entries = form_of(cataloguer.get(address).content) | {"file-clear": "on"}
    assert cataloguer.post(address, entries).status_code == 302
    image.refresh_from_db()
    assert (image.file.name, image.width, image.sha256, image.media_type) == ("", None, "", "")


def test_a_new_file_replaces_the_measures(cataloguer):
    send(cataloguer, picture())
    image = Image.objects.get()
    assert send(cataloguer, picture(8, 9, "blue", "JPEG"), record=image).status_code == 302
    image.refresh_from_db()
    assert (image.width, image.height, image.media_type) == (8, 9, "image/jpeg")
    assert image.file.name.endswith(".jpg")


def test_a_picture_with_another_fault_keeps_the_entries(cataloguer):
    answer = send(cataloguer, picture(), title="", credit_line="Kept")
    assert answer.status_code == 200
    assert 'value="Kept"' in answer.content.decode()


def test_two_who_send_a_file_to_one_record_choose(door):
    anna, boris = door("Cataloguer"), door("Editor")
    image = Image.objects.create(identifier="I.1", title="Tomb")
    address = f"/admin/catalog/image/{image.pk}/change/"
    opened = form_of(anna.get(address).content)
    send(boris, picture(50, 40, "blue"), record=image)
    answer = anna.post(address, opened | {"file": SimpleUploadedFile("mine.png", picture())})
    html = answer.content.decode()
    assert "mine.png" in html
    assert "50 × 40 px" in html, (
        "the page shows the picture that is kept, not the one that was sent"
    )
    assert "choose it again" in html
    mine = form_of(html) | {"choose-file": "mine"}
    assert "Choose your file again" in anna.post(address, mine).content.decode()
    image.refresh_from_db()
    assert image.width == 50
    mine |= {"file": SimpleUploadedFile("mine.png", picture())}
    assert anna.post(address, mine).status_code == 302
    image.refresh_from_db()
    assert image.width == 40


def test_a_file_beside_another_mistake_is_asked_for_again(cataloguer):
    html = send(cataloguer, picture(), title="").content.decode()
    assert "choose it again" in html
    image = Image.objects.create(identifier="I.2", title="Tomb")
    html = send(cataloguer, picture(), record=image, date="1938-13").content.decode()
    assert "No file is held." in html
    assert "choose it again" in html


def test_a_file_is_examined_before_the_step_in_which_it_is_saved(cataloguer, monkeypatch):
    """A large one takes seconds, in which nobody else could save on SQLite."""
    inspect, steps = originals.inspect_picture, []

    def counted(file):
        steps.append(len(connection.atomic_blocks))
        return inspect(file)

    monkeypatch.setattr(originals, "inspect_picture", counted)
    outside = len(connection.atomic_blocks)
    assert send(cataloguer, picture()).status_code == 302
    assert send(cataloguer, b"no picture", identifier="I.2").status_code == 200
    files = {"pictures": [SimpleUploadedFile("blue.png", picture(colour="blue"))]}
    assert cataloguer.post("/admin/catalog/image/many/", files).status_code == 302
    assert Image.objects.count() == 2
    assert steps == [outside] * 3
