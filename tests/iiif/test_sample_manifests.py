"""Every IIIF document of the sample collection keeps the rules; with the official schema at hand, its rules too."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from tests.fixtures.conftest import sample_collection
from tests.iiif.presentation_rules import problems

__all__ = ["sample_collection"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sample_collection")]

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
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        answer = client.get(path)
        assert answer.status_code == 200, path
        document = json.loads(answer.content)
        assert problems(document) == [], path
        types.append(document["type"])
        waiting += documents_named_in(document)
    assert types.count("Collection") == 11, "the top, the search, one fonds and its eight series"
    assert types.count("Manifest") >= 14
    assert types.count("AnnotationPage") >= 12
