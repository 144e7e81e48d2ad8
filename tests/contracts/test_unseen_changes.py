"""What the public cannot read may change as it likes: no public answer differs afterwards, in no date, tag or number.

In the museum of :mod:`tests.contracts.tied_records`, everything that a visitor is told is remembered
with its headers. Then hidden records, and what ties them to public ones, are changed in every way.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.signals import setting_changed
from django.db import models, transaction
from django.test import Client
from django.utils import timezone

from catalog import actions, history, search
from catalog.documents import feed
from catalog.history import Selection
from catalog.models import (
    PUBLISHED_MODELS,
    RECORD_MODELS,
    ChangeSet,
    Contribution,
    DraftRevision,
    EDTFField,
    Exhibition,
    ExhibitionPart,
    FeedState,
    Person,
    PublicRecord,
    Record,
    Shelving,
    Statement,
    Status,
    Term,
    VitalStatus,
    Vocabulary,
)
from catalog.uris import PLURALS, api_exhibition_path, api_path, iiif_collection_path, manifest_path
from tests.contracts.test_leaks import UNLINKED, telling_addresses
from tests.contracts.tied_records import (
    HIDDEN,
    HIDDEN_INK,
    NOTE_MARKER,
    PUBLIC_MARKER,
    TITLE_MARKER,
    exhibitions,
    hidden_records,
    hold,
    make,
    museum,
)
from tests.contracts.walk import Reached, inner_addresses

__all__ = ["exhibitions", "hidden_records", "museum"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("any_number_of_requests")]

#: What differs from one answer to the next, whatever it is about.
TELLING_NOTHING = {"X-Request-ID", "Server-Timing", "Date", "Expires", "RateLimit"}
PASSING = re.compile(rb'nonce="[^"]*"|<responseDate>[^<]*|name="csrfmiddlewaretoken" value="[^"]*"')
#: A day on which everything was last changed: whatever is renewed differs from it.
LONG_AGO = timezone.now() - timedelta(days=99)

Told = dict[str, tuple[int, bytes, dict[str, str]]]
Change = Callable[[], None]


@pytest.fixture
def living(museum: Any) -> Person:
    """A public person whose birth is withheld, born at a public place."""
    place = RECORD_MODELS["place"]._default_manager.get(title=f"{PUBLIC_MARKER} place public")
    one: Any = make("person", "living", PUBLIC_MARKER, status=Status.PUBLISHED)
    one.died, one.vital_status, one.born_place = None, VitalStatus.LIVING, place
    one.save()
    return one  # type: ignore[no-any-return]


def addresses(client: Client) -> list[str]:
    """Every sort of address at which a visitor may be told of public records, by links from their pages."""
    start = ["/", "/collections/?view=list", *UNLINKED, api_exhibition_path()]
    start += ["/api/v1/changes/", "/api/v1/dumps/", "/api/v1/terms/", "/exhibitions/?format=atom"]
    start += [f"/api/v1/search/?sort={sort}" for sort in search.SORTS]
    start += [f"/search/?q={PUBLIC_MARKER}&format=atom", "/?format=atom"]
    start += telling_addresses()
    for plural in PLURALS.values():
        start += [f"/{plural}/", f"/{plural}/?sort=updated", f"/{plural}/?format=atom"]
        start += [f"/api/v1/{plural}/?sort=updated", f"/api/v1/{plural}/?updated_since=2020-01-01"]
    found: list[str] = []
    for kind, model in PUBLISHED_MODELS.items():
        public = model._default_manager.filter(slug__startswith=PUBLIC_MARKER.lower())
        # Of those that are tied to hidden ones in the same way, the first; lists tell of the others.
        for record in public.exclude(slug__regex=r"-[1-9]$"):
            start.append(record.get_absolute_url())
            if kind != Exhibition.KIND:
                start.append(api_path(kind, record.slug))
            if kind in {"document", "image"}:
                start.append(manifest_path(record.uuid))
            if kind in {"collection", Exhibition.KIND}:
                start.append(iiif_collection_path(record.uuid))
            if record.slug == f"{PUBLIC_MARKER.lower()}-{kind}-public":
                page = record.get_absolute_url()
                start.append(record.permanent_path)
                answer = client.get(page)
                for one in inner_addresses(page, answer, answer.content):
                    if record.slug in one or str(record.uuid) in one:
                        found.append(one)
    return list(dict.fromkeys([*start, *Reached(start).new(found)]))


def told(client: Client, asked: Iterable[str]) -> Told:
    """All answers, with their headers. None comes from memory: another process would have to make it."""
    setting_changed.send(sender=None, setting="CATALOG", value=None, enter=True)
    found: Told = {}
    for address in asked:
        answer = client.get(address)
        assert answer.status_code < 500, address
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        headers = {name: value for name, value in answer.items() if name not in TELLING_NOTHING}
        headers = {
            name: PASSING.sub(b"", value.encode()).decode() for name, value in headers.items()
        }
        found[address] = answer.status_code, PASSING.sub(b"", body), headers
    return found


def what_differs(before: Told, after: Told) -> str:
    """The first addresses that answer differently, with their differences; empty if none does."""
    said = []
    for address, (_code, body, headers) in before.items():
        if after[address] == before[address]:
            continue
        _new_code, new_body, new_headers = after[address]
        if headers != new_headers:
            said.append(f"{address}: {set(headers.items()) ^ set(new_headers.items())}")
        if body != new_body:
            pieces = (re.split(r"[\n>]|(?<=,)", text.decode("latin1")) for text in (body, new_body))
            said.append(
                address + "\n" + "\n".join(difflib.unified_diff(*pieces, lineterm="", n=0))[:600]
            )
    return "\n".join([f"{len(said)} differences", *said[:12]]) if said else ""


def settled() -> None:
    """Bring everything that is derived up to date, as the worker does."""
    search.refresh(None)
    feed.current(patiently=True)


def aged() -> None:
    """Let everything have been as it is for long."""
    settled()
    for model in PUBLISHED_MODELS.values():
        model._base_manager.update(modified=LONG_AGO)
    settled()
    PublicRecord.objects.update(changed_at=LONG_AGO, body=None, relations=None, etag="")
    FeedState.objects.update(changed_at=LONG_AGO)


# --- What is changed ---------------------------------------------------------------------------------------------


def other_values(record: Record, public: dict[str, Record]) -> None:
    """Give every field of a record another value, and point it at public records."""
    for field in record._meta.concrete_fields:
        name, value = field.name, getattr(record, field.attname)
        if not field.editable or field.primary_key or name in {"status", "slug", "file"}:
            continue
        if isinstance(field, models.ForeignKey):
            if field.related_model is Term:
                setattr(record, name, None if field.null else value)
            elif field.related_model is not type(record):
                setattr(record, name, None if value else public[field.related_model.KIND])
        elif isinstance(field, EDTFField):
            setattr(record, name, "1941" if name != "died" else "1951")
        elif isinstance(field, models.DateTimeField):
            setattr(record, name, value + timedelta(hours=1) if value else None)
        elif name == "identifier" or (isinstance(field, models.CharField) and not field.choices):
            setattr(record, name, f"{value} anew"[: field.max_length])
        elif isinstance(field, models.TextField):
            setattr(record, name, f"{value} anew")
        elif name == "position":
            setattr(record, name, value + 1)


def changes_of_hidden(museum: Any, exhibitions: list[Record]) -> Iterator[tuple[str, Change]]:
    """Every field of every hidden record, what hangs on it, and what leads from it to public ones."""
    public = {
        kind: model._default_manager.get(title=f"{PUBLIC_MARKER} {kind} public")
        for kind, model in RECORD_MODELS.items()
    }

    def edited(record: Any) -> None:
        record = type(record)._default_manager.get(pk=record.pk)
        other_values(record, public)
        if record.KIND == "image":
            record.slug += "-new"
            hold(record, HIDDEN_INK)
        actions.edit(record, by=None)

    def tied(record: Record) -> None:
        for statement in ties_of(record):
            end = next(
                (
                    end
                    for name in statement.RECORDS
                    if (end := getattr(statement, name)) is not None and end.is_public
                ),
                record,
            )
            for name in ("note", "caption", "locator", "label", "text"):
                if hasattr(statement, name):
                    setattr(statement, name, f"{TITLE_MARKER} anew")
            if hasattr(statement, "position"):
                statement.position += 3
            actions.attach(statement, end, by=None)
            statement.pk, statement.uuid, statement._state.adding = None, uuid4(), True
            if type(statement).__name__ not in {"Page", "OutsideIdentifier", "Transcription"}:
                actions.attach(statement, end, by=None, even_twice=True)
                actions.detach(statement, end, by=None)

    def untied(record: Record) -> None:
        for statement in ties_of(record):
            actions.detach(statement, record, by=None)

    for records in [*museum.values(), exhibitions]:
        for way, record in zip(HIDDEN, records, strict=True):
            yield f"fields of {record}", lambda record=record: edited(record)
            if way in {"draft", "gone", "embargoed"}:
                # Never seen, seen once, to be seen: the other ways are as one of these.
                yield f"ties of {record}", lambda record=record: tied(record)
    for records in museum.values():
        yield f"all ties of {records[0]} removed", lambda record=records[0]: untied(record)
        yield (
            f"{records[1]} and {records[2]} are one",
            lambda records=records: one_of(*records[1:3]),
        )


def one_of(record: Record, into: Record) -> None:
    DraftRevision.objects.filter(record_uuid=record.uuid).delete()
    actions.merge(record, into=into, by=None)


def ties_of(record: Record) -> list[Any]:
    found: list[Any] = []
    for relation in record._meta.related_objects:
        model: Any = relation.related_model
        if issubclass(model, Statement):
            found += model._default_manager.filter(**{relation.field.name: record.pk})
    return found


def changes_of_public(museum: Any, living: Person) -> Iterator[tuple[str, Change]]:
    """What curators alone know of public records."""

    def noted(kind: str) -> None:
        for record in RECORD_MODELS[kind].objects.visible_to(None):
            record.internal_note = f"{NOTE_MARKER} anew"
            actions.edit(record, by=None)

    def moved(kind: str) -> None:
        """From one hidden record to another."""
        hidden = {row.KIND: rows for rows in museum.values() for row in rows}
        for record in RECORD_MODELS[kind].objects.visible_to(None):
            for field in record._meta.concrete_fields:
                target: Any = field.related_model
                if target not in RECORD_MODELS.values():
                    continue
                one = getattr(record, field.name)
                others = [row for row in hidden[target.KIND] if row != one]
                if one is not None and not one.is_public:
                    setattr(record, field.name, others[-1])
                    actions.edit(record, by=None)

    def born() -> None:
        living.born, living.born_place = "1999-01-02", museum["place"][0]  # type: ignore[assignment]
        actions.edit(living, by=None)

    def told_apart() -> None:
        part = ExhibitionPart.objects.get(
            exhibition__slug__startswith=PUBLIC_MARKER.lower(), document=museum["document"][0]
        )
        part.text = f"{TITLE_MARKER} anew"
        part.save()
        revision = DraftRevision.objects.filter(kind="event").first()
        assert revision is not None
        revision.title = f"{TITLE_MARKER} anew"
        revision.save()
        for row in Shelving.objects.all():
            row.part = f"{NOTE_MARKER} anew"
            row.save()

    yield "the birth of the living", born
    yield "beside public records", told_apart
    for kind in RECORD_MODELS:
        yield f"notes of {kind}", lambda kind=kind: noted(kind)
        yield f"{kind} among the hidden", lambda kind=kind: moved(kind)


def changes_taken_back(museum: Any, exhibitions: list[Record]) -> Iterator[tuple[str, Change]]:
    """Deleted, and there again."""
    for kind in [*PLURALS, Exhibition.KIND]:
        draft = exhibitions[0] if kind == Exhibition.KIND else museum[kind][0]

        def gone_and_back(draft: Record = draft) -> None:
            with history.change_set(reason="away"):
                try:
                    actions.delete(type(draft)._default_manager.get(pk=draft.pk), by=None)
                except actions.Refused:
                    return
            settled()
            last = ChangeSet.objects.order_by("-pk").first()
            assert last is not None
            actions.undo(Selection(last.pk), by=None)

        yield f"{draft} deleted, and undone", gone_and_back
    yield "the clock of the hidden", lambda: later(museum)


def later(museum: Any) -> None:
    for records in museum.values():
        rows = type(records[0])._base_manager.filter(pk__in=[row.pk for row in records[4:]])
        rows.update(publish_from=timezone.now() + timedelta(days=20))


def test_nothing_public_differs_after_changes_that_nobody_sees(
    museum: Any, exhibitions: list[Record], living: Person, client: Client
) -> None:
    settled()
    asked = addresses(client)
    aged()
    before = told(client, asked)
    assert sum(code == 200 for code, _body, _headers in before.values()) > 200
    everything = [
        *changes_of_public(museum, living),
        *changes_of_hidden(museum, exhibitions),
        *changes_taken_back(museum, exhibitions),
    ]

    def differs(some: list[tuple[str, Change]], addresses: Iterable[str]) -> str:
        """What differs after some of the changes, which are then taken back."""
        with transaction.atomic():
            for _name, change in some:
                change()
            settled()
            found = what_differs({one: before[one] for one in addresses}, told(client, addresses))
            transaction.set_rollback(True)
        return found

    found = differs(everything, asked)
    if not found:
        return
    print(found)
    # Which of them is to be blamed: each by itself, at the addresses that tell.
    at = [one for one in asked if one in found]
    pytest.fail(
        "\n".join(
            f"{name}: {said}"
            for name, change in everything
            if (said := differs([(name, change)], at))
        )
        or found
    )


def test_a_word_of_hidden_ties_alone_renews_no_public_record(museum: Any) -> None:
    """The documents that show a term are made anew with it; one that is tied by it to a draft does not show it."""
    person = RECORD_MODELS["person"]._default_manager.get(title=f"{PUBLIC_MARKER} person public")
    shared = Term.objects.create(vocabulary=Vocabulary.CONTRIBUTION_ROLE, code="shared", label="A")
    unseen = Term.objects.create(vocabulary=Vocabulary.CONTRIBUTION_ROLE, code="unseen", label="B")
    public = RECORD_MODELS["document"]._default_manager.get(
        title=f"{PUBLIC_MARKER} document public"
    )
    Contribution.objects.create(person=person, document=public, role=shared)
    Contribution.objects.create(person=person, document=museum["document"][0], role=unseen)
    settled()
    renewed = PublicRecord.objects.values_list("kind", "record_id", "sequence").order_by("pk")
    for term, is_shown in ((unseen, False), (shared, True)):
        before = list(renewed.all())
        term.label += " anew"
        term.save()
        settled()
        assert (list(renewed.all()) != before) == is_shown, term.code
