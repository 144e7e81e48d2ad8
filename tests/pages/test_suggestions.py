"""The search box in a browser: suggestions by keyboard, and a page that works without script."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from tests.filters.small_museum import bring_in_step, small_museum
from tests.pages.test_html import FIXTURES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.once


@pytest.fixture
def site(live_server: LiveServer, transactional_db: None) -> str:
    """Address of a site with the sample collection."""
    call_command("loaddata", *FIXTURES, verbosity=0)
    return live_server.url


def test_suggestions_by_keyboard(page: Page, site: str) -> None:
    from playwright.sync_api import expect

    page.goto(site + "/")
    box = page.get_by_role("combobox", name="Words to search for")
    box.press_sequentially("jacs")
    options = page.get_by_role("option")
    expect(options.first).to_be_visible()
    expect(box).to_have_attribute("aria-expanded", "true")
    box.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(box).to_have_attribute("aria-activedescendant", options.first.get_attribute("id"))
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_have_value("jacs")
    box.press("ArrowDown")
    expect(options.first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    page.wait_for_url("**/people/mercader/")

    # Enter without a selection searches for what was typed.
    page.goto(site + "/search/?view=grid&decade=1930")
    box.fill("pact")
    box.press("Enter")
    page.wait_for_url("**/search/?**")
    assert "q=pact" in page.url
    assert "decade=1930" in page.url and "view=grid" in page.url

    # A long facet can be narrowed.
    page.goto(site + "/search/")
    folded = page.locator("details[data-filter-label]", has_text="Person").first
    folded.locator("summary").click()
    folded.get_by_role("searchbox").fill("zzz")
    expect(folded.locator("li:visible")).to_have_count(0)


def test_on_a_phone_the_first_result_is_on_the_first_screen(page: Page, site: str) -> None:
    """Two exhibitions with all their words stood before it."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(site + "/search/?q=trotsky")
    assert page.locator(".shows-found__list > li").count() == 2
    assert (
        page.evaluate(
            "document.querySelector('.results .result__title').getBoundingClientRect().bottom"
        )
        < 844
    )


def test_everything_works_without_script(
    chromium_browser: Browser, live_server: LiveServer, transactional_db: None
) -> None:
    small_museum()
    bring_in_step()
    context = chromium_browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + "/search/")
    page.get_by_role("searchbox", name="Words to search for").fill("trotsky")
    page.get_by_role("button", name="Search").click()
    page.wait_for_url("**q=trotsky**")
    page.locator(".kinds a").nth(1).click()
    page.wait_for_url("**kind=person**")
    assert page.locator(".result").count()
    context.close()
