"""Lists and records of every kind: one viewset, to which the nouns give a kind and a serializer."""

from __future__ import annotations

import builtins
import json
from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase

from catalog.api.absent import answer_without_record
from catalog.api.answers import answer, as_json, not_modified, unchanged
from catalog.api.door import ApiView
from catalog.api.kept import as_it_stands, keep_record, without_document
from catalog.api.paging import Cursor, Page, Paging, address, last_page, pick_order, read_cursor
from catalog.api.parameters import (
    LIST_PARAMETERS,
    MOST,
    MOST_PAGE,
    PAGE_SIZE,
    Identifiers,
    Reading,
    Shape,
    read_ids,
    read_shape,
)
from catalog.api.record import RecordSerializer
from catalog.api.writing import Writes
from catalog.documents import (
    ORIGIN,
    as_text,
    documents,
    feed,
    form_of_documents,
    joined,
    moment_of,
    store,
)
from catalog.filters import FILTERS, RELEVANCE, RecordFilter, offers
from catalog.models import RECORD_MODELS, PublicRecord
from catalog.search import version
from catalog.uris import Kind, api_path, permanent_path

#: Tombstones that one list contains.
_MOST_TOMBSTONES = 1000


class RecordViewSet(Writes, ApiView):
    """One kind of record: its list, its documents, and (in :class:`Writes`) changes of them."""

    kind: ClassVar[Kind]
    serializer_class: ClassVar[type[RecordSerializer]]

    # --- One record ----------------------------------------------------------------------------------

    def retrieve(self, request: Any, slug: str) -> HttpResponseBase:
        """The document of a record."""
        reading = Reading(request.GET)
        shape = None
        if request.GET:
            reading.only({"fields", "include"})
            shape = read_shape(reading, self.kind, self.serializer_class.pieces(), in_list=False)
            reading.finish()
        if self.reader is None:
            known = without_document(self.plain, self.kind, slug)
            if known is not None:
                return known
        found = self.document(slug)
        if found is None:
            query = self.plain.META.get("QUERY_STRING", "")
            return answer_without_record(self.kind, slug, self.reader, f"?{query}" if query else "")
        if not_modified(self.plain, found.etag, found.changed_at):
            return unchanged(self.plain, found.etag, found.changed_at)
        body = shaped(found, shape) if shape else joined(found.base, found.relations)
        response = answer(
            self.plain, body, etag=found.etag, changed_at=found.changed_at, links=_links_of(found)
        )
        if self.reader is None:
            keep_record(self.plain, found.etag, response)
        return response

    def document(self, slug: str) -> store.Document | None:
        """The document of a slug as this reader may see it; None if there is none."""
        if self.reader is not None:
            return self.staff_document(slug)  # type: ignore[no-any-return]
        ready = store.stored(self.kind, slug)
        if ready is not None:
            return ready
        standing = feed.current()
        rows = RECORD_MODELS[self.kind].objects.visible_to(None).filter(slug=slug)
        pk = rows.values_list("pk", flat=True).first()
        if pk is None:
            return None
        return next(iter(store.public_documents(self.kind, [pk], standing)), None)

    def staff_document(self, slug: str) -> Any:
        """The document as curators see it, always made afresh."""
        rows = RECORD_MODELS[self.kind].objects.visible_to(self.reader).filter(slug=slug)
        return next(iter(self._made(list(rows))), None)

    def _made(self, records: builtins.list[Any]) -> builtins.list[store.Document]:
        made = documents(self.kind, records, self.reader)
        return [
            store.document_of(base, relations, record.modified)
            for record, (base, relations) in zip(records, made, strict=True)
        ]

    # --- The list ------------------------------------------------------------------------------------

    def list(self, request: Any) -> HttpResponse:
        """One page of the records that fit."""
        wants_changes = "updated_since" in request.GET
        standing = feed.current(patiently=wants_changes) if self.reader is None else None
        index = version() if standing and request.GET.get("q") else ""
        return as_it_stands(
            self.plain, standing, lambda etag: self._listed(request, standing, etag), index
        )

    def _listed(self, request: Any, standing: feed.Standing | None, etag: str) -> HttpResponse:
        asked = _Asked(self, request)
        # Building a filter set costs more than the query, so a list without filters does without one.
        records = (
            asked.chosen.qs
            if asked.chosen
            else RECORD_MODELS[self.kind].objects.visible_to(self.reader)
        )
        if asked.since is not None:
            records = self._changed_since(records, asked.since)
        if asked.ids is not None:
            records = records.filter(Q(uuid__in=asked.ids.uuids) | Q(slug__in=asked.ids.slugs))
        total = self._count(records, standing, asked)
        url = address(ORIGIN + api_path(self.kind), request.GET)
        page = self._page(records, asked, total, url)
        envelope = {
            "count": total,
            "page_size": asked.size,
            "next": page.next or None,
            "previous": page.previous or None,
            "facets": self._facets(asked, request.GET),
            "deleted": self._tombstones(asked),
        }
        results = b",".join(self._bodies(page, standing, asked.shape))
        body = b'%b,"results":[%b]}' % (as_json(envelope)[:-1].encode(), results)
        links = [
            (getattr(page, name), f'rel="{rel}"')
            for name, rel in (
                ("first", "first"),
                ("previous", "prev"),
                ("next", "next"),
                ("last", "last"),
            )
            if getattr(page, name)
        ]
        changed_at = standing.changed_at if standing and etag else None
        return answer(
            self.plain, body, etag=etag or store.etag_of(body), changed_at=changed_at, links=links
        )

    def _page(self, records: Any, asked: _Asked, total: int, url: Any) -> Page:
        if asked.order is RELEVANCE and asked.chosen is not None:
            number = asked.number or 1
            last = last_page(number, total, asked.size, "Ask for less, or use a cursor and a sort.")
            among = None if asked.is_filter_alone else records
            first = (number - 1) * asked.size
            best = asked.chosen.best_first(first, asked.size, among)
            return Page.numbered(best, url, number, last)
        paging = Paging(self.kind, asked.order, asked.size, of_public=self.reader is None)
        if asked.number is not None:
            return paging.numbered(records, asked.number, total, url)
        return paging.after(records, asked.cursor or Cursor(False, asked.order.name), url)

    def _count(self, records: Any, standing: feed.Standing | None, asked: _Asked) -> int:
        """How many records fit; remembered until the public catalogue changes."""
        if asked.chosen is not None and asked.is_filter_alone:
            return asked.chosen.number()
        if standing is None:
            return int(records.order_by().count())
        key = (standing.mark, form_of_documents(), self.kind, asked.filters)
        if key not in _counts:
            if len(_counts) > 2000:
                _counts.clear()
            _counts[key] = records.order_by().count()
        return _counts[key]

    def _bodies(
        self, page: Page, standing: feed.Standing | None, shape: Shape
    ) -> builtins.list[bytes]:
        if self.reader is not None:
            rows = RECORD_MODELS[self.kind].objects.visible_to(self.reader).in_bulk(page.pks)
            found = self._made([rows[pk] for pk in page.pks if pk in rows])
        else:
            found = store.public_documents(self.kind, page.pks, standing)
        if shape.is_whole and not shape.relations:
            return [one.base for one in found]
        return [shaped(one, shape) for one in found]

    def _changed_since(self, records: Any, since: Any) -> Any:
        if self.reader is not None:
            return records.filter(modified__gte=since)
        changed = PublicRecord.objects.filter(kind=self.kind, gone_at=None, changed_at__gte=since)
        return records.filter(pk__in=changed.values("record_id"))

    def _tombstones(self, asked: _Asked) -> builtins.list[dict[str, Any]]:
        if not asked.with_deleted or asked.since is None:
            return []
        rows = PublicRecord.objects.filter(kind=self.kind, gone_at__gte=asked.since)
        return [tombstone(row) for row in rows.order_by("sequence")[:_MOST_TOMBSTONES]]

    def _facets(self, asked: _Asked, query: Any) -> dict[str, Any]:
        if not asked.facets:
            return {}
        found: dict[str, Any] = {name: [] for name in asked.facets}
        path = ORIGIN + api_path(self.kind)
        chosen = asked.chosen or FILTERS[self.kind](query, user=self.reader)
        for offer in offers(chosen):
            if offer.name not in found:
                continue
            buckets = []
            for option in offer.options[:MOST]:
                wanted = query.copy()
                for name in ("page", "cursor", offer.name):
                    wanted.pop(name, None)
                wanted[offer.name] = option.code
                buckets.append(
                    {
                        "value": option.code,
                        "label": option.label,
                        "count": option.count,
                        "chosen": option.chosen,
                        "depth": option.depth,
                        "url": f"{path}?{wanted.urlencode()}",
                    }
                )
            found[offer.name] = buckets
        return found


