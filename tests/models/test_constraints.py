"""What the database itself refuses, whoever writes to it."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, models, transaction
from django.db.models import F

from catalog.models import (
    RECORD_MODELS,
    Citation,
    Contribution,
    Depiction,
    Detail,
    Image,
    OutsideIdentifier,
    PastSlug,
    Person,
    Place,
    Relationship,
    Term,
    Tombstone,
    Topic,
)
from tests.models.conftest import KINDS, TREES, make, term

pytestmark = pytest.mark.django_db


def rows(model):
    """Plain rows, without the catalogue's own querysets, as a foreign program would write them."""
    return models.QuerySet(model)


def refused(write):
    """Whether the database refuses a write."""
    with pytest.raises(IntegrityError), transaction.atomic():
        write()
    return True


@pytest.mark.parametrize("kind", KINDS)
def test_records(kind):
    model = RECORD_MODELS[kind]
    one, other = make(kind), make(kind)
    only_other = rows(model).filter(pk=other.pk)
    for column in ("identifier", "slug", "uuid"):
        assert refused(lambda column=column: only_other.update(**{column: getattr(one, column)}))
    for column in ("identifier", "slug", "title"):
        assert refused(lambda column=column: only_other.update(**{column: ""}))
    assert refused(lambda: only_other.update(status="published?"))


BOUNDS = [
    ("person", "born"), ("person", "died"), ("document", "written"), ("document", "published"),
    ("image", "date"), ("event", "date"), ("collection", "date"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), BOUNDS)
def test_bounds_in_order(kind, name):
    record = make(kind)
    only = rows(RECORD_MODELS[kind]).filter(pk=record.pk)
    wrong = {f"{name}_earliest": 19390823, f"{name}_latest": 19390822}
    assert refused(lambda: only.update(**wrong))
    only.update(**{f"{name}_earliest": 19390823, f"{name}_latest": None})
    only.update(**{f"{name}_earliest": -430101, f"{name}_latest": 19390822})


def test_nobody_dies_before_being_born():
    with pytest.raises(IntegrityError), transaction.atomic():
        make("person", born="1940", died="1938")
    make("person", born="1940", died="1940")
    make("person", born="..1940", died="1938")


@pytest.mark.parametrize(("kind", "parent"), TREES.items())
def test_nothing_stands_in_itself(kind, parent):
    record = make(kind)
    only = rows(RECORD_MODELS[kind]).filter(pk=record.pk)
    assert refused(lambda: only.update(**{parent: F("id")}))


def test_terms():
    one, other = term("subject", "purge"), term("subject", "exile")
    term("event_type", "purge")
    only_other = rows(Term).filter(pk=other.pk)
    assert refused(lambda: only_other.update(code=one.code))
    assert refused(lambda: only_other.update(code=""))
    assert refused(lambda: only_other.update(label=""))
    assert refused(lambda: only_other.update(broader=F("id")))


def test_relations():
    person, document, image = make("person"), make("document"), make("image")
    fonds = make("collection")
    role, kin = term("contribution_role"), term("relationship_kind")
    assert refused(lambda: Relationship.objects.create(person=person, related=person, kind=kin))
    assert refused(lambda: Contribution.objects.create(person=person, role=role))
    for works in ({"document": document, "image": image}, {"image": image, "collection": fonds}):
        assert refused(
            lambda works=works: Contribution.objects.create(person=person, role=role, **works)
        )
    assert refused(lambda: Topic.objects.create(document=document))
    assert refused(lambda: Topic.objects.create(about_person=person))
    assert refused(
        lambda: Topic.objects.create(document=document, image=image, about_person=person)
    )
    assert refused(
        lambda: Topic.objects.create(
            document=document, about_person=person, about_place=make("place")
        )
    )
    assert refused(lambda: Topic.objects.create(document=document, about_document=document))
    Topic.objects.create(document=document, about_document=make("document"))
    kept = Contribution.objects.create(person=person, role=role, document=document)
    only = rows(Contribution).filter(pk=kept.pk)
    assert refused(lambda: only.update(certainty="surely"))
    assert refused(lambda: only.update(date_earliest=19400101, date_latest=19390101))


def test_a_further_detail_belongs_to_one_record_and_says_something():
    size, image, event = term("detail"), make("image"), make("event")
    for given in (
        {"text": "9 × 6 cm"},
        {"text": "9 × 6 cm", "image": image, "event": event},
        {"image": image},
    ):
        assert refused(lambda given=given: Detail.objects.create(kind=size, **given))


def test_citations_and_outside_identifiers_belong_to_one_thing():
    person, place, source = make("person"), make("place"), make("document")
    assert refused(lambda: Citation.objects.create(source=source))
    assert refused(lambda: Citation.objects.create(source=source, person=person, place=place))
    assert refused(lambda: OutsideIdentifier.objects.create(authority="viaf", value="1"))
    assert refused(
        lambda: OutsideIdentifier.objects.create(
            authority="viaf", value="1", person=person, place=place
        )
    )


@pytest.mark.parametrize(
    "region",
    [
        {"left": 10},
        {"left": 10, "top": 10, "width": 10},
        {"left": -1, "top": 10, "width": 10, "height": 10},
        {"left": 10, "top": 101, "width": 10, "height": 10},
        {"left": 10, "top": 10, "width": 0, "height": 10},
        {"left": 10, "top": 10, "width": 10, "height": 101},
    ],
)
def test_regions(region):
    depiction = Depiction(image=make("image"), person=make("person"), **region)
    assert refused(lambda: depiction.save())


def test_a_held_picture_is_described():
    image = make("image")
    only = rows(Image).filter(pk=image.pk)
    assert refused(lambda: only.update(file="originals/a.jpg"))
    assert refused(lambda: only.update(file="a.jpg", width=1, height=1, byte_size=1, sha256=""))
    assert refused(
        lambda: only.update(file="a.jpg", width=0, height=1, byte_size=1, sha256="0" * 64)
    )
    only.update(file="a.jpg", width=1, height=1, byte_size=1, sha256="0" * 64)


@pytest.mark.parametrize(
    "position",
    [
        {"latitude": 19.0},
        {"longitude": 19.0},
        {"latitude": 91, "longitude": 0},
        {"latitude": 0, "longitude": 181},
    ],
)
def test_positions(position):
    place = make("place")
    assert refused(lambda: rows(Place).filter(pk=place.pk).update(**position))


def test_past_addresses():
    person = make("person")
    PastSlug.objects.create(kind="person", slug="old", record_uuid=person.uuid)
    PastSlug.objects.create(kind="place", slug="old", record_uuid=person.uuid)
    assert refused(
        lambda: PastSlug.objects.create(kind="person", slug="old", record_uuid=person.uuid)
    )
    Tombstone.objects.create(kind="person", slug="gone", record_uuid=person.uuid)
    assert refused(
        lambda: Tombstone.objects.create(kind="person", slug="x", record_uuid=person.uuid)
    )


def test_a_place_with_people_is_not_swept_away():
    place = make("place")
    make("person", born_place=place)
    with pytest.raises(models.ProtectedError):
        place.delete()
    assert Person.objects.count() == 1
