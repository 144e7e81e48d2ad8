"""The same statement by two curators: it is kept once, and the second curator is told."""

from __future__ import annotations

import pytest

from catalog.actions import publish_revision, revise
from catalog.models import Certainty, Contribution, Vocabulary
from tests.admin.conftest import form_of, messages_of
from tests.models.conftest import make, term

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def letter():
    return make("document", title="A letter", status="draft")


@pytest.fixture
def author():
    return term(Vocabulary.CONTRIBUTION_ROLE, "author")


@pytest.fixture
def contribution(trotsky, author):
    """A row as it is typed, with further values."""

    def typed(row=0, **more):
        said = {"person": trotsky.pk, "role": author.pk, "certainty": "certain", **more}
        rows = {f"contributions-{row}-{name}": value for name, value in said.items()}
        return rows | {"contributions-TOTAL_FORMS": row + 1}

    return typed


def address_of(record):
    return f"/admin/catalog/{record.KIND}/{record.pk}/change/"


def test_the_same_added_by_both_stands_once_and_is_told(door, letter, contribution):
    anna, boris = door("Cataloguer"), door("Editor")
    opened = form_of(anna.get(address_of(letter)).content)
    theirs = form_of(boris.get(address_of(letter)).content) | contribution()
    assert boris.post(address_of(letter), theirs).status_code == 302
    mine = opened | contribution() | {"summary": "Typed"}
    answer = anna.post(address_of(letter), mine, follow=True)
    assert "was added by someone else" in messages_of(answer)
    assert Contribution.objects.count() == 1
    letter.refresh_from_db()
    assert letter.summary == "Typed"


def test_who_says_more_is_asked_and_loses_nothing(door, letter, contribution):
    anna, boris = door("Cataloguer"), door("Editor")
    opened = form_of(anna.get(address_of(letter)).content)
    theirs = form_of(boris.get(address_of(letter)).content) | contribution()
    boris.post(address_of(letter), theirs)
    said = {"note": "In his own hand", "certainty": Certainty.PROBABLE}
    html = anna.post(address_of(letter), opened | contribution(**said)).content.decode()
    assert "already exists" in html
    assert 'value="In his own hand"' in html
    assert Contribution.objects.get().note == ""
    entries = form_of(html) | {"contributions-0-DELETE": "on", "contributions-0-date": "1938"}
    # Something distinguishes them now, or the row is left out: either way the form is saved.
    assert anna.post(address_of(letter), entries).status_code == 302
    again = form_of(anna.get(address_of(letter)).content)
    entries = again | {"contributions-0-note": "In his own hand"}
    assert anna.post(address_of(letter), entries).status_code == 302
    assert Contribution.objects.get().note == "In his own hand"


def test_the_same_twice_in_one_form_is_refused(door, letter, contribution):
    anna = door("Cataloguer")
    page = form_of(anna.get(address_of(letter)).content)
    answer = anna.post(address_of(letter), page | contribution(0) | contribution(1, note="again"))
    assert "says the same as another row here" in answer.content.decode()
    assert not Contribution.objects.exists()
    apart = page | contribution(0) | contribution(1, date="1938")
    assert anna.post(address_of(letter), apart).status_code == 302
    assert Contribution.objects.count() == 2


def test_from_the_other_end_too(door, letter, trotsky, author):
    Contribution.objects.create(document=letter, person=trotsky, role=author)
    page = form_of(door("Editor").get(address_of(trotsky)).content)
    prefix = next(
        name.removesuffix("-TOTAL_FORMS")
        for name in page
        if name.startswith("contributions") and name.endswith("-TOTAL_FORMS")
    )
    row = {"document": letter.pk, "role": author.pk, "certainty": "certain"}
    rows = {f"{prefix}-1-{name}": value for name, value in row.items()}
    answer = door("Editor").post(address_of(trotsky), page | rows | {f"{prefix}-TOTAL_FORMS": 2})
    assert "says the same as another row here" in answer.content.decode()
    assert Contribution.objects.count() == 1


def test_twins_of_old_can_still_be_changed(door, letter, trotsky, author, contribution):
    for _ in range(2):
        Contribution.objects.create(document=letter, person=trotsky, role=author)
    anna = door("Cataloguer")
    page = form_of(anna.get(address_of(letter)).content)
    assert anna.post(address_of(letter), page | {"contributions-1-note": "n"}).status_code == 302
    page = form_of(anna.get(address_of(letter)).content)
    assert anna.post(address_of(letter), page | {"contributions-0-DELETE": "on"}).status_code == 302
    assert Contribution.objects.get().note == "n"


def test_a_revision_whose_row_somebody_added_meanwhile_is_published(door, trotsky, author):
    letter = make("document", title="A letter")
    changes = {
        "fields": {},
        "many": {},
        "rows": {
            "0" * 8 + "-0000-4000-8000-" + "0" * 12: {
                "model": "contribution",
                "before": None,
                "after": {"document": letter.pk, "person": trotsky.pk, "role": author.pk}
                | {"image": None, "date": None, "note": "", "certainty": "certain", "position": 0},
            }
        },
    }
    revise(letter, changes, by=None)
    Contribution.objects.create(document=letter, person=trotsky, role=author)
    publish_revision(letter, by=None)
    assert Contribution.objects.count() == 1
