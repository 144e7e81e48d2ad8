"""``/api/v1/distinctions/``: which entries look alike and are not the same, for programs of curators.

A distinction names two records of one kind, or two terms. It keeps them from being suggested as duplicates and from
being merged (``catalog.actions.distinguish``). Visitors never see it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, Final
from uuid import UUID

from django.db.models import Q
from django.http import HttpResponse
from rest_framework.serializers import ValidationError

from catalog import actions, history
from catalog.actions import Entry
from catalog.api.answers import answer, as_json
from catalog.api.by_number import NewestFirst, next_address, with_number
from catalog.api.door import ApiView
from catalog.api.fields import OneOf, Piece, Schema, Text
from catalog.api.parameters import Reading, no_parameters
from catalog.api.problem import Problem, not_found
from catalog.api.sent import pieces_sent
from catalog.api.tokens import signed_in
from catalog.api.writing import Asked, asked_of, writing
from catalog.documents import ORIGIN, moment_of, store
from catalog.models import RECORD_MODELS, TERM, Distinction, Door, Record, Term
from catalog.uris import API_ROOT, api_path, api_term_path

#: Entries that can be told apart from each other in one request.
MOST_ENTRIES: Final = 10

KINDS: Final = (*RECORD_MODELS, TERM)

#: A visible entry by its kind and primary key.
Named = Mapping[tuple[str, int], Entry]


class DistinctionsViewSet(ApiView):
    """Distinctions, newest first; one; recording some; withdrawing one."""

    def list(self, request: Any) -> HttpResponse:
        """The distinctions, of one kind or one entry if asked for."""
        _require_curator(request)
        reading = Reading(request.GET)
        reading.only({"kind", "entry", "before", "page_size"})
        page = NewestFirst.read(reading)
        kind = reading.choice("kind", list(KINDS))
        named = reading.one("entry")
        entry = None
        if named is not None and kind is None:
            reading.refuse("kind", "Say which kind of entry it is.", list(KINDS))
        elif named is not None and kind is not None:
            entry = _entry(kind, named, request.user)
            if entry is None:
                reading.refuse("entry", _HOW)
        reading.finish()
        rows = Distinction.objects.all()
        if kind:
            rows = rows.filter(kind=kind)
        if entry is not None:
            rows = rows.filter(Q(one=entry.pk) | Q(other=entry.pk))
        found, before = page.of(rows)
        more = next_address(_address(), request.GET, before)
        body = as_json({"next": more, "results": _told(found, request.user)})
        links = [(more, 'rel="next"')] if more else None
        return answer(self.plain, body, etag=store.etag_of(body), links=links)

    def retrieve(self, request: Any, number: int) -> HttpResponse:
        """One distinction."""
        _require_curator(request)
        no_parameters(request.GET)
        _row, told = _found(number, request.user)
        body = as_json(told)
        return answer(self.plain, body, etag=store.etag_of(body))

    def create(self, request: Any) -> HttpResponse:
        """Record that each of some entries is different from each of the others."""
        asked = asked_of(request)
        _require_curator(request)
        said = pieces_sent(_pieces(), request, {"note": ""})
        entries = _entries(said["kind"], said["entries"], request.user)
        _require_allowed(entries, request.user)
        note = said["note"] or asked.reason
        with (
            history.change_set(
                by=request.user, door=Door.API, reason=asked.reason or note
            ) as opened,
            writing(asked) as work,
        ):
            standing = set(_among(entries).values_list("pk", flat=True))
            actions.distinguish(entries, by=request.user, note=note)
            made = _told(_among(entries).exclude(pk__in=standing).order_by("pk"), request.user)
            if asked.trial:
                made = [{**one, "number": None, "url": None} for one in made]
                work.response = self._done(asked, made, None)
        return work.response or self._done(asked, made, opened.id)

    def destroy(self, request: Any, number: int) -> HttpResponse:
        """Withdraw a distinction: the two may be suggested as duplicates and merged again."""
        asked = asked_of(request)
        _require_curator(request)
        row, told = _found(number, request.user)
        entries = list(_named([row], request.user).values())
        _require_allowed(entries, request.user)
        with (
            history.change_set(by=request.user, door=Door.API, reason=asked.reason) as opened,
            writing(asked) as work,
        ):
            actions.stop_distinguishing(entries, by=request.user)
            if asked.trial:
                work.response = self._done(asked, [told], None)
        return work.response or self._done(asked, [told], opened.id)

    def _done(self, asked: Asked, told: Any, change_set: int | None) -> HttpResponse:
        body = {"dry_run": asked.trial, "change_set": change_set, "distinctions": told}
        return answer(self.plain, as_json(body))


def _require_curator(request: Any) -> None:
    """Raise 401 for a visitor, 403 for an account that is not a curator's."""
    user = signed_in(request, "Distinctions are for curators")
    if not user.is_staff:
        raise Problem(403, "not-allowed", "This account may not read distinctions.")


def _require_allowed(entries: list[Entry], by: Any) -> None:
    """Raise 403 if ``by`` may not edit entries of this kind."""
    refusal = actions.why_not_distinguish(entries, by)
    if refusal:
        raise Problem(403, "not-allowed", refusal)


