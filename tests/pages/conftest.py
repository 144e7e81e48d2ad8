"""Makers of records for the tests of pages, and what a page says."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from django.test import Client

from catalog.models import RECORD_MODELS, Status, Term

NUMBERS = count(1)

#: The fields of an image whose file is held.
HELD = {
    "file": "originals/x.png",
    "media_type": "image/png",
    "width": 800,
    "height": 600,
    "byte_size": 100,
    "sha256": "a" * 64,
}

Make = Callable[..., Any]


@pytest.fixture
def make(db: None) -> Make:
    """``make("person", "Leon Trotsky", born="1879")``: a public record; ``hidden=True`` keeps it a draft."""

    def maker(kind: str, title: str, *, hidden: bool = False, **fields: Any) -> Any:
        fields.setdefault("identifier", f"P.{next(NUMBERS)}")
        fields.setdefault("status", Status.DRAFT if hidden else Status.PUBLISHED)
        return RECORD_MODELS[kind].objects.create(title=title, **fields)  # type: ignore[index]

    return maker


@pytest.fixture
def term(db: None) -> Make:
    """``term("contribution_role", "author")``: an entry of a vocabulary, made once."""

    def maker(vocabulary: str, code: str, **fields: Any) -> Term:
        fields.setdefault("label", code.replace("-", " ").capitalize())
        made, _new = Term.objects.get_or_create(vocabulary=vocabulary, code=code, defaults=fields)
        return made

    return maker


def text_of(response: Any) -> str:
    """The HTML of a page that answered."""
    assert response.status_code == 200, response
    html: str = response.content.decode()
    return html


def plain(html: str) -> str:
    """The words of a page, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def linked_data(client: Client, path: str) -> dict[str, Any]:
    """What the page of a record tells search engines."""
    page = client.get(path).text
    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert script, path
    said: dict[str, Any] = json.loads(script[1])
    return said
