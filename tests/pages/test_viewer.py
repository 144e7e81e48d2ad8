"""The viewer on item pages: complete without script, a zoom on request, also by keyboard."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from catalog.models import Depiction, Document, Image, Page, Person, Status, Transcription
from catalog.pages import viewing
from tests.axe import judged

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext
    from playwright.sync_api import Page as Tab

BOOKLET, SIGNING = "/documents/booklet/", "/images/signing/"
LEAF = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512">'
    '<rect width="512" height="512" fill="#ddd"/></svg>'
)


# --- What the pages say -----------------------------------------------------------------------------


@pytest.fixture
def booklet(db: None) -> Document:
    """Thirty pages; the third is hidden, so there are twenty-nine."""
    return made_booklet()


def made_booklet() -> Document:
    document = Document.objects.create(
        identifier="B", title="Booklet", slug="booklet", status=Status.PUBLISHED
    )
    for number in range(1, 31):
        image = Image.objects.create(
            identifier=f"I {number}", title=f"Leaf {number}", slug=f"leaf-{number}", file=f"{number}.png",
            width=800, height=600, byte_size=9, sha256=f"{number:064d}",
            status=Status.DRAFT if number == 3 else Status.PUBLISHED,
        )  # fmt: skip
        Page.objects.create(
            document=document, image=image, position=number, label="Cover" if number == 1 else ""
        )
        Transcription.objects.create(image=image, text=f"Words {number}.\n\n<b>Second</b>")
    return document


def made_signing() -> None:
    """A picture with two people in it."""
    image = Image.objects.create(
        identifier="S", title="Signing", slug="signing", status=Status.PUBLISHED, file="s.png", width=1600,
        height=1200, byte_size=9, sha256="f" * 64, alternative_text="Two people at a table.",
    )  # fmt: skip
    for number, name in enumerate(("Joseph Stalin", "Vyacheslav Molotov")):
        person = Person.objects.create(identifier=name, title=name, status=Status.PUBLISHED)
        Depiction.objects.create(
            image=image, person=person, caption="Seated", position=number,
            left=10 + 40 * number, top=20, width=30, height=50,
        )  # fmt: skip


def shown(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_each_page_has_an_address_with_its_words(booklet: Document) -> None:
    first, third = shown("/documents/booklet/"), shown("/documents/booklet/?page=3")
    assert '<strong class="figures">1 of 29</strong>' in first and "Words 1." in first
    assert "3 of 29" in third and "Words 4." in third, "the hidden page is not counted"
    assert "Words 3." not in first + third and "leaf-3/" not in first + third
    assert "&lt;b&gt;Second" in first
    assert 'rel="prev"' not in first and 'rel="next"' in first
    assert 'href="/documents/booklet/?page=2#viewer" rel="next"' in first
    assert (
        first.count('aria-current="page"')
        - shown("/documents/booklet/?page=29").count('aria-current="page"')
        == 0
    )


@pytest.mark.once
@pytest.mark.parametrize("wrong", ["0", "-1", "30", "x", "٣", "", "1e3", "99999999999999999999"])
def test_a_number_that_is_no_page_shows_the_first(booklet: Document, wrong: str) -> None:
    assert "1 of 29" in shown(f"/documents/booklet/?page={wrong}")


def test_the_strip_is_bounded_and_leads_to_both_ends(
    booklet: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(viewing, "STRIP", 6)
    page = shown("/documents/booklet/?page=15")
    strip = page.split('<ol class="strip">')[1].split("</ol>")[0]
    assert strip.count("<li>") == 6
    assert "Go to page 1<" in page and "Go to page 29<" in page


def test_an_image_says_of_which_document_it_is_a_page(booklet: Document) -> None:
    page = shown("/images/leaf-5/")
    assert "Page 4 of 29 of" in page and "/documents/booklet/?page=4#viewer" in page
    booklet.status = Status.DRAFT
    booklet.save()
    assert "Booklet" not in shown("/images/leaf-5/")


def test_item_pages_lead_to_their_manifests(booklet: Document) -> None:
    for path, uuid in (
        ("/documents/booklet/", booklet.uuid),
        ("/images/leaf-1/", Image.objects.get(slug="leaf-1").uuid),
    ):
        page = shown(path)
        assert page.count(f"/iiif/manifest/{uuid}") == 4, (
            "in the head, in the viewer, and with the citation as a link that can be read"
        )
        assert '<link rel="alternate" type=\'application/ld+json;profile=' in page
    Page.objects.all().delete()
    assert "/iiif/manifest/" not in shown("/documents/booklet/")


def test_pages_cost_no_queries(booklet: Document, django_assert_max_num_queries: Any) -> None:
    # What was written here is numbered once, for the first reader.
    shown("/documents/booklet/")
    with django_assert_max_num_queries(15):
        shown("/documents/booklet/?page=2")
    with django_assert_max_num_queries(15):
        shown("/images/leaf-2/")


# --- In a browser -----------------------------------------------------------------------------------


@pytest.fixture
def said() -> list[str]:
    """What the browser complained about."""
    return []


@pytest.fixture
def browsing(
    chromium_browser: Browser, live_server: Any, transactional_db: None, said: list[str]
) -> Iterator[Any]:
    """Opens a page of a small museum; pictures are drawn here, because this is not a test of them."""
    made_booklet()
    made_signing()
    contexts: list[BrowserContext] = []

    def picture(route: Any) -> None:
        if route.request.url.endswith("info.json"):
            base = route.request.url.removesuffix("/info.json")
            route.fulfill(content_type="application/json", body=json.dumps({
                "@context": "http://iiif.io/api/image/3/context.json", "id": base, "type": "ImageService3",
                "protocol": "http://iiif.io/api/image", "profile": "level2", "width": 1600, "height": 1200,
                "tiles": [{"width": 512, "scaleFactors": [1, 2, 4]}],
            }))  # fmt: skip
        else:
            route.fulfill(body=LEAF, content_type="image/svg+xml")

    def opened(path: str, width: int = 1280, **how: Any) -> Tab:
        context = chromium_browser.new_context(viewport={"width": width, "height": 900}, **how)
        contexts.append(context)
        tab = context.new_page()
        tab.route("**/pictures/**", picture)
        tab.route("**/iiif/image/**", picture)
        tab.on("console", lambda one: said.append(one.text) if one.type == "error" else None)
        tab.on("pageerror", lambda error: said.append(str(error)))
        tab.goto(live_server.url + path)
        return tab

    yield opened
    for context in contexts:
        context.close()


def until(tab: Tab, condition: str) -> None:
    """Wait for a condition; the policy of the site forbids Playwright's own way of waiting."""
    for _ in range(200):
        if tab.evaluate(condition):
            return
        tab.wait_for_timeout(50)
    raise AssertionError(f"never true: {condition}")


