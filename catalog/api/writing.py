"""What curators do to records and exhibitions: create, change, withdraw, publish; always through the actions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.datastructures import MultiValueDictKeyError

from catalog import actions
from catalog.api.absent import no_record
from catalog.api.answers import answer, as_json, matches, origin
from catalog.api.exhibition_sent import ExhibitionSerializer
from catalog.api.moves import MOVES
from catalog.api.parameters import Reading
from catalog.api.problem import Problem, flattened, summed_up
from catalog.api.record import RecordSerializer, writable
from catalog.documents import Document, joined
from catalog.history import LONGEST_REASON
from catalog.models import PUBLISHED_MODELS, Door, Record, derive
from catalog.uris import Kind, api_path

#: Columns that hold several terms.
_MANY: Final = ("subjects", "occupations", "languages", "countries")


class _TakenBack(Exception):
    """Ends a trial: everything that was written is rolled back."""


def created(plain: Any, found: Document, address: str) -> HttpResponse:
    """201 with a new record's document and address."""
    return answer(
        plain,
        joined(found.base, found.relations),
        etag=found.etag,
        status=201,
        headers={"Location": address},
    )


class Writes:
    """The writing half of a viewset of records, or of exhibitions."""

    kind: ClassVar[Kind]
    serializer_class: ClassVar[type[RecordSerializer | ExhibitionSerializer]]
    request: Any
    reader: Any
    plain: Any
    #: From the reading half: the document of a slug, as curators see it.
    staff_document: Any

    def create(self, request: Any) -> HttpResponse:
        """A new record, as a draft. 201 with its address."""
        asked = asked_of(self.request)
        record = PUBLISHED_MODELS[self.kind]()
        data = self.sent(record, whole=False, partial=False)
        with writing(asked) as work:
            require_editable(record, self.request.user)
            self.write(record, data)
            found = self.staff_document(record.slug)
            if asked.trial:
                work.response = self.would("create", {}, found)
        if work.response is not None:
            return work.response
        return created(self.plain, found, api_path(self.kind, record.slug))

    def update(self, request: Any, slug: str) -> HttpResponse:
        """Replace a record: what is not sent is emptied."""
        return self._change(slug, whole=True)

    def partial_update(self, request: Any, slug: str) -> HttpResponse:
        """Change what is sent; the rest stays."""
        return self._change(slug, whole=False)

    def _change(self, slug: str, *, whole: bool) -> HttpResponse:
        asked = asked_of(self.request)
        with writing(asked) as work:
            record, before = self.locked(slug)
            if whole or not _only_moves(self.request.data):
                require_editable(record, self.request.user)
            data = self.sent(record, whole=whole, partial=not whole)
            if whole:
                self._empty(record, data)
            self.write(record, data)
            found = self.staff_document(record.slug)
            if asked.trial:
                work.response = self.would("change", before.base, found)
        if work.response is not None:
            return work.response
        return answer(self.plain, joined(found.base, found.relations), etag=found.etag)

    def destroy(self, request: Any, slug: str) -> HttpResponse:
        """Withdraw a record: its address answers 410 from now on, and publishing it again restores it."""
        return self._move(slug, "withdraw", delete=True)

    def move(self, request: Any, slug: str, verb: str) -> HttpResponse:
        """Take one of the steps of ``catalog.api.moves`` with a record."""
        return self._move(slug, verb)

    def _move(self, slug: str, verb: str, *, delete: bool = False) -> HttpResponse:
        asked = asked_of(self.request)
        with writing(asked) as work:
            record, before = self.locked(slug)
            move = MOVES[verb]
            if not actions.may(self.request.user, move.needs, record):
                raise Problem(403, "not-allowed", "This account may not do that. An editor can.")
            told = {} if delete else move.read(self.request.data)
            move.act(record, by=self.request.user, **told)
            found = self.staff_document(slug)
            if asked.trial:
                work.response = self.would(verb, before.base, found)
        if work.response is not None:
            return work.response
        if delete:
            return HttpResponse(status=204)
        return answer(self.plain, joined(found.base, found.relations), etag=found.etag)

    # --- Steps ---------------------------------------------------------------------------------------

    def locked(self, slug: str) -> tuple[Any, Any]:
        """The record and its document, locked until the transaction ends.

        Raises 404, 428 without If-Match, 412 if it names another version.
        """
        model = PUBLISHED_MODELS[self.kind]
        record = model.objects.visible_to(self.reader).select_for_update().filter(slug=slug).first()
        if record is None:
            raise no_record(self.kind)
        found = self.staff_document(slug)
        require_version(self.plain, found.etag, "record")
        return record, found

    def sent(self, record: Record, *, whole: bool, partial: bool) -> dict[str, Any]:
        """What was sent for a record, by column. Raises the 422 that names each field."""
        context = {"reader": self.request.user, "whole": whole, "record": record}
        serializer = self.serializer_class(data=self.request.data, partial=partial, context=context)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _empty(self, record: Any, data: dict[str, Any]) -> None:
        """Give every column that was not sent its default, as PUT requires."""
        sources: set[Any] = {
            piece.source for piece in self.serializer_class(data={}).fields.values()
        }
        names = (
            {*sources, "latitude", "longitude", "precision"} if self.kind == "place" else sources
        )
        for name in names - {"*", "slug"}:
            if name in data or name not in _writable_sources(self.serializer_class):
                continue
            field = record._meta.get_field(name)
            if field.many_to_many:
                data[name] = []
            else:
                data[name] = field.get_default()

    def write(self, record: Any, data: dict[str, Any]) -> None:
        """Put the data into the record and save it through the action.

        Where it is kept is not public: a change of it alone does not save the record.
        """
        kept = data.pop("storage", None)
        if kept is not None and not data and not record._state.adding:
            actions.keep_in(record, kept, by=self.request.user)
            return
        many = {name: data.pop(name) for name in _MANY if name in data}
        for name, value in data.items():
            setattr(record, name, value)
        self.judge(record)
        keys: dict[str, list[int]] = {
            name: [term.pk for term in terms] for name, terms in many.items()
        }
        besides = not record._state.adding and actions.tells_more(record, keys)
        actions.edit(record, by=self.request.user, besides=besides)
        for name, terms in many.items():
            getattr(record, name).set(terms)
        if kept is not None:
            actions.keep_in(record, kept, by=self.request.user)

    def judge(self, record: Any) -> None:
        """Ask the model's rules of a record that was filled. Raises the 422, or the 409 that names who has a value."""
        # The rules compare the bounds of dates, which are derived from what was sent.
        derive(record)
        try:
            record.full_clean(exclude=None if record.slug else {"slug"})
        except ValidationError as refusal:
            raise taken(record, refusal, origin(self.plain)) or refusal from refusal

    def would(self, verb: str, before: Any, found: Any) -> HttpResponse:
        """The answer of a trial."""
        old = json.loads(before) if before else {}
        new = json.loads(found.base)
        changes = [
            {"field": name, "before": old.get(name), "after": value}
            for name, value in new.items()
            if old.get(name) != value and name != "updated"
        ]
        body = {"dry_run": True, "would": verb, "changes": changes, "document": new}
        return answer(self.plain, as_json(body))


