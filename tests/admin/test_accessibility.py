"""The admin in a browser: axe-core finds nothing, nothing is cut off, and the focus is never lost."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from catalog import actions, intake
from catalog.actions import revise, send_back, share_preview, submit
from catalog.intake import Plan
from catalog.models import (
    CataloguingRule,
    ChangeSet,
    Image,
    Job,
    JobState,
    KeptFilter,
    Person,
    PersonName,
    Place,
    Shelving,
    Status,
    StoragePlace,
)
from tests.axe import OF_COLOURS, RULES, judged, resize

# What a browser makes of the pages does not depend on the database; writing has tests of its own.
pytestmark = pytest.mark.once

VIEWS = {
    "light": ("light", 1280, RULES),
    "dark": ("dark", 1280, OF_COLOURS),
    "phone": ("light", 320, RULES),
}


# Each page is loaded once and checked in every view.
def test_axe_finds_nothing(opened, work):
    person = Person.objects.get()
    job = Job.objects.create(
        task="x", state=JobState.FAILED, error="The file is gone.", traceback="File …"
    )
    Job.objects.create(task="x", state=JobState.RUNNING, steps_done=3, steps=10)
    twins = [
        Place.objects.create(identifier=f"TW.{number}", title="Twin", summary=f"Number {number}")
        for number in range(2)
    ]
    send_back(submit(work, by=None), by=None, note="Which edition?")
    with actions.in_step(reason="The name by which he is known"):
        person.title = "Lev Trotsky"
        person.save()
    renamed = ChangeSet.objects.values_list("pk", flat=True)[0]
    Person.objects.update(title="Leon Trotsky", sort_key="leon trotsky", find_key="leon trotsky")
    Person.objects.update(status=Status.PUBLISHED)
    summary = {"before": "", "after": "As the revision says"}
    revise(person, {"fields": {"summary": summary}, "many": {}, "rows": {}}, by=None)
    share_preview(person, by=User.objects.get())
    KeptFilter.objects.create(user=User.objects.get(), listed="document", name="Mine", query="q=x")
    CataloguingRule.objects.create(field="title", text="Sender to recipient.", example="A to B")
    CataloguingRule.objects.create(
        kind="person", field="names", text="### Names\n\n- [x](/es/)\n- y"
    )
    room = StoragePlace.objects.create(name="Room 1", note="Cold")
    box = StoragePlace.objects.create(name="Box 2", code="B-2", part_of=room)
    Shelving.objects.create(document=work, place=box, part="leaves 1–40")
    found = {}

    def judge(page: Any, path: str) -> None:
        for view, (scheme, width, rules) in VIEWS.items():
            page.emulate_media(color_scheme=scheme)
            resize(page, width)
            if violations := judged(page, rules):
                found[path, view] = violations
            overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert overflow <= 0, f"{path} is {overflow} px wider than {width} px"
        page.set_viewport_size({"width": 1280, "height": 800})

    rows = "identifier;title;Written;Author\nD.8;One;about 1890;Leon Trotsky\nD.9;Two;3/4/1938;Nobody\n"
    table = intake.receive(rows.encode(), "list.csv", "document", by=User.objects.get())
    intake.look(table, Plan.of_json(table.plan), by=table.by)
    page = opened("/admin/help/")
    for path in (
        "/admin/help/",
        "/admin/help/rules/",
        "/admin/catalog/cataloguingrule/",
        "/admin/catalog/cataloguingrule/add/",
        "/admin/catalog/intake/",
        "/admin/catalog/intake/add/",
        f"/admin/catalog/intake/{table.pk}/change/",
        f"/admin/catalog/person/{person.pk}/revision/",
        f"/admin/catalog/person/{person.pk}/preview/",
        "/admin/",
        "/admin/catalog/job/",
        f"/admin/catalog/job/{job.pk}/change/",
        "/admin/catalog/document/",
        "/admin/catalog/document/?status=draft",
        "/admin/catalog/image/",
        "/admin/catalog/document/add/",
        f"/admin/catalog/document/{work.pk}/change/",
        f"/admin/catalog/person/{person.pk}/change/",
        "/admin/auth/user/",
        f"/admin/catalog/person/{person.pk}/history/",
        f"/admin/catalog/person/{person.pk}/history/?from={renamed}",
        "/admin/catalog/changeset/",
        f"/admin/catalog/changeset/{renamed}/change/",
        f"/admin/catalog/changeset/{renamed}/undo/",
        f"/admin/catalog/place/merge/?ids={twins[0].pk}",
        f"/admin/catalog/place/merge/?ids={twins[0].pk},{twins[1].pk}",
        "/admin/catalog/place/duplicates/",
        "/admin/catalog/storageplace/",
        f"/admin/catalog/storageplace/{room.pk}/contents/",
    ):
        opened.load(page, path)
        judge(page, path)
    # What has no address: two curators at one field and one row, and a question before something is lost.
    opened.load(page, f"/admin/catalog/person/{person.pk}/change/")
    person = Person.objects.get()
    person.summary = "Another saved this"
    person.save()
    row = PersonName.objects.get()
    row.name = "Another saved this"
    row.save()
    page.fill("#id_summary", "Typed")
    page.fill("#id_names-0-name", "Typed")
    page.keyboard.press("Control+s")
    page.locator(".conflict").nth(1).wait_for()
    judge(page, "two versions")
    page = opened(f"/admin/catalog/person/{person.pk}/revision/")
    page.locator("[name=_revision_discard]").click()
    page.locator("[name=sure]").wait_for(state="attached")
    judge(page, "throwing a revision away")
    page = opened("/admin/catalog/document/")
    page.locator("#action-toggle").check()
    page.locator("select[name=action]").select_option("change_field")
    page.locator("button[name=index]").click()
    page.locator("#id_field").select_option("extent")
    judge(page, "choosing a field of many records")
    page.locator("#bulk_form [type=submit]").click()
    page.locator("#id_value").fill("2 leaves")
    page.locator("#bulk_form [type=submit]").first.click()
    page.locator("[name=_sure]").wait_for()
    judge(page, "what changes of many records")
    assert found == {}
    assert opened.complaints == []


def test_lists_fit_tablets_and_phones(opened, work):
    Image.objects.create(identifier="I.1", title="a_very_long_name_of_a_file_" * 8)
    with actions.in_step(reason="x" * 200):
        work.save()
    for kind in ("document", "image", "person", "changeset", "job"):
        page = opened(f"/admin/catalog/{kind}/")
        for width in (1024, 768, 360):
            resize(page, width)
            wider = page.evaluate(
                """() => [document.documentElement, ...document.querySelectorAll(".results")]
                    .filter(box => box.scrollWidth > box.clientWidth).map(box => box.className || box.tagName)"""
            )
            assert wider == [], f"the list of {kind} scrolls sideways at {width} px"
        page.close()
    page = opened("/admin/catalog/document/", width=360)
    row = page.locator("#result_list tbody tr")
    expect(row.get_by_role("checkbox")).to_be_visible()
    expect(row.locator(".field-identifier")).to_have_css("display", "block")
    assert row.locator(".field-identifier").get_attribute("data-label") == "Identifier"
    assert row.locator("td.is-empty").count() > 0, "what says nothing is left out"
    # The filters are folded above the list, and link to a shorter one.
    published = page.get_by_role("link", name="Published", exact=True)
    expect(published).not_to_be_visible()
    page.locator(".all-filters > summary").click()
    published.click()
    expect(page.locator(".all-filters > summary")).to_contain_text("some selected")
    expect(page.locator("#result_list")).to_have_count(0)
    page.set_viewport_size({"width": 1280, "height": 800})
    expect(page.get_by_role("link", name="Draft", exact=True)).to_be_visible()
    assert opened.complaints == []


def test_the_keyboard_never_loses_sight_of_the_focus(opened, work):
    page = opened(f"/admin/catalog/document/{work.pk}/change/", width=700)
    hidden = """() => {
      const one = document.activeElement, place = one.getBoundingClientRect();
      const ring = getComputedStyle(one.closest(".select2-selection--multiple") ?? one);
      const seen = place.left >= 0 && place.right <= innerWidth && ring.outlineStyle !== "none";
      return seen ? "" : one.outerHTML.slice(0, 200);
    }"""
    page.get_by_role("searchbox", name="Subjects").focus()
    assert page.evaluate(hidden) == ""
    page.locator("#contributions-group .tabular").evaluate("table => table.scrollLeft = 9999")
    page.locator("#contributions-group .add-row a").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert page.evaluate(hidden) == ""
    page = opened("/admin/catalog/intake/add/")
    page.get_by_role("button", name="Read the file").press("Enter")
    expect(page.locator("#id_file")).to_be_focused()
    assert opened.complaints == []


def test_what_is_wrong_with_a_record_as_a_whole_gets_the_focus(opened, work):
    page = opened(f"/admin/catalog/person/{Person.objects.get().pk}/change/", width=390)
    page.fill("#id_died", "1800")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("This person would have died before being born.")).to_be_visible()
    expect(page.locator(".errorlist.nonfield")).to_be_focused()


def test_a_phone_shows_the_first_box_at_once_and_the_whole_outline_of_the_focus(opened, work):
    page = opened(f"/admin/catalog/person/{Person.objects.get().pk}/change/", width=390)
    assert page.locator("#id_identifier").bounding_box()["y"] < 600
    menu = page.locator("#kinds")
    expect(menu).to_be_hidden()
    page.get_by_role("button", name="Kinds of record").press("Enter")
    expect(menu.get_by_role("link", name="Documents")).to_be_visible()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    page.locator("#id_title").focus()
    page.keyboard.press("Shift+Tab")
    cut = page.evaluate(
        """() => {
          const one = document.activeElement, style = getComputedStyle(one);
          const beyond = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
          return one.closest("div.form-row").getBoundingClientRect().left > one.getBoundingClientRect().left - beyond;
        }"""
    )
    assert not cut
