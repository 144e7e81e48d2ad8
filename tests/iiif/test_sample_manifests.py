"""Every IIIF document of the sample collection is valid: by our own rules, by the models that the
IIIF community generates from the official schema, and by that schema if it is at hand.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from tests.iiif.presentation_models import model_problems
from tests.iiif.presentation_rules import problems

pytestmark = [pytest.mark.once, pytest.mark.django_db, pytest.mark.usefixtures("sample_collection")]

SITE = "http://testserver"


def documents_named_in(value: Any) -> set[str]:
    """Addresses of the manifests, collections and annotation pages that a document refers to."""
    if isinstance(value, list):
        return {address for one in value for address in documents_named_in(one)}
    if not isinstance(value, dict):
        return set()
    found = {address for one in value.values() for address in documents_named_in(one)}
    if value.get("type") in {"Manifest", "Collection", "AnnotationPage"} and "items" not in value:
        found.add(value["id"].removeprefix(SITE))
    return found


def test_every_document_keeps_the_rules(client: Client) -> None:
    waiting, seen, types = ["/iiif/collection/top", "/iiif/search"], set(), []
    searches: list[str] = []
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code == 200, path
        document = json.loads(answer.content)
        assert problems(document) == [], path
        assert model_problems(document) == [], path
        searches += [one["id"] for one in document.get("service", []) if "/search" in one["id"]]
        types.append(document["type"])
        waiting += documents_named_in(document)
    assert types.count("Collection") == 11, "the top, the search, one fonds and its eight series"
    assert types.count("Manifest") >= 14
    assert types.count("AnnotationPage") >= 12
    marked = 0
    for address in searches:
        found = client.get(f"{address.removeprefix(SITE)}?q=exile&motivation=painting").json()
        assert model_problems(found) == [], address
        assert found["ignored"] == ["motivation"]
        marked += len(found.get("annotations", []))
    assert marked, "the booklet speaks of the exile"


def booklet(client: Client) -> dict[str, Any]:
    address = client.get("/documents/chronology-of-the-exile/").context["viewing"].manifest
    made: dict[str, Any] = client.get(address).json()
    assert model_problems(made) == []
    return made


#: One mistake each, as people make them.
SPOILT: dict[str, Callable[[dict[str, Any]], Any]] = {
    "no label": lambda made: made.pop("label"),
    "a label that is plain text": lambda made: made.update(label="Booklet"),
    "no canvases": lambda made: made.pop("items"),
    "a canvas of version 2": lambda made: made["items"][0].update(type="sc:Canvas"),
    "a width in words": lambda made: made["items"][0].update(width="1200"),
    "an image without type": lambda made: painting(made)["body"].pop("type"),
    "a painting of nothing": lambda made: painting(made).pop("target"),
    "metadata that is one pair": lambda made: made.update(metadata=made["metadata"][0]),
    "a key of version 2": lambda made: made.update(attribution="The archive"),
    "a misspelt key": lambda made: made.update(requiredStatment=made.pop("requiredStatement")),
    "a moment without a time": lambda made: made.update(navDate="in 1937"),
    "a range without its canvases": lambda made: made["structures"][0].pop("items"),
    "a provider that is no agent": lambda made: made["provider"][0].update(type="Person"),
    "a language that is a list": lambda made: made["label"].update(en="Booklet"),
}


def painting(made: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = made["items"][0]["items"][0]["items"][0]
    return found


def test_the_models_do_refuse(client: Client) -> None:
    """A check that accepts everything would prove nothing."""
    whole = booklet(client)
    overlooked = []
    for fault, change in SPOILT.items():
        broken = copy.deepcopy(whole)
        change(broken)
        if not model_problems(broken):
            overlooked.append(fault)
    assert overlooked == []
    assert model_problems({"type": "Canvas"})
