"""A list that is pasted into a form, in a browser: recognised, made clear, taken back, kept."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from catalog import search
from catalog.models import Contribution, Person, Vocabulary
from tests.admin.conftest import term
from tests.axe import judged

# What a browser makes of the pages does not depend on the database; writing has tests of its own.
pytestmark = pytest.mark.once


def test_a_pasted_list_becomes_rows_by_keyboard(opened, work):
    for number, title in enumerate(("Natalia Sedova", "Lev Sedov")):
        Person.objects.create(identifier=f"P.1{number}", title=title)
    term(Vocabulary.SUBJECT, "exile", label="Exile")
    search.refresh()
    page = opened(f"/admin/catalog/document/{work.pk}/change/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def paste(text: str) -> None:
        page.evaluate("text => navigator.clipboard.writeText(text)", text)
        page.keyboard.press("Control+v")

    # Into the box of a new row, whose role the rows made for the others take too.
    page.locator("#contributions-group .add-row a").click()
    page.locator("#contributions-1").get_by_role("combobox", name="Role 2").click()
    page.locator(".select2-search__field").last.fill("auth")
    page.get_by_role("option", name="Author").click()
    page.locator("#contributions-1").get_by_role("combobox", name="Person 2").focus()
    page.keyboard.press("Enter")
    paste("1. Natalia Sedova\n2. Lev Sedow\n3. Nobody at all")
    said = page.locator(".pasted")
    expect(said).to_contain_text("Pasted values: 3. Recognised: 1.")
    expect(page.locator("#id_contributions-1-person")).to_contain_text("Natalia Sedova")
    # What is not clear is marked, has the focus, and keeps the form from being saved without it.
    near = page.get_by_role("button", name="Lev Sedov (P.11) – draft: Lev Sedow")
    expect(near).to_be_focused()
    assert judged(page) == []
    page.keyboard.press("Control+s")
    expect(said).to_contain_text("Not saved yet")
    assert Contribution.objects.count() == 1
    near.press("Enter")
    page.get_by_role("button", name="Leave out: Nobody at all").press("Enter")
    expect(page.locator(".pasted-open")).to_have_count(0)
    # Into the box of subjects, by its button; one that is not there is made in a window of its own.
    page.get_by_role("button", name="Paste a list: Subjects").press("Enter")
    expect(page.locator("dialog textarea")).to_be_focused()
    assert judged(page) == []
    page.keyboard.type("exile; Chess")
    page.get_by_role("button", name="Take over").press("Enter")
    with page.context.expect_page() as opening:
        page.get_by_role("button", name="Create: Chess").press("Enter")
    window = opening.value
    window.locator("#id_code").fill("chess")
    window.locator("[name=_save]").click()
    expect(page.locator(".pasted-open")).to_have_count(0)
    page.keyboard.press("Control+s")
    page.locator(".messagelist .success").wait_for()
    assert {row.person.title for row in work.contributions.all()} == {
        "Leon Trotsky", "Natalia Sedova", "Lev Sedov",
    }  # fmt: skip
    assert {row.role.code for row in work.contributions.all()} == {"author"}
    assert {one.label for one in work.subjects.all()} == {"Exile", "Chess"}
    assert opened.complaints == []


def test_pasted_names_are_taken_back_in_one_move(opened, work):
    person = Person.objects.get(identifier="P.1")
    page = opened(f"/admin/catalog/person/{person.pk}/change/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#names-group .add-row a").click()
    page.locator("#id_names-1-name").focus()
    page.evaluate("navigator.clipboard.writeText('Bronstein; Antid Oto')")
    page.keyboard.press("Control+v")
    expect(page.locator("#id_names-2-name")).to_have_value("Antid Oto")
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.locator("#id_names-2-name")).to_have_count(0)
    expect(page.locator("#id_names-1-name")).to_have_value("Bronstein; Antid Oto")
    assert opened.complaints == []


def test_pasted_names_that_are_not_clear_are_kept_too(opened, work, live_server):
    path = f"/admin/catalog/document/{work.pk}/change/"
    page = opened(path)
    page.get_by_role("button", name="Paste a list: Contributions").press("Enter")
    page.keyboard.type("Leon Trotsky|Nobody at all")
    page.get_by_role("button", name="Take over").press("Enter")
    expect(page.locator(".pasted-open")).to_contain_text("“Nobody at all” was not found.")
    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    again = page.context.new_page()
    again.goto(live_server.url + path)
    again.get_by_role("button", name="Restore them").click()
    expect(again.locator(".pasted-open")).to_contain_text("“Nobody at all” was not found.")
    again.get_by_role("button", name="Leave out: Nobody at all").press("Enter")
    expect(again.locator(".pasted-open")).to_have_count(0)
    assert opened.complaints == []
