"""Many files at once, the order of pages, alternative texts: the sheet of a document's pages."""

from __future__ import annotations

import io
import re
from typing import Any

import PIL.Image
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from catalog.iiif import picture_of
from catalog.models import ChangeSet, Document, Image, Page, Status
from catalog.uris import image_service_path
from tests.admin.conftest import form_of, messages_of
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
    assert "D.7/001, already holds the same file" in told[3]["said"]
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
    # A page that was removed leaves its identifier to its image.
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
    assert "Add several pictures" in cataloguer.get("/admin/catalog/image/").content.decode()
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
            f"was-label-{page.uuid}": page.label,
            f"alt-{page.uuid}": page.image.alternative_text,
            f"was-alt-{page.uuid}": page.image.alternative_text,
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
    assert "The pages have been saved." in messages_of(answer)
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


@pytest.mark.parametrize(
    ("number", "place", "expected"),
    [
        (3, "1", ["Leaf 3", "Leaf 1", "Leaf 2"]),
        (1, "99", ["Leaf 2", "Leaf 3", "Leaf 1"]),
        (1, "0", ["Leaf 1", "Leaf 2", "Leaf 3"]),
        (1, "²", ["Leaf 1", "Leaf 2", "Leaf 3"]),
    ],
)
def test_a_page_goes_to_the_place_that_was_typed(
    cataloguer: Client, letter: Document, leaves: list[Page], number: int, place: str, expected: Any
) -> None:
    cataloguer.post(sheet(letter), entries(leaves) | {f"to-{leaves[number - 1].uuid}": place})
    assert order(letter) == expected


def test_a_page_is_taken_out_and_its_image_stays(
    cataloguer: Client, letter: Document, leaves: list[Page]
) -> None:
    sent = entries(leaves, out=[str(leaves[1].uuid)]) | {f"alt-{leaves[1].uuid}": "Typed before"}
    answer = cataloguer.post(sheet(letter), sent, follow=True)
    assert "The pages have been saved." in messages_of(answer)
    assert order(letter) == ["Leaf 1", "Leaf 3"]
    assert Image.objects.filter(title="Leaf 2").exists()


@pytest.mark.parametrize(
    ("first", "labels"),
    [
        ("", ["1", "cover", "2"]),
        ("7", ["7", "cover", "8"]),
        ("f. 2r", ["f. 2r", "cover", "f. 2v"]),
        ("2v", ["2v", "cover", "3r"]),
    ],
)
def test_pages_without_a_label_are_counted(
    cataloguer: Client, letter: Document, leaves: list[Page], first: str, labels: list[str]
) -> None:
    letter.pages.update(label="")
    for page in leaves:
        page.label = ""
    sent = entries(leaves, number="1", number_from=first) | {f"label-{leaves[1].uuid}": "cover"}
    cataloguer.post(sheet(letter), sent)
    assert [page.label for page in letter.pages.order_by("position")] == labels


def test_labels_need_a_number_to_count_from(
    cataloguer: Client, letter: Document, leaves: list[Page]
) -> None:
    letter.pages.update(label="")
    sent = {
        name: "" if name.startswith(("label", "was-label")) else value
        for name, value in entries(leaves).items()
    }
    answer = cataloguer.post(
        sheet(letter), sent | {"number": "1", "number_from": "cover"}, follow=True
    )
    assert "does not end in a number" in messages_of(answer)


# --- Two curators with the sheet open -------------------------------------------------------------------


def opened(client: Client, letter: Document) -> dict[str, Any]:
    """The sheet as a curator's browser would send it, untouched."""
    return boxes(client.get(sheet(letter)))


def boxes(answer: Any) -> dict[str, Any]:
    html = answer.content.decode()
    return form_of(html) | {"page": re.findall(r'name="page" value="([^"]+)"', html)}


def reordered(sent: dict[str, Any], leaves: list[Page]) -> dict[str, Any]:
    return sent | {"page": [str(page.uuid) for page in leaves]}


@pytest.fixture
def colleague(cataloguer: Client, editor: Client) -> Client:
    """Another client with another account."""
    return editor


