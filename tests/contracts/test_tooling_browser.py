"""The browser that other tests drive loads the site with its styles, and nothing is blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.contrib.auth.models import User

if TYPE_CHECKING:
    from playwright.sync_api import Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_a_curator_logs_in_without_a_violation(live_server: LiveServer, page: Page) -> None:
    User.objects.create_superuser("curator", password="a-long-pass-phrase")
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("requestfailed", lambda request: told.append(request.url))
    page.goto(f"{live_server.url}/admin/")
    page.fill("[name=username]", "curator")
    page.fill("[name=password]", "a-long-pass-phrase")
    page.press("[name=password]", "Enter")
    page.wait_for_selector("#content")
    assert page.url == f"{live_server.url}/admin/"
    assert told == []
