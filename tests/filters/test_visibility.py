"""What a visitor may not see has no effect on any list, and cannot be asked about."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import QueryDict

from catalog.filters import FILTERS, offers
from catalog.uris import Kind


@pytest.fixture
def curator(db: None) -> Any:
    return get_user_model().objects.create_user("curator", password="x", is_staff=True)


def titles(kind: Kind, address: str, user: Any = None) -> set[str]:
    return {record.title for record in FILTERS[kind](QueryDict(address), user=user).qs}


@pytest.mark.parametrize(
    ("kind", "name", "hidden"),
    [
        ("document", "person", "agent"),
        ("document", "event", "plot"),
        ("document", "collection", "closed-series"),
        ("document", "place", "secret-region"),
        ("person", "document", "secret-sheet"),
        ("person", "image", "hidden-photo"),
        ("image", "document", "secret-sheet"),
    ],
)
def test_a_hidden_record_is_answered_as_an_unknown_one(
    museum: SimpleNamespace, curator: Any, kind: Kind, name: str, hidden: str
) -> None:
    secret = FILTERS[kind](QueryDict(f"{name}={hidden}"), user=None)
    unknown = FILTERS[kind](QueryDict(f"{name}=no-such-thing"), user=None)
    said = [
        str(one.errors[name]).replace(slug, "…")
        for one, slug in ((secret, hidden), (unknown, "no-such-thing"))
    ]
    assert said[0] == said[1]
    assert {one.pk for one in secret.qs} == {one.pk for one in unknown.qs}
    assert not FILTERS[kind](QueryDict(f"{name}={hidden}"), user=curator).errors


@pytest.mark.parametrize(
    ("kind", "address", "title"),
    [
        ("person", "person=bureau", "Agent"),
        ("event", "role=victim", "Moscow trial"),  # the only victim named is hidden
        ("document", "role=author", "Note on exile"),  # the only author named is hidden
        ("document", "has_image=yes", "Diary 100% true"),  # the only picture is hidden
        ("person", "has_image=yes", "Bureau"),
        ("place", "place=mexico", "Village"),  # lies there only through a hidden region
        ("event", "place=mexico", "Rumour"),
        ("document", "collection=papers", "Boxed sheet"),  # in a series that is hidden
        ("document", "type=book", "Secret sheet"),
    ],
)
def test_hidden_records_neither_appear_nor_lead_anywhere(
    museum: SimpleNamespace, curator: Any, kind: Kind, address: str, title: str
) -> None:
    assert title not in titles(kind, address)
    assert title in titles(kind, address, curator)


def test_facets_count_only_what_is_seen(museum: SimpleNamespace, curator: Any) -> None:
    def count(user: Any, facet: str, code: str) -> int:
        chosen = FILTERS["document"](QueryDict(""), user=user)
        offer = next(one for one in offers(chosen) if one.name == facet)
        return next((option.count for option in offer.options if option.code == code), 0)

    assert (count(None, "type", "book"), count(curator, "type", "book")) == (1, 2)
    assert (count(None, "subject", "exile"), count(curator, "subject", "exile")) == (2, 3)
    assert (count(None, "collection", "papers"), count(curator, "collection", "papers")) == (2, 3)
    assert (count(None, "has_image", "yes"), count(curator, "has_image", "yes")) == (1, 2)
    assert count(None, "collection", "closed-series") == 0
