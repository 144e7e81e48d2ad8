"""The limits of the API, and tokens in the admin."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from catalog.models import ApiToken
from tests.api.conftest import Asking, account

pytestmark = pytest.mark.django_db


def test_whoever_asks_too_often_is_told_how_long_to_wait(api, settings, monkeypatch):
    settings.CATALOG = {"API_READS_A_MINUTE": 3}
    monkeypatch.setattr("catalog.fair_use.allowance.time.time", lambda: 1_000_000_020)
    answers = [api.get("/api/v1/") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"read";q=3;w=60'
    assert [one["RateLimit"].split(";")[1] for one in answers] == ["r=2", "r=1", "r=0", "r=0"]
    problem = json.loads(answers[3].content)
    assert (
        int(answers[3]["Retry-After"]) == 60 - 1_000_000_020 % 60 and "dumps" in problem["detail"]
    )
    assert api.get("/api/v1/", REMOTE_ADDR="10.0.0.9").status_code == 200
    monkeypatch.setattr("catalog.fair_use.allowance.time.time", lambda: 1_000_000_080)
    assert api.get("/api/v1/").status_code == 200


def test_the_limit_holds_where_the_database_counts(api, settings):
    settings.CATALOG = {"API_READS_A_MINUTE": 2, "API_COUNTERS": "database"}
    assert sorted(api.get("/api/v1/").status_code for _ in range(4))[-1] == 429


def test_a_curator_makes_and_revokes_a_token():
    browser = Client()
    browser.force_login(account("curator", "Cataloguer"))
    page = browser.post(
        "/admin/catalog/apitoken/add/",
        {"name": "export", "scope": "write", "expires_0": "", "expires_1": ""},
        follow=True,
    )
    key = re.search(r"mcat_[\w-]{40,}", page.content.decode())[0]
    assert key not in browser.get("/admin/catalog/apitoken/").content.decode()
    token = ApiToken.objects.get()
    assert key not in str(vars(token))
    asking = Asking(key)
    assert (
        asking.send("POST", "/api/v1/people/", {"identifier": "N", "title": "N"}).status_code == 201
    )
    browser.post("/admin/catalog/apitoken/", {"action": "revoke", "_selected_action": [token.pk]})
    assert asking.get("/api/v1/people/").status_code == 401
    other = Client()
    other.force_login(account("another", "Cataloguer"))
    assert "export" not in other.get("/admin/catalog/apitoken/").content.decode()