def _only_moves(sent: Any) -> bool:
    """Whether what was sent says where the record is kept, and nothing else."""
    curation = (
        sent.get("curation") if isinstance(sent, Mapping) and {*sent} == {"curation"} else None
    )
    return isinstance(curation, Mapping) and {*curation} == {"storage"}


def _writable_sources(serializer: type[RecordSerializer | ExhibitionSerializer]) -> set[Any]:
    pieces = serializer(data={}).fields
    names = set(writable(serializer.pieces()))
    found = {piece.source for name, piece in pieces.items() if name in names}
    return found | {"latitude", "longitude", "precision"}


class Work:
    """The outcome of a block of writing: in a trial, the answer that was made before everything was
    rolled back.
    """

    response: HttpResponse | None = None


@contextmanager
def writing(asked: Asked) -> Iterator[Work]:
    """One transaction and one change set; refusals by actions, models or the database become problems."""
    work = Work()
    try:
        with actions.in_step(door=Door.API, reason=asked.reason):
            yield work
            if asked.trial:
                raise _TakenBack
    except _TakenBack:
        pass
    except actions.Refused as refusal:
        if refusal.field:
            raise ValidationError({refusal.field: str(refusal)}) from refusal
        raise refused(str(refusal)) from refusal
    except IntegrityError as refusal:
        raise Problem(
            409,
            "conflict",
            "Another change was made at the same time, or a value is already taken. Read the record "
            "again and retry.",
        ) from refusal
    except MultiValueDictKeyError as refusal:
        raise ValidationError(
            {"file": "Send the picture as the part “file” of multipart/form-data."}
        ) from refusal


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of a change contains besides the change."""

    #: Report what would change, and change nothing.
    trial: bool
    #: Why, for the history.
    reason: str


def asked_of(request: Any) -> Asked:
    """The parameters ``dry_run`` and ``reason``. Raises the 400 for any other parameter."""
    reading = Reading(request.GET)
    reading.only({"dry_run", "reason"})
    trial = reading.choice("dry_run", ["true", "false"])
    reason = reading.one("reason") or ""
    if len(reason) > LONGEST_REASON:
        reading.refuse("reason", f"At most {LONGEST_REASON} characters are allowed. Shorten it.")
    reading.finish()
    return Asked(trial == "true", reason.strip())


def require_version(request: HttpRequest, etag: str, what: str) -> None:
    """Raise 428 without If-Match, 412 if it names a version other than ``etag``."""
    if "If-Match" not in request.headers:
        raise Problem(
            428,
            "precondition-required",
            f"Send If-Match with the ETag of the {what} as you read it, so that no one's change is lost.",
        )
    if not matches(request, etag):
        raise Problem(
            412,
            "precondition-failed",
            f"Read the {what} again, with the same token (what everybody reads has another ETag), apply "
            "your change to it, and send it with the new ETag.",
            headers={"ETag": f'"{etag}"'},
        )


def require_editable(record: Record, by: Any) -> None:
    """Raise 403 with the reason if ``by`` may not edit the record."""
    if reason := actions.why_not_editable(record, by):
        raise Problem(403, "not-allowed", reason)


def taken(record: Record, refusal: ValidationError, site: str) -> Problem | None:
    """The 422 that gives the address of the record that has the identifier or slug already; None if
    none has.

    A client that lost the answer to a POST learns from it that its record was created.
    """
    held = {}
    for name in ("identifier", "slug"):
        if any(one.code == "unique" for one in refusal.error_dict.get(name, [])):
            others = type(record)._default_manager.exclude(pk=record.pk)
            held[name] = others.filter(**{name: getattr(record, name)}).first()
    errors = [
        {**one, "held_by": site + api_path(holder.KIND, holder.slug)}
        if (holder := held.get(one["field"]))
        else one
        for one in flattened(refusal.message_dict)
    ]
    return (
        Problem(422, "validation", summed_up(errors), errors=errors) if any(held.values()) else None
    )


def refused(said: str) -> Problem:
    """409, in the action's own words."""
    return Problem(409, "conflict", said)