# --- What is named ------------------------------------------------------------------------------------------------

_HOW: Final = (
    "Name a record by its slug or its permanent identifier, a term by its vocabulary and code, such "
    "as subject/exile."
)


class _EntriesPiece(Piece):
    """Some entries, each in one of the ways in which one is named."""

    takes: ClassVar[Schema] = {
        "type": "array",
        "items": {"type": "string", "minLength": 1},
        "minItems": 2,
        "maxItems": MOST_ENTRIES,
    }

    def to_internal_value(self, data: Any) -> list[str]:
        """The names."""
        if not isinstance(data, list) or not all(isinstance(one, str) and one for one in data):
            raise self.wrong(f"Send a list of texts. {_HOW}")
        if not 2 <= len(data) <= MOST_ENTRIES:
            raise self.wrong(f"Name at least 2 and at most {MOST_ENTRIES}.")
        return data


def _pieces() -> dict[str, Piece]:
    return {
        "kind": OneOf("Kind of the entries.", list(KINDS), required=True, allow_null=False),
        "entries": _EntriesPiece(
            f"The entries, each of which is different from each of the others. {_HOW}",
            required=True,
            allow_null=False,
        ),
        "note": Text("Why they are not the same.", longest=1000),
    }


def input_schema() -> Schema:
    """What is sent to record distinctions."""
    return {
        "type": "object",
        "description": "Entries of one kind that are not the same.",
        "properties": {name: piece.write_schema() for name, piece in _pieces().items()},
        "required": ["kind", "entries"],
        "additionalProperties": False,
    }


def _entry(kind: str, name: str, reader: Any) -> Entry | None:
    """The entry that a text names, if the reader may know of it."""
    if "\x00" in name:
        return None
    if kind == TERM:
        vocabulary, _slash, code = name.strip("/").rpartition("/")
        vocabulary = vocabulary.rpartition("/")[2]
        return Term.objects.filter(vocabulary=vocabulary[:20], code=code[:80]).first()
    rows = RECORD_MODELS[kind].objects.visible_to(reader)  # type: ignore[index]
    try:
        return rows.filter(uuid=UUID(name.rstrip("/").rpartition("/")[2])).first()
    except ValueError:
        return rows.filter(slug=name.strip("/").rpartition("/")[2][:101]).first()


def _entries(kind: str, names: list[str], reader: Any) -> list[Entry]:
    """The entries. Raises the 422 that tells which name leads to none, or that all are one."""
    found = [(name, _entry(kind, name, reader)) for name in names]
    missing = [f"There is no {kind} “{name[:60]}”. {_HOW}" for name, one in found if one is None]
    entries = {one.pk: one for _name, one in found if one is not None}
    if not missing and len(entries) < 2:
        missing = ["These are one and the same entry. Name at least two."]
    if missing:
        raise ValidationError({"entries": missing})
    return list(entries.values())


# --- What is told -------------------------------------------------------------------------------------------------


def _found(number: int, reader: Any) -> tuple[Distinction, dict[str, Any]]:
    """A distinction whose two entries the reader may know of. Raises 404."""
    row: Distinction | None = with_number(Distinction.objects, number)
    told = _told([row], reader) if row else []
    if row is None or not told:
        raise not_found("There is no such distinction.")
    return row, told[0]


def _among(entries: list[Entry]) -> Any:
    return Distinction.among(actions.entry_kind(entries[0]), (one.pk for one in entries))


def _named(rows: Iterable[Distinction], reader: Any) -> Named:
    """The entries of some distinctions: those that are there and that the reader may know of."""
    keys: dict[str, set[int]] = {}
    for row in rows:
        keys.setdefault(row.kind, set()).update((row.one, row.other))
    found: dict[tuple[str, int], Entry] = {}
    for kind, some in keys.items():
        entries: Any = Term.objects.all()
        if kind in RECORD_MODELS:
            entries = RECORD_MODELS[kind].objects.visible_to(reader)
        found |= {(kind, one.pk): one for one in entries.filter(pk__in=some)}
    return found


def _told(rows: Iterable[Distinction], reader: Any) -> list[dict[str, Any]]:
    """Distinctions as JSON; one whose entry is gone says nothing and is left out."""
    listed = list(rows)
    named = _named(listed, reader)
    return [
        {
            "number": row.pk,
            "url": _address(row.pk),
            "kind": row.kind,
            "entries": [_entry_told(named[row.kind, key]) for key in (row.one, row.other)],
            "note": row.note,
            "by": row.said_by or None,
            "at": moment_of(row.said_at),
        }
        for row in listed
        if {(row.kind, row.one), (row.kind, row.other)} <= named.keys()
    ]


def _entry_told(entry: Entry) -> dict[str, Any]:
    if isinstance(entry, Record):
        return {
            "title": str(entry),
            "slug": entry.slug,
            "url": ORIGIN + api_path(entry.KIND, entry.slug),
        }
    return {
        "title": entry.label,
        "slug": f"{entry.vocabulary}/{entry.code}",
        "url": ORIGIN + api_term_path(entry.vocabulary, entry.code),
    }


def _address(number: int | None = None) -> str:
    return f"{ORIGIN}{API_ROOT}/distinctions/{'' if number is None else f'{number}/'}"
