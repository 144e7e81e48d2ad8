"""The kinds of page in a browser: axe-core finds nothing, and no line is wider than the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.management import call_command

from catalog.models import Image
from tests.axe import judged, resize
from tests.pages.test_html import FIXTURES, PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

#: A screen on a desk, by day, and a phone, by night: both are judged.
DESK, PHONE = 1280, 320
#: Between the two, where lines are long and the screen is not. axe finds nothing there that it does
#: not find above.
TABLET = 768
#: The description of the API draws some hundred operations by one template. On the phone the first of
#: each section are judged.
FEWER = "document.querySelectorAll('.api-operation:nth-of-type(n+4)').forEach(one => one.remove())"
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6"/>'


def too_wide(page: Page, path: str, width: int) -> list[str]:
    """A complaint if the page scrolls sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{path} {width}: scrolls sideways to {wide}"] if wide > width else []


def squeezed(page: Page, path: str) -> list[str]:
    """A complaint if a link with words stands in so narrow a column that each letter has a line."""
    links = page.evaluate(
        """[...document.querySelectorAll('main a')].filter(a => a.textContent.trim().length > 5
           && a.getBoundingClientRect().height > 8 * a.getBoundingClientRect().width)
           .map(a => a.textContent.trim())"""
    )
    return [f"{path}: squeezed into one letter a line: {links[:3]}"] if links else []


@pytest.mark.once
def test_axe_finds_nothing(
    chromium_browser: Browser, live_server: LiveServer, transactional_db: None
) -> None:
    call_command("loaddata", *FIXTURES, verbosity=0)
    # Shown in an exhibition as a picture, and beside a document there.
    Image.objects.filter(slug__in=["signing-diagram", "map-of-persecution"]).update(
        content_notice="Shows people who were shot"
    )
    found: list[str] = []
    context = chromium_browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    # Not a test of pictures: cutting the largest into widths would take most of the time.
    page.route(
        "**/pictures/**", lambda route: route.fulfill(body=DOT, content_type="image/svg+xml")
    )
    page.on("console", lambda said: found.append(said.text) if "Refused" in said.text else None)
    for path in PAGES:
        page.set_viewport_size({"width": DESK, "height": 800})
        page.emulate_media(color_scheme="light")
        page.goto(live_server.url + path)
        resize(page, DESK)
        found += [f"{path} desk: {rule} {nodes}" for rule, nodes in judged(page)]
        found += squeezed(page, path)
        for width in (DESK, TABLET, PHONE):
            resize(page, width)
            found += too_wide(page, path, width)
        page.evaluate(FEWER)
        page.emulate_media(color_scheme="dark")
        resize(page, PHONE)
        found += [f"{path} phone: {rule} {nodes}" for rule, nodes in judged(page)]
    context.close()
    assert not found, "\n".join(found)


@pytest.mark.once
def test_an_exhibition_on_paper_is_its_story(
    chromium_browser: Browser, live_server: LiveServer, transactional_db: None
) -> None:
    call_command("loaddata", *FIXTURES, verbosity=0)
    notice = "Shows people who were shot"
    Image.objects.filter(slug="signing-diagram").update(content_notice=notice)
    # The width of A4 between its margins.
    context = chromium_browser.new_context(viewport={"width": 680, "height": 960})
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(live_server.url + "/exhibitions/the-pact-of-1939/")
    assert page.get_by_role("heading", level=2, name="A photograph and its caption").is_visible()
    assert page.get_by_text(notice).first.is_visible()
    for name in (".contents", ".turn", ".others", ".menu"):
        assert not any(one.is_visible() for one in page.query_selector_all(name)), name
    assert page.evaluate("document.documentElement.scrollWidth") <= 680
    context.close()
