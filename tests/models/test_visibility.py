"""The one rule of visibility: status, publish-from and embargo, by the clock of the database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone

from catalog.models import (
    RECORD_MODELS,
    Citation,
    Contribution,
    Depiction,
    Detail,
    OutsideIdentifier,
    Page,
    Participation,
    PersonName,
    Place,
    PlaceName,
    Relationship,
    Status,
    Topic,
    Transcription,
)
from tests.models.conftest import KINDS, make, term

pytestmark = pytest.mark.django_db

PAST, FUTURE = timedelta(minutes=-1), timedelta(minutes=1)

#: status, publish from, embargo until, whether the public sees it
TABLE = [
    (Status.DRAFT, None, None, False),
    (Status.IN_REVIEW, None, None, False),
    (Status.WITHDRAWN, None, None, False),
    (Status.PUBLISHED, None, None, True),
    (Status.PUBLISHED, PAST, None, True),
    (Status.PUBLISHED, FUTURE, None, False),
    (Status.PUBLISHED, None, PAST, True),
    (Status.PUBLISHED, None, FUTURE, False),
    (Status.PUBLISHED, PAST, PAST, True),
    (Status.PUBLISHED, PAST, FUTURE, False),
    (Status.PUBLISHED, FUTURE, PAST, False),
    (Status.DRAFT, PAST, PAST, False),
    (Status.WITHDRAWN, PAST, PAST, False),
]


def user(name, **flags):
    return get_user_model().objects.create_user(name, **flags)


def readers():
    """Everybody who may read, and whether they work on the catalogue."""
    return [
        (None, False),
        (AnonymousUser(), False),
        (user("reader"), False),
        (user("staff", is_staff=True), True),
        (user("gone", is_staff=True, is_active=False), False),
        (user("root only", is_superuser=True), False),
    ]


def database_now():
    """The database's own clock."""
    place = make("place")
    moment = Place.objects.annotate(moment=Now()).values_list("moment", flat=True)[0]
    place.delete()
    return moment


@pytest.mark.parametrize("kind", KINDS)
def test_the_table_holds_for_every_kind_and_reader(kind):
    now = database_now()
    seen = set()
    for status, publish_from, embargo_until, is_public in TABLE:
        record = make(
            kind,
            status=status,
            publish_from=publish_from and now + publish_from,
            embargo_until=embargo_until and now + embargo_until,
        )
        assert record.is_public == is_public
        if is_public:
            seen.add(record.pk)
    model = RECORD_MODELS[kind]
    everything = set(model.objects.values_list("pk", flat=True))
    for reader, is_staff in readers():
        got = set(model.objects.visible_to(reader).values_list("pk", flat=True))
        assert got == (everything if is_staff else seen), reader


def test_the_clock_is_the_databases(monkeypatch):
    embargoed = make("place", embargo_until=database_now() + timedelta(days=1))
    early = make("place", publish_from=database_now() - timedelta(seconds=1))
    for year in (1999, 2999):
        monkeypatch.setattr(timezone, "now", lambda year=year: datetime(year, 1, 1, tzinfo=UTC))
        shown = set(Place.objects.visible_to(None))
        assert early in shown
        assert embargoed not in shown


def test_a_second_decides():
    now = database_now()
    assert Place.objects.visible_to(None).contains(
        make("place", embargo_until=now - timedelta(seconds=1))
    )
    later = make("place", embargo_until=now + timedelta(seconds=30))
    assert not Place.objects.visible_to(None).contains(later)


def test_the_rule_costs_one_query(django_assert_num_queries):
    make("person")
    with django_assert_num_queries(1):
        list(RECORD_MODELS["person"].objects.visible_to(None))


# --- Statements ------------------------------------------------------------------------------------


def statements():
    """One of each statement, with the names of the records that it belongs to."""
    author, took_part = term("contribution_role"), term("participation_role")
    kin = term("relationship_kind")
    person, other, document, image = make("person"), make("person"), make("document"), make("image")
    event, place, source = make("event"), make("place"), make("document")
    contribution = Contribution.objects.create(person=person, document=document, role=author)
    return [
        contribution,
        Contribution.objects.create(person=person, image=image, role=author),
        Participation.objects.create(person=person, event=event, role=took_part),
        Depiction.objects.create(person=person, image=image),
        Relationship.objects.create(person=person, kind=kin, related=other),
        Topic.objects.create(document=document, about_person=person),
        Topic.objects.create(image=image, about_document=document),
        Topic.objects.create(document=document, about_place=place),
        Topic.objects.create(image=image, about_event=event),
        PersonName.objects.create(person=person, name="Lev"),
        PlaceName.objects.create(place=place, name="Constantinople"),
        OutsideIdentifier.objects.create(person=person, authority="viaf", value="1"),
        OutsideIdentifier.objects.create(place=place, authority="geonames", value="1"),
        Detail.objects.create(image=image, kind=term("detail"), text="18 × 24 cm"),
        Citation.objects.create(source=source, person=person),
        Citation.objects.create(source=source, event=event),
        Citation.objects.create(source=source, contribution=contribution),
        Page.objects.create(document=document, image=image),
        Transcription.objects.create(image=image, text="Words"),
        Contribution.objects.create(person=person, collection=make("collection"), role=author),
    ]


@pytest.mark.parametrize("number", range(20))
def test_a_statement_is_hidden_with_any_of_its_records(number, staff):
    statement = statements()[number]
    rows = type(statement).objects
    assert rows.visible_to(None).contains(statement)
    records = [record for name in statement.RECORDS if (record := getattr(statement, name))]
    if isinstance(statement, Citation) and statement.contribution:
        records += [statement.contribution.person, statement.contribution.document]
    assert len(records) >= 1
    for record in records:
        for hidden in (
            {"status": Status.DRAFT},
            {"status": Status.WITHDRAWN},
            {"embargo_until": timezone.now() + timedelta(days=1)},
        ):
            shown = {name: getattr(record, name) for name in hidden}
            type(record).objects.filter(pk=record.pk).update(**hidden)
            assert not rows.visible_to(None).contains(statement), (record, hidden)
            assert rows.visible_to(staff).contains(statement)
            type(record).objects.filter(pk=record.pk).update(**shown)
    assert rows.visible_to(None).contains(statement)


def test_citations_of_relations_are_as_hidden_as_these():
    role = term("participation_role")
    secret = make("event", status=Status.DRAFT)
    relation = Participation.objects.create(person=make("person"), event=secret, role=role)
    citation = Citation.objects.create(
        source=make("document"), participation=relation, note="secret"
    )
    assert not Citation.objects.visible_to(None).contains(citation)
    secret.status = Status.PUBLISHED
    secret.save()
    assert Citation.objects.visible_to(None).contains(citation)


def test_a_rule_within_a_chain_of_relations_still_is_one_query(django_assert_num_queries):
    made = statements()
    with django_assert_num_queries(1):
        assert Citation.objects.visible_to(None).count() == 3
    assert made
    assert connection.vendor in {"sqlite", "postgresql"}
