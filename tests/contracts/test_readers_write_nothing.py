"""Every door that could write is tried by those who may only read: nothing is written.

The doors are those that the address book has, so a new one is tried as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from catalog.models import RECORD_MODELS
from tests.admin.conftest import make_curator
from tests.api.conftest import Asking, key_of
from tests.filters.small_museum import small_museum

pytestmark = [pytest.mark.django_db, pytest.mark.once]

#: Tables that a reader writes, and which say nothing of the catalogue: what they like to look at.
OWN = {
    "catalog_keptcolumns", "catalog_keptfilter", "catalog_openform", "catalog_apicounter", "django_session",
    "axes_accessattempt", "axes_accesslog", "axes_accessfailurelog",
}  # fmt: skip
#: What is typed into the forms that have a button of their own, all at once.
BUTTONS = dict.fromkeys(
    (
        "_publish", "_submit", "_withdraw", "_embargo", "_send_back", "_save", "_continue", "_bring",
        "_confirm", "confirm", "post", "apply", "merge", "undo", "all_the_same", "cancel", "retry",
    ),
    "yes",
) | {"title": "Taken over", "reason": "x", "note": "x", "text": "x", "name": "x"}  # fmt: skip


def addresses(resolver: Any, before: str = "") -> Iterator[str]:
    """Every pattern of the address book."""
    for one in resolver.url_patterns:
        pattern = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from addresses(one, pattern)
        elif isinstance(one, URLPattern):
            yield pattern


def rows() -> dict[str, Any]:
    """How many rows each table has, and when records were last written."""
    found: dict[str, Any] = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table not in OWN and not table.startswith(("search", "catalog_search", "sqlite")):
                cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")
                found[table] = cursor.fetchone()[0]
    for kind, model in RECORD_MODELS.items():
        found[kind] = list(
            model._base_manager.order_by("pk").values_list("pk", "modified", "status")
        )
    return found


def tried(pattern: str, pk: int, slug: str, uuid: str) -> str:
    """An address of a pattern."""
    path = re.sub(r"<(?:\w+:)?(slug|record_slug)>", slug, pattern)
    path = re.sub(r"<uuid:\w+>", uuid, path)
    path = re.sub(r"<record_slug:\w+>", slug, path)
    path = re.sub(r"<(?:\w+:)?\w+>", str(pk), path)
    return "/" + path.replace("^", "").replace("$", "").replace("\\Z", "")


def test_no_door_of_the_admin_writes_for_a_reader() -> None:
    record = small_museum().trotsky
    administrator = RequestFactory().get("/")
    administrator.user = make_curator("root", "Administrator")
    browser = Client()
    browser.force_login(
        make_curator("reader", "Reader"), backend="django.contrib.auth.backends.ModelBackend"
    )
    before, number = rows(), 0
    for pattern in addresses(get_resolver()):
        if pattern.startswith("admin/") and not pattern.startswith("admin/logout"):
            number += 1
            browser.post(tried(pattern, record.pk, record.slug, str(record.uuid)), BUTTONS)
    for model, model_admin in admin.site._registry.items():
        if model._meta.app_label == "catalog":
            for action in model_admin.get_actions(administrator):
                sent = {"action": action, "_selected_action": [record.pk], **BUTTONS}
                browser.post(f"/admin/catalog/{model._meta.model_name}/", sent)
    assert number > 150 and "_auth_user_id" in browser.session
    assert rows() == before


def test_no_door_of_the_api_writes_for_a_reader(settings: Any) -> None:
    settings.CATALOG = {"API_READS_A_MINUTE": 0, "API_WRITES_A_MINUTE": 0}
    record = small_museum().trotsky
    program = Asking(key_of(make_curator("reader", "Reader")))
    described = json.loads(program.get("/api/v1/openapi.json").content)
    program.get("/api/v1/changes/")
    before = rows()
    for path, methods in described["paths"].items():
        address = path.replace("{slug}", record.slug).replace("{number}", "1")
        for method in {"post", "put", "patch", "delete"} & set(methods):
            answer = program.send(method.upper(), address, {"title": "Taken over"}, etag="*")
            assert answer.status_code >= 400, f"{method} {address}"
    assert rows() == before