def zoomed(tab: Tab) -> None:
    tab.click("[data-zoom]")
    tab.wait_for_selector(".openseadragon-canvas canvas")
    until(tab, "document.querySelector('.viewer__tools').hidden === false")


def focused(tab: Tab) -> str:
    return str(
        tab.evaluate(
            "document.activeElement.dataset.do ?? document.activeElement.rel ?? document.activeElement.className"
        )
    )


@pytest.mark.once
def test_the_zoom_by_mouse_and_keyboard(browsing: Any, said: list[str]) -> None:
    tab = browsing(SIGNING)
    asked: list[str] = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.reload()
    assert not [url for url in asked if "openseadragon" in url or "/iiif/image/" in url]
    zoomed(tab)
    canvas = tab.locator(".openseadragon-canvas")
    assert canvas.get_attribute("aria-label").startswith("Zoomed picture: Signing")
    assert tab.evaluate(
        "document.activeElement === document.querySelector('.openseadragon-canvas')"
    )
    names = tab.locator(".viewer__tools button:visible").all_inner_texts()
    assert names == [
        "Zoom in",
        "Zoom out",
        "Whole picture",
        "Rotate",
        "Names",
        "Full screen",
        "Close the zoom",
    ]
    # The people's regions are on the picture, with their names, and link to the persons.
    tab.wait_for_selector(".viewer__region")
    assert tab.locator(".viewer__region span").all_inner_texts() == [
        "Joseph Stalin",
        "Vyacheslav Molotov",
    ]
    width = "document.querySelector('.viewer__region').getBoundingClientRect().width"
    before = tab.evaluate(width)
    canvas.press("+")
    until(tab, f"{width} > {before} * 1.05")
    tab.click("[data-do=names]")
    assert not tab.locator(".viewer__region").first.is_visible()
    # Full screen, and back to the button that led there.
    tab.click("[data-do=full]")
    until(tab, "document.fullscreenElement?.id === 'viewer'")
    tab.evaluate("document.exitFullscreen()")
    until(tab, "document.fullscreenElement === null")
    assert focused(tab) == "full"
    tab.keyboard.press("Escape")
    assert tab.locator(".viewer__deep").is_hidden() and tab.locator(".viewer__plain").is_visible()
    assert tab.evaluate("document.activeElement.matches('[data-zoom]')")
    assert said == []


