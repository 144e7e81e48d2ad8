"""The small museum of the filters' tests, and clients of the API."""

from __future__ import annotations

import json
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.test import Client

from catalog.api import base
from catalog.models import ApiToken, Scope

#: A record of the museum that many tests write to.
PERSON = "/api/v1/people/leon-trotsky/"


def body(answer: Any) -> Any:
    """The JSON of an answer."""
    return json.loads(answer.content)


def answered(answer: Any, status: int = 200) -> Any:
    """The JSON of an answer, which must have the given status."""
    assert answer.status_code == status, answer.content.decode()
    return json.loads(answer.content)


@pytest.fixture(autouse=True)
def _no_limits(settings: Any, tmp_path: Any) -> None:
    """Tests send as many requests as they like, and count in a file of their own."""
    settings.VAR_DIR = tmp_path / "var"
    settings.CATALOG = {"API_READS_A_MINUTE": 0, "API_WRITES_A_MINUTE": 0}
    base._counts.clear()


@pytest.fixture
def museum(standing_museum: SimpleNamespace, db: None) -> SimpleNamespace:
    """A few records of every kind, some of them hidden, in an index that is up to date."""
    return deepcopy(standing_museum)


class Asking(Client):
    """A client that reads and writes JSON, with a token."""

    def __init__(self, key: str = "") -> None:
        super().__init__(headers={"Authorization": f"Bearer {key}"} if key else None)

    def json(self, path: str, status: int = 200, **headers: str) -> Any:
        """The JSON of a path, which must have the given status."""
        answer = self.get(path, headers=headers or None)
        assert answer.status_code == status, answer.content[:500]
        return json.loads(answer.content)

    def send(self, method: str, path: str, body: Any = None, etag: str = "") -> Any:
        """A writing request."""
        headers = {"If-Match": etag} if etag else None
        text = "" if body is None else json.dumps(body)
        return self.generic(method, path, text, content_type="application/json", headers=headers)

    def etag(self, path: str) -> str:
        """The version of a path."""
        return str(self.get(path)["ETag"])


@pytest.fixture
def api(db: None) -> Asking:
    """A visitor's program."""
    return Asking()


def account(name: str, group: str, **more: Any) -> Any:
    user = get_user_model().objects.create_user(name, is_staff=True, **more)
    user.groups.add(Group.objects.get(name=group))
    return user


def key_of(user: Any, scope: str = Scope.WRITE, **more: Any) -> str:
    token = ApiToken(user=user, name="test", scope=scope, **more)
    key = token.make_key()
    token.save()
    return key


@pytest.fixture
def editor(db: None) -> Asking:
    """An editor's program."""
    return Asking(key_of(account("editor", "Editor")))


@pytest.fixture
def cataloguer(db: None) -> Asking:
    """A cataloguer's program."""
    return Asking(key_of(account("cataloguer", "Cataloguer")))
