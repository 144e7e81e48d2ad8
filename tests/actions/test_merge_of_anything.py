"""Merging two persons, whatever belongs to them: nothing is lost, nothing stands twice, all comes back."""

from __future__ import annotations

import os

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.actions import merge
from catalog.models import Citation, Contribution, Person, PersonName, Relationship, Topic
from tests.actions.taking_back import take_back
from tests.history.snapshots import snapshot
from tests.models.conftest import make, term

pytestmark = pytest.mark.django_db


#: More when run by hand: MERGE_EXAMPLES=500 pytest tests/actions/test_merge_of_anything.py
EXAMPLES = int(os.environ.get("MERGE_EXAMPLES", "0"))
DATES = st.sampled_from([None, "1936", "1937"])
NOTES = st.sampled_from(["", "Seen.", "Heard."])
WHO = st.integers(0, 2)
ROWS = st.one_of(
    st.tuples(st.just("contribution"), WHO, st.integers(0, 1), st.integers(0, 1), DATES, NOTES),
    st.tuples(st.just("relationship"), WHO, WHO, st.integers(0, 1), DATES, NOTES),
    st.tuples(
        st.just("name"), WHO, st.sampled_from(["Leo", "Lev"]), st.sampled_from(["other", "birth"])
    ),
    st.tuples(st.just("citation"), WHO, st.sampled_from(["", "born"]), NOTES),
    st.tuples(st.just("topic"), WHO, st.integers(0, 1), DATES, NOTES),
    st.tuples(st.just("subject"), WHO, st.integers(0, 1)),
)
FIELDS = st.fixed_dictionaries(
    {
        "born": st.sampled_from([None, "1879", "1880"]),
        "summary": st.sampled_from(["", "One.", "Two."]),
        "sort_name": st.sampled_from(["", "A", "B"]),
    }
)


def what_is_said(*keys: int) -> set[tuple[object, ...]]:
    """Everything that is said of some persons, as if they were one; what says nothing is empty."""
    said: set[tuple[object, ...]] = set()
    for row in Contribution.objects.filter(person__in=keys):
        said.add(("wrote", row.document_id, row.role_id, str(row.date or ""), row.note))
        for each in row.citations.all():
            said.add(("source", row.document_id, row.role_id, each.locator))
    for kin in Relationship.objects.all():
        ends = ["P" if pk in keys else pk for pk in (kin.person_id, kin.related_id)]
        if "P" in ends and ends != ["P", "P"]:
            said.add(("related", *ends, kin.kind_id, str(kin.date or ""), kin.note))
    for name in PersonName.objects.filter(person__in=keys):
        said.add(("called", name.name, name.kind if name.kind != "other" else ""))
    for cited in Citation.objects.filter(person__in=keys):
        said.add(("cited", cited.source_id, cited.field))
    for topic in Topic.objects.filter(about_person__in=keys):
        said.add(("topic", topic.document_id, str(topic.date or ""), topic.note))
    for one in Person.objects.filter(pk__in=keys):
        said |= {("subject", pk) for pk in one.subjects.values_list("pk", flat=True)}
    return said


def is_said(fact: tuple[object, ...], said: set[tuple[object, ...]]) -> bool:
    """Whether a fact is among those said, either itself or one that says more."""
    return any(
        len(other) == len(fact) and all(b == a or b == "" for a, b in zip(other, fact, strict=True))
        for other in said
    )


@settings(
    max_examples=EXAMPLES or 25,
    derandomize=not EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=st.lists(ROWS, max_size=14), fields=st.tuples(FIELDS, FIELDS), takes=st.booleans())
def test_nothing_is_lost_nothing_stands_twice_and_all_comes_back(db, rows, fields, takes) -> None:
    with transaction.atomic():
        people = [make("person", **(fields[n] if n < 2 else {})) for n in range(3)]
        works, terms = (
            [make("document"), make("document")],
            [term("contribution_role") for _ in range(2)],
        )
        kinds, subjects = (
            [term("relationship_kind") for _ in range(2)],
            [term("subject") for _ in range(2)],
        )
        for sort, who, *said in rows:
            person = people[who]
            if sort == "contribution":
                made = Contribution.objects.create(
                    person=person,
                    document=works[said[0]],
                    role=terms[said[1]],
                    date=said[2],
                    note=said[3],
                )
                Citation.objects.create(source=works[0], contribution=made, locator=said[3])
            elif sort == "relationship" and who != said[0]:
                Relationship.objects.create(
                    person=person,
                    related=people[said[0]],
                    kind=kinds[said[1]],
                    date=said[2],
                    note=said[3],
                )
            elif sort == "name":
                PersonName.objects.create(person=person, name=said[0], kind=said[1])
            elif sort == "citation":
                Citation.objects.create(source=works[0], person=person, field=said[0], note=said[1])
            elif sort == "topic":
                Topic.objects.create(
                    document=works[said[0]], about_person=person, date=said[1], note=said[2]
                )
            elif sort == "subject":
                person.subjects.add(subjects[said[0]])
        goes, stays = people[:2]
        before, said_before = snapshot(), what_is_said(goes.pk, stays.pk)
        merge(goes, into=stays, by=None, take=["summary"] if takes else None)
        said_after = what_is_said(stays.pk)
        lost = {fact for fact in said_before if not is_said(fact, said_after)}
        assert not lost
        theirs = Contribution.objects.filter(person=stays)
        told = list(theirs.values_list("document", "role", "date", "note"))
        wrote = [one[1:] for one in rows if one[0] == "contribution" and one[1] < 2]
        twice = len(told) - len(set(told))
        assert twice <= len(wrote) - len(set(wrote)), "only what one of them said twice before"
        take_back()
        assert snapshot() == before
        transaction.set_rollback(True)
