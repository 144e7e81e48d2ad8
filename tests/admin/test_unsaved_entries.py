"""What was typed and not saved, in a browser: kept after a crash, a lost login, and another's saving."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import expect

from tests.admin.conftest import form_of
from tests.axe import judged

# What a browser makes of the pages does not depend on the database; writing has tests of its own.
pytestmark = pytest.mark.once


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