def test_what_only_one_of_two_curators_changed_is_kept(
    cataloguer: Client, colleague: Client, letter: Document, leaves: list[Page]
) -> None:
    one, two, three = leaves
    mine, theirs = opened(cataloguer, letter), opened(colleague, letter)
    theirs = reordered(theirs, [three, one, two]) | {
        f"label-{one.uuid}": "cover",
        f"alt-{two.uuid}": "A seal",
    }
    assert colleague.post(sheet(letter), theirs).status_code == 302
    assert cataloguer.post(sheet(letter), mine | {f"label-{two.uuid}": "ii"}).status_code == 302
    assert order(letter) == ["Leaf 3", "Leaf 1", "Leaf 2"]
    assert [page.label for page in letter.pages.all()] == ["", "cover", "ii"]
    assert Image.objects.get(pk=two.image.pk).alternative_text == "A seal"


@pytest.mark.parametrize("name", ["label", "alt"])
def test_of_a_text_that_both_changed_both_values_stand_side_by_side(
    cataloguer: Client, colleague: Client, letter: Document, leaves: list[Page], name: str
) -> None:
    box = f"{name}-{leaves[0].uuid}"
    mine, theirs = opened(cataloguer, letter), opened(colleague, letter)
    colleague.post(sheet(letter), theirs | {box: "Theirs"})
    answer = cataloguer.post(
        sheet(letter), mine | {box: "Mine", f"label-{leaves[2].uuid}": "verso"}
    )
    html = answer.content.decode()
    assert answer.status_code == 200 and "Someone else changed these pages" in html
    assert "<q>Theirs</q>" in html

    def stored() -> str:
        page = letter.pages.get(image=leaves[0].image)
        return page.label if name == "label" else page.image.alternative_text

    assert stored() == "Theirs", "nothing is overwritten before it was read"
    assert letter.pages.get(image=leaves[2].image).label == "verso", "the rest is saved"
    again = boxes(answer)
    assert again[box] == "Mine", "and nothing that was typed is lost"
    assert cataloguer.post(sheet(letter), again).status_code == 302
    assert stored() == "Mine"


@pytest.mark.parametrize(("choice", "expected"), [
    ({}, ["Leaf 2", "Leaf 3", "Leaf 1"]), ({"order": "theirs"}, ["Leaf 3", "Leaf 1", "Leaf 2"]),
])  # fmt: skip
def test_of_an_order_that_both_changed_the_curator_chooses(
    cataloguer: Client,
    colleague: Client,
    letter: Document,
    leaves: list[Page],
    choice: dict[str, str],
    expected: list[str],
) -> None:
    one, two, three = leaves
    mine, theirs = opened(cataloguer, letter), opened(colleague, letter)
    colleague.post(sheet(letter), reordered(theirs, [three, one, two]))
    answer = cataloguer.post(sheet(letter), reordered(mine, [two, three, one]))
    assert "You both changed the order" in answer.content.decode()
    assert order(letter) == ["Leaf 3", "Leaf 1", "Leaf 2"]
    again = boxes(answer)
    assert again["page"] == [str(page.uuid) for page in (two, three, one)], "mine is shown"
    assert cataloguer.post(sheet(letter), again | choice).status_code == 302
    assert order(letter) == expected


def test_the_key_enter_saves(cataloguer: Client, letter: Document, leaves: list[Page]) -> None:
    """Browsers press the first button of a form, which must be neither a move nor a choice."""
    html = cataloguer.get(sheet(letter)).content.decode()
    form = html[html.index('id="pages_form"') :]
    first = re.search(r"<button[^>]*>", form)
    assert first and "name=" not in first[0]


def test_the_same_order_from_both_is_no_conflict(
    cataloguer: Client, colleague: Client, letter: Document, leaves: list[Page]
) -> None:
    sent = [reordered(opened(client, letter), leaves[::-1]) for client in (cataloguer, colleague)]
    assert colleague.post(sheet(letter), sent[1]).status_code == 302
    assert cataloguer.post(sheet(letter), sent[0]).status_code == 302
    assert order(letter) == ["Leaf 3", "Leaf 2", "Leaf 1"]


