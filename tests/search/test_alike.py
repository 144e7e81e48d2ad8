"""What is like a record: what shares most, by rarity, as the visitor may see it, and exactly."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from catalog import search
from catalog.models import (
    Collection,
    Contribution,
    Document,
    Event,
    Image,
    Page,
    Person,
    Place,
    Relationship,
    Status,
    Term,
    Topic,
)
from catalog.search.sums import Sums
from tests.filters.small_museum import made, term


def like(record: Any, user: Any = None, most: int = 6) -> list[tuple[str, list[str]]]:
    """Titles of what is like a record, each with what both have."""
    search.refresh(None)
    found = search.alike(record.KIND, record.pk, user, most)
    assert found is not None
    return [(one.record.title, [str(shared.label) for shared in one.shared]) for one in found]


def titles(record: Any, user: Any = None, most: int = 6) -> list[str]:
    return [title for title, _shared in like(record, user, most)]


@pytest.fixture
def author(db: None) -> Term:
    return term("contribution_role", "author")


def letter(title: str, *by: Person, author: Term | None = None, **fields: Any) -> Document:
    work: Document = made(Document, title, **fields)
    for person in by:
        Contribution.objects.create(document=work, person=person, role=author)
    return work


@pytest.mark.django_db
def test_what_few_share_counts_more_than_what_many_share(author: Term) -> None:
    common, rare = made(Person, "Common"), made(Person, "Rare")
    own = letter("Own", common, rare, author=author)
    for number in range(8):
        letter(f"Common {number}", common, author=author)
    letter("Rare", rare, author=author)
    letter("Both", common, rare, author=author)
    made(Document, "Neither")
    found = like(own, most=20)
    assert found[:2] == [("Both", ["Rare", "Common"]), ("Rare", ["Rare"])]
    assert {title for title, _shared in found[2:]} == {f"Common {n}" for n in range(8)}


@pytest.mark.django_db
def test_works_are_like_works_and_all_others_like_their_own_kind(author: Term) -> None:
    exile = term("subject", "exile")
    of_kind = {}
    for model in (Person, Document, Image, Event, Place, Collection):
        for title in ("one", "other"):
            record = made(model, f"{model.KIND} {title}")
            record.subjects.add(exile)
            of_kind[f"{model.KIND} {title}"] = record
    for kind in ("person", "event", "place", "collection"):
        assert titles(of_kind[f"{kind} one"]) == [f"{kind} other"]
    works = {"document one", "document other", "image one", "image other"}
    for name in works:
        assert set(titles(of_kind[name])) == works - {name}


@pytest.mark.django_db
def test_a_place_counts_once_however_deep_it_lies() -> None:
    country = made(Place, "Mexico")
    city = made(Place, "Mexico City", part_of=country)
    suburb = made(Place, "Coyoacán", part_of=city)
    exile = term("subject", "exile")
    own = made(Document, "Own", place=suburb)
    own.subjects.add(exile)
    same = made(Document, "Same suburb", place=suburb)
    made(Document, "Same city", place=city)
    made(Document, "Same country", place=country)
    for number in range(4):
        made(Document, f"Also there {number}", place=suburb)
    about = made(Document, "Same subject")
    about.subjects.add(exile)
    found = dict(like(own, most=20))
    # The subject is rarer than the suburb, which with its city and country is one thing and not three.
    assert next(iter(found)) == about.title
    assert found[same.title] == ["Coyoacán"]
    assert found["Same city"] == ["Mexico City"]
    assert found["Same country"] == ["Mexico"]


@pytest.mark.django_db
def test_type_or_time_alone_make_nothing_alike() -> None:
    kind = term("document_type", "letter")
    own = made(Document, "Own", type=kind, written="1936")
    made(Document, "Same type and time", type=kind, written="1936")
    assert titles(own) == []
    exile = term("subject", "exile")
    own.subjects.add(exile)
    for title, year in (("Later", "1951"), ("Same year", "1936"), ("Same decade", "1938")):
        made(Document, title, type=kind, written=year).subjects.add(exile)
    assert titles(own) == ["Same year", "Same decade", "Later"]


@pytest.mark.django_db
def test_what_a_record_is_related_to_is_left_out(author: Term) -> None:
    exile = term("subject", "exile")

    def about_exile(model: type[Any], title: str, **fields: Any) -> Any:
        record = made(model, title, **fields)
        record.subjects.add(exile)
        return record

    work = about_exile(Document, "Work")
    scan, other = about_exile(Image, "Scan"), about_exile(Image, "Other")
    review, reviewed = about_exile(Document, "Review"), about_exile(Document, "Reviewed")
    Page.objects.create(document=work, image=scan)
    Topic.objects.create(document=review, about_document=work)
    Topic.objects.create(document=work, about_document=reviewed)
    assert titles(work) == [other.title]
    assert set(titles(scan)) == {other.title, review.title, reviewed.title}
    woman, man = about_exile(Person, "Woman"), about_exile(Person, "Man")
    about_exile(Person, "Friend")
    kin = term("relationship_kind", "sibling")
    Relationship.objects.create(person=woman, related=man, kind=kin)
    assert titles(woman) == titles(man) == ["Friend"]
    whole = about_exile(Place, "Whole")
    part = about_exile(Place, "Part", part_of=whole)
    within = about_exile(Place, "Within", part_of=part)
    about_exile(Place, "Elsewhere")
    assert titles(whole) == titles(part) == titles(within) == ["Elsewhere"]


@pytest.mark.django_db
def test_nothing_hidden_is_shown_named_or_counted(author: Term) -> None:
    known, secret = made(Person, "Known"), made(Person, "Secret", hidden=True)
    own = letter("Own", known, secret, author=author)
    letter("By both", known, secret, author=author)
    letter("By the known", known, author=author)
    letter("By the secret", secret, author=author)
    letter("Draft", known, secret, author=author, hidden=True)
    curator = get_user_model().objects.create_superuser("curator")
    # To the public the two share one thing each: the one catalogued next to it comes first.
    assert like(own) == [("By both", ["Known"]), ("By the known", ["Known"])]
    assert like(own, curator)[0] == ("By both", ["Known", "Secret"])
    assert set(titles(own, curator)) == {"By both", "By the known", "By the secret", "Draft"}
    Person.objects.filter(pk=known.pk).update(status=Status.WITHDRAWN)
    assert like(own) == []


@pytest.mark.django_db
def test_while_the_index_is_behind_nothing_is_said() -> None:
    exile = term("subject", "exile")
    own = made(Document, "Own")
    own.subjects.add(exile)
    assert search.alike("document", own.pk) is None
    assert titles(own) == []
    assert search.alike("document", 10**9) == []


@pytest.mark.django_db
def test_its_questions_do_not_grow(author: Term) -> None:
    exile = term("subject", "exile")
    people = [made(Person, f"Person {n}") for n in range(30)]
    works = [letter(f"Letter {n}", *people[: n % 30], author=author) for n in range(60)]
    for work in works:
        work.subjects.add(exile)
    assert len(titles(works[29])) == 6
    search.refresh(None)
    with CaptureQueriesContext(connection) as queries:
        search.alike("document", works[29].pk)
    # The index entry of the letter, and the rows of the six; the names of what is shared were read
    # just before.
    assert len(queries) == 2


@pytest.mark.once
@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sets(st.integers(0, 200)), st.integers(0, 300)),
        max_size=12,
    ),
    st.sets(st.integers(0, 200)),
    st.integers(1, 20),
    st.integers(0, 200),
)
def test_the_highest_sums_are_those_of_simple_addition(
    added: list[tuple[set[int], int]], among: set[int], most: int, near: int
) -> None:
    sums, plain = Sums(), dict.fromkeys(range(201), 0)
    for entries, number in added:
        sums.add(BitMap(entries), number)
        for entry in entries:
            plain[entry] += number
    assert {entry: sums.of(entry) for entry in plain} == plain
    best = sorted(among, key=lambda entry: (-plain[entry], abs(entry - near), entry))
    assert sums.highest(BitMap(among), most, near) == best[:most]