_counts: dict[Any, int] = {}


class _Asked:
    """The parameters of a list, checked. Raises the 400 that names those that are wrong."""

    def __init__(self, view: RecordViewSet, request: Any) -> None:
        kind = view.kind
        reading = Reading(request.GET)
        names = FILTERS[kind].names()
        reading.only({*names, *LIST_PARAMETERS})
        self.order = pick_order(reading, kind)
        self.size = reading.number("page_size", PAGE_SIZE, MOST)
        self.number = reading.number("page", 1, MOST_PAGE) if "page" in request.GET else None
        self.cursor = read_cursor(reading, kind, self.order)
        self.ids: Identifiers | None = read_ids(reading)
        self.since = reading.moment("updated_since")
        self.with_deleted = reading.choice("deleted", ["include"]) == "include"
        if self.with_deleted and "updated_since" not in request.GET:
            reading.refuse("deleted", "Give updated_since too, or read /api/v1/changes/.")
        self.facets = reading.names("facets", [facet.name for facet in FILTERS[kind].FACETS])
        self.shape = read_shape(reading, kind, view.serializer_class.pieces(), in_list=True)
        for name in names:
            if name in request.GET and not any(request.GET.getlist(name)) and name != "q":
                reading.refuse(name, "This is empty. Give a value, or omit the parameter.")
        self.chosen: RecordFilter | None = None
        if any(name in request.GET for name in names):
            self.chosen = FILTERS[kind](request.GET, user=view.reader)
            for name, messages in self.chosen.errors.items():
                reading.refuse(name, " ".join(str(message) for message in messages))
        reading.finish()
        counting = {*names, "updated_since", "ids"}
        self.filters = tuple(
            (name, tuple(values)) for name, values in request.GET.lists() if name in counting
        )

    @property
    def is_filter_alone(self) -> bool:
        """Whether only the filters decide which records fit."""
        return self.since is None and self.ids is None


