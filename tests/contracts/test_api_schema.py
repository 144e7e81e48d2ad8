"""The description of the API: valid, complete, and only changed knowingly.

After an intended change, write the snapshot again and look at its difference:

    API_SNAPSHOT=write pytest tests/contracts/test_api_schema.py
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from django.test import Client
from django.urls import get_resolver
from openapi_spec_validator import validate

from catalog.api.glossary import as_markdown
from catalog.api.openapi import description
from catalog.documents import ORIGIN

ROOT = Path(__file__).resolve().parents[2]
SNAPSHOT = Path(__file__).parent / "api_schema.json"
METHODS = {"get", "post", "put", "patch", "delete"}


def whole() -> dict:
    text = json.dumps(description(), ensure_ascii=False, default=str)
    return json.loads(text.replace(ORIGIN, "https://catalogue.example.org"))


def operations():
    for path, methods in description()["paths"].items():
        for method, operation in methods.items():
            yield f"{method} {path}", operation


@pytest.mark.once
def test_it_is_valid_openapi():
    validate(whole())


@pytest.mark.once
def test_it_is_what_was_agreed():
    text = json.dumps(whole(), ensure_ascii=False, indent=1) + "\n"
    if os.environ.get("API_SNAPSHOT") == "write":
        SNAPSHOT.write_text(text)
    said = "The API changed. If that is meant: API_SNAPSHOT=write pytest tests/contracts/test_api_schema.py"
    assert SNAPSHOT.read_text() == text, said


@pytest.mark.once
def test_every_address_is_described():
    described = {re.sub(r"\{[^}]+\}", "{}", path) for path in description()["paths"]}
    apart = {"/api/v1/openapi.json", "/api/v1/docs/"}
    for pattern in next(
        one for one in get_resolver().url_patterns if str(one.pattern) == "api/"
    ).url_patterns:
        if pattern.name == "api-nothing":
            continue
        path = "/api/" + re.sub(r"<[^>]+>", "{}", str(pattern.pattern))
        assert path in described | apart, path


@pytest.mark.once
def test_every_operation_is_explained():
    keys = []
    for name, operation in operations():
        keys.append(operation["operationId"])
        assert operation["summary"] and operation["description"] and operation["tags"], name
        assert {"400", "401", "429"} <= set(operation["responses"]), name
        for parameter in operation["parameters"]:
            assert parameter["description"], (name, parameter["name"])
        if name.startswith(("patch", "delete", "put")):
            assert {"412", "428"} <= set(operation["responses"]), name
    assert len(keys) == len(set(keys))


@pytest.mark.once
def test_every_field_has_its_words():
    for name, schema in description()["components"]["schemas"].items():
        assert schema.get("description"), name
        for field, inner in schema.get("properties", {}).items():
            assert inner.get("description"), (name, field)


@pytest.mark.once
def test_references_lead_somewhere():
    known = description()["components"]
    for found in set(re.findall(r'"#/components/(\w+)/(\w+)"', json.dumps(description()))):
        assert found[1] in known[found[0]], found


@pytest.mark.once
def test_the_glossary_of_the_docs_is_that_of_the_serializers():
    path = ROOT / "docs" / "api.md"
    mark = "<!-- The tables below are written by API_SNAPSHOT=write pytest tests/contracts/test_api_schema.py -->"
    text, _, tables = path.read_text().partition(mark)
    if os.environ.get("API_SNAPSHOT") == "write":
        tables = f"\n\n{as_markdown()}"
        path.write_text(f"{text}{mark}{tables}")
    assert as_markdown() in tables, "API_SNAPSHOT=write pytest tests/contracts/test_api_schema.py"


def test_the_page_of_the_reference_asks_no_other_host(db):
    answer = Client().get("/api/v1/docs/")
    assert answer.status_code == 200
    page = answer.content.decode()
    assert not re.search(r'(?:src|href)="(?:https?:)?//', page)
    assert "<script>" not in page and " style=" not in page
    for name, _ in operations():
        assert name.partition(" ")[2] in page
