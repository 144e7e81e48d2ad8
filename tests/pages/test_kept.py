"""Pages kept in memory: one database query, never out of step, never somebody else's."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import search
from catalog.documents import feed, watched
from catalog.history.recorded import NOT_RECORDED
from catalog.models import Person, Place, Term
from catalog.uris import PLURALS
from tests.filters.small_museum import small_museum

pytestmark = pytest.mark.django_db


@pytest.fixture
def museum():
    return small_museum()


def shown(path: str, **headers: str) -> str:
    answer = Client().get(path, headers=headers)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.fixture(autouse=True)
def _numbered(museum):
    """What was written to make the museum is numbered."""
    feed.current()


def asked(path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        shown(path)
    return len(queries)


def test_a_page_that_was_made_costs_one_question(museum):
    search.refresh(None)
    paths = ["/", "/people/leon-trotsky/", "/events/assassination/", "/es/places/coyoacan/"]
    paths += [f"/{word}/" for word in PLURALS.values()]
    for path in paths:
        first = Client().get(path)
        with CaptureQueriesContext(connection) as queries:
            second = Client().get(path)
        assert len(queries) == 1, path
        assert second.content == first.content
        assert second.headers == first.headers, path
        again = Client().get(path, headers={"If-None-Match": first["ETag"]})
        assert again.status_code == 304 and not again.content


def test_whatever_is_written_is_seen_at_once(museum):
    person, event = "/people/leon-trotsky/", "/events/assassination/"
    before = shown(person), shown(event), shown("/people/"), shown("/")
    assert all("Lev Bronstein" not in page for page in before)
    # Plain SQL notifies nobody; the database's own triggers note it.
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE catalog_person SET title = 'Lev Bronstein' WHERE slug = 'leon-trotsky'"
        )
    for path in (person, event, "/people/"):
        assert "Lev Bronstein" in shown(path), path


def test_what_stands_further_off_is_seen_too(museum):
    assert "Coyoacán" in shown("/places/coyoacan/")
    mexico = Place.objects.get(slug="mexico")
    mexico.title = "Estados Unidos Mexicanos"
    mexico.save()
    assert "Estados Unidos Mexicanos" in shown("/places/coyoacan/")
    # A new neighbour in the alphabet.
    shown("/people/leon-trotsky/")
    Person.objects.create(
        identifier="NEW", title="Trotsky, almost", sort_name="Trotskz", status="published"
    )
    assert "Trotsky, almost" in shown("/people/leon-trotsky/")
    term = Term.objects.create(vocabulary="event_type", code="deed", label="Deed")
    museum.assassination.type = term
    museum.assassination.save()
    shown("/events/assassination/")
    assert "Deed" in shown("/events/assassination/")
    term.label = "Deed of blood"
    term.save()
    assert "Deed of blood" in shown("/events/assassination/")


def test_a_withdrawn_record_is_gone_at_once(museum):
    shown("/people/leon-trotsky/")
    assert "/people/leon-trotsky/" in shown("/events/assassination/")
    Person.objects.filter(slug="leon-trotsky").update(
        status="withdrawn", first_published=timezone.now()
    )
    assert Client().get("/people/leon-trotsky/").status_code == 410
    assert "/people/leon-trotsky/" not in shown("/events/assassination/")


def test_the_clock_opens_and_closes(museum):
    shown("/people/leon-trotsky/")
    Person.objects.filter(slug="leon-trotsky").update(
        publish_from=timezone.now() + timedelta(hours=1)
    )
    assert Client().get("/people/leon-trotsky/").status_code == 404
    Person.objects.filter(slug="leon-trotsky").update(
        publish_from=timezone.now() - timedelta(seconds=1)
    )
    shown("/people/leon-trotsky/")


def test_what_curators_see_is_theirs_alone(museum):
    curator = Client()
    curator.force_login(
        get_user_model().objects.create_superuser("curator", "curator@example.org", "x")
    )
    path = "/people/leon-trotsky/"
    visitors = shown(path)
    theirs = curator.get(path)
    assert "Edit this record" in theirs.content.decode() and "no-store" in theirs["Cache-Control"]
    assert shown(path) == visitors and "Edit this record" not in visitors
    Person.objects.filter(slug="leon-trotsky").update(status="draft")
    assert curator.get(path).status_code == 200
    assert Client().get(path).status_code == 404
    link = curator.get(Person.objects.get(slug="leon-trotsky").permanent_path)
    assert (link.status_code, link["Cache-Control"]) == (303, "private, no-store")


def test_each_host_and_each_day_has_its_own(museum, settings, monkeypatch):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    path = "/people/leon-trotsky/"
    assert "http://one.example/people/leon-trotsky/" in shown(path, Host="one.example")
    other = shown(path, Host="two.example")
    assert "http://two.example/people/leon-trotsky/" in other and "one.example" not in other
    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: tomorrow)
    assert shown(path, Host="two.example") != other


def test_nothing_is_kept_where_nothing_may_be(museum, settings):
    settings.CATALOG = {"ANSWERS_IN_MEMORY": 0}
    shown("/people/leon-trotsky/")
    assert asked("/people/leon-trotsky/") > 1


#: Recorded tables of which no public page shows anything.
NOT_SHOWN = {
    "catalog_cataloguing", "catalog_cataloguingrule", "catalog_distinction", "catalog_mergedrecord",
    "catalog_pastcode", "catalog_pastslug", "catalog_reviewnote", "catalog_shelving", "catalog_storageplace",
    "catalog_tombstone",
}  # fmt: skip


def test_every_table_that_a_page_could_show_is_watched():
    """A new model is watched by the triggers of catalog.documents, or named here because no page
    shows it.
    """
    tables = {
        model._meta.db_table
        for model in apps.get_app_config("catalog").get_models(include_auto_created=True)
        if model._meta.managed
        and not model._meta.proxy
        # What has no history is work in progress, or derived from what has.
        and model._meta.model_name not in NOT_RECORDED
    }
    unwatched = {
        one for one in tables - watched().keys() - NOT_SHOWN if not one.startswith("catalog_search")
    }
    assert not unwatched, f"Add to catalog/documents/triggers.py or to NOT_SHOWN: {unwatched}"
