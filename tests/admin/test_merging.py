"""Merging in the admin: from the list, from the form, side by side, and undone."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from catalog import actions
from catalog.jobs import work_off
from catalog.models import (
    ChangeSet,
    Job,
    JobState,
    Participation,
    Person,
    Status,
)
from tests.admin.conftest import form_of
from tests.models.conftest import make, term

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:catalog_person_merge")
LIST = reverse("admin:catalog_person_changelist")


@pytest.fixture
def two():
    witness = term("participation_role", "witness")
    stays = make("person", title="Leon Trotsky", born="1879-11-07", identifier="P-1")
    goes = make("person", title="Leo Trotzki", born="1879", died="1940", identifier="P-2")
    Participation.objects.create(person=goes, event=make("event"), role=witness)
    return stays, goes


def look(client, *records, **more):
    keys = ",".join(str(one.pk) for one in records)
    return client.get(PAGE, {"ids": keys, **more}).content.decode()


def test_from_the_list_to_the_record_and_back(administrator, two):
    stays, goes = two
    chosen = {"action": "merge_selected", "_selected_action": [stays.pk, goes.pk]}
    answer = administrator.post(LIST, chosen | {"select_across": 0}, follow=True)
    html = answer.content.decode()
    assert answer.redirect_chain[0][0] == f"{PAGE}?ids={stays.pk},{goes.pk}"
    for words in ("Leon Trotsky", "Leo Trotzki", "1879-11-07", "Participations", "1 moved"):
        assert words in html
    assert "<legend>Name</legend>" in html and "<legend>Title</legend>" not in html
    form = form_of(html)
    assert form["take-born"] == str(stays.pk), "what the one that stays says is marked"
    assert form["take-died"] == str(goes.pk), "what it does not say is filled in"
    form |= {"called": "transliteration", "_reason": "Entered twice"}
    answer = administrator.post(PAGE, form, follow=True)
    html = answer.content.decode()
    assert answer.redirect_chain[0][0] == reverse("admin:catalog_person_change", args=[stays.pk])
    change_set = ChangeSet.objects.get(reason="Entered twice")
    assert reverse("admin:catalog_changeset_change", args=[change_set.pk]) in html
    assert (change_set.by_name, change_set.door) == ("administrator", "admin")
    stays.refresh_from_db()
    assert (str(stays.born), str(stays.died)) == ("1879-11-07", "1940")
    assert stays.names.get().kind == "transliteration"
    undo = reverse("admin:catalog_changeset_undo", args=[change_set.pk])
    assert undo in html
    administrator.post(undo, {})
    assert Person.objects.get(pk=goes.pk).participations.count() == 1


def test_the_curator_chooses_which_stays_and_what_it_says(administrator, two):
    stays, goes = two
    html = look(administrator, stays, goes, into=goes.pk)
    form = form_of(html)
    assert form["into"] == str(goes.pk)
    form |= {"take-title": str(stays.pk), "take-born": str(stays.pk)}
    administrator.post(PAGE, form)
    kept = Person.objects.get()
    assert (kept.pk, kept.title, str(kept.born)) == (goes.pk, "Leon Trotsky", "1879-11-07")
    assert kept.names.get().name == "Leo Trotzki"


def test_three_become_one_in_one_change_set(administrator, two):
    third = make("person", title="Лев Троцкий", died="1940-08-21", summary="Revolutionary.")
    html = look(administrator, *two, third)
    form = form_of(html)
    form |= {"take-died": str(third.pk)}
    administrator.post(PAGE, form)
    kept = Person.objects.get()
    assert (str(kept.died), kept.summary) == ("1940-08-21", "Revolutionary.")
    assert set(kept.names.values_list("name", flat=True)) == {"Leo Trotzki", "Лев Троцкий"}
    assert ChangeSet.objects.filter(door="admin").count() == 1


def test_what_was_changed_meanwhile_has_to_be_looked_at(administrator, two):
    _stays, goes = two
    form = form_of(look(administrator, *two))
    form["take-title"] = str(goes.pk)
    goes.summary = "Changed by a colleague."
    goes.save()
    html = administrator.post(PAGE, form).content.decode()
    assert "someone changed one of these records" in html
    assert "Changed by a colleague." in html
    assert Person.objects.count() == 2
    form = form_of(html)
    assert form["take-title"] == str(goes.pk), "what was chosen is chosen still"
    administrator.post(PAGE, form)
    assert Person.objects.get().summary == "Changed by a colleague."


def test_what_cannot_be_is_told_and_nothing_is_lost(administrator, two):
    stays, goes = two
    Person.objects.filter(pk=goes.pk).update(died="1700", died_latest=17001231, died_earliest=17000101, born=None,
                                             born_earliest=None, born_latest=None)  # fmt: skip
    form = form_of(look(administrator, *two)) | {"_reason": "Twice"}
    html = administrator.post(PAGE, form).content.decode()
    assert "died before being born" in html
    assert 'value="Twice"' in html
    assert Person.objects.count() == 2
    Person.objects.filter(pk=stays.pk).update(status=Status.DRAFT)
    html = look(administrator, *two, into=stays.pk)
    assert "visitors would lose it" in html
    assert 'value="Merge"' not in html


def test_from_the_form_by_choosing_or_by_identifier(administrator, two):
    stays, goes = two
    html = administrator.get(
        reverse("admin:catalog_person_change", args=[stays.pk])
    ).content.decode()
    assert f"{PAGE}?ids={stays.pk}" in html
    assert 'name="other"' in look(administrator, stays)
    for said in ({"other": goes.pk}, {"identifier": "P-2"}):
        answer = administrator.get(PAGE, {"ids": stays.pk, **said})
        assert answer["Location"] == f"{PAGE}?ids={stays.pk},{goes.pk}"
    for said in ({"other": "x"}, {"other": stays.pk}, {"identifier": "P-9"}, {"identifier": "P-1"}):
        html = look(administrator, stays, **said)
        assert "errorlist" in html


@pytest.mark.parametrize("ids", ["", "x", "1,2,3,4,5,6,7", "99999999", "1,,2", "9" * 30, "\x00"])
def test_odd_addresses_lead_to_the_list(administrator, ids):
    answer = administrator.get(PAGE, {"ids": ids})
    assert answer["Location"] == LIST


@pytest.mark.parametrize("number", [1, 7])
def test_too_few_and_too_many_are_told(administrator, number):
    chosen = {
        "action": "merge_selected",
        "_selected_action": [make("person").pk for _ in range(number)],
    }
    html = administrator.post(LIST, chosen, follow=True).content.decode()
    assert "Select two or more records" in html


def test_who_may_not_is_not_offered_it(editor, two):
    assert "merge_selected" not in editor.get(LIST).content.decode()
    change = reverse("admin:catalog_person_change", args=[two[0].pk])
    assert PAGE not in editor.get(change).content.decode()
    assert editor.get(PAGE, {"ids": "1,2"}).status_code == 403
    assert editor.post(PAGE, {"ids": "1,2"}).status_code == 403


def test_much_is_a_job(administrator, two, monkeypatch):
    monkeypatch.setattr("catalog.actions.MANY", 0)
    html = look(administrator, *two)
    assert "Merge as a background job" in html
    answer = administrator.post(PAGE, form_of(html) | {"_reason": "Twice"})
    job = Job.objects.get()
    assert answer["Location"] == reverse("admin:catalog_job_change", args=[job.pk])
    work_off()
    job.refresh_from_db()
    assert job.state == JobState.DONE, job
    assert str(Person.objects.get().died) == "1940"
    assert ChangeSet.objects.get(reason="Twice").by_name == "administrator"


@pytest.mark.parametrize("kind", ["document", "image", "event", "place", "collection"])
def test_every_kind_has_the_page(administrator, kind):
    one, other = make(kind, summary="One"), make(kind, summary="Other")
    page = reverse(f"admin:catalog_{kind}_merge")
    html = administrator.get(page, {"ids": f"{one.pk},{other.pk}"}).content.decode()
    administrator.post(page, form_of(html))
    assert type(one).objects.get().summary == "One"


def test_a_job_of_an_account_that_is_gone_does_nothing(administrator, two, monkeypatch):
    monkeypatch.setattr("catalog.actions.MANY", 0)
    administrator.post(PAGE, form_of(look(administrator, *two)))
    User.objects.all().delete()
    work_off()
    assert Job.objects.get().state == JobState.FAILED
    assert Person.objects.count() == 2


def test_the_form_names_what_was_merged_into_its_record(administrator, two):
    stays, goes = two
    actions.merge(goes, into=stays, by=None)
    html = administrator.get(reverse("admin:catalog_person_change", args=[stays.pk]))
    assert "Merged into this one: Leo Trotzki (P-2)" in html.content.decode()
    kept, dropped = term("subject", "exile"), term("subject", "banishment")
    actions.merge_terms(dropped, into=kept, by=None)
    html = administrator.get(reverse("admin:catalog_term_change", args=[kept.pk]))
    assert "Merged into this one: banishment (banishment)" in html.content.decode()


def test_what_was_typed_into_the_one_that_went_is_kept(administrator, two):
    stays, goes = two
    gone = reverse("admin:catalog_person_change", args=[goes.pk])
    form = form_of(administrator.get(gone).content) | {"summary": "Typed meanwhile"}
    actions.merge(goes, into=stays, by=None)
    answer = administrator.post(gone, form)
    assert answer.status_code == 409
    html = answer.content.decode()
    assert "Typed meanwhile" in html
    assert reverse("admin:catalog_person_change", args=[stays.pk]) in html


def test_terms_of_a_vocabulary(administrator):
    exile, banishment = term("subject", "exile"), term("subject", "banishment")
    person = make("person")
    person.subjects.add(banishment)
    page = reverse("admin:catalog_term_merge")
    change = administrator.get(reverse("admin:catalog_term_change", args=[exile.pk]))
    assert f"{page}?ids={exile.pk}" in change.content.decode()
    answer = administrator.get(page, {"ids": exile.pk, "identifier": "banishment"})
    html = administrator.get(answer["Location"]).content.decode()
    assert "Subjects:" in html
    administrator.post(page, form_of(html) | {"take-label": str(banishment.pk)})
    assert list(person.subjects.values_list("code", "label")) == [("exile", "banishment")]
    other = term("occupation", "exile")
    html = administrator.get(page, {"ids": f"{exile.pk},{other.pk}"}).content.decode()
    assert "Only terms of the same vocabulary" in html
    assert 'value="Merge"' not in html
