"""``/api/v1/terms/``: the controlled vocabularies. They are read here, and edited in the admin."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from catalog.api.answers import answer, as_json, not_modified, unchanged
from catalog.api.door import ApiView
from catalog.api.kept import kept
from catalog.api.paging import address, envelope, numbered_pages
from catalog.api.parameters import MOST, MOST_PAGE, PAGE_SIZE, Reading
from catalog.api.problem import Problem, not_found
from catalog.documents import FORM, ORIGIN, feed, store, term_of
from catalog.models import Term, Vocabulary
from catalog.values import fold


class TermViewSet(ApiView):
    """Terms in the API."""

    def list(self, request: Any) -> HttpResponse:
        """A page of terms, in alphabetical order within each vocabulary."""
        standing = feed.current()
        etag = (
            store.etag_of(f"{standing.generation} {FORM} {self.plain.get_full_path()}")
            if standing
            else ""
        )
        if standing and not_modified(self.plain, etag, standing.changed_at):
            return unchanged(self.plain, etag, standing.changed_at)
        return kept(self.plain, standing, etag, lambda: self._listed(request, standing, etag))

    def _listed(self, request: Any, standing: feed.Standing | None, etag: str) -> HttpResponse:
        reading = Reading(request.GET)
        reading.only({"vocabulary", "q", "page", "page_size"})
        vocabularies = reading.names("vocabulary", Vocabulary.values)
        said = reading.one("q") or ""
        words = fold(said).split()
        if len(words) > 20 or len(said) > 1000:
            reading.refuse("q", "Use at most 20 words and 1000 characters.")
        size = reading.number("page_size", PAGE_SIZE, MOST)
        number = reading.number("page", 1, MOST_PAGE)
        reading.finish()
        terms = Term.objects.order_by("vocabulary", "sort_key", "id")
        if vocabularies:
            terms = terms.filter(vocabulary__in=vocabularies)
        for word in words:
            terms = terms.filter(sort_key__contains=word)
        total = terms.count()
        last = max((total + size - 1) // size, 1)
        if number > last:
            detail = f"There is no page {number}; the last is {last}."
            errors = [{"parameter": "page", "detail": detail, "allowed": None}]
            raise Problem(404, "not-found", detail, errors=errors)
        rows = terms.select_related("broader")[(number - 1) * size : number * size]
        url = address(f"{ORIGIN}/api/v1/terms/", request.GET)
        pages = numbered_pages(url, number, last)
        body = as_json(envelope(total, size, pages, [whole_term(term) for term in rows]))
        links = [(page, f'rel="{rel}"') for rel, page in pages.items() if page]
        changed_at = standing.changed_at if standing else None
        return answer(
            self.plain, body, etag=etag or store.etag_of(body), changed_at=changed_at, links=links
        )

    def retrieve(self, request: Any, vocabulary: str, code: str) -> HttpResponse:
        """One term."""
        reading = Reading(request.GET)
        reading.only(())
        reading.finish()
        term = (
            Term.objects.filter(vocabulary=vocabulary, code=code).select_related("broader").first()
        )
        if term is None:
            raise not_found("No vocabulary has this term. All terms are listed at /api/v1/terms/.")
        body = as_json(whole_term(term))
        etag = store.etag_of(body)
        if not_modified(self.plain, etag, None):
            return unchanged(self.plain, etag, None)
        return answer(self.plain, body, etag=etag)


def whole_term(term: Term) -> dict[str, Any]:
    """A term with its scope note and the term above it."""
    return {
        **(term_of(term) or {}),
        "scope_note": term.scope_note,
        "broader": term_of(term.broader),
    }
