"""The first page of the admin: what waits for whom, with counts that link to the same records."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.utils import timezone

from catalog import search
from catalog.actions import edit, publish, send_back, submit
from catalog.admin.desk import PILES, desk_of
from catalog.models import (
    RECORD_MODELS,
    Document,
    Event,
    Image,
    Job,
    JobState,
    Person,
    Place,
    ReviewNote,
    ReviewStep,
    Status,
    Topic,
)
from tests.admin.conftest import form_of, holdings, messages_of

pytestmark = pytest.mark.django_db

IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/"


@pytest.fixture(autouse=True)
def _no_numbers_kept():
    cache.clear()


def pile(user, name):
    sections = dict(zip([one.name for one in PILES], desk_of(user).sections, strict=True))
    return [line.title for line in sections[name].lines]


def test_a_record_on_its_way_lies_on_the_right_desks(door):
    anna, boris = door("Cataloguer"), door("Editor")
    cataloguer, editor = (User.objects.get(username=n) for n in ("cataloguer", "editor"))
    entries = form_of(anna.get("/admin/catalog/person/add/").content)
    entries |= {"identifier": "P.1", "title": "Natalia Sedova"}
    anna.post("/admin/catalog/person/add/", entries)
    assert pile(cataloguer, "drafts") == ["Natalia Sedova"]
    assert pile(editor, "drafts") == []

    address = f"/admin/catalog/person/{Person.objects.get().pk}/change/"
    entries = form_of(anna.get(address).content)
    anna.post(address, entries | {"note": "Dates from the letter", "_submit_for_review": "x"})
    assert pile(cataloguer, "submitted") == ["Natalia Sedova"]
    assert pile(cataloguer, "review") == [], "who may not publish has nothing to review"
    assert pile(editor, "review") == ["Natalia Sedova"]
    page = boris.get(address).content.decode()
    assert "Dates from the letter" in page

    entries = form_of(page)
    boris.post(address, entries | {"note": "Which letter?", "_send_back": "x"})
    assert pile(cataloguer, "sent_back") == ["Natalia Sedova"]
    assert pile(cataloguer, "drafts") == []
    assert "Which letter?" in anna.get("/admin/").content.decode()

    submit(Person.objects.get(), by=cataloguer)
    entries = form_of(boris.get(address).content)
    when = timezone.localtime(timezone.now() + timedelta(days=3))
    dated = {"publish_on_0": f"{when:%Y-%m-%d}", "publish_on_1": "12:00:00", "_publish": "x"}
    boris.post(address, entries | dated)
    assert pile(editor, "scheduled") == ["Natalia Sedova"]
    assert not Person.objects.visible_to(None).exists()
    assert list(ReviewNote.objects.order_by("pk").values_list("step", flat=True)) == [
        ReviewStep.SUBMITTED, ReviewStep.SENT_BACK, ReviewStep.SUBMITTED, ReviewStep.PUBLISHED,
    ]  # fmt: skip


def test_steps_of_a_review_are_told_in_spanish(editor, draft):
    """“Published” is also the date of a book, which Spanish says in other words."""
    address = f"/admin/catalog/person/{draft.pk}/change/"
    editor.post(address, form_of(editor.get(address).content) | {"_publish": "x"})
    html = editor.get(f"/es{address}").content.decode()
    assert "editor: publicado" in html
    assert "fecha de publicación" not in html


def test_a_moment_that_has_passed_is_refused_with_what_was_typed(editor, draft):
    address = f"/admin/catalog/person/{draft.pk}/change/"
    entries = form_of(editor.get(address).content)
    dated = {"publish_on_0": "2001-01-01", "publish_on_1": "12:00:00", "_publish": "x"}
    answer = editor.post(address, entries | dated | {"note": "Kept"})
    assert "This time has passed" in answer.content.decode()
    assert "Kept" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_a_note_without_a_step_is_a_remark(cataloguer, draft):
    address = f"/admin/catalog/person/{draft.pk}/change/"
    entries = form_of(cataloguer.get(address).content)
    answer = cataloguer.post(
        address, entries | {"note": "See box 4", "_continue": "x"}, follow=True
    )
    assert "See box 4" in answer.content.decode()
    assert form_of(answer.content)["note"] == "", "a note is not sent twice"
    assert ReviewNote.objects.get().step == ReviewStep.REMARK
    assert "1 record" not in messages_of(answer)


def test_every_count_leads_to_as_many_records(door):
    client = door("Editor")
    user = User.objects.get(username="editor")
    # Who takes a record back alone has a draft; only others send it back.
    other = User.objects.create_superuser("other-editor")
    soon = timezone.now() + timedelta(days=9)
    for number in range(3):
        edit(Place(identifier=f"M.{number}", title=f"Mine {number}"), by=user)
        submit(edit(Place(identifier=f"S.{number}", title="Sub"), by=user), by=user)
        back = submit(edit(Place(identifier=f"B.{number}", title="Back"), by=user), by=user)
        send_back(back, by=other)
        publish(Place.objects.create(identifier=f"P.{number}", title="P"), by=user, on=soon)
        Place.objects.create(identifier=f"E.{number}", title="E", embargo_until=soon)
    Person.objects.create(identifier="X", title="Without anything", born="1890", rights="")
    Document.objects.create(identifier="D", title="A letter", rights="")
    html = client.get("/admin/").content.decode()
    links = re.findall(
        r'<a href="([^"]+\?(?:desk|missing)=[^"]+)">[^<]*<span class="pile-number">(\d+)', html
    )
    assert {address.split("=")[1] for address, _ in links} == {
        "sent_back", "review", "drafts", "submitted", "scheduled", "embargoed", "rights", "picture",
        "place", "date",
    }  # fmt: skip
    for address, number in links:
        shown = client.get(unescape(address)).context["cl"].result_count
        assert (address, shown) == (address, int(number))
    rights = [address.split("?")[0] for address, _ in links if address.endswith("=rights")]
    assert rights == ["/admin/catalog/document/"], "a person needs no rights statement"
    assert client.get("/admin/catalog/place/?desk=nonsense").context["cl"].result_count == 0


def test_the_desk_says_the_same_while_the_index_is_behind(door):
    door("Editor")
    user = User.objects.get(username="editor")
    town = Place.objects.create(identifier="L", title="Town")
    for number, status in enumerate(Status):
        common = {"title": "Record", "status": status, "rights": "" if number % 2 else IN_COPYRIGHT}
        anna = Person.objects.create(identifier=f"P.{number}", died="1940", **common)
        Person.objects.create(identifier=f"B.{number}", born="../1890", **common)
        Document.objects.create(identifier=f"D.{number}", written="1938", **common)
        card = Image.objects.create(identifier=f"I.{number}", place=town, **common)
        Image.objects.create(
            identifier=f"F.{number}", date="../1938", file=f"{number}.png",
            width=1, height=1, byte_size=1, sha256=str(number) * 64, **common,
        )  # fmt: skip
        Event.objects.create(identifier=f"E.{number}", date="1938/..", **common)
        Topic.objects.create(image=card, about_person=anna)
        Topic.objects.create(image=card, about_place=town)
    assert search.staleness()
    behind = desk_of(user)
    search.refresh()
    cache.clear()
    in_step = desk_of(user)
    assert not search.staleness()
    assert in_step.gaps == behind.gaps != []
    assert in_step.numbers == behind.numbers


def test_failed_jobs_are_counted(door):
    client = door("Editor")
    Job.objects.create(task="x", state=JobState.FAILED)
    assert 'class="pile-failed"' in client.get("/admin/").content.decode()
    assert 'class="pile-failed"' not in door("Cataloguer").get("/admin/").content.decode()


@pytest.mark.once
def test_the_desk_asks_as_much_of_a_full_catalogue_as_of_an_empty_one(
    door, django_assert_max_num_queries
):
    client = door("Editor")
    user = User.objects.get(username="editor")
    for number in (1, 20):
        holdings(number)
        for model in RECORD_MODELS.values():
            for record in model.objects.all()[:number]:
                submit(record, by=user)
        cache.clear()
        with django_assert_max_num_queries(28):
            client.get("/admin/")
        with django_assert_max_num_queries(16):
            client.get("/admin/")


def test_what_i_changed_stands_on_the_desk_with_one_click_to_it(door):
    anna, boris = door("Cataloguer"), door("Editor")
    for number in range(3):
        entries = form_of(anna.get("/admin/catalog/person/add/").content)
        entries |= {
            "identifier": f"P.{number}",
            "title": f"Person {number}",
            "_reason": "From the box",
        }
        anna.post("/admin/catalog/person/add/", entries)
    people = list(Person.objects.values_list("pk", flat=True))
    chosen = {"action": "submit_for_review", "_selected_action": people}
    anna.post("/admin/catalog/person/", chosen)
    mine = desk_of(User.objects.get(username="cataloguer")).own_changes
    assert [(one.more, one.reason) for one in mine] == [(2, ""), *[(0, "From the box")] * 3]
    html = anna.get("/admin/").content.decode()
    address = f"/admin/catalog/changeset/{mine[0].pk}/change/"
    assert f'href="{address}"' in html
    assert anna.get(address).status_code == 200
    assert "Recent actions" not in html
    assert desk_of(User.objects.get(username="editor")).own_changes == []
    assert "You have not changed anything yet." in boris.get("/admin/").content.decode()


def test_the_menu_keeps_the_order_of_the_site_and_to_its_language(door):
    client = door("Editor")
    html = client.get("/admin/").content.decode()
    menu = re.search(r'<nav class="kinds".*?</nav>', html, re.DOTALL)[0]
    kinds = re.findall(r'href="/admin/catalog/(\w+)/"', menu)
    site = ["person", "document", "image", "event", "place", "collection", "exhibition"]
    assert kinds[: len(site)] == site
    assert {"job", "apitoken"}.isdisjoint(kinds)
    assert '<a href="/">View site</a>' in html
    assert '<a href="/es/">Ver el sitio</a>' in client.get("/es/admin/").content.decode()
