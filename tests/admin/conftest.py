"""What the tests of the admin need: curators of each group, records, forms as a browser sends them, and
a browser."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import lxml.html
import pytest
from django.conf import settings
from django.contrib.auth.models import Group, User
from django.test import Client

from catalog import search
from catalog.models import (
    Collection,
    Contribution,
    Document,
    Event,
    Image,
    Person,
    PersonName,
    Place,
    Status,
    Term,
    Vocabulary,
)

#: Boxes of Select2, but for those of the rows from which new ones are copied, until they are drawn.
UNDRAWN = ".admin-autocomplete:not(.select2-hidden-accessible, .empty-form *)"


def make_curator(name: str, group: str | None = None, **more: Any) -> User:
    user = User.objects.create_user(name, password="a long password", is_staff=True, **more)
    if group:
        user.groups.add(Group.objects.get(name=group))
    return user


@pytest.fixture
def door(db: None) -> Callable[..., Client]:
    """A client that is logged in as a new curator of a group: ``door("Editor")``."""

    def open_as(group: str | None, **more: Any) -> Client:
        name = (group or "nobody").lower()
        user = User.objects.filter(username=name).first() or make_curator(name, group, **more)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return open_as


@pytest.fixture
def cataloguer(door: Any) -> Client:
    return door("Cataloguer")


@pytest.fixture
def editor(door: Any) -> Client:
    return door("Editor")


@pytest.fixture
def administrator(door: Any) -> Client:
    return door("Administrator")


@pytest.fixture
def superuser(db: None) -> Client:
    client = Client()
    client.force_login(
        User.objects.create_superuser("root", password="a long password"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    return client


@pytest.fixture
def trotsky(db: None) -> Person:
    return Person.objects.create(
        identifier="TSS.P.001",
        title="Leon Trotsky",
        sort_name="Trotsky, Leon",
        born="1879-11-07",
        died="1940-08-21",
        status=Status.PUBLISHED,
    )


@pytest.fixture
def draft(db: None) -> Person:
    return Person.objects.create(identifier="TSS.P.061", title="Nobody Yet")


def term(vocabulary: str, code: str, **more: Any) -> Term:
    return Term.objects.create(
        vocabulary=vocabulary, code=code, label=more.pop("label", code), **more
    )


def emptied() -> None:
    """Delete every record and every term."""
    for model in (Event, Document, Image, Person):
        model.objects.all().delete()
    Place.objects.update(part_of=None)
    Collection.objects.update(parent=None)
    Place.objects.all().delete()
    Collection.objects.all().delete()
    Term.objects.all().delete()


def holdings(number: int) -> None:
    """So many records of each kind, and no others, each with what the lists show from other tables."""
    emptied()
    fonds = Collection.objects.create(identifier="F", title="Fonds", level="fonds")
    kinds = {
        Document: term(Vocabulary.DOCUMENT_TYPE, "letter"),
        Image: term(Vocabulary.IMAGE_TYPE, "photograph"),
        Event: term(Vocabulary.EVENT_TYPE, "trial"),
    }
    country = Place.objects.create(identifier="L", title="Country")
    for index in range(number):
        place = Place.objects.create(
            identifier=f"L.{index}", title=f"Place {index}", part_of=country
        )
        Person.objects.create(identifier=f"P.{index}", title=f"Person {index}", born="1890~")
        Collection.objects.create(identifier=f"F.{index}", title=f"Series {index}", parent=fonds)
        Event.objects.create(
            identifier=f"E.{index}",
            title=f"Event {index}",
            type=kinds[Event],
            place=place,
            date="1938",
        )
        for model in (Document, Image):
            model.objects.create(
                identifier=f"{model.KIND}.{index}",
                title=f"{model.KIND} {index}",
                type=kinds[model],
                collection=fonds,
                place=place,
            )


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def form_of(html: bytes | str) -> dict[str, Any]:
    """The entries of a page's form, as a browser would send them without a button."""
    text = html.decode() if isinstance(html, bytes) else html
    # libxml2's parser, in a fiftieth of the time of html5lib, which judges the pages elsewhere.
    form = lxml.html.fromstring(text).xpath(
        "//form[substring(@id, string-length(@id) - 4) = '_form']"
    )[0]
    entries: dict[str, Any] = {}
    for box in form.iter("textarea", "select", "input"):
        name = box.get("name")
        if not name:
            continue
        if box.tag == "textarea":
            entries[name] = re.sub(r"\r?\n", "\r\n", (box.text or "").removeprefix("\n"))
        elif box.tag == "select":
            options = list(box.iter("option"))
            chosen = [one.get("value", "") for one in options if one.get("selected") is not None]
            if box.get("multiple") is not None:
                entries[name] = chosen
            else:
                entries[name] = (chosen or [one.get("value", "") for one in options] or [""])[0]
        else:
            kind = box.get("type", "text")
            if kind in {"submit", "button", "file"} or (
                kind in {"checkbox", "radio"} and box.get("checked") is None
            ):
                continue
            value = box.get("value", "on" if kind == "checkbox" else "")
            # Of several checkboxes with one name, all ticked ones are sent.
            several = kind == "checkbox" and name in entries
            entries[name] = [*_listed(entries[name]), value] if several else value
    return {name: value for name, value in entries.items() if "__prefix__" not in name}


def messages_of(response: Any) -> str:
    """All messages of the page that a redirect led to."""
    return " ".join(str(message) for message in response.context["messages"])


def titles(client: Client, kind: str, query: str = "") -> list[str]:
    """The titles in a list, in its order, with an index that is up to date."""
    search.refresh()
    answer = client.get(f"/admin/catalog/{kind}/{query}")
    assert answer.status_code == 200
    return [str(record) for record in answer.context["cl"].result_list]


@pytest.fixture
def work(transactional_db: None) -> Document:
    role = term(Vocabulary.CONTRIBUTION_ROLE, "author", label="Author")
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
