"""``/api/v1/changes/`` and ``/api/v1/stats/``: for those who keep a copy."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Max
from django.http import HttpResponse

from catalog.api.absent import merged_into
from catalog.api.answers import answer, as_json, not_modified, unchanged
from catalog.api.door import ApiView
from catalog.api.kept import as_it_stands, etag_under
from catalog.api.parameters import Reading, no_parameters
from catalog.api.problem import Problem
from catalog.documents import ORIGIN, feed, mark_at, moment_of
from catalog.models import PublicRecord, Term
from catalog.uris import KINDS, PLURALS, api_path, permanent_path

#: Changes in one answer by default, and at most.
_USUAL: Final = 100
_MOST: Final = 1000


def _up_to_date() -> feed.Standing:
    standing = feed.current(patiently=True)
    if standing is None:
        raise Problem(
            503,
            "busy",
            "The list of changes could not be brought up to date. Ask again in a few seconds.",
            headers={"Retry-After": "10"},
        )
    return standing


class ChangesViewSet(ApiView):
    """What was created, changed and deleted, in order."""

    def list(self, request: Any) -> HttpResponse:
        """The changes after ``since``. A record changed twice is listed once, at its last change."""
        reading = Reading(request.GET)
        reading.only({"since", "mark", "page_size", "kind"})
        since = reading.number("since", 0, 999_999_999, least=0)
        mark = request.GET.get("mark", "")
        size = reading.number("page_size", _USUAL, _MOST)
        kinds = reading.names("kind", KINDS)
        standing = _up_to_date()
        if since > standing.last_sequence:
            # A replica may be behind what its client has read from the primary.
            feed.read_from_primary()
            standing = _up_to_date()
        reading.finish()
        if since > standing.last_sequence or (since and mark and mark != mark_at(since)):
            raise Problem(
                410,
                "begin-anew",
                f"This catalogue never gave the number {since} for what the copy has: it was restored from a "
                "backup, or the number is another catalogue’s. Copy everything again.",
            )
        etag = etag_under(self.plain, standing)
        if not_modified(self.plain, etag, standing.changed_at):
            return unchanged(self.plain, etag, standing.changed_at)
        rows = PublicRecord.objects.filter(sequence__gt=since, sequence__lte=standing.last_sequence)
        if kinds:
            rows = rows.filter(kind__in=kinds)
        found = list(rows.defer("body", "relations").order_by("sequence")[: size + 1])
        more, found = len(found) > size, found[:size]
        last = found[-1].sequence if more else standing.last_sequence
        merged = merged_into([row.uuid for row in found if row.gone_at is not None])
        query = "".join(f"&kind={kind}" for kind in kinds)
        last_mark = mark_at(last)
        marked = f"&mark={last_mark}" if last_mark else ""
        following = f"{ORIGIN}/api/v1/changes/?since={last}{marked}&page_size={size}{query}"
        body = as_json(
            {
                "since": since,
                "last": last,
                "mark": last_mark,
                "more": more,
                "next": following,
                "results": [_change(row, since, merged) for row in found],
            }
        )
        return answer(
            self.plain,
            body,
            etag=etag,
            changed_at=standing.changed_at,
            links=[(following, 'rel="next"')],
        )


def _change(row: PublicRecord, since: int, merged: dict[UUID, UUID]) -> dict[str, Any]:
    is_gone = row.gone_at is not None
    what = "deleted" if is_gone else "created" if row.born_in > since else "changed"
    return {
        "sequence": row.sequence,
        "change": what,
        "at": moment_of(row.changed_at),
        "id": ORIGIN + permanent_path(row.uuid),
        "uuid": str(row.uuid),
        "kind": row.kind,
        # A deleted record does not reveal its slug.
        "url": None if is_gone else ORIGIN + api_path(row.kind, row.slug),  # type: ignore[arg-type]
        "merged_into": ORIGIN + permanent_path(merged[row.uuid]) if row.uuid in merged else None,
    }


class StatsViewSet(ApiView):
    """Statistics of the catalogue."""

    def list(self, request: Any) -> HttpResponse:
        """Numbers of public records by kind, of terms, and the last change."""
        standing = _up_to_date()
        return as_it_stands(
            self.plain, standing, lambda etag: self._counted(request, standing, etag)
        )

    def _counted(self, request: Any, standing: feed.Standing, etag: str) -> HttpResponse:
        no_parameters(request.GET)
        rows = PublicRecord.objects.filter(gone_at=None).values_list("kind")
        found = {
            kind: (many, changed)
            for kind, many, changed in rows.annotate(Count("pk"), Max("changed_at"))
        }
        kinds = {}
        for kind in KINDS:
            many, changed = found.get(kind, (0, None))
            kinds[PLURALS[kind]] = {
                "count": many,
                "last_changed": moment_of(changed) if changed else None,
                "url": ORIGIN + api_path(kind),
            }
        body = as_json(
            {
                "records": sum(one["count"] for one in kinds.values()),
                "terms": Term.objects.count(),
                "last_change": standing.last_sequence,
                "mark": mark_at(standing.last_sequence),
                "last_changed": moment_of(standing.changed_at),
                "kinds": kinds,
            }
        )
        return answer(self.plain, body, etag=etag, changed_at=standing.changed_at)