def shaped(found: store.Document, shape: Shape) -> bytes:
    """A document with only the requested parts."""
    if shape.fields is None:
        if shape.relations is None:
            return joined(found.base, found.relations)
        related = json.loads(found.relations)
        return joined(found.base, as_text({name: related[name] for name in shape.relations}))
    whole = json.loads(joined(found.base, found.relations))
    return as_text({name: value for name, value in whole.items() if name in set(shape.fields)})


def tombstone(row: PublicRecord) -> dict[str, Any]:
    """All that is said of a record that is no longer public: that it is gone, and since when."""
    return {
        "id": ORIGIN + permanent_path(row.uuid),
        "uuid": str(row.uuid),
        "kind": row.kind,
        "deleted": moment_of(row.gone_at) if row.gone_at else None,
    }


def _links_of(found: store.Document) -> builtins.list[tuple[str, str]]:
    """Links of a record (RFC 8288): its page, its permanent name, similar records, its licence, the
    description of the API.
    """
    base = json.loads(found.base)
    links = [
        (base["url"], 'rel="canonical"'),
        (base["web_url"], 'rel="alternate"; type="text/html"'),
        (base["id"], 'rel="cite-as"'),
        (f"{base['url']}similar/", 'rel="related"; type="application/json"'),
        (f"{ORIGIN}/api/v1/openapi.json", 'rel="describedby"; type="application/json"'),
    ]
    if base["rights"]:
        links.append((base["rights"]["uri"], 'rel="license"'))
    return links
