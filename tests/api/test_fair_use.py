"""The throttle, and tokens in the admin."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import textwrap

import pytest
from django.db import connection
from django.test import Client

from catalog.api.counters import count
from catalog.checks import check_api_counters
from catalog.models import ApiToken
from tests.api.conftest import Asking, account

pytestmark = pytest.mark.django_db


def test_whoever_asks_too_often_is_told_how_long_to_wait(api, settings, monkeypatch):
    settings.CATALOG = {"API_READS_A_MINUTE": 3}
    monkeypatch.setattr("catalog.api.throttle.time.time", lambda: 1_000_000_020)
    answers = [api.get("/api/v1/") for _ in range(4)]
    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert answers[0]["RateLimit-Policy"] == '"read";q=3;w=60'
    assert [one["RateLimit"].split(";")[1] for one in answers] == ["r=2", "r=1", "r=0", "r=0"]
    problem = json.loads(answers[3].content)
    assert (
        int(answers[3]["Retry-After"]) == 60 - 1_000_000_020 % 60 and "dumps" in problem["detail"]
    )
    assert api.get("/api/v1/", REMOTE_ADDR="10.0.0.9").status_code == 200
    monkeypatch.setattr("catalog.api.throttle.time.time", lambda: 1_000_000_080)
    assert api.get("/api/v1/").status_code == 200


def test_processes_count_together(tmp_path):
    program = textwrap.dedent(f"""
        import os, sys
        sys.path.insert(0, {str(sys.path[0])!r}); sys.path.insert(0, os.getcwd())
        os.environ["VAR_DIR"] = {str(tmp_path)!r}
        os.environ["DJANGO_SETTINGS_MODULE"] = "archive_site.settings"
        import django; django.setup()
        from catalog.api.counters import count
        print([count("one", 7) for _ in range(500)][-1])
    """)
    running = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert max(int(one.communicate()[0]) for one in running) == 1000


def test_machines_count_together_in_the_database(settings, tmp_path):
    settings.CATALOG = {"API_COUNTERS": "database"}
    numbers = []
    for turn in range(6):
        # Another machine has another folder for its state.
        settings.VAR_DIR = tmp_path / f"machine{turn % 2}"
        numbers.append(count("one", 7))
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert count("another", 7) == 1 and count("one", 8) == 1
    assert not (tmp_path / "machine0").exists()


def test_the_limit_holds_where_the_database_counts(api, settings):
    settings.CATALOG = {"API_READS_A_MINUTE": 2, "API_COUNTERS": "database"}
    assert sorted(api.get("/api/v1/").status_code for _ in range(4))[-1] == 429


@pytest.mark.parametrize("where", ["memory", "database", "machine"])
def test_impossible_counters_are_told(settings, where):
    settings.CATALOG = {"API_COUNTERS": where}
    said = [one.id for one in check_api_counters(None)]
    on_database = ["catalog.W002"] if connection.vendor == "sqlite" else []
    assert said == {"memory": ["catalog.E002"], "database": on_database, "machine": []}[where]


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
