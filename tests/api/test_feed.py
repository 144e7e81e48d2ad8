"""The list of changes, and that stored documents are never behind."""

from __future__ import annotations

import contextlib
import json
import threading
from datetime import timedelta
from unittest import mock

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection, models, transaction
from django.utils import timezone

from catalog.documents import as_text, documents, dumps, feed, renewing, store, watched
from catalog.documents.dumps import folder
from catalog.jobs import Worker, work_off
from catalog.management.commands.jobs import DUTIES
from catalog.models import (
    PUBLISHED_MODELS,
    RECORD_MODELS,
    Document,
    Event,
    FeedMark,
    FeedState,
    Job,
    MergedRecord,
    Participation,
    Person,
    PublicRecord,
    Statement,
    Status,
    Term,
    Topic,
    Touched,
    Vocabulary,
)
from catalog.uris import PLURALS
from tests.api.conftest import Asking
from tests.filters.small_museum import small_museum


@pytest.fixture
def museum(db):
    """A few records of every kind, that nobody has read yet. One test here has transactions of its own,
    so that none can stand for the whole file.
    """
    return small_museum()


def changes(api, since=0, **more):
    query = "".join(f"&{name}={value}" for name, value in more.items())
    return api.json(f"/api/v1/changes/?since={since}&page_size=1000{query}")


def in_step():
    """Every stored document is what would be made now."""
    for kind, model in RECORD_MODELS.items():
        records = list(model.objects.visible_to(None))
        standing = feed.current(patiently=True)
        kept = store.public_documents(kind, [one.pk for one in records], standing)
        for record, found, (base, relations) in zip(
            records, kept, documents(kind, records, None), strict=True
        ):
            base["updated"] = json.loads(found.base)["updated"]
            assert json.loads(found.base) == json.loads(as_text(base)), record
            assert json.loads(found.relations) == json.loads(as_text(relations)), record


def test_what_appears_changes_and_goes_is_told_once(museum, api):
    first = changes(api)
    assert {one["change"] for one in first["results"]} == {"created"}
    assert len(first["results"]) == sum(
        model.objects.visible_to(None).count() for model in RECORD_MODELS.values()
    )
    assert changes(api, first["last"])["results"] == []
    museum.sedova.summary = "Another"
    museum.sedova.save()
    second = changes(api, first["last"])
    assert [(one["change"], one["uuid"]) for one in second["results"]] == [
        ("changed", str(museum.sedova.uuid))
    ]
    Person.objects.filter(pk=museum.sedova.pk).update(status="withdrawn")
    third = changes(api, second["last"])["results"]
    gone = next(one for one in third if one["uuid"] == str(museum.sedova.uuid))
    assert gone["change"] == "deleted" and gone["url"] is None
    # Those tied to her have one relation less.
    assert {one["kind"] for one in third} > {"person"}
    numbers = [one["sequence"] for one in third]
    assert numbers == sorted(numbers)


def test_a_number_that_the_feed_cannot_mean_is_told_the_numbers_that_it_can(museum, api):
    detail = api.get("/api/v1/changes/?since=-1").json()["detail"]
    assert "from 0 to 999999999" in detail
    assert api.get("/api/v1/changes/?since=00").status_code == 200


def test_a_copy_learns_that_the_catalogue_was_restored(museum, api):
    """A backup is restored: its numbers are given a second time, for other changes."""
    start = changes(api)
    backup = {model: list(model.objects.values()) for model in (FeedState, FeedMark, PublicRecord)}
    Person.objects.filter(pk=museum.sedova.pk).update(credit_line="Lost")
    lost = changes(api, start["last"], mark=start["mark"])
    for model, rows in backup.items():
        model.objects.all().delete()
        model.objects.bulk_create(model(**row) for row in rows)
    early = api.json(lost["next"].removeprefix("http://testserver"), 410)
    assert early["type"].endswith("#problem-begin-anew") and "again" in early["detail"]
    Person.objects.filter(pk=museum.trotsky.pk).update(credit_line="Another")
    late = changes(api, start["last"], mark=start["mark"])
    assert late["last"] >= lost["last"], "the numbers have caught up"
    assert api.get(lost["next"]).status_code == 410
    assert str(museum.trotsky.uuid) in {one["uuid"] for one in late["results"]}
    assert api.get(late["next"]).status_code == 200


def test_an_etag_is_not_that_of_another_state_with_the_same_number(museum, api):
    tag = api.etag("/api/v1/stats/")
    state = FeedState.objects.get()
    FeedState.objects.update(mark="another")
    assert api.etag("/api/v1/stats/") != tag
    assert FeedState.objects.get().generation == state.generation


