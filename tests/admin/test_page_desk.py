"""Many files at once, the order of pages, alternative texts: the sheet of a document's pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catalog.models import ChangeSet, Document, Image, Page, Status
from tests.admin.conftest import messages_of
from tests.admin.test_picture_upload import picture

pytestmark = pytest.mark.django_db

CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"


@pytest.fixture
def letter(db: None) -> Document:
    return Document.objects.create(
        identifier="D.7", title="Letter", rights=CC0, credit_line="The archive"
    )


def sheet(document: Document) -> str:
    return f"/admin/catalog/document/{document.pk}/pages/"


def files(*contents: tuple[str, bytes]) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, content) for name, content in contents]


def send(client: Client, address: str, *contents: tuple[str, bytes], script: bool = True) -> Any:
    headers = {"Accept": "application/json"} if script else {}
    return client.post(address, {"pictures": files(*contents)}, headers=headers, follow=not script)


def test_each_file_becomes_a_page_and_a_broken_one_loses_nothing(
    cataloguer: Client, letter: Document
) -> None:
    told = send(cataloguer, f"{sheet(letter)}add/", ("a.png", picture()), ("b.png", b"no picture"),
                ("c.jpg", picture(8, 9, "blue", "JPEG")), ("again.png", picture())).json()["files"]  # fmt: skip
    assert [one["ok"] for one in told] == [True, False, True, False]
    assert "D.7/001, holds the same file already" in told[3]["said"]
    assert f'name="page" value="{letter.pages.first().uuid}"' in told[0]["row"]
    pages = list(letter.pages.select_related("image"))
    assert [(page.position, page.image.identifier, page.image.width) for page in pages] == [
        (1, "D.7/001", 40), (2, "D.7/002", 8),
    ]  # fmt: skip
    first = pages[0].image
    assert (first.title, first.rights, first.credit_line) == ("Letter, page 1", CC0, "The archive")
    assert first.status == Status.DRAFT and first.file.name.endswith(".png")
    assert Image.objects.count() == 2
    assert {one.by_name for one in ChangeSet.objects.all()} >= {"cataloguer"}
    # A page that was taken out leaves its identifier to its image.
    pages[1].delete()
    send(cataloguer, f"{sheet(letter)}add/", ("d.png", picture(5, 5)))
    assert letter.pages.last().image.identifier == "D.7/003"


def test_without_script_the_answer_is_the_sheet_with_what_became_of_each(
    cataloguer: Client, letter: Document
) -> None:
    answer = send(
        cataloguer, f"{sheet(letter)}add/", ("a.png", picture()), ("b.png", b""), script=False
    )
    told = messages_of(answer)
    assert "a.png: added as D.7/001" in told and "b.png: " in told
    assert "No file was sent" in messages_of(cataloguer.post(f"{sheet(letter)}add/", follow=True))


def test_files_without_a_document_become_records(cataloguer: Client) -> None:
    Image.objects.create(identifier="I.009", title="Last")
    assert "Add many pictures" in cataloguer.get("/admin/catalog/image/").content.decode()
    told = send(
        cataloguer, "/admin/catalog/image/many/", ("the_tomb.png", picture()), ("x.svg", b"<svg/>")
    )
    assert [one["ok"] for one in told.json()["files"]] == [True, False]
    image = Image.objects.get(identifier="I.010")
    assert image.title == "the tomb" and not Page.objects.exists()


@pytest.fixture
def leaves(letter: Document) -> list[Page]:
    made = []
    for number in (1, 2, 3):
        image = Image.objects.create(
            identifier=f"I.{number}", title=f"Leaf {number}", alternative_text=f"Alt {number}"
        )
        made.append(Page.objects.create(document=letter, image=image, position=number))
    return made


def entries(leaves: list[Page], **more: Any) -> dict[str, Any]:
    """What the sheet sends, in the order of ``leaves``."""
    sent: dict[str, Any] = {"page": [str(page.uuid) for page in leaves]}
    for page in leaves:
        sent |= {
            f"label-{page.uuid}": page.label,
            f"alt-{page.uuid}": page.image.alternative_text,
            f"was-{page.uuid}": page.image.alternative_text,
        }
    return sent | more


def order(letter: Document) -> list[str]:
    return [page.image.title for page in letter.pages.select_related("image")]


def test_order_labels_and_alternative_texts_are_saved_together(
    cataloguer: Client, letter: Document, leaves: list[Page]
) -> None:
    one, two, three = leaves
    late = Page.objects.create(
        document=letter, position=9, image=Image.objects.create(identifier="I.9", title="Late")
    )
    sets = ChangeSet.objects.count()
    sent = entries([three, one, two]) | {f"label-{one.uuid}": "ii", f"alt-{two.uuid}": "A seal"}
    answer = cataloguer.post(sheet(letter), sent, follow=True)
    assert "The pages are saved." in messages_of(answer)
    assert order(letter) == ["Leaf 3", "Leaf 1", "Leaf 2", "Late"]
    assert [page.position for page in letter.pages.all()] == [1, 2, 3, 4]
    assert letter.pages.get(image=one.image).label == "ii"
    assert Image.objects.get(pk=two.image.pk).alternative_text == "A seal"
    assert ChangeSet.objects.count() == sets + 1
    assert late.image.title in answer.content.decode()


@pytest.mark.parametrize(("way", "number", "expected"), [
    ("up", 2, ["Leaf 2", "Leaf 1", "Leaf 3"]), ("down", 2, ["Leaf 1", "Leaf 3", "Leaf 2"]),
    ("up", 1, ["Leaf 1", "Leaf 2", "Leaf 3"]), ("down", 3, ["Leaf 1", "Leaf 2", "Leaf 3"]),
])  # fmt: skip
def test_buttons_move_a_page_without_script(
    cataloguer: Client,
    letter: Document,
    leaves: list[Page],
    way: str,
    number: int,
    expected: list[str],
) -> None:
    cataloguer.post(sheet(letter), entries(leaves, move=f"{way}:{leaves[number - 1].uuid}"))
    assert order(letter) == expected


def test_what_another_wrote_meanwhile_is_kept(
    cataloguer: Client, letter: Document, leaves: list[Page]
) -> None:
    sent = entries(leaves) | {f"alt-{leaves[0].uuid}": "Mine"}
    Image.objects.filter(pk=leaves[0].image.pk).update(alternative_text="Theirs")
    told = messages_of(cataloguer.post(sheet(letter), sent, follow=True))
    assert "Somebody else wrote" in told and "Mine" in told
    assert Image.objects.get(pk=leaves[0].image.pk).alternative_text == "Theirs"


def test_images_that_lack_a_text_are_marked_and_listed(
    cataloguer: Client, letter: Document, leaves: list[Page]
) -> None:
    Image.objects.filter(pk=leaves[1].image.pk).update(alternative_text="")
    page = cataloguer.get(sheet(letter)).content.decode()
    assert page.count("page-row-lacks") == 1
    listed = cataloguer.get("/admin/catalog/image/?missing=alternative_text").content.decode()
    assert "Leaf 2" in listed and "Leaf 1" not in listed


def test_a_published_document_is_only_read_by_a_cataloguer(
    cataloguer: Client, editor: Client, letter: Document, leaves: list[Page]
) -> None:
    Document.objects.update(status=Status.PUBLISHED)
    assert "an editor has to make this change" in cataloguer.get(sheet(letter)).content.decode()
    told = send(cataloguer, f"{sheet(letter)}add/", ("a.png", picture())).json()["files"]
    assert not told[0]["ok"] and "editor" in told[0]["said"] and Image.objects.count() == 3
    answer = cataloguer.post(sheet(letter), entries(leaves[::-1]), follow=True)
    assert "editor" in messages_of(answer) and order(letter) == ["Leaf 1", "Leaf 2", "Leaf 3"]
    editor.post(sheet(letter), entries(leaves[::-1]))
    assert order(letter) == ["Leaf 3", "Leaf 2", "Leaf 1"]


@pytest.mark.parametrize("key", ["0", "x", "99999999999999999999"])
def test_no_document_is_404_and_strangers_are_sent_to_the_login(
    cataloguer: Client, key: str
) -> None:
    assert cataloguer.get(f"/admin/catalog/document/{key}/pages/").status_code == 404
    assert Client().get(f"/admin/catalog/document/{key}/pages/").status_code == 302
