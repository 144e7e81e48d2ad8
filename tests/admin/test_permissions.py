"""What each group may do at the admin's door."""

from __future__ import annotations

import pytest
from django.contrib.admin.models import LogEntry

from catalog.models import RECORD_MODELS, Person, PersonName, Place, Status, Tombstone
from tests.admin.conftest import form_of, messages_of, term

pytestmark = [pytest.mark.django_db, pytest.mark.once]

GROUPS = ("Cataloguer", "Editor", "Administrator")


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("kind", RECORD_MODELS)
def test_every_group_opens_lists_and_forms(door, group, kind):
    client = door(group)
    record = RECORD_MODELS[kind].objects.create(identifier="X.1", title="A record")
    for path in (
        "",
        "add/",
        f"{record.pk}/change/",
        f"{record.pk}/history/",
        "?q=record",
        "?_facets=True",
    ):
        assert client.get(f"/admin/catalog/{kind}/{path}").status_code == 200, path
    assert client.get("/admin/").status_code == 200


def test_without_a_group_nothing_opens(door):
    client = door(None)
    assert client.get("/admin/catalog/person/").status_code == 403
    assert client.get("/admin/catalog/person/add/").status_code == 403


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("person/add/", "These groups may add persons: Administrator, Cataloguer, Editor."),
        ("intake/add/", "These groups may add persons: Administrator, Cataloguer, Editor."),
        ("person/merge/", "These groups may delete persons: Administrator."),
        ("person/{pk}/delete/", "These groups may delete persons: Administrator."),
        ("apitoken/add/", "You are logged in as reader, in: Reader."),
    ],
)
def test_a_refusal_names_the_groups_that_may(door, draft, path, said):
    answer = door("Reader").get(f"/admin/catalog/{path}".format(pk=draft.pk))
    assert answer.status_code == 403
    assert said in answer.content.decode()
    assert "in: Reader." in answer.content.decode()


def test_a_stranger_is_led_to_the_login(client):
    for path in ("", "choices/", "date-reading/?text=1890", "add/"):
        answer = client.get(f"/admin/catalog/person/{path}")
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


def test_a_cataloguer_edits_a_draft(cataloguer, draft):
    page = cataloguer.get(f"/admin/catalog/person/{draft.pk}/change/")
    entries = form_of(page.content) | {"title": "Somebody", "_save": "Save"}
    answer = cataloguer.post(f"/admin/catalog/person/{draft.pk}/change/", entries)
    assert answer.status_code == 302
    draft.refresh_from_db()
    assert draft.title == "Somebody"
    assert LogEntry.objects.get().user.username == "cataloguer"


def test_a_cataloguer_reads_a_published_record_and_is_told_why(cataloguer, trotsky):
    page = cataloguer.get(f"/admin/catalog/person/{trotsky.pk}/change/")
    assert "only an editor can make this change" in messages_of(page)
    html = page.content.decode()
    assert 'name="_save"' not in html
    assert 'name="title"' not in html
    assert "7 November 1879" in html
    assert "1879-11-07" not in html  # dates are in words if they cannot be edited


def test_what_was_typed_survives_when_the_record_was_published_meanwhile(cataloguer, draft):
    PersonName.objects.create(person=draft, name="Somebody")
    address = f"/admin/catalog/person/{draft.pk}/change/"
    entries = form_of(cataloguer.get(address).content)
    Person.objects.filter(pk=draft.pk).update(status=Status.PUBLISHED)
    answer = cataloguer.post(
        address, entries | {"summary": "Typed for an hour", "names-0-name": "Changed"}
    )
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "only an editor can make this change" in html
    assert "Typed for an hour" in html
    draft.refresh_from_db()
    assert draft.summary == ""
    assert draft.names.get().name == "Somebody"


def test_an_editor_edits_a_published_record(editor, trotsky):
    address = f"/admin/catalog/person/{trotsky.pk}/change/"
    entries = form_of(editor.get(address).content) | {"summary": "Revolutionary"}
    assert editor.post(address, entries).status_code == 302
    trotsky.refresh_from_db()
    assert trotsky.summary == "Revolutionary"
    assert trotsky.status == Status.PUBLISHED


def test_status_cannot_be_sent_along(cataloguer, draft):
    address = f"/admin/catalog/person/{draft.pk}/change/"
    entries = form_of(cataloguer.get(address).content) | {
        "status": "published",
        "first_published": "2020-01-01",
    }
    assert cataloguer.post(address, entries).status_code == 302
    draft.refresh_from_db()
    assert draft.status == Status.DRAFT
    assert draft.first_published is None


