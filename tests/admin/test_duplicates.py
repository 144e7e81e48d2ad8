"""Records that may be the same: found by the database, with links to merging."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog import search
from catalog.models import Distinction, OutsideIdentifier, PersonName, Place, PlaceName
from tests.admin.conftest import messages_of
from tests.models.conftest import KINDS, make, term

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:catalog_person_duplicates")


def shown(client, page=PAGE, **asked):
    return client.get(page, asked).content.decode()


def side_by_side(*records):
    keys = ",".join(str(one.pk) for one in records)
    return f"{reverse(f'admin:catalog_{records[0]._meta.model_name}_merge')}?ids={keys}"


def test_called_alike_by_title_or_name_or_known_elsewhere(administrator):
    one, other = make("person", title="Léon Trotsky"), make("person", title="leon trotsky")
    third, fourth = make("person", title="Bronstein"), make("person", title="Leo Trotzki")
    PersonName.objects.create(person=fourth, name="BRONSTEIN")
    fifth, sixth = make("person", title="A"), make("person", title="B")
    for person in (fifth, sixth):
        OutsideIdentifier.objects.create(person=person, authority="viaf", value="123")
    own = make("person", title="Alone")
    PersonName.objects.create(person=own, name="Alone")
    html = shown(administrator)
    for pair in ((one, other), (third, fourth), (fifth, sixth)):
        assert side_by_side(*pair) in html
    assert "VIAF 123" in html
    assert "Alone" not in html, "who is called the same twice is one already"
    assert html.count("Side by side") == 3


def test_one_title_filed_under_different_names(administrator):
    one = make("person", title="Rosa Beispiel", sort_name="Beispiel, Rosa")
    other = make("person", title="Rosa Beispiel")
    make("person", title="Somebody else")
    html = shown(administrator)
    assert side_by_side(one, other) in html and html.count("Side by side") == 1
    assert "Same name: “Rosa Beispiel”" in html
    assert "Side by side" not in shown(administrator, after=" |Rosa Beispiel")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind(administrator, kind):
    page = reverse(f"admin:catalog_{kind}_duplicates")
    assert "No two of them" in shown(administrator, page)
    assert side_by_side(make(kind, title="Twice"), make(kind, title="twice")) in shown(
        administrator, page
    )
    changelist = reverse(f"admin:catalog_{kind}_changelist")
    assert "Possible duplicates" in administrator.get(changelist).content.decode()
    assert f'href="{page}"' in administrator.get(reverse("admin:index")).content.decode()


def test_terms_of_one_vocabulary_only(administrator):
    one, other = term("subject", "exile"), term("subject", "exile-2")
    other.label = "Exile"
    other.save()
    term("occupation", "exile")
    html = shown(administrator, reverse("admin:catalog_term_duplicates"))
    assert side_by_side(one, other) in html
    assert html.count("Side by side") == 1


def test_pages_and_questions_do_not_grow(administrator, editor):
    for number in range(27):
        for _ in range(2):
            make("person", title=f"Person {number:02}")
    for _ in range(12):
        make("person", title="Many")
    with CaptureQueriesContext(connection) as asked:
        html = shown(administrator)
    questions = [one["sql"] for one in asked if "auth_" not in one["sql"]]
    assert len(questions) <= 8
    assert html.count("Same name: ") == 3 * 25, "heading, and for readers who hear link and button"
    assert "12 in all" in html
    further = shown(administrator, after="|person 00000023")
    assert "Person 26" in further and "Person 23" not in further
    assert "Side by side" not in shown(editor), "who may not merge looks at each"


@pytest.mark.parametrize("after", ["", "x", "|", "\x00|", "viaf|" + "9" * 1000])
def test_odd_addresses(administrator, after):
    assert administrator.get(PAGE, {"after": after}).status_code == 200


def test_who_may_see(door):
    assert door(None).get(PAGE).status_code == 403


# --- Distinguished ---------------------------------------------------------------------------------------------


def told_apart(client, *records, **sent):
    address = reverse(f"admin:catalog_{records[0]._meta.model_name}_distinct")
    sent = {"ids": ",".join(str(one.pk) for one in records), "after": "", **sent}
    return client.post(address, sent, follow=True)


def test_what_is_told_apart_is_not_proposed_any_more(cataloguer, administrator):
    one, other = make("person", title="Ivan Ivanov"), make("person", title="ivan ivanov")
    PersonName.objects.create(person=other, name="Ivan Ivanov")
    for person in (one, other):
        OutsideIdentifier.objects.create(person=person, authority="viaf", value="123")
    search.refresh()
    asked = {"title": "Ivan Ivanov", "than": one.pk}
    namesakes = reverse("admin:catalog_person_namesakes")
    assert administrator.get(namesakes, asked).json()["namesakes"]
    answer = told_apart(cataloguer, one, other, _reason="Father and son")
    assert "Recorded: they are not the same" in messages_of(answer)
    assert "No two of them" in answer.content.decode()
    assert not administrator.get(namesakes, asked).json()["namesakes"]
    merging = administrator.get(side_by_side(one, other).replace("&amp;", "&")).content.decode()
    assert "cataloguer recorded on" in merging and 'value="Merge"' not in merging
    form = cataloguer.get(reverse("admin:catalog_person_change", args=[one.pk])).content.decode()
    page = f"{reverse('admin:catalog_person_distinct')}?ids={one.pk},{other.pk}"
    assert "Not the same as:" in form and page in form
    shown_again = cataloguer.get(page).content.decode()
    assert "cataloguer recorded on" in shown_again and "Father and son" in shown_again
    told_apart(cataloguer, one, other, take_back="1")
    assert side_by_side(one, other) in shown(administrator)


def test_a_third_of_the_name_is_still_proposed(administrator):
    one, two, three = (make("place", title="Victoria") for _ in range(3))
    page = reverse("admin:catalog_place_duplicates")
    told_apart(administrator, one, two)
    assert side_by_side(one, two, three) in shown(administrator, page)
    told_apart(administrator, one, three)
    PlaceName.objects.create(place=make("place", title="Elsewhere"), name="Victoria")
    assert "4 in all" not in shown(administrator, page)
    assert shown(administrator, page).count("Side by side") == 1
    Place.objects.filter(title="Elsewhere").delete()
    told_apart(administrator, two, three)
    assert "No two of them" in shown(administrator, page)


def test_a_name_and_a_title_of_two_told_apart(administrator):
    one, two = make("person", title="Koba"), make("person", title="Stalin")
    PersonName.objects.create(person=two, name="Koba")
    assert side_by_side(one, two) in shown(administrator)
    told_apart(administrator, one, two)
    assert "No two of them" in shown(administrator)
    third = make("person", title="Other")
    PersonName.objects.create(person=third, name="Koba")
    assert side_by_side(one, two, third) in shown(administrator)


def test_telling_apart_takes_the_right_to_change_and_records_that_are_there(door, cataloguer):
    one, two = make("person"), make("person")
    page = reverse("admin:catalog_person_distinct")
    assert door(None).post(page, {"ids": f"{one.pk},{two.pk}"}).status_code == 403
    for ids in ("", "x", str(one.pk), f"{one.pk},999999", "x,y,\x00"):
        for answer in (cataloguer.get(page, {"ids": ids}), cataloguer.post(page, {"ids": ids})):
            assert answer.status_code == 302
    assert not Distinction.objects.exists()
    boxes = {"ids": [str(one.pk), str(two.pk)]}
    assert cataloguer.post(page, boxes).status_code == 302, "as the boxes of the page send them"
    assert Distinction.objects.count() == 1
    again = cataloguer.post(page, boxes, follow=True)
    assert "already recorded" in messages_of(again)
