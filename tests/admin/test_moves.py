"""Submit, send back, publish, embargo, withdraw, delete: as buttons and as list actions."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from catalog import actions, bulk
from catalog.admin import moves
from catalog.jobs import work_off
from catalog.models import ChangeSet, Event, Job, Person, Place, Status
from tests.admin.conftest import form_of, messages_of

pytestmark = pytest.mark.django_db

BUTTONS = {
    ("Cataloguer", Status.DRAFT): {"_submit_for_review"},
    ("Cataloguer", Status.IN_REVIEW): set(),
    ("Editor", Status.DRAFT): {"_submit_for_review", "_publish", "_embargo"},
    ("Editor", Status.IN_REVIEW): {"_send_back", "_publish", "_embargo"},
    ("Editor", Status.PUBLISHED): {"_embargo", "_withdraw"},
    ("Editor", Status.WITHDRAWN): {"_publish"},
    ("Cataloguer", Status.PUBLISHED): set(),
}


@pytest.mark.once
@pytest.mark.parametrize(("group", "status"), BUTTONS)
def test_the_form_offers_what_is_possible(door, draft, group, status):
    Person.objects.filter(pk=draft.pk).update(status=status)
    html = door(group).get(f"/admin/catalog/person/{draft.pk}/change/").content.decode()
    shown = {f"_{move.name}" for move in moves.MOVES if f'name="_{move.name}"' in html}
    assert shown == BUTTONS[group, status]


def test_save_and_publish_saves_first(editor, draft):
    address = f"/admin/catalog/person/{draft.pk}/change/"
    entries = form_of(editor.get(address).content) | {"title": "Now Known", "_publish": "x"}
    answer = editor.post(address, entries, follow=True)
    draft.refresh_from_db()
    assert (draft.title, draft.status) == ("Now Known", Status.PUBLISHED)
    assert "“Now Known” was published." in messages_of(answer)
    assert answer.request["PATH_INFO"] == address
    assert any("Published" in entry.get_change_message() for entry in LogEntry.objects.all())


def test_a_new_record_can_be_submitted_at_once(cataloguer):
    entries = form_of(cataloguer.get("/admin/catalog/person/add/").content)
    cataloguer.post(
        "/admin/catalog/person/add/",
        entries | {"identifier": "P.1", "title": "New", "_submit_for_review": "x"},
    )
    assert Person.objects.get().status == Status.IN_REVIEW


def test_a_submitted_record_is_taken_back_to_ones_own_drafts(cataloguer, draft):
    address = f"/admin/catalog/person/{draft.pk}/change/"
    entries = form_of(cataloguer.get(address).content) | {"_submit_for_review": "x"}
    html = cataloguer.post(address, entries, follow=True).content.decode()
    assert 'value="Save and take back from review"' in html
    cataloguer.post(address, form_of(html) | {"_send_back": "x"})
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    desk = cataloguer.get("/admin/").content.decode()
    assert "My drafts" in desk
    assert "Nothing has been sent back to you." in desk


def test_a_button_that_was_not_offered_is_refused_in_words(cataloguer, draft):
    address = f"/admin/catalog/person/{draft.pk}/change/"
    entries = form_of(cataloguer.get(address).content) | {"summary": "Kept", "_publish": "x"}
    answer = cataloguer.post(address, entries, follow=True)
    draft.refresh_from_db()
    assert (draft.status, draft.summary) == (Status.DRAFT, "Kept")
    assert "Only editors may publish" in messages_of(answer)


# --- Dates of steps ---


def dated(box, day):
    """Noon of a day in one of the boxes for times."""
    return {f"{box}_0": day, f"{box}_1": "12:00:00"}


@pytest.fixture
def address(trotsky):
    return f"/admin/catalog/person/{trotsky.pk}/change/"


def test_an_embargo_is_set_and_lifted_by_its_buttons(editor, client, trotsky, address):
    page = trotsky.get_absolute_url()
    entries = form_of(editor.get(address).content) | dated("hidden_until", "2090-01-01")
    said = {"summary": "Saved first", "note": "The heirs ask for it", "_reason": "Contract 12"}
    answer = editor.post(address, entries | said | {"_embargo": "x"}, follow=True)
    trotsky.refresh_from_db()
    assert "“Leon Trotsky” is under embargo until 1 January 2090" in messages_of(answer)
    assert (trotsky.embargo_until.year, trotsky.summary) == (2090, "Saved first")
    assert (trotsky.status, client.get(page).status_code) == (Status.PUBLISHED, 404)
    html = answer.content.decode()
    assert "Hidden from visitors until 1 January 2090" in html
    assert "The heirs ask for it" in html
    assert ChangeSet.objects.all()[0].reason == "Contract 12"
    entries = form_of(html)
    assert entries["hidden_until_0"] == "2090-01-01", "the box shows the embargo that stands"
    lifted = editor.post(address, entries | {"_lift_embargo": "x"}, follow=True)
    assert "The embargo of “Leon Trotsky” was lifted." in messages_of(lifted)
    trotsky.refresh_from_db()
    assert (trotsky.embargo_until, client.get(page).status_code) == (None, 200)
    assert "_lift_embargo" not in lifted.content.decode()


@pytest.mark.once
@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ({"_embargo": "x"}, "Enter the date and time when the embargo ends."),
        ({"_embargo": "x"} | dated("hidden_until", "2020-01-01"), "This time has passed."),
        (dated("hidden_until", "2090-01-01"), "Only “Save and set the embargo” uses this date"),
        (dated("publish_on", "2090-01-01"), "Only “Save and publish” uses this date"),
        ({"_publish": "x"} | dated("publish_on", "2020-01-01"), "This time has passed."),
    ],
)
def test_a_date_without_its_button_or_a_button_without_its_date(editor, draft, entries, said):
    address = f"/admin/catalog/person/{draft.pk}/change/"
    opened = form_of(editor.get(address).content)
    answer = editor.post(address, opened | {"summary": "Typed"} | entries)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert said in html
    assert 'value="Typed"' in html
    draft.refresh_from_db()
    assert (draft.summary, draft.status, draft.embargo_until, draft.publish_from) == (
        "",
        Status.DRAFT,
        None,
        None,
    )


def test_what_will_be_published_gets_another_date_or_appears_at_once(editor, client, draft):
    address = f"/admin/catalog/person/{draft.pk}/change/"
    for year in ("2090", "2091"):
        entries = form_of(editor.get(address).content) | dated("publish_on", f"{year}-05-01")
        answer = editor.post(address, entries | {"_publish": "x"}, follow=True)
        draft.refresh_from_db()
        assert (draft.status, str(draft.publish_from.year)) == (Status.PUBLISHED, year)
        assert f"“{draft}” will be published on 1 May {year}" in messages_of(answer)
    assert client.get(draft.get_absolute_url()).status_code == 404
    entries = form_of(answer.content) | {"publish_on_0": "", "publish_on_1": "", "_publish": "x"}
    assert f"“{draft}” was published." in messages_of(editor.post(address, entries, follow=True))
    assert client.get(draft.get_absolute_url()).status_code == 200


def test_a_date_that_another_set_meanwhile_stays(door, editor, draft):
    address = f"/admin/catalog/person/{draft.pk}/change/"
    opened = form_of(editor.get(address).content)
    actions.embargo(draft, by=None, until=timezone.now() + timedelta(days=9))
    assert editor.post(address, opened | {"summary": "Typed"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.summary, draft.embargo_until is None) == ("Typed", False)


def test_a_date_without_a_time_is_the_beginning_of_the_day(editor, draft):
    address = f"/admin/catalog/person/{draft.pk}/change/"
    day = timezone.localdate() + timedelta(days=9)
    entries = form_of(editor.get(address).content) | {"publish_on_0": day.isoformat()}
    editor.post(address, entries | {"_publish": "x"})
    draft.refresh_from_db()
    moment = timezone.localtime(draft.publish_from)
    assert (moment.date(), moment.hour, moment.minute) == (day, 0, 0)


def test_a_cataloguer_sees_no_dates_and_sets_none(cataloguer, draft):
    address = f"/admin/catalog/person/{draft.pk}/change/"
    entries = form_of(cataloguer.get(address).content)
    assert not {"hidden_until_0", "publish_on_0"} & entries.keys()
    more = dated("hidden_until", "2090-01-01") | {"_embargo": "x"}
    cataloguer.post(address, entries | more)
    draft.refresh_from_db()
    assert draft.embargo_until is None


def act(client, action, records, **more):
    model = type(records[0])._meta.model_name
    return client.post(
        f"/admin/catalog/{model}/",
        {"action": action, "_selected_action": [one.pk for one in records], "index": 0, **more},
        follow=True,
    )


def test_a_list_action_tells_numbers_and_every_refusal(editor):
    people = [
        Person.objects.create(identifier=f"P.{status}", title=f"The {status}", status=status)
        for status in Status
    ]
    said = messages_of(act(editor, "withdraw", people))
    assert "1 record was withdrawn." in said
    assert "3 records were left unchanged:" in said
    assert "“The draft” is draft; only published records can be withdrawn." in said
    assert Person.objects.filter(status=Status.WITHDRAWN).count() == 2
    assert LogEntry.objects.count() == 1


def test_many_refusals_are_counted(editor, monkeypatch):
    monkeypatch.setattr(moves, "MOST_TOLD", 2)
    people = [Person.objects.create(identifier=f"P.{index}", title="Same") for index in range(5)]
    assert "… and 3 more." in messages_of(act(editor, "withdraw", people))


def test_more_than_a_request_takes_are_asked_for_and_done_as_a_job(editor, monkeypatch):
    monkeypatch.setattr(bulk, "MANY", 2)
    people = [Person.objects.create(identifier=f"P.{index}", title="Same") for index in range(3)]
    address = "/admin/catalog/person/?status=draft"
    chosen = {"action": "publish", "_selected_action": people[0].pk, "index": 0, "select_across": 1}
    asked = editor.post(address, chosen)
    html = asked.content.decode()
    assert "3 records are selected." in html
    assert "can be undone in one step" in html
    assert not Job.objects.exists()
    # A record that joins the list meanwhile was not part of the question.
    Person.objects.create(identifier="P.9", title="Another")
    html = editor.post(address, form_of(html)).content.decode()
    assert "Nothing has been done yet" in html
    assert "4 records are selected." in html
    answer = editor.post(address, form_of(html) | {"_reason": "Checked"}, follow=True)
    job = Job.objects.get()
    assert answer.redirect_chain[-1][0] == f"/admin/catalog/job/{job.pk}/change/"
    work_off()
    assert Person.objects.filter(status=Status.PUBLISHED).count() == 4
    change_set = ChangeSet.objects.get(reason="Checked")
    assert (change_set.records, change_set.by_name) == (4, "editor")
    html = editor.get(f"/admin/catalog/job/{job.pk}/change/").content.decode()
    assert "4 records were published." in html
    assert f"/admin/catalog/changeset/{change_set.pk}/change/" in html


def test_deleting_many_warns_and_is_for_those_who_may(administrator, editor, monkeypatch):
    monkeypatch.setattr(bulk, "MANY", 2)
    people = [Person.objects.create(identifier=f"P.{index}", title="Same") for index in range(3)]
    html = act(administrator, "delete_selected", people).content.decode()
    assert "relations, sources and external identifiers are deleted with them" in html
    editor.post("/admin/catalog/person/", form_of(html))
    assert not Job.objects.exists()
    administrator.post("/admin/catalog/person/", form_of(html))
    work_off()
    assert not Person.objects.exists()


def test_a_cataloguer_has_no_action_to_publish(cataloguer, draft):
    html = cataloguer.get("/admin/catalog/person/").content.decode()
    assert 'value="submit_for_review"' in html
    assert 'value="publish"' not in html
    act(cataloguer, "publish", [draft])
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT


def test_deleting_many_asks_first_and_names_what_stands_in_the_way(administrator):
    town = Place.objects.create(identifier="L.1", title="Town")
    Event.objects.create(identifier="E.1", title="A trial in town", place=town)
    free = Place.objects.create(identifier="L.2", title="Village")
    asked = act(administrator, "delete_selected", [town, free])
    assert "A trial in town" in asked.content.decode()
    assert Place.objects.count() == 2
    said = messages_of(act(administrator, "delete_selected", [town, free], post="yes"))
    assert "1 record was deleted." in said
    assert "“Town” is still in use (1: A trial in town)" in said
    assert list(Place.objects.all()) == [town]


def test_embargoes_are_lifted_from_the_list(editor, trotsky):
    actions.embargo(trotsky, by=None, until=timezone.now() + timedelta(days=9))
    assert 'value="embargo"' not in editor.get("/admin/catalog/person/").content.decode()
    assert "The embargo of 1 record was lifted." in messages_of(
        act(editor, "lift_embargo", [trotsky])
    )
    trotsky.refresh_from_db()
    assert trotsky.embargo_until is None


@pytest.mark.parametrize("key", ["99999999999999999999", "abc", "-1", "\x00", ""])
@pytest.mark.parametrize("action", ["publish", "delete_selected", "nothing", ""])
def test_a_list_action_on_what_is_no_record(administrator, draft, key, action):
    answer = administrator.post(
        "/admin/catalog/person/",
        {"action": action, "_selected_action": [key, draft.pk], "index": 0, "select_across": 0},
        follow=True,
    )
    assert answer.status_code == 200
    draft.refresh_from_db()
