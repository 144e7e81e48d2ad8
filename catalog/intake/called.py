"""Which records a text calls by identifier, permanent identifier, name or slug, and which it resembles."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from catalog import search
from catalog.actions import Actor
from catalog.intake.named import Named
from catalog.models import (
    RECORD_MODELS,
    MergedRecord,
    Person,
    PersonName,
    Place,
    PlaceName,
    Record,
)
from catalog.search import SearchQuery
from catalog.uris import Kind
from catalog.values import fold

#: How many namesakes are listed.
MOST_TOLD: Final = 4
#: From this similarity on two names are spellings of one.
_CLOSE: Final = 0.6
_UUID: Final = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/?\Z")
#: A name with what the catalogue puts behind it to tell namesakes apart: an identifier, a place, dates.
_TOLD_APART: Final = re.compile(r"(?P<name>.+\S) \((?P<mark>[^()]+)\)")


def records_called(
    kind: Kind, texts: list[str], by: Actor, *, by_identifier: bool = False
) -> dict[str, list[Named]]:
    """What each of some texts names: the surest way that finds something counts, and all that it finds."""
    model = RECORD_MODELS[kind]
    rows = model._base_manager.all() if by is None else model.objects.visible_to(by)
    found: dict[str, dict[int, Named]] = {text: {} for text in texts}

    def take(way: Any, texts_of: Any) -> None:
        open_texts = {text for text, those in found.items() if not those}
        taken: dict[str, dict[int, Named]] = {}
        for record, texts_meant in ((one, texts_of(one)) for one in way):
            pk, identifier, title = record[:3]
            for text in texts_meant:
                if text in open_texts:
                    taken.setdefault(text, {})[pk] = Named(pk, title, identifier)
        for text, those in taken.items():
            found[text] = those

    columns = ("pk", "identifier", "title")
    take(rows.filter(identifier__in=texts).order_by().values_list(*columns), lambda row: [row[1]])
    if by_identifier:
        return {text: list(those.values()) for text, those in found.items()}
    uuids: dict[UUID, list[str]] = {}
    for text in texts:
        if uuid := uuid_in(text):
            uuids.setdefault(uuid, []).append(text)
    for text, successor in merged(kind, [one for one in texts if not found[one]]).items():
        uuids.setdefault(successor, []).append(text)
    if uuids:
        take(
            rows.filter(uuid__in=uuids).order_by().values_list(*columns, "uuid"),
            lambda row: uuids[row[3]],
        )
    rest = [text for text, those in found.items() if not those]
    if rest:
        take(_titled(model, rows, rest), lambda row: _same(rest, row[2], row[3]))
    rest = [text for text, those in found.items() if not those]
    names: Any = {Person: PersonName, Place: PlaceName}.get(model)
    if rest and names is not None:
        path = f"{kind}__"
        folded = {fold(text)[:200] for text in rest}
        held = names._base_manager.filter(folded__in=folded, **{f"{kind}__in": rows.order_by()})
        take(
            held.order_by().values_list(f"{path}pk", f"{path}identifier", f"{path}title", "name"),
            lambda row: _same(rest, row[3], ""),
        )
    rest = [text for text, those in found.items() if not those]
    marked = {text: told for text in rest if (told := _TOLD_APART.fullmatch(text))}
    if marked:
        # As lists of similar records write it: “Leon Trotsky (P.1)”.
        marks = {told["mark"] for told in marked.values()}
        take(
            rows.filter(identifier__in=marks).order_by().values_list(*columns),
            lambda row: [
                text
                for text, told in marked.items()
                if told["mark"] == row[1] and fold(told["name"]) == fold(row[2])
            ],
        )
        rest = [text for text, those in found.items() if not those]
    if rest:
        slugs = [text for text in rest if len(text) <= 100]
        take(rows.filter(slug__in=slugs).order_by().values_list(*columns, "slug"), lambda row: [row[3]])  # fmt: skip
    return {text: [those[pk] for pk in sorted(those)] for text, those in found.items()}


def records_like(kind: Kind, text: str, by: Actor) -> list[str]:
    """The names of records that the search finds for a text, if they resemble it as a whole.

    What stands in brackets behind a name tells it apart, and is not part of it. Where all words together find
    nothing that resembles it (“L. Trotsky”), the longest is asked for alone.
    """
    told = _TOLD_APART.fullmatch(text)
    name = told["name"] if told else text
    wanted = {fold(text), fold(name)}
    words = fold(name).split()
    for asked in dict.fromkeys((name, max(words, key=len, default=""))):
        query = SearchQuery(text=asked[:200], kinds=(kind,), page_size=8, facets=(), typing=True)
        alike = [
            f"{record.title} ({record.identifier})"
            for record in (hit.record for hit in search.search(query, by).hits)
            if _is_close(wanted, record)
        ]
        if alike:
            return alike[:MOST_TOLD]
    return []


def _is_close(wanted: set[str], record: Any) -> bool:
    names = [fold(name) for name in (record.title, getattr(record, "sort_name", ""))]
    return any(
        SequenceMatcher(None, one, name).ratio() >= _CLOSE for one in wanted for name in names
    )


def merged(kind: Kind, texts: Iterable[str]) -> dict[str, UUID]:
    """Which of some identifiers and permanent identifiers are of merged records, and what replaces
    these now.
    """
    uuids = {one: text for text in texts if (one := uuid_in(text))}
    gone = MergedRecord.objects.filter(kind=kind).filter(
        Q(identifier__in=texts) | Q(record_uuid__in=uuids)
    )
    called = {row.record_uuid: uuids.get(row.record_uuid, row.identifier) for row in gone}
    into = MergedRecord.successors_of(called) if called else {}
    return {called[uuid]: successor for uuid, successor in into.items()}


def uuid_in(text: str) -> UUID | None:
    """The permanent identifier in a text: alone, or at the end of a permanent address; None for any
    other text.
    """
    found = _UUID.search(text.strip().lower())
    return UUID(found[1]) if found else None


def _titled(model: type[Record], rows: Any, texts: list[str]) -> Any:
    """Rows whose title or sort name may be one of some texts, found by the key by which lists sort them."""
    keys = set()
    for text in texts:
        probe: Any = model(title=text)
        keys.add(model._meta.get_field("sort_key").derive(probe))
    columns = ("pk", "identifier", "title")
    if model is not Person:
        return [
            (*row, "") for row in rows.filter(sort_key__in=keys).order_by().values_list(*columns)
        ]
    named = rows.order_by().values_list(*columns, "sort_name")
    return {*named.filter(sort_key__in=keys), *named.filter(title__in=texts)}


def _same(texts: list[str], title: str, other: str) -> list[str]:
    """Which of some texts are exactly a title; if none is, those that differ only in capitals and
    accents.
    """
    exact = [text for text in texts if text in {title, other}]
    if exact:
        return exact
    folded = {fold(title), fold(other)} - {""}
    return [text for text in texts if fold(text) in folded]