def test_after_a_restoration_everything_is_told_again(museum, api):
    before = changes(api)
    call_command("restored", verbosity=0)
    assert api.get(before["next"]).status_code == 410
    again = changes(api, before["last"])
    assert [one["uuid"] for one in again["results"]] == [one["uuid"] for one in before["results"]]
    call_command("restored", verbosity=0)
    assert changes(api)["last"] == before["last"] + 2 * (again["last"] - before["last"])


def test_updated_since_and_tombstones(museum, api):
    changes(api)
    moment = store.moment_of(timezone.now())
    assert api.json(f"/api/v1/people/?updated_since={moment}")["count"] == 0
    museum.trotsky.summary = "x"
    museum.trotsky.save()
    museum.nobody.delete()
    page = api.json(f"/api/v1/people/?updated_since={moment}&deleted=include")
    assert [one["slug"] for one in page["results"]] == ["leon-trotsky"]
    assert [one["uuid"] for one in page["deleted"]] == [str(museum.nobody.uuid)]
    assert page["results"][0]["updated"] >= moment


def test_a_statement_changes_both_its_ends(museum, api):
    last = changes(api)["last"]
    Participation.objects.create(person=museum.bureau, event=museum.terror, role=museum.victim)
    found = {one["url"].rsplit("/", 2)[1] for one in changes(api, last)["results"]}
    assert found == {"bureau", "terror"}


def test_a_term_changes_what_names_it(museum, api):
    last = changes(api)["last"]
    Term.objects.filter(pk=museum.trial.pk).update(label="Show trial")
    found = {one["url"].rsplit("/", 2)[1] for one in changes(api, last)["results"]}
    assert found == {"moscow-trial"}


def test_documents_stay_in_step_with_every_way_of_writing(museum, api):
    in_step()
    for change in (
        lambda: Person.objects.filter(pk=museum.trotsky.pk).update(credit_line="by update"),
        lambda: Person.objects.bulk_create(
            [Person(identifier="B", slug="b", title="B", status="published")]
        ),
        lambda: connection.cursor().execute(
            "UPDATE catalog_event SET title = 'By SQL' WHERE slug = 'terror'"
        ),
        lambda: museum.life.delete(),
        lambda: museum.trotsky.occupations.clear(),
        lambda: Event.objects.filter(pk=museum.moscow_trial.pk).update(part_of=None),
        lambda: museum.city.__class__.objects.filter(pk=museum.city.pk).update(status="draft"),
        lambda: museum.city.__class__.objects.filter(pk=museum.city.pk).update(status="published"),
        lambda: museum.secret_region.__class__.objects.update(status="published"),
    ):
        change()
        assert Touched.objects.exists()
        in_step()


def test_documents_of_another_version_are_dropped_part_by_part(museum, api, monkeypatch):
    in_step()
    before = api.json("/api/v1/people/leon-trotsky/")
    ready = PublicRecord.objects.exclude(etag="")
    ready.update(body='{"title": "As another version writes it"}')
    generation = FeedState.objects.get().generation
    FeedState.objects.update(form="f" * 32)
    monkeypatch.setattr(feed, "_NOTES", 3)
    number = ready.count()
    assert number > 9
    assert feed.current() is None
    assert ready.count() == number - 3, "one reader drops no more than a step"
    # Until all are dropped, none is sent as it is stored, and none is stored.
    assert api.json("/api/v1/people/leon-trotsky/") == before
    assert ready.count() < number - 3
    feed.keep_current()
    assert not ready.filter(body__contains="another version").exists()
    assert feed.standing() is not None
    assert FeedState.objects.get().generation > generation, (
        "what readers keep is of the other version"
    )
    assert api.json("/api/v1/people/leon-trotsky/") == before
    in_step()


def test_the_clock_alone_shows_and_hides(museum, api):
    museum.trotsky.embargo_until = timezone.now() + timedelta(hours=1)
    museum.trotsky.save()
    assert api.get("/api/v1/people/leon-trotsky/").status_code == 404
    last = changes(api)["last"]
    later = timezone.now() + timedelta(hours=2)
    Person.objects.filter(pk=museum.trotsky.pk).update(
        embargo_until=timezone.now() - timedelta(seconds=1)
    )
    Touched.objects.all().delete()
    with mock.patch("catalog.documents.feed.timezone.now", return_value=later):
        feed.catch_up()
    found = [
        one["change"]
        for one in changes(api, last)["results"]
        if one["uuid"] == str(museum.trotsky.uuid)
    ]
    assert found == ["created"]


