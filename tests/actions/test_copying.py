"""A copy is a draft with the content of a record, but nothing that identifies that record."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from catalog import actions
from catalog.actions import Refused
from catalog.actions.copying import MOST_ROWS
from catalog.history import Selection
from catalog.models import (
    RECORD_MODELS,
    Cataloguing,
    ChangeSet,
    Citation,
    Contribution,
    Depiction,
    Detail,
    Document,
    Image,
    OutsideIdentifier,
    Page,
    PersonName,
    Relationship,
    Status,
    Topic,
    Transcription,
)
from tests.models.conftest import KINDS, make, term

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(db):
    fonds = make("collection", title="Letters")
    letter = make(
        "document", identifier="L.009", title="Letter to Natalia", summary="Of the journey.", written="1933-07-12",
        type=term("document_type", "letter"), collection=fonds, position=9, rights="", credit_line="The archive",
        place=make("place", title="Royan"), internal_note="Check the date", link="https://example.org/l9",
    )  # fmt: skip
    letter.subjects.add(term("subject", "exile"))
    letter.languages.add(term("language", "ru"))
    sender = Contribution.objects.create(
        person=make("person", title="Trotsky"),
        document=letter,
        role=term("contribution_role", "sender"),
        note="By hand",
    )
    Citation.objects.create(source=make("document"), contribution=sender)
    Citation.objects.create(source=make("document"), document=letter, field="written")
    Topic.objects.create(document=letter, about_person=make("person"))
    Topic.objects.create(document=make("document", title="About it"), about_document=letter)
    Detail.objects.create(document=letter, kind=term("detail", "paper"), text="Blue paper")
    OutsideIdentifier.objects.create(document=letter, authority="wikidata", value="Q1")
    Page.objects.create(document=letter, image=make("image"), position=1)
    return letter


def test_the_next_letter_of_a_series(curator, letter):
    by = curator("Cataloguer")
    sets = ChangeSet.objects.count()
    copy = actions.copy_record(letter, by=by)
    assert ChangeSet.objects.count() == sets + 1
    copy = Document.objects.get(pk=copy.pk)
    assert copy.title == "Copy of “Letter to Natalia”"
    number = Document.objects.exclude(pk=copy.pk).latest("pk").identifier.removeprefix("T-")
    assert copy.identifier == f"T-{int(number) + 1}", "the next free one"
    assert copy.slug != letter.slug and copy.uuid != letter.uuid
    assert (copy.status, copy.first_published, copy.publish_from) == (Status.DRAFT, None, None)
    same = ("type", "collection", "position", "credit_line", "place")
    assert [getattr(copy, name) for name in same] == [getattr(letter, name) for name in same]
    unlike = ("summary", "internal_note", "link", "written", "description")
    assert not any(getattr(copy, name) for name in unlike), "probably other in the next letter"
    assert [one.code for one in (*copy.subjects.all(), *copy.languages.all())] == ["exile", "ru"]
    sender = copy.contributions.get()
    assert (sender.person.title, sender.note) == ("Trotsky", "By hand")
    assert copy.topics.count() == copy.details.count() == 1
    for model, names in (
        (OutsideIdentifier, "document"),
        (Page, "document"),
        (Citation, "document"),
        (Topic, "about_document"),
    ):
        assert not model.objects.filter(**{names: copy}).exists(), model
    assert not Citation.objects.filter(contribution=sender).exists()
    assert Cataloguing.objects.get(record_uuid=copy.uuid).cataloguer == by
    letter.refresh_from_db()
    assert letter.contributions.count() == letter.details.count() == 1, "the other keeps its own"
    actions.undo(Selection(ChangeSet.objects.latest("id").pk), by=None)
    assert not Document.objects.filter(pk=copy.pk).exists()


def test_what_is_chosen_is_copied_and_nothing_else(letter):
    copy = actions.copy_record(
        letter, by=None, parts=["written", "citation"], title="Letter to Lev", identifier="X 1"
    )
    assert (copy.title, copy.identifier, str(copy.written)) == (
        "Letter to Lev",
        "X 1",
        "1933-07-12",
    )
    assert copy.written_earliest == letter.written_earliest
    assert (
        copy.collection is None and not copy.subjects.exists() and not copy.contributions.exists()
    )
    assert copy.citations.get().field == "written"


def test_no_file_and_no_place_in_the_picture(db):
    image = make(
        "image", file="originals/x.png", width=2, height=2, byte_size=9, sha256="0" * 64, rotation=90,
        media_type="image/png",
    )  # fmt: skip
    Transcription.objects.create(image=image, text="Written on it")
    person = make("person")
    for left in (1, 50):
        Depiction.objects.create(
            image=image, person=person, left=left, top=1, width=9, height=9, caption="standing"
        )
    for parts in (None, actions.names_to_copy("image", Image)):
        copy = actions.copy_record(image, by=None, parts=parts)
        copy.refresh_from_db()
        assert not copy.file and (copy.width, copy.sha256, copy.rotation) == (None, "", 0)
        assert not copy.transcriptions.exists()
        seen = copy.depictions.get()
        assert (seen.caption, seen.left) == ("standing", None), (
            "another picture: once, and nowhere yet"
        )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_and_all_that_it_can_copy(curator, kind):
    record = make(kind, title="Über alles", credit_line="Somebody")
    everything = actions.names_to_copy(kind, RECORD_MODELS[kind])
    assert not {"identifier", "slug", "uuid", "status", "file", "outsideidentifier"} & set(
        everything
    )
    assert {part.name for part in actions.copyable(record)} <= set(everything)
    for parts in (None, everything, []):
        copy = actions.copy_record(record, by=curator("Cataloguer"), parts=parts)
        assert copy.status == Status.DRAFT and copy.title == "Copy of “Über alles”"
        assert copy.credit_line == ("" if parts == [] else "Somebody")


def test_names_and_relationships_of_a_person_only_where_somebody_says_so(db):
    person = make("person", sort_name="Sedov, Lev", born="1906")
    PersonName.objects.create(person=person, name="Lyova")
    Relationship.objects.create(
        person=person, related=make("person"), kind=term("relationship_kind", "child")
    )
    bare = actions.copy_record(person, by=None)
    assert (bare.sort_name, bare.names.count(), bare.relationships.count()) == ("", 0, 0)
    whole = actions.copy_record(person, by=None, parts=["personname", "relationship", "born"])
    assert (str(whole.born), whole.names.count(), whole.relationships.count()) == ("1906", 1, 1)


def test_who_may_and_what_is_refused(curator, letter):
    for group in ("Nobody", "Anonymous"):
        with pytest.raises(Refused, match="may not add"):
            actions.copy_record(letter, by=curator(group))
    with pytest.raises(Refused, match="cannot be copied: slug"):
        actions.copy_record(letter, by=None, parts=["slug"])
    with pytest.raises(ValidationError, match="identifier"):
        actions.copy_record(letter, by=None, identifier=letter.identifier)
    many = [Detail(document=letter, kind=term("detail"), text=f"{n}") for n in range(MOST_ROWS)]
    Detail.objects.bulk_create(many)
    with pytest.raises(Refused, match="not copied"):
        actions.copy_record(letter, by=None, parts=["detail"])
    before = Document.objects.count()
    assert actions.copy_record(letter, by=None).details.count() == 0
    assert Document.objects.count() == before + 1


def test_a_long_title_and_no_identifier_to_follow(db):
    record = make("event", identifier="Unnumbered", title="x" * 500)
    with pytest.raises(ValidationError, match="identifier"):
        actions.copy_record(record, by=None)
    assert len(actions.copy_record(record, by=None, identifier="E 2").title) == 500
