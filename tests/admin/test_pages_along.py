"""The form and the list of documents take the pages along, and say how they stand."""

from __future__ import annotations

import pytest

from catalog import bulk
from catalog.jobs import work_off
from catalog.models import ChangeSet, Document, Image, Page, Status
from tests.admin.conftest import form_of, messages_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(db):
    letter = Document.objects.create(identifier="D.1", title="Letter")
    for number in (1, 2):
        image = Image.objects.create(identifier=f"D.1/{number}", title=f"Leaf {number}")
        Page.objects.create(document=letter, image=image, position=number)
    return letter


def press(client, document, button, **entries):
    address = f"/admin/catalog/document/{document.pk}/change/"
    sent = form_of(client.get(address).content) | entries | {f"_{button}": "x"}
    sent = {name: value for name, value in sent.items() if value is not None}
    return client.post(address, sent, follow=True)


def public():
    return Image.objects.visible_to(None).count()


def test_the_pages_of_a_letter_are_published_with_it_in_one_change_set(editor, letter):
    answer = press(editor, letter, "publish")
    assert "Pages that went with it: 2." in messages_of(answer)
    assert public() == 2
    assert ChangeSet.objects.filter(by__username="editor").count() == 1
    press(editor, letter, "withdraw")
    assert public() == 0


def test_pages_left_out_are_told_and_can_follow(editor, letter):
    html = press(editor, letter, "publish", with_pages=None).content.decode()
    assert public() == 0
    assert "2 of its pages are hidden from visitors." in html
    html = press(editor, letter, "publish_with_pages").content.decode()
    assert public() == 2
    assert "hidden from visitors" not in html
    html = press(editor, letter, "withdraw", with_pages=None).content.decode()
    assert "2 of its pages are public all the same." in html
    press(editor, letter, "withdraw_with_pages")
    assert public() == 0


def test_the_box_is_there_where_it_matters(editor, cataloguer, letter):
    address = f"/admin/catalog/document/{letter.pk}/change/"
    assert b'name="with_pages"' in editor.get(address).content
    assert b'name="with_pages"' not in cataloguer.get(address).content
    letter.pages.all().delete()
    assert b'name="with_pages"' not in editor.get(address).content


def test_letters_are_published_with_their_pages_from_the_list(editor, letter, monkeypatch):
    address = "/admin/catalog/document/"
    sent = {"action": "publish_with_pages", "_selected_action": [letter.pk]}
    said = messages_of(editor.post(address, sent, follow=True))
    assert "1 document was published with its pages." in said
    assert public() == 2
    assert b"publish_with_pages" not in editor.get("/admin/catalog/person/").content


def test_many_letters_are_published_with_their_pages_by_a_job(editor, letter):
    bulk.move_as_job(
        bulk.Move("document", "publish_with_pages"), [letter.pk], by=None, reason="", door="admin"
    )
    work_off()
    letter.refresh_from_db()
    assert (letter.status, public()) == (Status.PUBLISHED, 2)
