"""Records that may be one: found by the database, led from there to merging."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog.models import OutsideIdentifier, PersonName
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
    assert html.count("Called alike: ") == 2 * 25, "heading, and for readers who hear the link"
    assert "12 in all" in html
    further = shown(administrator, after="|person 00000023")
    assert "Person 26" in further and "Person 23" not in further
    assert "Side by side" not in shown(editor), "who may not merge looks at each"


@pytest.mark.parametrize("after", ["", "x", "|", "\x00|", "viaf|" + "9" * 1000])
def test_odd_addresses(administrator, after):
    assert administrator.get(PAGE, {"after": after}).status_code == 200


def test_who_may_see(door):
    assert door(None).get(PAGE).status_code == 403
