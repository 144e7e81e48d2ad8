"""What the small modules do in a form, in a browser: dates, rows, pictures, regions and parts."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
from playwright.sync_api import expect

from catalog.models import (
    Collection,
    Contribution,
    Depiction,
    Exhibition,
    ExhibitionPart,
    Image,
    Page,
    Person,
)
from tests.admin.conftest import UNDRAWN
from tests.admin.test_picture_upload import picture
from tests.axe import judged

# What a browser makes of the pages does not depend on the database; writing has tests of its own.
pytestmark = pytest.mark.once


def test_a_date_is_understood_while_it_is_typed(opened, work):
    page = opened(f"/admin/catalog/document/{work.pk}/change/")
    box = page.locator("#id_written")
    reading = page.locator(".field-written .date-reading").first
    assert "about 1929" in reading.inner_text()
    box.fill("between 1900 and 1910")
    expect(reading).to_contain_text("Will be saved as [1900..1910]: between 1900 and 1910")
    expect(reading).to_contain_text("31 December 1910")
    box.fill("3/4/1938")
    page.get_by_role("button", name="4 March 1938").click()
    expect(box).to_have_value("1938-03-04")
    expect(reading).to_contain_text("Understood as: 4 March 1938")
    assert opened.complaints == []


def test_a_row_is_added_and_its_boxes_have_names(opened, work):
    page = opened(f"/admin/catalog/document/{work.pk}/change/")
    page.locator("#contributions-group .add-row a").click()
    expect(page.get_by_role("textbox", name="Note 2")).to_be_visible()
    row = page.locator("#contributions-1")
    row.get_by_role("combobox", name="Person 2").click()
    page.locator(".select2-search__field").last.fill("троцкий")
    page.get_by_role("option", name="Leon Trotsky (born 1879) – draft").click()
    row.get_by_role("combobox", name="Role 2").click()
    page.locator(".select2-search__field").last.fill("auth")
    page.get_by_role("option", name="Author").click()
    row.locator(".vDateBox").fill("1930")
    expect(row.locator(".date-reading")).to_contain_text("1930")
    page.keyboard.press("Control+s")
    page.wait_for_load_state("load")
    page.locator(".messagelist .success").wait_for()
    assert Contribution.objects.count() == 2
    assert opened.complaints == []


def test_rows_fit_a_laptop(opened, work):
    """Note and *Delete* at the end of a row are not out of sight."""
    for path in ("/admin", "/es/admin"):
        for kind in ("document", "image"):
            page = opened(f"{path}/catalog/{kind}/add/")
            for adds in page.locator(".tabular .add-row a").all():
                adds.click()
            wide = """[...document.querySelectorAll('.tabular')].filter(box => box.scrollWidth > box.clientWidth)
                .map(box => `${box.closest('[id$=group]').id}: ${box.scrollWidth - box.clientWidth}`)"""
            assert page.evaluate(wide) == [], (path, kind)


def test_a_contribution_is_added_by_keyboard_alone(opened, work):
    page = opened(f"/admin/catalog/document/{work.pk}/change/")
    page.locator("#contributions-group .add-row a").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Person 2")).to_be_focused()
    page.keyboard.type("trots", delay=20)
    page.get_by_role("option", name="Leon Trotsky (born 1879) – draft").wait_for()
    page.keyboard.press("Enter")
    role = page.get_by_role("combobox", name="Role 2")
    role.focus()
    page.keyboard.type("auth", delay=20)
    page.get_by_role("option", name="Author").wait_for()
    page.keyboard.press("Enter")
    expect(role).to_contain_text("Author")
    expect(page.get_by_role("combobox", name="Person 2")).to_contain_text("Leon Trotsky")
    assert opened.complaints == []


def test_what_was_carried_over_is_cleared_without_losing_what_was_typed(opened, work):
    series = Collection.objects.create(identifier="F.1", title="Letters")
    page = opened(
        f"/admin/catalog/document/add/?_carried={work.pk}&collection={series.pk}&credit_line=Ours"
    )
    expect(page.locator(".carried")).to_contain_text("Collection – Letters; Credit line – Ours.")
    assert judged(page) == []
    page.locator("#id_title").fill("The next")
    page.locator(".carried .button").press("Enter")
    expect(page.locator(".carried")).to_have_count(0)
    expect(page.locator("#id_title")).to_have_value("The next")
    expect(page.locator("#id_collection")).to_have_value("")
    expect(page.locator("#id_credit_line")).to_have_value("")
    expect(
        page.locator(".field-collection .select2-selection__rendered").first
    ).not_to_contain_text("Letters")
    assert opened.complaints == []


def held(number: int, **more: Any) -> Image:
    return Image.objects.create(**{
        "identifier": f"I.{number}", "title": f"Leaf {number}", "file": f"{number}.png", "width": 400, "height": 300,
        "byte_size": 9, "sha256": f"{number:064d}", "media_type": "image/png", **more,
    })  # fmt: skip


LEAF = '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300"><rect width="400" height="300"/></svg>'


def drawn(page: Any) -> None:
    """Pictures are drawn here, because this is not a test of them."""
    page.route(
        "**/pictures/**", lambda route: route.fulfill(body=LEAF, content_type="image/svg+xml")
    )
    page.reload()
    page.wait_for_function(f"!document.querySelector('{UNDRAWN}')")


def test_files_are_dropped_and_pages_ordered_with_the_keyboard(opened, work):
    for number in (1, 2):
        Page.objects.create(document=work, image=held(number), position=number)
    page = opened(f"/admin/catalog/document/{work.pk}/pages/", "dark", 320)
    drawn(page)
    opened.complaints.clear()
    names = page.locator(".page-row a span")
    expect(names).to_have_text(["I.1", "I.2"])
    page.locator("[data-move='1']").first.press("Enter")
    expect(names).to_have_text(["I.2", "I.1"])
    expect(page.locator("[data-said]")).to_have_text("Page 2 of 2")
    assert page.evaluate("document.activeElement.dataset.move") == "1"
    page.locator("[data-place]").first.press_sequentially("2")
    page.keyboard.press("Enter")
    expect(names).to_have_text(["I.1", "I.2"])
    page.locator("[data-place]").first.press_sequentially("2")
    page.keyboard.press("Enter")
    expect(names).to_have_text(["I.2", "I.1"])
    assert page.evaluate("!dispatchEvent(new Event('beforeunload', {cancelable: true}))"), (
        "an order that is not saved is not left without a question"
    )
    # The second file is broken: that is reported, and the third still arrives.
    page.evaluate(
        """([good, other]) => {
            const files = new DataTransfer();
            const bytes = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
            files.items.add(new File([bytes(good)], "1.png", {type: "image/png"}));
            files.items.add(new File(["broken"], "2.png", {type: "image/png"}));
            files.items.add(new File([bytes(other)], "10.png", {type: "image/png"}));
            document.querySelector("[data-drop]").dispatchEvent(
                new DragEvent("drop", {dataTransfer: files, bubbles: true, cancelable: true}));
        }""",
        [b64encode(picture()).decode(), b64encode(picture(9, 9)).decode()],
    )
    expect(page.locator(".page-file-added")).to_have_count(2)
    expect(page.locator(".page-file-refused")).to_have_count(1)
    expect(names).to_have_text(["I.2", "I.1", "D.1/003", "D.1/004"])
    expect(page.locator("[data-files-said]")).to_have_text("Added: 2. Not added: 1.")
    assert judged(page) == []
    wide = page.evaluate(
        "[...document.querySelectorAll('#content *')].filter(e => e.getBoundingClientRect().right > 320)"
        ".map(e => `${e.tagName}.${e.className}`)"
    )
    assert wide == []
    page.locator("[name=_save]").click()
    page.wait_for_load_state("load")
    expect(names).to_have_text(["I.2", "I.1", "D.1/003", "D.1/004"])
    assert opened.complaints == []


def test_a_region_is_drawn_on_the_picture(opened, work):
    image = held(1)
    row = Depiction.objects.create(image=image, person=Person.objects.get())
    page = opened(f"/admin/catalog/image/{image.pk}/change/")
    drawn(page)
    opened.complaints.clear()
    page.locator(".region-draw").first.click()
    box = page.locator(".region-frame img").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.25, box["y"] + box["height"] * 0.5)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.9)
    page.mouse.up()
    expect(page.locator(".region-box")).to_have_count(1)
    # The numbers can be typed just as well.
    page.locator("#id_depictions-0-width").fill("40")
    page.locator("[name=_save]").first.click()
    page.wait_for_load_state("load")
    row.refresh_from_db()
    assert [row.left, row.top, row.width, row.height] == pytest.approx([25, 50, 40, 40], abs=1)
    assert opened.complaints == []


def test_parts_of_an_exhibition_are_added_by_searching_and_moved_by_keyboard(opened, work):
    exhibition = Exhibition.objects.create(identifier="X.1", title="The way")
    ExhibitionPart.objects.create(exhibition=exhibition, position=1, heading="Leaving")
    ExhibitionPart.objects.create(exhibition=exhibition, position=2, text="And on.")
    page = opened(f"/admin/catalog/exhibition/{exhibition.pk}/change/")
    page.locator("#parts-0").get_by_role("button", name="Add a part below").press("Enter")
    expect(page.get_by_role("textbox", name="Heading 2")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".select2-search__field").last.fill("троцкий")
    expect(page.get_by_role("option", name="Leon Trotsky (born 1879) – draft")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Record 2")).to_contain_text("Leon Trotsky")
    last = page.locator("#parts-1 textarea")
    last.press("Alt+ArrowUp")
    expect(last).to_be_focused()
    expect(page.locator("[data-said]")).to_have_text("Part 2 of 3")
    page.locator("#parts-1").get_by_role("button", name="Move up").press("Enter")
    expect(page.locator("[data-said]")).to_have_text("Part 1 of 3")
    page.keyboard.press("Control+s")
    page.locator(".messagelist .success").wait_for()
    assert [str(part) for part in exhibition.parts.all()] == ["And on.", "Leaving", "Leon Trotsky"]
    assert opened.complaints == []
