"""The admin in a browser: axe-core finds nothing, the policy blocks nothing, the small modules do
their part.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import expect

from catalog import actions, intake, search
from catalog.actions import revise, send_back, share_preview, submit
from catalog.intake import Plan
from catalog.models import (
    CataloguingRule,
    ChangeSet,
    Collection,
    Contribution,
    Depiction,
    Document,
    Exhibition,
    ExhibitionPart,
    Image,
    Job,
    JobState,
    KeptFilter,
    Page,
    Person,
    PersonName,
    Place,
    Shelving,
    Status,
    StoragePlace,
    Term,
    Vocabulary,
)
from tests.admin.conftest import form_of, term
from tests.admin.test_picture_upload import picture
from tests.axe import OF_COLOURS, RULES, judged, resize

# What a browser makes of the pages does not depend on the database; writing has tests of its own.
pytestmark = pytest.mark.once

VIEWS = {
    "light": ("light", 1280, RULES),
    "dark": ("dark", 1280, OF_COLOURS),
    "phone": ("light", 320, RULES),
}


#: Boxes of Select2, but for those of the rows from which new ones are copied, until they are drawn.
UNDRAWN = ".admin-autocomplete:not(.select2-hidden-accessible, .empty-form *)"


@pytest.fixture
def work(transactional_db: None) -> Document:
    role: Term = term(Vocabulary.CONTRIBUTION_ROLE, "author", label="Author")
    language = term(Vocabulary.LANGUAGE, "ru", label="Russian")
    person = Person.objects.create(identifier="P.1", title="Leon Trotsky", born="1879-11-07")
    PersonName.objects.create(person=person, name="Лев Троцкий")
    document = Document.objects.create(identifier="D.1", title="My Life", written="1929~")
    document.languages.add(language)
    Contribution.objects.create(person=person, document=document, role=role, date="1929")
    # As every door does after writing: the boxes use the search.
    search.refresh()
    return document


@pytest.fixture
def opened(chromium_browser: Any, live_server: Any, work: Document, client: Any) -> Iterator[Any]:
    """Opens a page as a superuser; remembers what the browser complained about."""
    client.force_login(
        User.objects.create_superuser("root"), backend="django.contrib.auth.backends.ModelBackend"
    )
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    contexts: dict[tuple[str, int], Any] = {}
    complaints: list[str] = []

    def open_page(path: str, scheme: str = "light", width: int = 1280) -> Any:
        if (context := contexts.get((scheme, width))) is None:
            context = contexts[scheme, width] = chromium_browser.new_context(
                color_scheme=scheme, viewport={"width": width, "height": 800}
            )
            context.add_cookies(
                [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
            )
        page = context.new_page()
        page.on(
            "console",
            lambda message: (
                complaints.append(message.text) if message.type in {"error", "warning"} else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(str(error)))
        load(page, path)
        return page

    def load(page: Any, path: str) -> None:
        page.goto(live_server.url + path)
        # Select2 draws its boxes after the page.
        page.wait_for_function(f"!document.querySelector('{UNDRAWN}')")

    open_page.load = load  # type: ignore[attr-defined]
    open_page.complaints = complaints  # type: ignore[attr-defined]
    yield open_page
    for context in contexts.values():
        context.close()


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


KEPT = "Object.keys(localStorage).filter(key => key.startsWith('catalogue-entries:')).length"


def test_what_was_typed_is_offered_again_after_a_crash_and_a_lost_login(opened, work, live_server):
    path = f"/admin/catalog/document/{work.pk}/change/"
    page = opened(path)
    page.clock.install()
    page.reload()
    page.locator("#id_title").fill("My Life, an attempt")
    page.locator("#contributions-group .add-row a").click()
    page.locator("#id_contributions-1-note").fill("Typed in a new row")
    page.clock.fast_forward(10_000)
    assert page.evaluate(KEPT) == 1

    # Nothing of this window is left, but a new one of the same browser offers its entries.
    again = page.context.new_page()
    page.close()
    again.goto(live_server.url + path)
    again.get_by_text("This browser has kept unsaved entries from").wait_for()
    again.get_by_role("button", name="Restore them").click()
    expect(again.locator("#id_title")).to_have_value("My Life, an attempt")
    expect(again.locator("#id_contributions-1-note")).to_have_value("Typed in a new row")
    again.locator("#contributions-1 .inline-deletelink").click()

    # The session ends while the form is open; after the next login the entries are offered once more.
    cookies = again.context.cookies()
    again.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    again.locator("[name=_continue]").click()
    again.locator("#id_username").wait_for()
    again.context.add_cookies(cookies)
    again.goto(live_server.url + path)
    again.get_by_role("button", name="Restore them").click()
    expect(again.locator("#id_title")).to_have_value("My Life, an attempt")
    again.locator("[name=_continue]").click()
    again.locator(".messagelist .success").wait_for()
    assert again.evaluate(KEPT) == 0
    work.refresh_from_db()
    assert work.title == "My Life, an attempt"
    assert opened.complaints == []


def test_a_page_that_hides_after_its_form_was_saved_keeps_nothing_anew(opened, work):
    page = opened(f"/admin/catalog/document/{work.pk}/change/")
    page.locator("#id_title").fill("My Life, saved")
    page.evaluate("document.addEventListener('submit', event => event.preventDefault())")
    page.locator("[name=_continue]").click()
    assert page.evaluate(KEPT) == 1, "until the next page says that it was saved"
    page.evaluate("localStorage.clear(); window.dispatchEvent(new Event('pagehide'))")
    assert page.evaluate(KEPT) == 0
    page.locator("#id_title").fill("My Life, and more")
    page.evaluate("window.dispatchEvent(new Event('pagehide'))")
    assert page.evaluate(KEPT) == 1


def test_whoever_logs_in_again_in_another_tab_saves_where_he_typed(opened, work, live_server):
    boris = User.objects.create_superuser("boris", password="a long password")
    page = opened(f"/admin/catalog/document/{work.pk}/change/")
    page.locator("#id_title").fill("Typed before")
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("log in again in another tab, then save here").wait_for()
    tab = page.context.new_page()
    tab.goto(live_server.url + "/admin/")
    tab.locator("#id_username").fill(boris.username)
    tab.locator("#id_password").fill("a long password")
    tab.locator("[type=submit]").click()
    tab.locator(".kinds").wait_for()
    page.locator("[name=_continue]").click()
    page.locator(".messagelist .success").wait_for()
    work.refresh_from_db()
    assert work.title == "Typed before"


def test_two_browsers_at_one_record(opened, work, live_server):
    path = f"/admin/catalog/document/{work.pk}/change/"
    page = opened(path)
    other = Client()
    boris = User.objects.create_superuser("boris")
    other.force_login(boris, backend="django.contrib.auth.backends.ModelBackend")
    other.post(path.replace("/change/", "/presence/"))
    other.post(
        path, form_of(other.get(path).content) | {"title": "Theirs", "summary": "Theirs too"}
    )
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.get_by_text("boris also has this record open").wait_for()
    page.get_by_text("Someone saved this record while you had it open").wait_for()
    page.locator("#id_title").fill("Mine")
    page.locator("[name=_continue]").click()
    page.get_by_role("group", name="Title").wait_for()
    assert judged(page) == []
    page.get_by_role("radio", name="Keep what the other person saved Theirs").check()
    page.locator("[name=_continue]").click()
    page.locator(".messagelist .success").wait_for()
    work.refresh_from_db()
    assert (work.title, work.summary) == ("Theirs", "Theirs too")
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