def test_every_table_with_records_or_statements_is_watched():
    from django.apps import apps

    wanted = {model._meta.db_table for model in PUBLISHED_MODELS.values()} | {Term._meta.db_table}
    for model in apps.get_app_config("catalog").get_models(include_auto_created=True):
        if issubclass(model, Statement) and model.IS_PUBLIC:
            wanted.add(model._meta.db_table)
        if model._meta.auto_created and issubclass(
            model._meta.auto_created, tuple(RECORD_MODELS.values())
        ):
            wanted.add(model._meta.db_table)
    assert wanted == set(watched())


def few_at_once(monkeypatch):
    """Numbering takes two records at a time."""
    for module in ("neighbours", "numbering"):
        monkeypatch.setattr(f"catalog.documents.{module}._AT_ONCE", 2)


def test_a_large_load_is_numbered_part_by_part(museum, api, monkeypatch):
    few_at_once(monkeypatch)
    first = changes(api)
    public = sum(model.objects.visible_to(None).count() for model in RECORD_MODELS.values())
    assert len(first["results"]) == len({one["id"] for one in first["results"]}) == public
    museum.trotsky.title = "Lev Trotsky"
    museum.trotsky.save()
    Person.objects.filter(slug="natalia-sedova").update(status="withdrawn")
    Event.objects.filter(slug="moscow-trial").delete()
    second = changes(api, first["last"])
    told = {one["id"]: one["change"] for one in second["results"]}
    assert len(told) == len(second["results"])
    assert [*told.values()].count("deleted") == 2
    # Those that show his name have changed with him.
    assert f"/id/{museum.assassination.uuid}" in " ".join(told)
    in_step()


@pytest.mark.django_db(transaction=True)
def test_no_gap_under_concurrent_writers(transactional_db):
    """A client that follows ``last`` sees every record, however the writers' transactions overlap."""
    from django.db import connections

    api = Asking()
    api.json("/api/v1/changes/")
    made, failures = [], []

    def write(number):
        try:
            for round_ in range(8):
                name = f"w{number}-{round_}"
                while name not in made:
                    # The database of SQLite's tests is in memory, where nobody waits for a lock.
                    with contextlib.suppress(OperationalError), transaction.atomic():
                        Person.objects.create(
                            identifier=name, slug=name, title=name, status="published"
                        )
                        made.append(name)
        except Exception as failure:
            failures.append(failure)
        finally:
            connections.close_all()

    seen: set[str] = set()
    last = 0

    def follow():
        nonlocal last
        answer = api.get(f"/api/v1/changes/?since={last}&page_size=1000")
        if answer.status_code != 200:
            return  # locked: in memory, readers of SQLite do not wait either
        page = json.loads(answer.content)
        seen.update(one["url"].rsplit("/", 2)[1] for one in page["results"] if one["url"])
        last = page["last"]

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        follow()
    follow()
    assert not failures
    assert seen == set(made) and len(seen) == 32


def test_dumps(museum, api):
    import gzip
    import hashlib

    call_command("dumps", "write", "--origin", "http://testserver", verbosity=0)
    index = api.json("/api/v1/dumps/")
    assert len(index["files"]) == 2 * len(RECORD_MODELS)
    for file in index["files"]:
        answer = api.get(file["url"])
        packed = b"".join(answer.streaming_content)
        assert hashlib.sha256(packed).hexdigest() == file["sha256"] and len(packed) == file["bytes"]
        text = gzip.decompress(packed).decode("utf-8-sig")
        if "jsonl" in file["name"]:
            lines = [json.loads(line) for line in text.splitlines()]
            assert len(lines) == file["records"]
            for document in lines[:3]:
                path = f"/api/v1/{PLURALS[file['kind']]}/{document['slug']}/"
                assert api.json(path) == document
        assert "Agent" not in text and "Secret" not in text
        part = api.get(file["url"], headers={"Range": "bytes=3-12"})
        assert part.status_code == 206 and b"".join(part) == packed[3:13]
    assert api.json(f"/api/v1/changes/?since={index['last_change']}")["results"] == []
    before = sorted(path.name for path in folder().iterdir())
    dumps.write("http://testserver")
    assert sorted(path.name for path in folder().iterdir()) == before
    assert api.get("/api/v1/dumps/index.json").status_code == 404


