"""Two curators at one record: both values side by side, chosen field by field, rows included, nothing lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import actions
from catalog.models import OpenForm, Person, PersonName, Place, Status, Term, Vocabulary
from tests.admin.conftest import form_of, messages_of, term

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(draft: Person) -> str:
    return f"/admin/catalog/person/{draft.pk}/change/"


def test_what_only_one_of_them_changed_needs_no_choice(door, draft, address):
    anna, boris = door("Cataloguer"), door("Editor")
    exile: Term = term(Vocabulary.SUBJECT, "exile")
    town = Place.objects.create(identifier="L.1", title="Town")
    opened = form_of(anna.get(address).content)
    theirs = {
        "description": "Two\nlines",
        "subjects": [exile.pk],
        "born": "1882~",
        "born_place": town.pk,
        "kind": "family",
    }
    boris.post(address, form_of(boris.get(address).content) | theirs)
    answer = anna.post(address, opened | {"summary": "Mine", "title": "Natalia"}, follow=True)
    draft.refresh_from_db()
    assert (draft.summary, draft.title) == ("Mine", "Natalia")
    assert (draft.description.split(), str(draft.born)) == (["Two", "lines"], "1882~")
    assert (list(draft.subjects.all()), draft.born_place, draft.kind) == ([exile], town, "family")
    said = messages_of(answer)
    assert "Changes that only they made were kept" in said
    assert "born" in said.lower()


@pytest.mark.parametrize(("choice", "kept"), [("saved", "Theirs"), ("mine", "Mine")])
def test_a_field_that_both_changed_is_chosen(door, draft, address, choice, kept):
    anna, boris = door("Cataloguer"), door("Editor")
    opened = form_of(anna.get(address).content)
    both = {"summary": "Theirs", "born": "1882"}
    boris.post(address, form_of(boris.get(address).content) | both)
    answer = anna.post(address, opened | {"summary": "Mine", "credit_line": "Mine too"})
    html = answer.content.decode()
    assert answer.status_code == 200
    assert html.count('name="choose-summary"') == 2
    assert "choose-born" not in html, "what only the other changed needs no choice"
    draft.refresh_from_db()
    assert (draft.summary, draft.credit_line) == ("Theirs", "")
    entries = form_of(html) | {"choose-summary": choice}
    assert anna.post(address, entries).status_code == 302
    draft.refresh_from_db()
    assert (draft.summary, draft.credit_line, str(draft.born)) == (kept, "Mine too", "1882")


def test_relations_and_terms_can_be_chosen_too(door, draft, address):
    anna, boris = door("Cataloguer"), door("Editor")
    one, other = (Place.objects.create(identifier=f"L.{n}", title=f"Town {n}") for n in (1, 2))
    exile, trial = term(Vocabulary.SUBJECT, "exile"), term(Vocabulary.SUBJECT, "trial")
    opened = form_of(anna.get(address).content)
    theirs = {"born_place": one.pk, "subjects": [exile.pk], "born": "1882"}
    mine = {"born_place": other.pk, "subjects": [trial.pk], "born": "1883~"}
    boris.post(address, form_of(boris.get(address).content) | theirs)
    answer = anna.post(address, opened | mine)
    html = answer.content.decode()
    assert "Town 1" in html
    assert "Town 2" in html
    chosen = {f"choose-{name}": "saved" for name in ("born_place", "subjects", "born")}
    answer = anna.post(address, form_of(html) | chosen)
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    draft.refresh_from_db()
    assert (draft.born_place, list(draft.subjects.all())) == (one, [exile])
    assert str(draft.born) == "1882"


def test_a_third_save_in_between_is_told_again(door, draft, address):
    anna, boris = door("Cataloguer"), door("Editor")
    opened = form_of(anna.get(address).content)
    boris.post(address, form_of(boris.get(address).content) | {"summary": "Theirs"})
    html = anna.post(address, opened | {"summary": "Mine"}).content
    boris.post(address, form_of(boris.get(address).content) | {"summary": "Theirs again"})
    again = anna.post(address, form_of(html) | {"choose-summary": "mine"})
    assert again.status_code == 200
    assert "Theirs again" in again.content.decode()
    draft.refresh_from_db()
    assert draft.summary == "Theirs again"


@pytest.mark.once
@pytest.mark.parametrize("marks", ["", "nonsense", "[1]", '{"summary": 1}', "null"])
def test_marks_that_make_no_sense_are_taken_for_none(door, draft, address, marks):
    anna, boris = door("Cataloguer"), door("Editor")
    opened = form_of(anna.get(address).content) | {"seen_values": marks}
    boris.post(address, form_of(boris.get(address).content) | {"summary": "Theirs"})
    answer = anna.post(address, opened | {"summary": "Mine", "names-SEEN": marks})
    assert answer.status_code == 200
    assert 'name="choose-summary"' in answer.content.decode()


# --- Rows ---


@pytest.fixture
def rows(draft: Person) -> list[PersonName]:
    return [PersonName.objects.create(person=draft, name=f"Name {number}") for number in range(3)]


def names(person):
    return list(person.names.order_by("pk").values_list("name", flat=True))


def test_rows_that_only_the_other_touched_stay_as_they_saved_them(door, draft, address, rows):
    anna, boris = door("Cataloguer"), door("Editor")
    opened = form_of(anna.get(address).content)
    page = form_of(boris.get(address).content)
    added = {"names-TOTAL_FORMS": 4, "names-3-name": "Added", "names-3-kind": page["names-0-kind"]}
    theirs = {"names-0-name": "Theirs", "names-1-DELETE": "on", **added}
    assert boris.post(address, page | theirs).status_code == 302
    assert anna.post(address, opened | {"names-2-name": "Mine"}).status_code == 302
    assert names(draft) == ["Theirs", "Mine", "Added"]


@pytest.mark.parametrize(("choice", "kept"), [("mine", "Mine"), ("saved", "Theirs")])
def test_a_row_that_both_changed_is_chosen_field_by_field(door, draft, address, rows, choice, kept):
    anna, boris = door("Cataloguer"), door("Editor")
    opened = form_of(anna.get(address).content)
    theirs = {"names-0-name": "Theirs", "names-0-note": "Their note"}
    boris.post(address, form_of(boris.get(address).content) | theirs)
    mine = {"names-0-name": "Mine", "names-0-kind": "alias", "summary": "Typed"}
    answer = anna.post(address, opened | mine)
    html = answer.content.decode()
    assert answer.status_code == 200
    assert [(one.mine, one.saved) for one in answer.context["conflicts"]] == [("Mine", "Theirs")]
    assert html.count('name="choose-names-0-name"') == 2
    assert "choose-names-0-note" not in html, "what only the other changed needs no choice"
    assert "choose-names-0-kind" not in html, "what only this one changed needs no choice"
    assert names(draft)[0] == "Theirs"
    entries = form_of(html) | {"choose-names-0-name": choice}
    assert anna.post(address, entries).status_code == 302
    draft.refresh_from_db()
    row = draft.names.order_by("pk")[0]
    assert (row.name, row.note, row.kind) == (kept, "Their note", "alias")
    assert draft.summary == "Typed"


def test_a_third_save_of_a_row_in_between_is_told_again(door, draft, address, rows):
    anna, boris = door("Cataloguer"), door("Editor")
    opened = form_of(anna.get(address).content)
    boris.post(address, form_of(boris.get(address).content) | {"names-0-name": "Theirs"})
    html = anna.post(address, opened | {"names-0-name": "Mine"}).content
    boris.post(address, form_of(boris.get(address).content) | {"names-0-name": "Theirs again"})
    again = anna.post(address, form_of(html) | {"choose-names-0-name": "mine"})
    assert again.status_code == 200
    assert "Theirs again" in again.content.decode()
    assert names(draft)[0] == "Theirs again"


@pytest.mark.parametrize(
    ("chosen", "added"),
    [
        ({"choose-names-0-row": "mine"}, ["Mine"]),
        ({"choose-names-0-row": "saved"}, []),
        ({"names-0-DELETE": "on"}, []),
    ],
)
def test_a_row_that_the_other_removed_is_added_again_or_left(
    door, draft, address, rows, chosen, added
):
    anna, boris = door("Cataloguer"), door("Editor")
    opened = form_of(anna.get(address).content)
    boris.post(address, form_of(boris.get(address).content) | {"names-0-DELETE": "on"})
    answer = anna.post(address, opened | {"names-0-name": "Mine", "summary": "Typed"})
    html = answer.content.decode()
    assert "Someone else removed this row" in html
    assert 'value="Mine"' in html
    assert names(draft) == ["Name 1", "Name 2"]
    assert anna.post(address, form_of(html) | chosen).status_code == 302
    draft.refresh_from_db()
    assert (names(draft), draft.summary) == (["Name 1", "Name 2", *added], "Typed")


@pytest.mark.parametrize(("choice", "left"), [("mine", []), ("saved", ["Theirs"])])
def test_removing_a_row_that_the_other_changed_is_asked_again(
    door, draft, address, rows, choice, left
):
    anna, boris = door("Cataloguer"), door("Editor")
    opened = form_of(anna.get(address).content)
    boris.post(address, form_of(boris.get(address).content) | {"names-0-name": "Theirs"})
    answer = anna.post(address, opened | {"names-0-DELETE": "on"})
    assert answer.status_code == 200
    assert "Theirs" in names(draft)
    entries = form_of(answer.content) | {"choose-names-0-row": choice}
    assert anna.post(address, entries).status_code == 302
    assert names(draft) == [*left, "Name 1", "Name 2"]


# --- Who else is there ---


def test_who_else_has_the_form_open_is_told_until_they_leave(door, draft, address):
    anna, boris = door("Cataloguer"), door("Editor")
    presence = address.replace("/change/", "/presence/")
    assert boris.post(presence).json()["others"] == []
    (said,) = anna.post(presence).json()["others"]
    assert said.startswith("editor also has this record open")
    assert "editor also has this record open" in anna.get(address).content.decode()
    OpenForm.objects.update(last=timezone.now() - timedelta(minutes=2))
    assert anna.post(presence).json()["others"] == []
    boris.post(presence)
    boris.post(presence, {"left": "1"})
    assert anna.post(presence).json()["others"] == []
    assert OpenForm.objects.count() == 1


def test_presence_is_for_those_who_see_the_record(door, client, draft, address):
    presence = address.replace("/change/", "/presence/")
    assert door(None).post(presence).status_code == 403
    assert client.post(presence).status_code == 302
    for key in ("99999999999999999999", "abc", "-1", str(draft.pk + 1)):
        assert door("Editor").post(f"/admin/catalog/person/{key}/presence/").status_code == 404
    assert not OpenForm.objects.exists()


def test_the_version_tells_an_open_form_that_somebody_saved(door, draft, address):
    client = door("Editor")
    presence = address.replace("/change/", "/presence/")
    before = client.post(presence).json()["version"]
    assert before == form_of(client.get(address).content)["seen"]
    client.post(address, form_of(client.get(address).content) | {"summary": "New"})
    assert client.post(presence).json()["version"] != before
    assert Person.objects.get().status == Status.DRAFT


# --- One deletes while the other types ---


def test_what_was_typed_into_a_deleted_record_is_kept_until_it_stands_again(door, draft, address):
    anna, clara = door("Cataloguer"), door("Administrator")
    PersonName.objects.create(person=draft, name="Name")
    opened = form_of(anna.get(address).content)
    clara.post(address.replace("/change/", "/delete/"), {"post": "yes"})
    typed = {"summary": "Typed <b>", "names-0-note": "Mine too", "_continue": "x"}
    answer = anna.post(address, opened | typed)
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "nothing is lost" in html
    assert "Typed &lt;b&gt;" in html
    again = form_of(html)
    assert again["names-0-note"] == "Mine too"
    assert anna.post(address, again).status_code == 409, "as often as it takes"
    actions.restore("person", draft.pk, by=None)
    assert anna.post(address, again).status_code == 302
    draft.refresh_from_db()
    assert (draft.summary, draft.names.get().note) == ("Typed <b>", "Mine too")


def test_a_record_that_is_gone_leads_to_its_history(door, draft, address):
    anna, clara = door("Cataloguer"), door("Administrator")
    for _twice in range(2):
        answer = clara.post(address.replace("/change/", "/delete/"), {"post": "yes"}, follow=True)
    assert "where you can restore it" in messages_of(answer)
    answer = anna.get(address, follow=True)
    assert answer.redirect_chain == [(address.replace("/change/", "/history/"), 302)]
    presence = address.replace("/change/", "/presence/")
    assert anna.post(presence).status_code == 404
    for nothing in ("9999", "x", "9" * 40):
        answer = anna.get(f"/admin/catalog/person/{nothing}/change/", follow=True)
        assert "Perhaps it was deleted?" in messages_of(answer)


def test_who_typed_into_a_merged_record_is_led_to_the_one_that_stands(door, draft, address):
    anna = door("Cataloguer")
    other = Person.objects.create(identifier="P.2", title="The same")
    opened = form_of(anna.get(address).content)
    actions.merge(draft, into=other, by=None)
    html = anna.post(address, opened | {"summary": "Typed"}).content.decode()
    assert f"/admin/catalog/person/{other.pk}/change/" in html


def test_what_was_typed_into_a_record_that_was_published_becomes_a_revision(door, draft, address):
    anna = door("Cataloguer")
    opened = form_of(anna.get(address).content)
    actions.publish(draft, by=None)
    html = anna.post(address, opened | {"summary": "Typed"}).content.decode()
    assert "only an editor can make this change" in html
    instead = address.replace("/change/", "/revision/")
    assert f'formaction="{instead}"' in html
    answer = anna.post(instead, form_of(html) | {"_continue": "x"}, follow=True)
    assert "The draft revision was saved" in messages_of(answer)
    revision = actions.revision_of(draft)
    assert revision.changes["fields"]["summary"]["after"] == "Typed"


def test_a_key_that_is_none_is_refused_beside_what_the_other_saved(door, draft, address):
    anna, boris = door("Cataloguer"), door("Editor")
    town = Place.objects.create(identifier="L.1", title="Town")
    opened = form_of(anna.get(address).content)
    boris.post(address, form_of(boris.get(address).content) | {"born_place": town.pk})
    answer = anna.post(address, opened | {"born_place": "9" * 30})
    assert answer.status_code == 200
    assert "Town" in answer.content.decode()
