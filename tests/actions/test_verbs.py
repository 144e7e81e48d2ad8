"""Each verb: who may, what it does, what it refuses."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import OperationalError, connection
from django.db.models import UniqueConstraint
from django.utils import timezone

from catalog.actions import (
    Refused,
    StatedAlready,
    attach,
    delete,
    edit,
    embargo,
    is_busy,
    may,
    publish,
    send_back,
    submit,
    why_not_editable,
    withdraw,
)
from catalog.models import (
    RECORD_MODELS,
    Contribution,
    PastSlug,
    Person,
    PersonName,
    Place,
    Statement,
    Status,
    Tombstone,
)
from tests.models.conftest import KINDS, make, term

pytestmark = pytest.mark.django_db

GROUPS = ["Nobody", "Anonymous", "Cataloguer", "Editor", "Administrator"]

#: verb, the status it starts from, the status it ends in (None: gone), who may
VERBS = [
    (submit, Status.DRAFT, Status.IN_REVIEW, {"Cataloguer", "Editor", "Administrator"}),
    (send_back, Status.IN_REVIEW, Status.DRAFT, {"Editor", "Administrator"}),
    (publish, Status.IN_REVIEW, Status.PUBLISHED, {"Editor", "Administrator"}),
    (publish, Status.DRAFT, Status.PUBLISHED, {"Editor", "Administrator"}),
    (publish, Status.WITHDRAWN, Status.PUBLISHED, {"Editor", "Administrator"}),
    (withdraw, Status.PUBLISHED, Status.WITHDRAWN, {"Editor", "Administrator"}),
    (delete, Status.DRAFT, None, {"Administrator"}),
]


def stored(record):
    return type(record).objects.filter(pk=record.pk).first()


@pytest.mark.once
@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize(("verb", "before", "after", "allowed"), VERBS)
def test_who_may_do_what(curator, group, verb, before, after, allowed):
    record = make("person", status=before)
    if group not in allowed:
        with pytest.raises(Refused) as refusal:
            verb(record, by=curator(group))
        assert str(refusal.value).endswith("."), "a sentence that can be shown"
        assert stored(record).status == before
        return
    verb(record, by=curator(group))
    assert (stored(record).status if stored(record) else None) == after


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_goes_all_the_way(curator, kind):
    cataloguer, editor, administrator = (
        curator(g) for g in ("Cataloguer", "Editor", "Administrator")
    )
    model = RECORD_MODELS[kind]
    record = edit(model(identifier="K-1", title="New"), by=cataloguer)
    assert record.status == Status.DRAFT
    record = submit(record, by=cataloguer)
    record = send_back(record, by=editor)
    record = publish(submit(record, by=cataloguer), by=editor)
    assert model.objects.visible_to(None).contains(record)
    record = withdraw(record, by=editor)
    assert not model.objects.visible_to(None).exists()
    delete(record, by=administrator)
    assert Tombstone.objects.get().kind == kind


def test_the_catalogue_itself_may_everything():
    record = make("place", status=Status.DRAFT)
    assert may(None, "publish", record)
    delete(withdraw(publish(submit(record, by=None), by=None), by=None), by=None)
    assert not Place.objects.exists()


@pytest.mark.parametrize(
    ("verb", "wrong"),
    [
        (submit, (Status.IN_REVIEW, Status.PUBLISHED, Status.WITHDRAWN)),
        (send_back, (Status.DRAFT, Status.PUBLISHED, Status.WITHDRAWN)),
        (withdraw, (Status.DRAFT, Status.IN_REVIEW, Status.WITHDRAWN)),
    ],
)
def test_refusals_by_status(verb, wrong):
    for status in wrong:
        record = make("event", status=status, title="The Trial")
        with pytest.raises(Refused, match="The Trial"):
            verb(record, by=None)
        assert stored(record).status == status


def test_dates_of_publishing_and_withdrawing():
    record = publish(make("person", status=Status.DRAFT), by=None)
    first = record.first_published
    assert first is not None
    assert publish(record, by=None).first_published == first
    record = withdraw(record, by=None)
    assert record.withdrawn_at is not None
    record = publish(record, by=None)
    assert record.withdrawn_at is None
    assert record.first_published == first
    assert stored(record).first_published == first


def not_yet(record, way):
    """Publish a record so that its time is still to come."""
    tomorrow = timezone.now() + timedelta(days=1)
    match way:
        case "on a date":
            return publish(record, by=None, on=tomorrow)
        case "under embargo":
            return publish(embargo(record, by=None, until=tomorrow), by=None)
        case "put off":
            record = publish(record, by=None, on=timezone.now() + timedelta(hours=1))
            record.publish_from = tomorrow
            return edit(record, by=None)
    raise AssertionError(way)


@pytest.mark.parametrize("way", ["on a date", "under embargo", "put off"])
def test_what_nobody_has_seen_leaves_no_trace(client, way):
    """An address that answers 410 would say that there was a record, and what it was called."""
    for removed in (withdraw, delete):
        record = not_yet(make("place", status=Status.DRAFT, title=f"Never seen {removed}"), way)
        assert record.first_published > timezone.now() + timedelta(hours=20)
        removed(record, by=None)
        for address in (record.get_absolute_url(), record.permanent_path):
            assert client.get(address).status_code == 404, address
    assert not Tombstone.objects.exists()


def test_what_was_seen_before_it_was_hidden_says_that_it_was_removed(client):
    for moved in (False, True):
        record = make("place", status=Status.DRAFT, title=f"Seen {moved}")
        if moved:
            # Its time was to come, and came earlier.
            record = embargo(not_yet(record, "under embargo"), by=None, until=None)
        record = publish(record, by=None)
        record = embargo(record, by=None, until=timezone.now() + timedelta(days=1))
        assert record.first_published is not None and record.first_published < timezone.now()
        withdraw(record, by=None)
        assert client.get(record.get_absolute_url()).status_code == 410


def test_an_action_writes_nothing_but_its_own(curator):
    record = make("person", status=Status.PUBLISHED, title="As it is")
    record.title = "typed in a form that was never saved"
    withdraw(record, by=curator("Editor"))
    assert stored(record).title == "As it is"


def test_a_save_of_one_column_keeps_the_date_of_publication():
    record = make("person", status=Status.DRAFT)
    read_before = Person.objects.get(pk=record.pk)
    publish(record, by=None)
    read_before.title = "Corrected"
    read_before.save(update_fields=["title"])
    assert stored(record).first_published is not None


def test_what_somebody_else_did_in_the_meantime():
    record = make("person", status=Status.PUBLISHED)
    stale = Person.objects.get(pk=record.pk)
    withdraw(record, by=None)
    with pytest.raises(Refused, match="withdrawn"):
        withdraw(stale, by=None)
    delete(record, by=None)
    for verb in (submit, publish, withdraw, send_back, delete, edit):
        with pytest.raises(Refused, match="has since been deleted"):
            verb(stale, by=None)


# --- Editing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("status", Status.values)
def test_who_may_edit(curator, group, status):
    record, by = make("person", status=status, title="Before"), curator(group)
    is_open = status in {Status.DRAFT, Status.IN_REVIEW}
    allowed = group in {"Editor", "Administrator"} or (group == "Cataloguer" and is_open)
    assert (why_not_editable(record, by) == "") == allowed
    record.title = "After"
    if allowed:
        edit(record, by=by)
    else:
        with pytest.raises(Refused):
            edit(record, by=by)
    assert stored(record).title == ("After" if allowed else "Before")
    assert stored(record).status == status


def test_a_form_that_was_open_does_not_undo_publishing(curator):
    record = make("person", status=Status.IN_REVIEW, title="Before")
    in_a_form = Person.objects.get(pk=record.pk)
    publish(record, by=None)
    in_a_form.title = "After"
    with pytest.raises(Refused, match="published"):
        edit(in_a_form, by=curator("Cataloguer"))
    edit(in_a_form, by=curator("Editor"))
    assert stored(record).status == Status.PUBLISHED
    assert stored(record).first_published is not None
    assert stored(record).title == "After"


def test_editing_changes_the_time_and_remembers_the_address(curator):
    record = make("person", status=Status.DRAFT, title="Bronstein")
    Person.objects.update(modified=timezone.now() - timedelta(days=9))
    record.slug = "trotsky"
    edit(record, by=curator("Cataloguer"))
    assert stored(record).modified > timezone.now() - timedelta(minutes=1)
    assert PastSlug.objects.get().slug == "bronstein"


def test_what_the_model_refuses_leaves_everything(curator):
    top = make("place", status=Status.DRAFT)
    below = make("place", status=Status.DRAFT, part_of=top)
    top.part_of, top.title = below, "Changed"
    with pytest.raises(ValidationError, match="loop"):
        edit(top, by=curator("Editor"))
    assert stored(top).part_of is None
    assert stored(top).title != "Changed"


# --- Deleting --------------------------------------------------------------------------------------


def test_a_record_that_was_public_leaves_a_tombstone():
    record = publish(make("person", status=Status.DRAFT, title="Gone"), by=None)
    PersonName.objects.create(person=record, name="Another")
    delete(record, by=None)
    stone = Tombstone.objects.get()
    assert (stone.kind, stone.slug, stone.record_uuid) == ("person", "gone", record.uuid)
    assert stone.removed_at is not None
    assert not PersonName.objects.exists()


def test_a_record_that_never_was_public_leaves_nothing():
    delete(make("person", status=Status.DRAFT), by=None)
    assert not Tombstone.objects.exists()


def test_what_others_stand_on_is_not_deleted():
    place = make("place", title="Prinkipo")
    for number in range(7):
        make("event", title=f"Event {number}", place=place)
    with pytest.raises(Refused) as refusal:
        delete(place, by=None)
    said = str(refusal.value)
    assert "Prinkipo" in said
    assert "7" in said
    assert "Event 4" in said
    assert "Event 5" not in said, "a few names are enough"
    assert stored(place) is not None
    assert not Tombstone.objects.exists()


def test_relations_go_with_the_record():
    person, document = make("person"), make("document")
    Contribution.objects.create(person=person, document=document, role=term("contribution_role"))
    delete(person, by=None)
    assert not Contribution.objects.exists()
    assert stored(document) is not None


# --- Statements that say the same ---


def test_a_statement_stands_once_whichever_end_it_is_added_from():
    person, letter = make("person"), make("document")
    role = term("contribution role", "author")
    said = {"person": person, "document": letter, "role": role}
    attach(Contribution(**said), letter, by=None)
    with pytest.raises(StatedAlready) as refusal:
        attach(Contribution(**said, note="once more"), person, by=None)
    assert refusal.value.standing == Contribution.objects.get()
    assert "already exists" in str(refusal.value)
    attach(Contribution(**said, date="1938"), person, by=None)
    later = Contribution.objects.get(date="1938")
    later.date = None
    with pytest.raises(StatedAlready):
        attach(later, letter, by=None)


@pytest.mark.once
def test_every_statement_says_what_makes_two_the_same():
    for model in apps.get_app_config("catalog").get_models():
        if not issubclass(model, Statement):
            continue
        unique = any(isinstance(one, UniqueConstraint) for one in model._meta.constraints)
        assert unique or model.STATES, f"{model.__name__}.STATES is empty: see models/statement.py"
        assert {*model.RECORDS} <= {*model.STATES} or unique


@pytest.mark.django_db(transaction=True)
def test_two_who_add_the_same_from_both_ends_at_once():
    person, letter = make("person"), make("document")
    role = term("contribution role", "author")
    start, came = Barrier(2), []

    def add(end):
        row = Contribution(person=person, document=letter, role=role)
        start.wait()
        try:
            attach(row, end, by=None)
            came.append("added")
        except StatedAlready:
            came.append("told")
        except OperationalError as fault:
            assert is_busy(fault)
            came.append("told")
        finally:
            connection.close()

    both = [Thread(target=add, args=[end]) for end in (person, letter)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert (sorted(came), Contribution.objects.count()) == (["added", "told"], 1)


def test_a_draft_is_discarded_by_whoever_catalogues_it(curator):
    own, other = curator("Cataloguer"), curator("Cataloguer")
    record = edit(Person(identifier="P.1", title="A mistake"), by=own)
    with pytest.raises(Refused, match="except for drafts of your own"):
        delete(record, by=other)
    delete(record, by=own)
    assert stored(record) is None


@pytest.mark.parametrize("verb", [submit, publish])
def test_what_left_its_cataloguer_is_not_discarded(curator, verb):
    own = curator("Cataloguer")
    record = edit(Person(identifier="P.1", title="Submitted"), by=own)
    verb(record, by=None)
    if verb is publish:
        Person.objects.update(status=Status.DRAFT)
    with pytest.raises(Refused):
        delete(record, by=own)


def test_whoever_submitted_a_record_takes_it_back(curator):
    own, other = curator("Cataloguer"), curator("Cataloguer")
    record = submit(edit(Person(identifier="P.1", title="Too early"), by=own), by=own)
    with pytest.raises(Refused, match="whoever submitted them"):
        send_back(record, by=other)
    record = send_back(record, by=own)
    assert record.status == Status.DRAFT
    delete(record, by=own)
