"""What the tests of the admin need: curators of each group, records, and forms as a browser sends them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from django.contrib.auth.models import Group, User
from django.test import Client

from catalog.models import (
    Collection,
    Document,
    Event,
    Image,
    Person,
    Place,
    Status,
    Term,
    Vocabulary,
)


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