@pytest.mark.once
def test_on_a_phone_picture_and_buttons_are_on_one_screen(browsing: Any, said: list[str]) -> None:
    """The picture filled the screen, and its buttons were below: nothing seemed to close it again."""
    tab = browsing(SIGNING, 390)
    # As some phones have it, where the button did nothing.
    tab.add_init_script(
        "Object.defineProperty(Document.prototype, 'fullscreenEnabled', {value: false})"
    )
    tab.reload()
    zoomed(tab)
    box = "document.querySelector('.viewer__tools').getBoundingClientRect()"
    until(tab, f"{box}.bottom <= innerHeight + 1 && {box}.height < 100")
    assert not tab.locator("[data-do=full]").is_visible()
    assert not said


@pytest.mark.once
def test_the_wheel_scrolls_the_page_until_the_picture_has_the_focus(
    browsing: Any, said: list[str]
) -> None:
    tab = browsing(BOOKLET, reduced_motion="reduce")
    zoomed(tab)
    tab.locator("#content").focus()
    box = tab.locator(".viewer__deep").bounding_box()
    tab.evaluate("scrollTo(0, 0)")
    tab.mouse.move(box["x"] + 80, 600)
    tab.mouse.wheel(0, 120)
    until(tab, "scrollY > 60")
    tab.locator(".openseadragon-canvas").focus()
    tab.wait_for_timeout(300)
    stood = tab.evaluate("scrollY")
    tab.mouse.wheel(0, 120)
    tab.wait_for_timeout(300)
    assert tab.evaluate("scrollY") == stood
    assert said == []


@pytest.mark.once
def test_pages_turn_within_the_zoom(browsing: Any, said: list[str]) -> None:
    tab = browsing(BOOKLET)
    zoomed(tab)
    tab.click("[rel=next][data-turn]")
    until(tab, "document.querySelector('[data-said]').textContent === '2 of 29'")
    assert tab.url.endswith("?page=2#viewer") and focused(tab) == "next"
    assert "Words 2." in tab.inner_text(".transcription__text")
    assert "Leaf 2" in tab.locator(".openseadragon-canvas").get_attribute("aria-label")
    assert tab.locator(".viewer__deep").is_visible() and tab.locator("[data-zoom]").is_hidden()
    # The last page has no next one: the focus moves to it in the strip, and is not lost.
    tab.click("text=Go to page 29")
    until(tab, "document.querySelector('[data-said]').textContent === '29 of 29'")
    assert tab.evaluate("document.activeElement.getAttribute('aria-current')") == "page"
    tab.keyboard.press("Escape")
    assert tab.locator("[data-zoom]").is_visible() and "Words 30." in tab.inner_text(
        ".viewer__words"
    )
    assert said == []


@pytest.mark.once
def test_it_is_whole_without_script(browsing: Any) -> None:
    tab = browsing(SIGNING, java_script_enabled=False)
    assert tab.locator(".viewer__plain img").get_attribute("alt")
    assert tab.locator(".viewer__people li").count() == 2
    tab.click(".viewer__people .line__number >> nth=0")
    assert tab.locator("#outline-1 rect").is_visible()
    assert tab.locator(".viewer__tools").is_hidden() and tab.locator(".viewer__keys").is_hidden()
    assert "/pictures/" in tab.locator("[data-zoom]").get_attribute("href")
    tab = browsing(BOOKLET, java_script_enabled=False)
    tab.click("[rel=next][data-turn]")
    assert tab.url.endswith("?page=2#viewer") and "2 of 29" in tab.inner_text(".viewer__where")


@pytest.mark.once
def test_axe_finds_nothing_in_the_zoom(browsing: Any, said: list[str]) -> None:
    found: list[str] = []
    for path, width, scheme in ((SIGNING, 1280, "light"), (BOOKLET, 320, "dark")):
        tab = browsing(path, width=width, color_scheme=scheme)
        zoomed(tab)
        tab.click(".viewer__keys summary")
        found += [f"{path} {rule} {nodes}" for rule, nodes in judged(tab)]
        wide = tab.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found.append(f"{path}: scrolls sideways to {wide}")
    assert found == [] and said == []


@pytest.mark.once
def test_paper_has_the_picture_and_the_words(browsing: Any) -> None:
    tab = browsing(BOOKLET)
    zoomed(tab)
    tab.emulate_media(media="print")
    assert (
        tab.locator(".viewer__plain img").is_visible()
        and tab.locator(".transcription__text").is_visible()
    )
    for name in (".viewer__deep", ".viewer__bar", ".viewer__pages"):
        assert tab.locator(name).is_hidden(), name