def test_what_was_typed_for_a_page_that_another_removed_is_told(
    cataloguer: Client, colleague: Client, letter: Document, leaves: list[Page]
) -> None:
    mine = opened(cataloguer, letter)
    leaves[1].delete()
    late = Image.objects.create(identifier="I.9", title="Late")
    Page.objects.create(document=letter, position=9, image=late)
    typed = {f"label-{leaves[1].uuid}": "iv", f"alt-{leaves[1].uuid}": "A torn corner"}
    answer = cataloguer.post(sheet(letter), reordered(mine, leaves[::-1]) | typed)
    html = answer.content.decode()
    assert answer.status_code == 200 and "<q>iv</q>" in html and "<q>A torn corner</q>" in html
    assert order(letter) == ["Leaf 3", "Leaf 1", "Late"]
    # A curator who typed nothing for it has nothing to read.
    assert cataloguer.post(sheet(letter), mine).status_code == 302


# --- Multi-page files -----------------------------------------------------------------------------------


def tiff(*sizes: tuple[int, int], **more: Any) -> bytes:
    """A TIFF with a page of each size, each in a colour of its own."""
    pages = [PIL.Image.new("RGB", size, (40 * n, 200, 90)) for n, size in enumerate(sizes)]
    kept = io.BytesIO()
    pages[0].save(kept, "TIFF", save_all=True, append_images=pages[1:], **more)
    return kept.getvalue()


def test_each_page_of_a_tiff_becomes_a_page_of_the_document(
    cataloguer: Client, letter: Document
) -> None:
    content = tiff((40, 30), (20, 50), (60, 60))
    told = send(cataloguer, f"{sheet(letter)}add/", ("scan.tif", content)).json()["files"][0]
    assert told["said"] == "added as 3 pages, D.7/001 to D.7/003"
    assert told["row"].count("data-page") == 3
    images = [page.image for page in letter.pages.select_related("image")]
    assert [(one.file_page, one.width, one.height, one.file_pages) for one in images] == [
        (None, 40, 30, 3), (2, 20, 50, 3), (3, 60, 60, 3),
    ]  # fmt: skip
    assert len({one.file.name for one in images}) == 1, "the file is stored once, unchanged"
    assert images[0].file.open().read() == content
    assert len({one.version for one in images}) == 3
    for number, image in enumerate(images):
        answer = cataloguer.get(f"{image_service_path(image.uuid)}/full/max/0/default.png")
        shown = PIL.Image.open(io.BytesIO(answer.content))
        assert shown.size == (image.width, image.height)
        red, green, _blue = shown.convert("RGB").getpixel((5, 5))
        assert abs(red - 40 * number) < 12 and abs(green - 200) < 12
        small = cataloguer.get(picture_of(image).thumbnail)
        held = PIL.Image.open(io.BytesIO(b"".join(small.streaming_content)))
        assert abs(held.convert("RGB").getpixel((5, 5))[0] - 40 * number) < 12
    again = send(cataloguer, f"{sheet(letter)}add/", ("again.tif", content)).json()["files"][0]
    assert not again["ok"] and "D.7/001, already holds the same file" in again["said"]
    page = cataloguer.get(f"/admin/catalog/image/{images[1].pk}/change/").content.decode()
    assert "3 pages; page 2 is shown" in page
    call_command("pictures", "check")


def test_a_smaller_copy_in_the_file_is_no_page(cataloguer: Client, letter: Document) -> None:
    small = PIL.Image.new("RGB", (10, 8))
    small.encoderinfo = {"tiffinfo": {254: 1}}
    kept = io.BytesIO()
    PIL.Image.new("RGB", (40, 32)).save(kept, "TIFF", save_all=True, append_images=[small])
    told = send(cataloguer, f"{sheet(letter)}add/", ("a.tif", kept.getvalue())).json()["files"][0]
    assert told["said"] == "added as D.7/001", told


def test_as_a_record_of_its_own_a_file_of_many_pages_says_what_is_not_shown(
    cataloguer: Client,
) -> None:
    told = send(cataloguer, "/admin/catalog/image/many/", ("a.tif", tiff((9, 9), (8, 8), (7, 7))))
    assert "its file has 2 more pages, not shown" in told.json()["files"][0]["said"]


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
    assert "only an editor can make this change" in cataloguer.get(sheet(letter)).content.decode()
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