def test_dumps_with_a_withdrawn_record_are_not_offered_until_they_are_written_again(museum, api):
    call_command("dumps", "write", "--origin", "http://museum.test", verbosity=0)
    name = api.json("/api/v1/dumps/")["files"][0]["name"]
    Person.objects.filter(pk=museum.trotsky.pk).update(credit_line="Changed")
    renewing.look_after()
    assert api.json("/api/v1/dumps/")["files"] and not Job.objects.exists()
    Person.objects.filter(pk=museum.sedova.pk).update(status="withdrawn")
    index = api.json("/api/v1/dumps/")
    assert (index["files"], index["last_change"]) == ([], None)
    for address in (name, "people.jsonl", "documents.csv"):
        assert api.get(f"/api/v1/dumps/{address}").status_code == 404
    renewing.look_after()
    renewing.look_after()
    assert work_off() == 1
    job = Job.objects.get()
    assert job.steps_done == job.steps == len(dumps.index()["files"])
    text = b"".join(api.get("/api/v1/dumps/people.jsonl").streaming_content).decode()
    assert "http://museum.test/" in text and museum.sedova.slug not in text


def test_dumps_are_offered_although_records_were_merged(museum, api):
    call_command("dumps", "write", verbosity=0)
    Person.objects.filter(pk=museum.sedova.pk).update(status="withdrawn")
    MergedRecord.objects.create(
        kind="person", record_uuid=museum.sedova.uuid, into_uuid=museum.trotsky.uuid
    )
    assert api.json("/api/v1/dumps/")["files"]


def test_stats(museum, api):
    found = api.json("/api/v1/stats/")
    for kind, word in PLURALS.items():
        assert found["kinds"][word]["count"] == RECORD_MODELS[kind].objects.visible_to(None).count()
    assert isinstance(PublicRecord._meta.get_field("body"), models.TextField)


def test_a_new_list_and_many_notes_are_worked_off_in_steps(museum, monkeypatch):
    """A reader takes one step, and reads the records themselves meanwhile; a worker takes all."""
    monkeypatch.setattr(feed, "_NOTES", 2)
    few_at_once(monkeypatch)
    assert feed.current() is None
    assert PublicRecord.objects.count() == 2
    museum.trotsky.title = "Lev Trotsky"
    museum.trotsky.save()
    assert feed.current() is None
    assert PublicRecord.objects.count() == 4
    feed.keep_current()
    public = sum(model.objects.visible_to(None).count() for model in RECORD_MODELS.values())
    rows = PublicRecord.objects.filter(gone_at=None)
    assert rows.count() == public
    assert FeedState.objects.get().last_sequence == max(rows.values_list("sequence", flat=True))
    assert feed.standing() is not None
    for person in Person.objects.all():
        person.summary = "Changed"
        person.save()
    assert feed.current() is None, "One step is not enough."
    feed.keep_current()
    assert feed.standing() is not None
    in_step()


@pytest.mark.parametrize("what", ["term", "person"])
def test_what_hangs_on_one_name_is_numbered_in_steps_and_once(museum, monkeypatch, what):
    term = Term.objects.create(vocabulary=Vocabulary.SUBJECT, code="many", label="Many")
    since = {"status": Status.PUBLISHED, "publish_from": timezone.now() - timedelta(days=1)}
    named = Person.objects.create(identifier="P.MANY", title="Many", **since)
    several = [
        Document.objects.create(identifier=f"D.MANY.{number}", title="One", **since)
        for number in range(7)
    ]
    for one in several:
        one.subjects.add(term)
        Topic.objects.create(document=one, about_person=named)
    feed.keep_current()
    before = FeedState.objects.get().last_sequence
    monkeypatch.setattr(feed, "_NOTES", 2)
    few_at_once(monkeypatch)
    if what == "term":
        term.label = "Banishment"
        term.save()
    else:
        named.title = "Renamed"
        named.save()
    later = PublicRecord.objects.filter(sequence__gt=before)
    assert feed.current() is None and 0 < later.count() <= 4
    feed.keep_current()
    assert feed.standing() is not None
    told = set(later.filter(kind="document").values_list("record_id", flat=True))
    assert told >= {one.pk for one in several}
    # Nothing was told twice.
    assert FeedState.objects.get().last_sequence == before + later.count()


def test_the_worker_numbers_what_was_written_before_anybody_reads(museum):
    Person.objects.create(identifier="P.NEW", title="Written past every door")
    assert feed.standing() is None
    Worker(DUTIES).look_after()
    assert feed.standing() is not None
