"""The steps of a first start, one by one, on a test database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate, get_user_model
from django.contrib.auth.models import User
from django.test import RequestFactory

from catalog.management import first_start
from catalog.management.production_server import Address, whole_number
from catalog.management.refusal import CannotStart
from catalog.models import RECORD_MODELS, Person, Place, Term, Vocabulary

pytestmark = pytest.mark.django_db


@pytest.fixture
def said() -> list[str]:
    return []


def a_term(code: str) -> dict[str, object]:
    return {
        "model": "catalog.term",
        "fields": {"vocabulary": "subject", "code": code, "label": code},
    }


@pytest.fixture
def fixtures(tmp_path: Path, settings: Any) -> Path:
    folder = tmp_path / "fixtures"
    folder.mkdir()
    settings.FIXTURE_DIRS = [folder]
    (folder / "terms.json").write_text(json.dumps([a_term("made-first"), a_term("made-second")]))
    return folder


def test_an_empty_catalogue_gets_the_sample(fixtures: Path, said: list[str]) -> None:
    assert first_start.load_sample(said.append)
    assert Term.objects.filter(code__startswith="made-").count() == 2
    assert said == ["Loading the sample collection"]
    assert not first_start.load_sample(said.append)
    assert len(said) == 1


def test_a_catalogue_without_the_sample_begins_with_terms_that_serve_any_museum(
    said: list[str],
) -> None:
    assert first_start.load_vocabularies(said.append)
    assert said == ["Loading the vocabularies"]
    begun = set(Term.objects.values_list("vocabulary", flat=True))
    assert begun == set(Vocabulary.values) - {"subject", "occupation"}
    assert not any(model._base_manager.exists() for model in RECORD_MODELS.values())
    assert not first_start.load_vocabularies(said.append)


@pytest.mark.parametrize("model", [Person, Place])
def test_a_catalogue_with_one_record_is_left_alone(
    fixtures: Path, said: list[str], model: type[Person] | type[Place]
) -> None:
    model.objects.create(title="Kept as it is", identifier="X-0001")
    assert not first_start.load_sample(said.append)
    assert not Term.objects.filter(code__startswith="made-").exists()


@pytest.mark.django_db(transaction=True)
def test_of_a_broken_sample_nothing_is_kept(fixtures: Path, said: list[str]) -> None:
    (fixtures / "zz.json").write_text('[{"model": "catalog.nothing", "fields": {}}]')
    with pytest.raises(CannotStart, match="nothing from it was kept"):
        first_start.load_sample(said.append)
    assert not Term.objects.filter(code__startswith="made-").exists()


def test_the_account_takes_the_given_password(
    said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CURATOR_PASSWORD", "Coyoacán 1940 – Prinkipo 1929")
    assert first_start.make_curator(said.append)
    request = RequestFactory().get("/admin/login/")
    user = authenticate(request, username="curator", password="Coyoacán 1940 – Prinkipo 1929")
    assert isinstance(user, User)
    assert user.is_superuser and user.is_staff
    assert list(user.groups.values_list("name", flat=True)) == ["Administrator"]
    assert "Coyoacán" not in "".join(said)


def test_a_made_password_is_said_and_works(
    said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CURATOR_PASSWORD", raising=False)
    assert first_start.make_curator(said.append)
    password = said[0].split("password ")[1].split()[0]
    assert len(password.replace("-", "")) == 16
    assert get_user_model().objects.get(username="curator").check_password(password)


def test_a_weak_password_is_taken_with_a_warning(
    said: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CURATOR_PASSWORD", "curator")
    first_start.make_curator(said.append)
    assert "weak" in said[1]


def test_no_account_is_made_beside_another(said: list[str]) -> None:
    get_user_model().objects.create_user("somebody")
    assert not first_start.make_curator(said.append)
    assert said == []


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        ("127.0.0.1", 8000, "http://127.0.0.1:8000/"),
        ("0.0.0.0", 80, "http://127.0.0.1/"),
        ("::", 8000, "http://[::1]:8000/"),
        ("::1", 8001, "http://[::1]:8001/"),
        ("catalogue.example.org", 8000, "http://catalogue.example.org:8000/"),
    ],
)
def test_the_address_is_one_that_a_browser_opens(host: str, port: int, url: str) -> None:
    assert Address(host, port).url == url


@pytest.mark.parametrize("text", ["", "-1", "1.5", "٣", "9" * 5000, "1e3", " "])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(CannotStart, match="PORT"):
        whole_number("PORT", text, 1, 65535)