@pytest.mark.parametrize("group", ["Cataloguer", "Editor"])
def test_only_administrators_delete(door, group, draft):
    client = door(group)
    assert (
        client.post(f"/admin/catalog/person/{draft.pk}/delete/", {"post": "yes"}).status_code == 403
    )
    answer = client.post(
        "/admin/catalog/person/",
        {"action": "delete_selected", "_selected_action": [draft.pk], "post": "yes"},
        follow=True,
    )
    assert Person.objects.filter(pk=draft.pk).exists(), answer.status_code


def test_an_administrator_deletes_and_a_tombstone_stays(administrator, trotsky):
    Person.objects.filter(pk=trotsky.pk).update(first_published=trotsky.created)
    trotsky.subjects.add(term("subject", "exile", label="Exile"))
    page = administrator.get(f"/admin/catalog/person/{trotsky.pk}/delete/")
    assert page.status_code == 200
    for unnamed in ("Person_subjects object", "relationships: 1"):
        assert unnamed not in page.content.decode()
    answer = administrator.post(
        f"/admin/catalog/person/{trotsky.pk}/delete/", {"post": "yes"}, follow=True
    )
    assert "deleted" in messages_of(answer)
    assert not Person.objects.filter(pk=trotsky.pk).exists()
    assert Tombstone.objects.get().slug == trotsky.slug
    history = f"/admin/catalog/person/{trotsky.pk}/history/"
    assert f'<a href="{history}">Its history' in answer.content.decode()
    assert "This record was deleted." in administrator.get(history).content.decode()


def test_a_refused_delete_says_why_and_leads_back(administrator, trotsky, monkeypatch):
    from catalog import actions

    def refuse(record, by):
        raise actions.Refused("Still needed by the pact.")

    monkeypatch.setattr(actions, "delete", refuse)
    answer = administrator.post(
        f"/admin/catalog/person/{trotsky.pk}/delete/", {"post": "yes"}, follow=True
    )
    assert messages_of(answer) == "Still needed by the pact."
    assert answer.request["PATH_INFO"].endswith(f"/person/{trotsky.pk}/change/")
    assert not LogEntry.objects.exists()


def test_a_cataloguer_discards_a_draft_of_his_own_and_is_told_it_can_come_back(cataloguer, draft):
    entries = form_of(cataloguer.get("/admin/catalog/person/add/").content)
    cataloguer.post(
        "/admin/catalog/person/add/", entries | {"identifier": "P.9", "title": "A mistake"}
    )
    mistake = Person.objects.get(identifier="P.9")
    address = f"/admin/catalog/person/{mistake.pk}/"
    assert "deletelink" in cataloguer.get(f"{address}change/").content.decode()
    assert "can be brought back" in cataloguer.get(f"{address}delete/").content.decode()
    assert cataloguer.post(f"{address}delete/", {"post": "yes"}).status_code == 302
    assert not Person.objects.filter(pk=mistake.pk).exists()
    other = f"/admin/catalog/person/{draft.pk}/"
    assert "deletelink" not in cataloguer.get(f"{other}change/").content.decode()
    assert cataloguer.get(f"{other}delete/").status_code == 403


def test_a_reader_opens_every_list_and_writes_nothing(door, draft):
    reader = door("Reader")
    assert reader.get("/admin/").status_code == 200
    for kind in (
        "person",
        "document",
        "image",
        "event",
        "place",
        "collection",
        "exhibition",
        "term",
    ):
        assert reader.get(f"/admin/catalog/{kind}/").status_code == 200
        assert reader.get(f"/admin/catalog/{kind}/add/").status_code == 403
    html = reader.get(f"/admin/catalog/person/{draft.pk}/change/").content.decode()
    assert draft.title in html
    assert 'name="_save"' not in html


def test_a_cataloguer_before_a_published_record_is_shown_the_way(cataloguer, trotsky):
    page = cataloguer.get(f"/admin/catalog/person/{trotsky.pk}/change/")
    assert "Prepare a draft revision of it instead" in messages_of(page)


def test_what_is_in_use_is_not_deleted_and_says_what_names_it(administrator, trotsky):
    place = Place.objects.create(identifier="PL.1", title="Yanovka")
    Person.objects.filter(pk=trotsky.pk).update(born_place=place)
    said = "“Yanovka” cannot be deleted, because these name it:"
    html = administrator.get(f"/admin/catalog/place/{place.pk}/delete/").content.decode()
    assert said in html and "Leon Trotsky" in html
    chosen = {"action": "delete_selected", "_selected_action": [place.pk], "index": 0}
    html = administrator.post("/admin/catalog/place/", chosen).content.decode()
    assert "because these name them:" in html and "Leon Trotsky" in html
