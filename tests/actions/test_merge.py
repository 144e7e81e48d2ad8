"""Merging two records: what moves where, what is not kept twice, and undoing it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog import actions, search
from catalog.actions import Refused, merge, undo
from catalog.history import Selection
from catalog.jobs import work_off
from catalog.models import (
    RECORD_MODELS,
    ChangeSet,
    Citation,
    Contribution,
    Depiction,
    Detail,
    Exhibition,
    ExhibitionPart,
    JobState,
    MergedRecord,
    OutsideIdentifier,
    Page,
    Participation,
    PastSlug,
    Person,
    PersonName,
    Place,
    Relationship,
    Status,
    Tombstone,
    Topic,
)
from catalog.search.keys import FEW
from tests.actions.taking_back import newest, take_back
from tests.history.snapshots import snapshot
from tests.models.conftest import KINDS, make, term

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> SimpleNamespace:
    """Trotsky, entered twice, with something of every sort on the record that will be merged."""
    author, witness = term("contribution_role", "author"), term("participation_role", "witness")
    friend, exile = term("relationship_kind", "friend"), term("subject", "exile")
    goes = make("person", title="Leo Trotzki", sort_name="Trotzki, Leo", slug="trotzki", died="1940-08-21",
                description="Entered from the index cards.")  # fmt: skip
    stays = make(
        "person", title="Leon Trotsky", sort_name="Trotsky, Leon", slug="trotsky", born="1879-11-07"
    )
    letter, portrait, trial = make("document"), make("image"), make("event")
    other = make("person")
    goes.subjects.add(exile)
    wrote = Contribution.objects.create(person=goes, document=letter, role=author)
    Citation.objects.create(source=letter, contribution=wrote, locator="p. 1")
    Participation.objects.create(person=goes, event=trial, role=witness)
    Depiction.objects.create(person=goes, image=portrait, caption="standing")
    Relationship.objects.create(person=goes, kind=friend, related=other)
    Relationship.objects.create(person=other, kind=friend, related=goes)
    Topic.objects.create(document=letter, about_person=goes)
    Citation.objects.create(source=letter, person=goes, field="died")
    OutsideIdentifier.objects.create(person=goes, authority="viaf", value="123")
    PersonName.objects.create(person=goes, name="Bronstein", kind="birth")
    Detail.objects.create(person=goes, kind=term("detail", "hand"), text="Small")
    exile_shown = Exhibition.objects.create(title="Exile", identifier="X 1")
    ExhibitionPart.objects.create(exhibition=exile_shown, person=goes, text="He writes.")
    make("document", holding_institution=goes)
    return SimpleNamespace(
        goes=goes, stays=stays, letter=letter, portrait=portrait, trial=trial, other=other,
        author=author, witness=witness, friend=friend, exile=exile, wrote=wrote,
    )  # fmt: skip


def hanging(person: Person) -> dict[str, int]:
    """How much of each sort belongs to a person."""
    return {
        str(relation.get_accessor_name()): getattr(
            person, str(relation.get_accessor_name())
        ).count()
        for relation in person._meta.related_objects
    }


def test_everything_goes_to_the_other_and_comes_back(two: SimpleNamespace) -> None:
    before, hung = snapshot(), hanging(two.goes)
    assert all(hung.values()), "the person has to have one of everything"
    modified = two.stays.modified
    done = merge(two.goes, into=two.stays, by=None)
    two.stays.refresh_from_db()
    assert not Person.objects.filter(pk=two.goes.pk).exists()
    assert hanging(two.stays) == {**hung, "names": 2}
    assert list(two.stays.subjects.all()) == [two.exile]
    assert (two.stays.title, str(two.stays.born), str(two.stays.died)) == (
        "Leon Trotsky", "1879-11-07", "1940-08-21",
    )  # fmt: skip
    assert two.stays.sort_name == "Trotsky, Leon"
    assert two.stays.died_latest == 19400821, "derived columns follow"
    assert two.stays.modified > modified, "forms that are open must notice"
    assert set(done.taken) == {"died", "description"}
    assert done.name == "Leo Trotzki"
    assert two.stays.names.get(name="Leo Trotzki").kind == "other"
    assert ChangeSet.objects.get(pk=newest()).size == Selection(newest()).changes().count()
    assert list(search.check()) == []
    take_back()
    assert snapshot() == before
    assert list(search.check()) == []


def test_what_says_the_same_stands_once(two: SimpleNamespace) -> None:
    same = Contribution.objects.create(person=two.stays, document=two.letter, role=two.author)
    Citation.objects.create(source=two.letter, contribution=same, locator="p. 1")
    Citation.objects.create(source=two.letter, contribution=two.wrote, locator="p. 2")
    Participation.objects.create(
        person=two.stays, event=two.trial, role=two.witness, date="1937-04", note="By day."
    )
    Depiction.objects.create(person=two.stays, image=two.portrait)
    OutsideIdentifier.objects.create(person=two.stays, authority="viaf", value="123")
    PersonName.objects.create(person=two.stays, name="Bronstein")
    two.stays.subjects.add(two.exile)
    Relationship.objects.create(person=two.stays, kind=two.friend, related=two.other, date="1930")
    before = snapshot()
    done = merge(two.goes, into=two.stays, by=None)
    told = {line.model: line for line in done.balance.lines}
    assert told[Contribution].doubles == told[Participation].doubles == 1
    assert told[Depiction].given_way == told[PersonName].given_way == 1
    stays = Person.objects.get(pk=two.stays.pk)
    assert stays.contributions.get() == same
    assert sorted(same.citations.values_list("locator", flat=True)) == ["p. 1", "p. 2"]
    assert stays.participations.get().note == "By day.", "the fuller one stands"
    assert stays.depictions.get().caption == "standing"
    assert stays.names.get(name="Bronstein").kind == "birth"
    assert stays.outside_identifiers.count() == stays.subjects.count() == 1
    assert stays.relationships.get().date is not None
    take_back()
    assert snapshot() == before


def test_the_fonds_of_both_has_one_creator(two: SimpleNamespace) -> None:
    fonds, role = make("collection"), term("contribution_role", "creator")
    for person in (two.goes, two.stays):
        Contribution.objects.create(person=person, collection=fonds, role=role)
    before = snapshot()
    merge(two.goes, into=two.stays, by=None)
    assert fonds.contributions.get().person == two.stays
    take_back()
    assert snapshot() == before


def test_what_differs_is_kept_beside(two: SimpleNamespace) -> None:
    Contribution.objects.create(person=two.stays, document=two.letter, role=two.author, date="1930")
    two.wrote.date = "1931"
    two.wrote.save()
    Contribution.objects.create(
        person=two.stays, document=two.letter, role=term("contribution_role", "editor")
    )
    merge(two.goes, into=two.stays, by=None)
    assert two.stays.contributions.count() == 3


def test_who_was_related_to_himself_is_so_no_more(two: SimpleNamespace) -> None:
    parent = term("relationship_kind", "parent")
    kin = Relationship.objects.create(person=two.goes, kind=parent, related=two.stays)
    Citation.objects.create(source=two.letter, relationship=kin)
    Relationship.objects.create(person=two.stays, kind=parent, related=two.goes)
    before = snapshot()
    done = merge(two.goes, into=two.stays, by=None)
    told = {line.model: line for line in done.balance.lines}
    assert told[Relationship].to_itself == 2
    assert not Relationship.objects.filter(kind=parent).exists()
    take_back()
    assert snapshot() == before


def test_the_curator_chooses_field_by_field(two: SimpleNamespace) -> None:
    merge(
        two.goes,
        into=two.stays,
        by=None,
        take=["title", "sort_name", "identifier"],
        called="pseudonym",
    )
    stays = Person.objects.get(pk=two.stays.pk)
    assert (stays.title, stays.identifier) == ("Leo Trotzki", two.goes.identifier)
    assert stays.died is None, "what was not chosen stays empty"
    assert stays.sort_key == "trotzki leo"
    assert stays.names.get(name="Leon Trotsky").kind == "pseudonym"
    assert stays.slug == "trotsky", "addresses stay"


def test_unknown_fields_and_impossible_values_are_refused(two: SimpleNamespace) -> None:
    before = snapshot()
    with pytest.raises(Refused, match="colour"):
        merge(two.goes, into=two.stays, by=None, take=["colour"])
    two.goes.died = "1800"
    two.goes.save()
    before = snapshot()
    with pytest.raises(ValidationError, match="died before being born"):
        merge(two.goes, into=two.stays, by=None)
    assert snapshot() == before, "nothing is done by half"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_its_tombstone(kind: str) -> None:
    goes, stays = make(kind), make(kind)
    for one in (goes, stays):
        actions.publish(one, by=None)
        type(one).objects.filter(pk=one.pk).update(first_published=one.created)
    before = snapshot()
    merge(goes, into=stays, by=None)
    row = MergedRecord.objects.get()
    assert (row.record_uuid, row.into_uuid, row.title) == (goes.uuid, stays.uuid, goes.title)
    assert Tombstone.objects.filter(record_uuid=goes.uuid).exists()
    take_back()
    assert snapshot() == before


def test_a_chain_leads_to_its_end_and_each_link_is_taken_back_alone() -> None:
    one, two, three = make("person"), make("person"), make("person")
    start = snapshot()
    merge(one, into=two, by=None)
    between, first = snapshot(), newest()
    merge(two, into=three, by=None)
    assert MergedRecord.successor_of(one.uuid) == three.uuid
    take_back()
    assert snapshot() == between
    undo(Selection(first), by=None)
    assert snapshot() == start


def test_bringing_back_only_the_record_takes_its_addresses_back(two: SimpleNamespace) -> None:
    merge(two.goes, into=two.stays, by=None)
    actions.restore("person", two.goes.pk, by=None)
    assert not MergedRecord.objects.exists()
    assert not PastSlug.objects.filter(slug="trotzki").exists()
    Person.objects.get(pk=two.goes.pk).full_clean()


def test_what_was_changed_later_stays_when_it_is_taken_back(two: SimpleNamespace) -> None:
    merge(two.goes, into=two.stays, by=None)
    merged = newest()
    stays = Person.objects.get(pk=two.stays.pk)
    stays.died = "1940-08-22"
    actions.edit(stays, by=None)
    Contribution.objects.filter(person=stays).update(note="Later.")
    undone = undo(Selection(merged), by=None)
    assert [one.column for one in undone.kept] == ["died"]
    assert str(Person.objects.get(pk=stays.pk).died) == "1940-08-22"
    assert Person.objects.get(pk=two.goes.pk).contributions.get().note == "Later."


# --- Sources of values --------------------------------------------------------------------------------------------


def test_the_source_of_a_value_that_does_not_stand_says_otherwise(two: SimpleNamespace) -> None:
    Person.objects.filter(pk=two.stays.pk).update(died="1940-08-20")
    theirs = Citation.objects.get(person=two.goes, field="died")
    ours = Citation.objects.create(
        source=two.letter, person=two.stays, field="died", locator="p. 9"
    )
    whole = Citation.objects.create(source=two.letter, person=two.goes, locator="p. 3")
    before = snapshot()
    done = merge(two.goes, into=two.stays, by=None)
    assert done.otherwise == 1
    theirs.refresh_from_db()
    assert (theirs.bearing, theirs.followed, theirs.note) == ("differs", False, "1940-08-21")
    for one in (ours, whole):
        one.refresh_from_db()
        assert (one.bearing, one.followed, one.note) == ("states", True, "")
    take_back()
    assert snapshot() == before
    merge(two.goes, into=two.stays, by=None, take=["died"])
    ours.refresh_from_db()
    theirs.refresh_from_db()
    assert (ours.bearing, ours.note, theirs.bearing) == ("differs", "1940-08-20", "states")


# --- Trees ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "parent"), [("place", "part_of"), ("event", "part_of"), ("collection", "parent")]
)
def test_no_loop_comes_of_it(kind: str, parent: str) -> None:
    top = make(kind)
    one = make(kind, **{parent: top})
    between = make(kind, **{parent: one})
    other = make(kind, **{parent: between})
    leaf = make(kind, **{parent: one})
    before = snapshot()
    merge(one, into=other, by=None)
    rows = {row.pk: getattr(row, f"{parent}_id") for row in type(one).objects.all()}
    assert rows == {top.pk: None, other.pk: top.pk, between.pk: other.pk, leaf.pk: other.pk}
    take_back()
    assert snapshot() == before
    merge(other, into=one, by=None, take=[parent])
    rows = {row.pk: getattr(row, f"{parent}_id") for row in type(one).objects.all()}
    assert rows == {top.pk: None, one.pk: top.pk, between.pk: one.pk, leaf.pk: one.pk}
    take_back()
    assert snapshot() == before


def test_a_parent_is_filled_in_and_a_name_kept_of_places() -> None:
    top = make("place")
    one = make(
        "place", title="Coyoacan", part_of=top, latitude=0.0, longitude=-99.1, precision="town"
    )
    other = make("place", title="Coyoacán")
    merge(one, into=other, by=None)
    other.refresh_from_db()
    assert (other.part_of, other.latitude, other.precision) == (top, 0.0, "town")
    assert other.names.get().name == "Coyoacan"
    assert Place.objects.count() == 2


def test_pages_of_two_documents_follow_each_other() -> None:
    one, other = make("document"), make("document")
    shared, own, theirs = make("image"), make("image"), make("image")
    for document, image, position in (
        (one, own, 1),
        (one, shared, 2),
        (other, shared, 1),
        (other, theirs, 2),
    ):
        Page.objects.create(document=document, image=image, position=position)
    before = snapshot()
    merge(one, into=other, by=None)
    assert [page.image for page in Page.objects.filter(document=other)] == [shared, theirs, own]
    take_back()
    merge(shared, into=theirs, by=None)
    assert Page.objects.filter(document=other).count() == 1
    take_back()
    assert snapshot() == before


def test_the_file_of_a_picture_comes_whole_or_not_at_all() -> None:
    held = {"file": "originals/a.png", "media_type": "image/png", "width": 2, "height": 3, "byte_size": 4,
            "sha256": "f" * 64}  # fmt: skip
    one, other = make("image", rotation=90, **held), make("image")
    merge(one, into=other, by=None)
    other.refresh_from_db()
    assert (other.file.name, other.width, other.rotation) == ("originals/a.png", 2, 90)


# --- Permissions and refusals ---------------------------------------------------------------------------------


@pytest.mark.parametrize("group", ["Nobody", "Anonymous", "Cataloguer", "Editor", "Administrator"])
def test_who_may(curator, group: str) -> None:
    one, other = make("person"), make("person")
    if group == "Administrator":
        merge(one, into=other, by=curator(group))
        assert not Person.objects.filter(pk=one.pk).exists()
        return
    with pytest.raises(Refused, match="administrator"):
        merge(one, into=other, by=curator(group))
    assert Person.objects.filter(pk=one.pk).exists()


def test_who_may_delete_but_not_publish_merges_drafts_only(curator) -> None:
    from django.contrib.auth.models import Permission

    user = curator("Cataloguer")
    user.user_permissions.add(Permission.objects.get(codename="delete_person"))
    public, draft, other = (
        make("person", status=status) for status in (Status.PUBLISHED, Status.DRAFT, Status.DRAFT)
    )
    for one, into in ((public, draft), (draft, public)):
        with pytest.raises(Refused, match="only an editor can"):
            merge(one, into=into, by=user)
    merge(draft, into=other, by=user)
    assert not Person.objects.filter(pk=draft.pk).exists()


def test_what_cannot_be_one(curator) -> None:
    person, public = make("person", status=Status.DRAFT), make("person")
    administrator = curator("Administrator")
    with pytest.raises(Refused, match="different kinds of record"):
        merge(person, into=make("place"), by=administrator)
    with pytest.raises(Refused, match="is the same record"):
        merge(person, into=person, by=administrator)
    with pytest.raises(Refused, match="visitors would lose it"):
        merge(public, into=person, by=administrator)
    actions.revise(
        public,
        {"fields": {"title": {"before": "a", "after": "b"}}, "many": {}, "rows": {}},
        by=administrator,
    )
    with pytest.raises(Refused, match="draft revision"):
        merge(public, into=make("person"), by=administrator)


def test_two_who_merge_crosswise(curator) -> None:
    """The second finds that the record to stay is gone, and nothing happens."""
    one, other = make("person"), make("person")
    merge(one, into=other, by=None)
    for goes, stays in ((other, one), (one, other)):
        with pytest.raises(Refused, match="has since been deleted"):
            merge(goes, into=stays, by=None)
    assert Person.objects.get() == other


# --- Many rows ------------------------------------------------------------------------------------------------


def test_the_number_of_statements_does_not_grow(two: SimpleNamespace) -> None:
    def statements(number: int) -> int:
        goes, stays = make("person"), make("person")
        events = [make("event") for _ in range(number)]
        Participation.objects.bulk_create(
            Participation(person=one, event=event, role=two.witness)
            for event in events
            for one in (goes, stays)
        )
        search.refresh()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            done = merge(goes, into=stays, by=None)
        assert {line.model: line.doubles for line in done.balance.lines}[Participation] == number
        own = [one["sql"] for one in asked if "search" not in one["sql"]]
        return len(own)

    # Both are more than the search reads by the statements that PostgreSQL keeps for it (``search/keys.py``).
    assert statements(FEW + 60) <= statements(FEW + 3) + 5


def test_looking_ahead_asks_one_question(two: SimpleNamespace) -> None:
    Contribution.objects.create(person=two.stays, document=two.letter, role=two.author)
    Relationship.objects.create(person=two.stays, kind=two.friend, related=two.goes)
    PersonName.objects.create(person=two.stays, name="Bronstein")
    for kind in KINDS:
        one, other = make(kind), make(kind)
        assert actions.weigh_rows(RECORD_MODELS[kind], one.pk, other.pk).total == 0
    with CaptureQueriesContext(connection) as asked:
        foreseen = actions.weigh_rows(Person, two.goes.pk, two.stays.pk)
    assert len(asked) == 1
    done = merge(two.goes, into=two.stays, by=None)
    assert foreseen.lines == done.balance.lines


def test_the_search_follows_a_merge_in_steps_of_their_own(
    two: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    search.refresh(None)
    monkeypatch.setattr(search, "STEP", 2)
    monkeypatch.setattr("catalog.jobs.run._PAUSE", 0.0)
    steps: list[int] = []
    follow = search.refresh_left

    def refresh_left() -> int:
        assert not Person.objects.filter(pk=two.goes.pk).exists(), "the records come first"
        steps.append(follow(2))
        return steps[-1]

    monkeypatch.setattr(search, "refresh_left", refresh_left)
    job = actions.merge_as_job(
        [two.goes],
        into=two.stays,
        by=None,
        takes=None,
        called="",
        reason="The same",
        door="command",
    )
    work_off()
    job.refresh_from_db()
    assert job.state == JobState.DONE, job.error
    assert job.said.startswith("“Leo Trotzki” was merged into this record.")
    assert len(steps) > 2
    assert list(search.check()) == []
    take_back()
