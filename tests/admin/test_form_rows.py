"""Relations and other rows in the forms of records."""

from __future__ import annotations

import pytest

from catalog.models import (
    Citation,
    Collection,
    Contribution,
    Depiction,
    Document,
    Image,
    Participation,
    Person,
    PersonName,
    Relationship,
    Topic,
    Vocabulary,
)
from tests.admin.conftest import form_of, term
from tests.admin.test_forms import change

pytestmark = pytest.mark.django_db


@pytest.fixture
def work(db):
    return Document.objects.create(identifier="D.1", title="My Life")


def row(prefix, index=0, initial=0, **fields):
    head = {f"{prefix}-TOTAL_FORMS": str(index + 1), f"{prefix}-INITIAL_FORMS": str(initial)}
    return head | {f"{prefix}-{index}-{name}": value for name, value in fields.items()}


def test_relations_are_added_with_their_date_in_columns(cataloguer, work, draft):
    author = term(Vocabulary.CONTRIBUTION_ROLE, "author")
    entries = row(
        "contributions", person=draft.pk, role=author.pk, date="1929~", certainty="certain"
    )
    assert change(cataloguer, work, **entries).status_code == 302
    made = Contribution.objects.get()
    assert (made.person, made.document, made.date_earliest, made.position) == (
        draft,
        work,
        19290101,
        0,
    )


def test_a_fonds_gets_its_creator_on_its_own_page_and_on_that_of_the_person(cataloguer, draft):
    creator = term(Vocabulary.CONTRIBUTION_ROLE, "creator")
    papers, letters = (
        Collection.objects.create(identifier=f"C.{title}", title=title)
        for title in ("Papers", "Letters")
    )
    said = {"role": creator.pk, "certainty": "certain"}
    assert (
        change(cataloguer, papers, **row("contributions", person=draft.pk, **said)).status_code
        == 302
    )
    theirs = row("contributions", 1, 1, collection=letters.pk, **said)
    assert change(cataloguer, draft, **theirs).status_code == 302
    assert {(one.person, one.collection) for one in Contribution.objects.all()} == {
        (draft, papers),
        (draft, letters),
    }


def test_a_role_of_another_vocabulary_is_refused(cataloguer, work, draft):
    wrong = term(Vocabulary.SUBJECT, "exile")
    entries = row("contributions", person=draft.pk, role=wrong.pk, certainty="certain")
    answer = change(cataloguer, work, **entries)
    assert answer.status_code == 200
    assert "Select a valid choice" in answer.content.decode()


def test_a_topic_names_one_thing(cataloguer, work, draft, trotsky):
    event_and_person = row(
        "topics", about_person=draft.pk, about_document=work.pk, certainty="certain"
    )
    assert (
        "Name one person, event, place or document"
        in change(cataloguer, work, **event_and_person).content.decode()
    )
    itself = row("topics", about_document=work.pk, certainty="certain")
    assert (
        "A document cannot be its own topic" in change(cataloguer, work, **itself).content.decode()
    )
    assert (
        change(
            cataloguer, work, **row("topics", about_person=draft.pk, certainty="certain")
        ).status_code
        == 302
    )
    assert Topic.objects.get().document == work


def test_nobody_is_related_to_themselves(cataloguer, draft):
    kind = term(Vocabulary.RELATIONSHIP_KIND, "parent")
    entries = row("relationships", kind=kind.pk, related=draft.pk, certainty="certain")
    answer = change(cataloguer, draft, **entries)
    assert "cannot be related to itself" in answer.content.decode()


def test_a_region_stays_inside_the_picture(cataloguer, draft):
    image = Image.objects.create(identifier="I.1", title="The signing")
    region = {
        "person": draft.pk,
        "certainty": "certain",
        "left": "60",
        "top": "10",
        "width": "50",
        "height": "20",
    }
    assert (
        "A region must end inside the picture"
        in change(cataloguer, image, **row("depictions", **region)).content.decode()
    )
    half = region | {"width": ""}
    assert (
        "give four or none"
        in change(cataloguer, image, **row("depictions", **half)).content.decode()
    )
    assert (
        change(cataloguer, image, **row("depictions", **region | {"width": "40"})).status_code
        == 302
    )
    assert Depiction.objects.get().region.width == 40


def test_the_other_side_reads_adds_and_removes(cataloguer, draft, work):
    author = term(Vocabulary.CONTRIBUTION_ROLE, "author", label="Author")
    Contribution.objects.create(person=draft, document=work, role=author, date="1929")
    page = cataloguer.get(f"/admin/catalog/person/{draft.pk}/change/")
    assert "contributions-0-role" not in form_of(page.content)
    assert "My Life" in page.content.decode()
    second = Document.objects.create(identifier="D.2", title="Diary")
    entries = row("contributions", 1, 1, document=second.pk, role=author.pk, certainty="certain")
    assert (
        change(cataloguer, draft, **entries, **{"contributions-0-DELETE": "on"}).status_code == 302
    )
    assert Contribution.objects.get().document == second


def test_citations_of_the_record_only(cataloguer, draft, work):
    role = term(Vocabulary.PARTICIPATION_ROLE, "witness")
    from catalog.models import Event

    part = Participation.objects.create(
        person=draft, event=Event.objects.create(identifier="E.1", title="Trial"), role=role
    )
    Citation.objects.create(source=work, participation=part, locator="of the relation")
    Citation.objects.create(source=work, person=draft, locator="of the record", field="odd")
    html = cataloguer.get(f"/admin/catalog/person/{draft.pk}/change/").content.decode()
    assert "of the record" in html
    assert "of the relation" not in html
    assert (
        change(cataloguer, draft, summary="Saved with a field that no list knows").status_code
        == 302
    )
    assert draft.citations.get().field == "odd"


@pytest.mark.once
def test_a_long_row_of_relations_does_not_lengthen_the_work(
    cataloguer, django_assert_max_num_queries, draft, work
):
    author = term(Vocabulary.CONTRIBUTION_ROLE, "author")
    kind = term(Vocabulary.RELATIONSHIP_KIND, "friend")
    address = f"/admin/catalog/person/{draft.pk}/change/"
    work_address = f"/admin/catalog/document/{work.pk}/change/"
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for more in (2, 10):
        for index in range(more):
            other = Person.objects.create(identifier=f"Q.{more}.{index}", title="Other")
            PersonName.objects.create(person=draft, name=f"Name {index}")
            Contribution.objects.create(person=other, document=work, role=author)
            Contribution.objects.create(person=draft, document=work, role=author)
            Relationship.objects.create(person=draft, kind=kind, related=other)
            Relationship.objects.create(person=other, kind=kind, related=draft)
            Topic.objects.create(document=work, about_person=other)
            Citation.objects.create(source=work, person=draft)
        cataloguer.get(address)
        with CaptureQueriesContext(connection) as queries:
            cataloguer.get(address)
            cataloguer.get(work_address)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[1] <= 46  # two forms


def test_a_form_shows_the_first_hundred_rows_and_keeps_the_rest(cataloguer, draft):
    PersonName.objects.bulk_create(
        PersonName(person=draft, name=f"Name {index}") for index in range(130)
    )
    page = cataloguer.get(f"/admin/catalog/person/{draft.pk}/change/")
    assert "names-99-name" in form_of(page.content)
    assert "names-100-name" not in form_of(page.content)
    assert change(cataloguer, draft, **{"names-5-name": "Changed"}).status_code == 302
    assert draft.names.count() == 130
    assert draft.names.filter(name="Changed").count() == 1
