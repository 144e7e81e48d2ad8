"""The time of the last change, which the public reads: renewed by what they see, and by nothing else."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest
from django.utils import timezone

from catalog import history
from catalog.actions import attach, detach, edit, order_pages, undo
from catalog.documents import feed
from catalog.history import Selection
from catalog.models import (
    ChangeSet,
    Image,
    Page,
    Participation,
    PublicRecord,
    Status,
    VitalStatus,
)
from tests.models.conftest import make, term

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=9)


def told(record):
    """Whether the record is told to have changed since the last time that this was asked."""
    rows = type(record).objects.filter(pk=record.pk)
    is_told = rows.get().modified > LONG_AGO
    rows.update(modified=LONG_AGO)
    return is_told


@pytest.fixture
def ana():
    one = make("person", title="Ana")
    told(one)
    return one


def taken_part(person, status):
    return Participation(
        person=person, event=make("event", status=status), role=term("participation-role")
    )


def test_a_note_for_curators_renews_a_draft_and_no_public_record(ana):
    draft = make("person", status=Status.DRAFT)
    told(draft)
    for one in (ana, draft):
        one.internal_note = "Look again"
        edit(one, by=None)
    assert (told(ana), told(draft)) == (False, True)
    ana.summary = "A painter"
    edit(ana, by=None)
    assert told(ana)


@pytest.mark.parametrize("status", Status.values)
def test_a_statement_renews_a_public_record_if_the_other_end_is_public(ana, status):
    statement = taken_part(ana, status)
    found = []
    attach(statement, ana, by=None)
    found.append(told(ana))
    statement.note = "As a guest"
    attach(statement, ana, by=None)
    found.append(told(ana))
    detach(statement, ana, by=None)
    found.append(told(ana))
    assert found == [status == Status.PUBLISHED] * 3


def test_a_statement_that_turns_away_from_a_public_record_renews(ana):
    statement = taken_part(ana, Status.PUBLISHED)
    statement.save()
    statement.event = make("event", status=Status.DRAFT)
    attach(statement, ana, by=None)
    assert told(ana)


def test_a_birth_renews_once_the_public_may_know_it(ana):
    ana.vital_status = VitalStatus.LIVING
    ana.save()
    told(ana)
    ana.born = "1999"
    edit(ana, by=None)
    assert not told(ana)
    ana.vital_status, ana.born = "", "1850"
    edit(ana, by=None)
    assert told(ana)


def test_the_birth_of_a_person_whose_age_decides_renews_when_it_becomes_known(ana):
    ana.born = timezone.now().strftime("%Y")
    ana.save()
    told(ana)
    ana.born = "1850"
    edit(ana, by=None)
    assert told(ana)


def test_a_pointer_renews_if_either_record_that_it_names_is_public():
    one, other = (make("collection", status=Status.DRAFT) for _ in range(2))
    public = make("collection")
    letter = make("document", collection=one)
    found = []
    for collection in (other, public, one):
        told(letter)
        letter.collection = collection
        edit(letter, by=None)
        found.append(told(letter))
    assert found == [False, True, True]


def test_pages_that_nobody_sees_are_put_in_order_unseen():
    book = make("document")
    pages = [
        Page.objects.create(
            document=book, image=make("image", status=Status.DRAFT), position=number
        )
        for number in (1, 2)
    ]
    told(book)
    order_pages(book, [pages[1].uuid, pages[0].uuid], by=None)
    assert not told(book)
    Image.objects.update(status=Status.PUBLISHED)
    order_pages(book, [pages[0].uuid, pages[1].uuid], by=None)
    assert told(book)


@pytest.mark.parametrize(
    ("changed", "renews"),
    [({"internal_note": "Look again"}, False), ({"born": "1999"}, False), ({"summary": "-"}, True)],
)
def test_undoing_renews_as_editing_does(ana, changed, renews):
    ana.vital_status = VitalStatus.LIVING
    ana.save()
    with history.change_set(reason="slip"):
        for name, value in changed.items():
            setattr(ana, name, value)
        edit(ana, by=None)
    told(ana)
    undo(Selection(ChangeSet.objects.filter(reason="slip").get().pk), by=None)
    assert told(ana) == renews


def test_what_becomes_public_or_hidden_gives_its_public_neighbours_new_numbers(ana):
    statement = taken_part(ana, Status.DRAFT)
    statement.save()

    def number():
        feed.current(patiently=True)
        return PublicRecord.objects.get(kind="person", record_id=ana.pk).sequence

    numbers = [number()]
    event = statement.event
    for change in (
        {"title": "Secret"},
        {"status": Status.PUBLISHED},
        {"title": "Known"},
        {"status": Status.WITHDRAWN},
        {"title": "Secret again"},
    ):
        for name, value in change.items():
            setattr(event, name, value)
        event.save()
        numbers.append(number())
    renewed = [after > before for before, after in pairwise(numbers)]
    assert renewed == [False, True, True, True, False]
