"""Merging two terms of a vocabulary: every record and relation follows, and undoing brings them back."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission

from catalog import search
from catalog.actions import Refused, merge_terms
from catalog.models import Citation, Contribution, PastCode, Term
from tests.actions.taking_back import take_back
from tests.history.snapshots import snapshot
from tests.models.conftest import make, term

pytestmark = pytest.mark.django_db


def test_lists_of_terms_have_it_once() -> None:
    exile, banishment = (
        term("subject", "exile"),
        term("subject", "banishment", scope_note="Sent away."),
    )
    both, one, none = make("person"), make("person"), make("document")
    both.subjects.add(exile, banishment)
    one.subjects.add(banishment)
    none.subjects.add(exile)
    before = snapshot()
    merge_terms(banishment, into=exile, by=None)
    assert [list(each.subjects.all()) for each in (both, one, none)] == [[exile]] * 3
    exile.refresh_from_db()
    assert exile.scope_note == "Sent away."
    assert list(search.check()) == []
    take_back()
    assert snapshot() == before
    assert list(search.check()) == []


def test_relations_that_come_to_say_the_same_stand_once() -> None:
    author, writer = term("contribution_role", "author"), term("contribution_role", "writer")
    person, letter = make("person"), make("document")
    first = Contribution.objects.create(person=person, document=letter, role=author)
    second = Contribution.objects.create(person=person, document=letter, role=writer)
    Citation.objects.create(source=letter, contribution=second)
    Contribution.objects.create(person=person, document=letter, role=writer, date="1936")
    before = snapshot()
    merge_terms(writer, into=author, by=None)
    assert Contribution.objects.count() == 1, "the one with the date says it all"
    assert Contribution.objects.get().citations.count() == 1
    take_back()
    assert snapshot() == before
    assert Contribution.objects.filter(pk__in=[first.pk, second.pk]).count() == 2


def test_narrower_terms_follow_and_no_loop_comes_of_it() -> None:
    top = term("subject", "top")
    one = term("subject", "one", broader=top)
    below = term("subject", "below", broader=one)
    other = term("subject", "other", broader=below)
    before = snapshot()
    merge_terms(one, into=other, by=None)
    assert dict(Term.objects.values_list("code", "broader__code")) == {
        "top": None, "other": "top", "below": "other",
    }  # fmt: skip
    take_back()
    assert snapshot() == before


def test_old_codes_lead_on(client) -> None:
    exile, banishment, third = (term("subject", code) for code in ("exile", "banishment", "third"))
    make("person", title="Ana").subjects.add(banishment)
    merge_terms(banishment, into=exile, by=None)
    merge_terms(exile, into=third, by=None)
    answer = client.get("/api/v1/terms/subject/banishment/")
    assert (answer.status_code, answer["Location"]) == (301, "/api/v1/terms/subject/third/")
    html = client.get("/people/", {"subject": "banishment"}).content.decode()
    assert "Ana" in html
    assert client.get("/api/v1/people/", {"subject": "banishment"}).json()["count"] == 1
    Term.objects.create(vocabulary="subject", code="banishment", label="Anew")
    assert client.get("/api/v1/terms/subject/banishment/").json()["label"] == "Anew"
    assert client.get("/api/v1/terms/subject/nothing/").status_code == 404


def test_codes_that_lead_in_a_circle_lead_nowhere() -> None:
    PastCode.objects.create(vocabulary="subject", code="a", into_code="b")
    PastCode.objects.create(vocabulary="subject", code="b", into_code="a")
    assert Term.objects.found("subject", "a") is None


def test_who_may_and_what_cannot_be(curator) -> None:
    exile, banishment = term("subject", "exile"), term("subject", "banishment")
    for group in ("Cataloguer", "Editor"):
        with pytest.raises(Refused, match="administrator"):
            merge_terms(banishment, into=exile, by=curator(group))
    with pytest.raises(Refused, match="same vocabulary"):
        merge_terms(term("occupation", "exile"), into=exile, by=None)
    with pytest.raises(Refused, match="is the same record"):
        merge_terms(exile, into=exile, by=None)
    user = curator("Editor")
    user.user_permissions.add(Permission.objects.get(codename="delete_term"))
    merge_terms(banishment, into=exile, by=user)
    with pytest.raises(Refused, match="has since been deleted"):
        merge_terms(banishment, into=exile, by=user)
