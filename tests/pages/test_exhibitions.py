"""Exhibitions: what visitors and curators see, how pages follow what is written, and what both cost."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import actions, history, search
from catalog.documents import feed
from catalog.models import (
    ChangedRecord,
    ChangeSet,
    Exhibition,
    ExhibitionPart,
    Image,
    Person,
    PersonKind,
    Status,
)
from catalog.templatetags import menu

pytestmark = pytest.mark.django_db

PATH = "/exhibitions/the-way/"
HELD = {
    "file": "originals/x.png", "media_type": "image/png", "width": 800, "height": 600,
    "byte_size": 100, "sha256": "a" * 64,
}  # fmt: skip


@pytest.fixture
def shown(make):
    """A public exhibition of two sections, with a record of every kind."""
    exhibition = Exhibition.objects.create(
        identifier="X.1", slug="the-way", title="The way", status=Status.PUBLISHED,
        first_published=timezone.now(), summary="From here to there", description="How it *began*.",
    )  # fmt: skip
    records = [
        make("image", "Map", slug="map", summary="A map of it", **HELD),
        make("image", "Lost photograph", slug="lost"),
        make("person", "Ana", slug="ana", born="1900"),
        make("document", "Letter", slug="letter", written="1937-02"),
        make("event", "Landing", slug="landing", date="1937-01-09"),
        make("place", "Oslo", slug="oslo"),
        make("collection", "Papers", slug="papers", level="fonds"),
    ]
    parts = [{"heading": "Leaving", "text": "They left."}]
    parts += [{record.KIND: record} for record in records]
    parts += [
        {"heading": "Leaving"},
        {"text": "And then **on**."},
        {"person": records[2], "text": "Again."},
    ]
    for number, part in enumerate(parts, start=1):
        ExhibitionPart.objects.create(exhibition=exhibition, position=number, **part)
    feed.current()
    return exhibition


def page(path: str = PATH, client: Client | None = None) -> str:
    answer = (client or Client()).get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.fixture
def curator():
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("curator"))
    return client


def test_a_story_is_told_in_its_order(shown):
    said = page()
    assert said.count("<h1") == 1
    assert "How it <em>began</em>." in said
    places = [said.index(f'href="/{path}/"') for path in (
        "images/map", "images/lost", "people/ana", "documents/letter", "events/landing", "places/oslo",
    )]  # fmt: skip
    # The first is met at the head already: it opens the exhibition.
    assert places == sorted(places)
    assert "A map of it" in said
    assert "This archive holds no copy of the picture." in said
    assert "And then <strong>on</strong>." in said
    assert "9 January 1937" in said
    # Two sections of one name have addresses of their own, and lead to each other.
    assert {'id="section-leaving"', 'id="section-leaving-2"'} <= {
        *re.findall(r'id="section-[^"-]+(?:-2)?"', said)
    }
    assert said.count('href="#section-leaving-2"') == 2


def test_programs_are_told_of_it(shown):
    said = page()
    linked = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', said)[1])
    assert linked["@type"] == "CreativeWork"
    assert {one["name"] for one in linked["hasPart"]} == {
        "Map",
        "Lost photograph",
        "Letter",
        "Papers",
    }
    assert {one["name"] for one in linked["about"]} == {"Ana", "Landing", "Oslo"}
    Person.objects.update(kind=PersonKind.CORPORATE_BODY)
    said = page()
    linked = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', said)[1])
    assert {one["@type"] for one in linked["about"]} == {"Organization", "Event", "Place"}
    assert 'property="og:image"' in said and 'rel="canonical"' in said
    assert f"<loc>http://testserver{PATH}</loc>" in Client().get("/sitemaps/pages.xml").text
    assert Client().get(f"/id/{shown.uuid}")["Location"] == PATH


def test_home_list_and_records_lead_to_it(shown):
    for path in ("/", "/exhibitions/", "/people/ana/", "/images/map/", "/es/collections/papers/"):
        assert PATH in page(path), path
    Exhibition.objects.update(status=Status.DRAFT)
    for path in ("/", "/people/ana/"):
        assert "/exhibitions/" not in page(path), path
    assert "No exhibition is open" in page("/exhibitions/")
    assert Client().get(PATH).status_code == 404
    assert Client().get("/exhibitions/?page=2").status_code == 404


def test_what_visitors_may_not_see_is_left_out_and_marked_for_curators(shown, curator):
    Person.objects.update(status=Status.DRAFT)
    said = page()
    assert "Ana" not in said and "Again." not in said
    theirs = page(client=curator)
    assert theirs.count("visitors do not see this exhibit") == 2
    Exhibition.objects.update(status=Status.DRAFT)
    assert "not public" in page(client=curator)


def test_a_hidden_opening_picture_makes_way_for_the_next(shown, make):
    secret = make("image", "Secret", slug="secret", hidden=True, **HELD)
    Exhibition.objects.update(opening=secret)
    assert "secret" not in page()
    assert 'class="opening-head__figure"' in page()
    Image.objects.filter(slug="map").update(status=Status.DRAFT)
    assert 'class="opening-head__figure"' not in page()


def test_a_kept_page_follows_whatever_is_written(shown):
    page()
    with CaptureQueriesContext(connection) as asked:
        page()
    assert len(asked) == 1
    with connection.cursor() as cursor:
        cursor.execute("UPDATE catalog_event SET title = 'Arrival' WHERE slug = 'landing'")
    assert "Arrival" in page()
    assert "In exhibitions" in page("/events/landing/")
    ExhibitionPart.objects.filter(event__isnull=False).delete()
    assert "Arrival" not in page()
    assert "In exhibitions" not in page("/events/landing/")
    ExhibitionPart.objects.filter(heading="Leaving").update(heading="Parting")
    assert "Parting" in page()
    shown.title = "The way back"
    shown.save()
    assert "The way back" in page("/people/ana/")


def test_the_clock_opens_an_exhibition(shown, monkeypatch):
    Exhibition.objects.update(publish_from=timezone.now() + timedelta(hours=1))
    assert Client().get(PATH).status_code == 404
    assert PATH not in page("/people/ana/")
    feed.current()
    before = feed.standing()
    # What noted the change is gone; only the clock tells.
    Exhibition.objects.update(publish_from=timezone.now() - timedelta(seconds=1))
    connection.cursor().execute("DELETE FROM catalog_touched")
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("catalog.documents.feed.timezone.now", lambda: later)
    feed.catch_up()
    assert feed.standing().generation > before.generation
    assert PATH in page("/people/ana/")


def test_records_do_not_count_as_changed_by_being_exhibited(shown):
    last = feed.current().last_sequence
    ExhibitionPart.objects.filter(person__isnull=False).update(text="Another caption")
    assert feed.current().last_sequence == last


@pytest.mark.once
def test_the_number_of_questions_does_not_grow(shown, make):
    def asked(path: str) -> int:
        feed.current()
        with CaptureQueriesContext(connection) as queries:
            page(path)
        return len(queries)

    few, listed = asked(PATH), asked("/exhibitions/")
    for number in range(8):
        for kind in ("person", "document", "event", "place"):
            record = make(kind, f"{kind} {number}")
            ExhibitionPart.objects.create(exhibition=shown, position=number, **{kind: record})
        Exhibition.objects.create(
            identifier=f"X.1{number}", title=f"Other {number}", status=Status.PUBLISHED
        )
    assert (asked(PATH), asked("/exhibitions/")) == (few, listed)
    assert few <= 7 and listed <= 5


def test_an_old_address_leads_on_and_a_withdrawn_one_says_so(shown):
    shown.slug = "the-road"
    actions.edit(shown, by=None)
    assert Client().get(PATH)["Location"] == "/exhibitions/the-road/"
    actions.withdraw(shown, by=None)
    assert Client().get("/exhibitions/the-road/").status_code == 410
    assert Client().get(f"/id/{shown.uuid}").status_code == 410
    actions.delete(shown, by=None)
    assert Client().get("/exhibitions/the-road/").status_code == 410


def test_an_exhibit_follows_a_merged_record_and_goes_with_a_deleted_one(shown, make):
    ana, other = Person.objects.get(slug="ana"), make("person", "Anna", slug="anna")
    actions.merge(ana, into=other, by=None)
    assert "/people/anna/" in page() and "/people/ana/" not in page()
    actions.delete(Person.objects.get(slug="anna"), by=None)
    assert "Anna" not in page()
    made = ChangeSet.objects.first()
    actions.undo(history.Selection(made.pk), by=None)
    assert "/people/anna/" in page()


def test_every_change_of_a_part_can_be_shown_and_undone(shown):
    part = ExhibitionPart.objects.get(text="Again.")
    part.text = "Once more."
    actions.attach(part, shown, by=None)
    made = ChangeSet.objects.first()
    touched = set(ChangedRecord.objects.filter(change_set=made).values_list("kind", "record_id"))
    assert {(Exhibition.KIND, shown.pk), ("person", part.person_id)} <= touched
    assert "Once more." in page()
    actions.undo(history.Selection(made.pk), by=None)
    assert "Again." in page()


def test_a_preview_shows_a_draft_to_whoever_has_the_link(shown, curator):
    Exhibition.objects.update(status=Status.DRAFT)
    link = actions.share_preview(shown, by=get_user_model().objects.get())
    answer = Client().get(f"/preview/{actions.token_of(link)}/")
    assert "The way" in answer.content.decode() and "no-store" in answer["Cache-Control"]
    assert Client().get(PATH).status_code == 404


@pytest.mark.parametrize(
    "part",
    [
        {},
        {"heading": "A section", "person": "ana"},
        {"person": "ana", "image": "map"},
    ],
    ids=["nothing", "heading and record", "two records"],
)
def test_the_database_refuses_a_part_that_is_no_part(shown, part):
    found = {"person": Person, "image": Image}
    values = {
        name: found[name].objects.get(slug=value) if name in found else value
        for name, value in part.items()
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        ExhibitionPart.objects.create(exhibition=shown, **values)


def test_dumped_and_loaded_it_is_the_same(shown, tmp_path):
    file = tmp_path / "all.json"
    call_command(
        "dumpdata", "catalog", natural_foreign=True, natural_primary=True, output=str(file), verbosity=0
    )  # fmt: skip
    before = list(ExhibitionPart.objects.values_list("uuid", "position", "person__slug", "text"))
    said = page()
    Exhibition.objects.all().delete()
    call_command("loaddata", str(file), verbosity=0)
    assert (
        list(ExhibitionPart.objects.values_list("uuid", "position", "person__slug", "text"))
        == before
    )
    assert page().count("exhibit__words") == said.count("exhibit__words")


def test_the_search_shows_exhibitions_with_the_words_above_the_records(shown):
    search.refresh()
    said = page("/search/?q=begann+ways")
    assert PATH not in said
    said = page("/search/?q=began+way")
    assert said.count(f'href="{PATH}"') == 1 and "The <mark>way</mark>" in said
    assert "No record was found" in said and "All exhibitions with these words" not in said
    assert f'href="{PATH}"' in page("/es/search/?q=LEAVING").replace("/es/", "/")
    for query in ("q=way&kind=person", "q=way&page=2", "q=", "q=again+way&date_from=1900"):
        assert PATH not in page(f"/search/?{query}"), query
    Person.objects.update(status=Status.DRAFT)
    assert PATH not in page("/search/?q=again")
    Exhibition.objects.update(status=Status.DRAFT)
    assert PATH not in page("/search/?q=way")


def test_the_list_shows_those_with_the_words_the_search_has_no_room_for(shown):
    for number in range(4):
        Exhibition.objects.create(
            identifier=f"Y.{number}",
            slug=f"y-{number}",
            title="Another way",
            status=Status.PUBLISHED,
            first_published=shown.first_published - timedelta(days=number),
        )
    search.refresh()
    said = page("/search/?q=way")
    assert said.count("Another <mark>way</mark>") == 2
    assert 'href="/exhibitions/?q=way"' in said
    listed = page("/exhibitions/?q=way")
    assert listed.count('class="show"') == 5 and "noindex" in listed
    assert page("/exhibitions/?q=there").count('class="show"') == 1
    assert "No exhibition has these words." in page("/exhibitions/?q=zzz")


def test_the_search_box_suggests_exhibitions(shown):
    search.refresh()
    (found,) = Client().get("/search/suggestions?q=the+w").json()["suggestions"]
    assert (found["title"], found["kind"], found["url"]) == ("The way", "Exhibition", PATH)


def test_a_search_asks_nothing_more_in_a_museum_without_exhibitions(shown, curator):
    def asked(client):
        with CaptureQueriesContext(connection) as queries:
            page("/search/?q=oslo", client)
        return [one["sql"] for one in queries if "search_exhibited said" in one["sql"]]

    search.refresh()
    assert len(asked(curator)) == 1
    Exhibition.objects.all().delete()
    search.refresh()
    assert asked(curator) == asked(Client()) == []


MENU = '<li><a href="/exhibitions/"'


def test_the_menu_leads_to_exhibitions_while_one_is_open(shown, curator):
    for path in ("/", "/about/", "/people/", "/people/ana/", "/search/?q=way"):
        assert MENU in page(path), path
    assert 'aria-current="true">Exhibitions' in page("/exhibitions/")
    Exhibition.objects.update(status=Status.DRAFT)
    for path in ("/", "/about/", "/people/", "/people/ana/", "/search/?q=way"):
        assert MENU not in page(path), path
    assert MENU in page("/", curator)
    Exhibition.objects.update(
        status=Status.PUBLISHED, embargo_until=timezone.now() + timedelta(hours=1)
    )
    assert MENU not in page("/people/")


def test_the_menu_asks_nothing_more_of_the_pages_of_visitors(shown):
    for path in ("/people/ana/", "/search/?q=oslo", "/people/"):
        with CaptureQueriesContext(connection) as queries:
            page(path)
        assert not any(
            one["sql"].startswith('SELECT 1 AS "a" FROM "catalog_exhibition"') for one in queries
        )


def test_pages_of_errors_have_the_menu_of_the_others(shown, monkeypatch):
    monkeypatch.setitem(menu._LAST_FOUND, "shows", None)
    assert MENU in Client().get("/nowhere/").text
    page("/people/")
    with CaptureQueriesContext(connection) as queries:
        answers = [Client().get(path) for path in ("/people/nobody/", "/nowhere/", "/en/x.php")]
    assert all(answer.status_code == 404 and MENU in answer.text for answer in answers)
    assert not any("catalog_exhibition" in one["sql"] for one in queries[1:])
    Exhibition.objects.update(status=Status.DRAFT)
    page("/people/")
    assert MENU not in Client().get("/nowhere/").text


def test_exhibitions_are_followed_as_a_feed(shown):
    Exhibition.objects.create(identifier="Y.1", slug="draft", title="A draft")
    late = Exhibition.objects.create(
        identifier="Y.2", slug="late", title="Late", status=Status.PUBLISHED, summary="One & all"
    )
    assert 'href="/exhibitions/?format=atom"' in page("/exhibitions/")
    answer = Client().get("/exhibitions/?format=atom")
    assert answer["Content-Type"].startswith("application/atom+xml")
    said = answer.text
    assert re.findall("<title>(.*?)</title>", said)[1:] == ["Late", "The way"]
    assert f"<id>http://testserver/id/{late.uuid}</id>" in said
    assert said.count("media:thumbnail") == 1 and 'term="Exhibition"' in said
    with CaptureQueriesContext(connection) as queries:
        Client().get("/es/exhibitions/?format=atom")
    assert len(queries) <= 6
