"""``/api/v1/terms/``: the controlled vocabularies."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import HttpResponse

from catalog import actions
from catalog.api.answers import answer, as_json, by_content, trial
from catalog.api.door import ApiView
from catalog.api.kept import as_it_stands
from catalog.api.paging import NumberedPage, address
from catalog.api.parameters import Reading, no_parameters
from catalog.api.problem import Problem, not_found
from catalog.api.term_fields import TermSerializer
from catalog.api.writing import asked_of, require_version, writing
from catalog.documents import ORIGIN, feed, store, term_of
from catalog.models import Term, Vocabulary
from catalog.uris import api_term_path
from catalog.values import fold


class TermViewSet(ApiView):
    """Terms in the API."""

    def list(self, request: Any) -> HttpResponse:
        """A page of terms, in alphabetical order within each vocabulary."""
        standing = feed.current()
        return as_it_stands(
            self.plain, standing, lambda etag: self._listed(request, standing, etag)
        )

    def _listed(self, request: Any, standing: feed.Standing | None, etag: str) -> HttpResponse:
        reading = Reading(request.GET)
        reading.only({"vocabulary", "q", "page", "page_size"})
        vocabularies = reading.names("vocabulary", Vocabulary.values)
        said = reading.one("q") or ""
        words = fold(said).split()
        if len(words) > 20 or len(said) > 1000:
            reading.refuse("q", "Use at most 20 words and 1000 characters.")
        page = NumberedPage.read(reading)
        reading.finish()
        terms = Term.objects.select_related("broader").order_by("vocabulary", "sort_key", "id")
        if vocabularies:
            terms = terms.filter(vocabulary__in=vocabularies)
        for word in words:
            terms = terms.filter(Q(sort_key__contains=word) | Q(other_names__contains=word))
        url = address(f"{ORIGIN}/api/v1/terms/", request.GET)
        body, links = page.written(terms, lambda rows: [whole_term(term) for term in rows], url)
        changed_at = standing.changed_at if standing else None
        return answer(
            self.plain, body, etag=etag or store.etag_of(body), changed_at=changed_at, links=links
        )

    def retrieve(self, request: Any, vocabulary: str, code: str) -> HttpResponse:
        """One term."""
        no_parameters(request.GET)
        term = (
            Term.objects.filter(vocabulary=vocabulary, code=code).select_related("broader").first()
        )
        if term is None:
            return _redirect_to_successor(vocabulary, code)
        return by_content(self.plain, as_json(whole_term(term)))

    # --- Writing -------------------------------------------------------------------------------------

    def create(self, request: Any) -> HttpResponse:
        """Add a term. 201 with its address."""
        asked = asked_of(request)
        self._require("add")
        with writing(asked) as work:
            term = Term()
            self._keep(term, self._sent(partial=False))
            body = as_json(whole_term(term))
            if asked.trial:
                work.response = trial(self.plain, "create", body)
        if work.response is not None:
            return work.response
        place = api_term_path(term.vocabulary, term.code)
        return answer(
            self.plain, body, etag=store.etag_of(body), status=201, headers={"Location": place}
        )

    def partial_update(self, request: Any, vocabulary: str, code: str) -> HttpResponse:
        """Change the fields that are sent of a term."""
        return self._change(vocabulary, code, whole=False)

    def update(self, request: Any, vocabulary: str, code: str) -> HttpResponse:
        """Replace a term: what is not sent is emptied; its vocabulary and code stay."""
        return self._change(vocabulary, code, whole=True)

    def _change(self, vocabulary: str, code: str, *, whole: bool) -> HttpResponse:
        asked = asked_of(self.request)
        self._require("change")
        with writing(asked) as work:
            term = self._locked(vocabulary, code)
            sent = self._sent(partial=not whole, fixed={"vocabulary": vocabulary, "code": code})
            if whole:
                sent = TermSerializer.emptied() | sent
            self._keep(term, sent)
            body = as_json(whole_term(term))
            if asked.trial:
                work.response = trial(self.plain, "change", body)
        return work.response or answer(self.plain, body, etag=store.etag_of(body))

    def destroy(self, request: Any, vocabulary: str, code: str) -> HttpResponse:
        """Remove a term that nothing uses. 204."""
        asked = asked_of(request)
        self._require("delete")
        with writing(asked) as work:
            term = self._locked(vocabulary, code)
            body = as_json(whole_term(term))
            actions.remove_term(term, by=self.request.user)
            if asked.trial:
                work.response = trial(self.plain, "delete", body)
        return work.response or HttpResponse(status=204)

    def _require(self, verb: str) -> None:
        """Raise 403 if the account may not do that to terms."""
        if not self.request.user.has_perm(f"catalog.{verb}_term"):
            raise Problem(
                403, "not-allowed", "This account may not do that to terms. Ask an administrator."
            )

    def _locked(self, vocabulary: str, code: str) -> Term:
        rows = Term.objects.select_for_update().filter(vocabulary=vocabulary, code=code)
        term = rows.first()
        if term is None:
            raise _no_term()
        require_version(self.plain, store.etag_of(as_json(whole_term(term))), "term")
        return term

    def _sent(self, *, partial: bool, fixed: dict[str, str] | None = None) -> dict[str, Any]:
        context = {"reader": self.request.user, "fixed": fixed or {}}
        serializer = TermSerializer(data=self.request.data, partial=partial, context=context)
        serializer.is_valid(raise_exception=True)
        return dict(serializer.validated_data)

    def _keep(self, term: Term, sent: dict[str, Any]) -> None:
        above = sent.pop("broader", ...)
        for name, value in sent.items():
            setattr(term, name, value)
        if above is not ...:
            term.broader = self._above(term.vocabulary, above) if above else None
        actions.keep_term(term, by=self.request.user)

    def _above(self, vocabulary: str, code: str) -> Term:
        found = Term.objects.filter(vocabulary=vocabulary, code=code[:81]).first()
        if found is None:
            said = f"“{code[:60]}” is not a term of {vocabulary}. See /api/v1/terms/?vocabulary={vocabulary}"
            raise ValidationError({"broader": said})
        return found


def _redirect_to_successor(vocabulary: str, code: str) -> HttpResponse:
    """301 to the term that the one with this code was merged into; raises 404 if there is none."""
    term = Term.objects.found(vocabulary, code)
    if term is None:
        raise _no_term()
    # Merging may be undone, and then the address is the term's own again.
    headers = {"Location": api_term_path(vocabulary, term.code), "Cache-Control": "no-cache"}
    return HttpResponse(status=301, headers=headers)


def _no_term() -> Problem:
    return not_found("No vocabulary has this term. All terms are listed at /api/v1/terms/.")


def whole_term(term: Term) -> dict[str, Any]:
    """A term with its alternative labels, its scope note and its broader term."""
    return {
        **(term_of(term) or {}),
        "alternatives": term.alternatives.by_language(),
        "scope_note": term.scope_note,
        "broader": term_of(term.broader),
    }
