"""``/api/v1/<kind>/<slug>/similar/``: the documents of similar records, and what they share with one."""

from __future__ import annotations

from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from catalog import search
from catalog.documents import feed
from catalog.models import Person, Status
from tests.api.conftest import Asking

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_step(museum: SimpleNamespace) -> None:
    search.refresh(None)


def test_what_is_like_a_record_is_what_its_page_shows(api: Asking, museum: SimpleNamespace) -> None:
    seen = 0
    for name in ("people", "documents", "images", "events", "places", "collections"):
        for one in api.json(f"/api/v1/{name}/?page_size=100")["results"]:
            found = api.json(f"{urlsplit(one['url']).path}similar/")["results"]
            page = api.get(urlsplit(one["web_url"]).path).content.decode()
            assert ('id="like-this"' in page) == bool(found)
            for like in found:
                shared = like.pop("shared")
                whole = api.json(urlsplit(like["url"]).path)
                assert like == {key: whole[key] for key in like}
                assert {each["facet"] for each in shared} - {"type", "decade", "country"}
                seen += 1
    assert seen > 10


def test_a_record_links_to_what_is_like_it(api: Asking) -> None:
    link = api.get("/api/v1/people/leon-trotsky/")["Link"]
    assert '/api/v1/people/leon-trotsky/similar/>; rel="related"; type="application/json"' in link


def test_hidden_records_are_for_curators(
    api: Asking, editor: Asking, museum: SimpleNamespace
) -> None:
    person = Person.objects.get(slug="leon-trotsky")
    person.subjects.add(museum.exile)
    draft = Person.objects.create(title="Draft", identifier="DRAFT", status=Status.DRAFT)
    draft.subjects.add(museum.exile)
    search.refresh(None)
    path = "/api/v1/people/leon-trotsky/similar/"
    assert "Draft" not in api.get(path).content.decode()
    assert "Draft" in [one["title"] for one in editor.json(path)["results"]]
    draft.slug = "draft"
    draft.save()
    assert api.get("/api/v1/people/draft/similar/").status_code == 404


def test_it_says_when_the_index_is_behind(api: Asking, museum: SimpleNamespace) -> None:
    path = "/api/v1/people/leon-trotsky/similar/"
    first = api.get(path)
    assert first.status_code == 200
    assert api.get(path, headers={"If-None-Match": first["ETag"]}).status_code == 304
    museum.trotsky.subjects.add(museum.politics)
    feed.current()
    late = api.get(path)
    assert late.status_code == 503 and late["Retry-After"] == "5"
    assert "brought up to date" in late.json()["detail"]
    search.refresh(None)
    assert api.get(path).status_code == 200


def test_a_renamed_record_leads_on(api: Asking, museum: SimpleNamespace) -> None:
    museum.trotsky.slug = "lev-trotsky"
    museum.trotsky.save()
    search.refresh(None)
    answer = api.get("/api/v1/people/leon-trotsky/similar/")
    assert (answer.status_code, answer["Location"]) == (
        301,
        "/api/v1/people/lev-trotsky/similar/",
    )
    assert api.get("/api/v1/people/no-such-person/similar/").status_code == 404
    assert api.get("/api/v1/people/lev-trotsky/similar/?page=2").status_code == 400
