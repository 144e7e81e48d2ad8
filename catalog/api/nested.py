"""Relations as resources of their own: ``/people/trotsky/contributions/``, read by anybody, written by curators."""

from __future__ import annotations

import builtins
from typing import Any, ClassVar

from django.http import HttpResponse

from catalog import actions
from catalog.api.absent import answer_without_record, no_record
from catalog.api.answers import answer, as_json, by_content, trial
from catalog.api.door import ApiView
from catalog.api.kept import as_it_stands
from catalog.api.paging import NumberedPage, address
from catalog.api.parameters import Reading, no_parameters
from catalog.api.problem import Problem, not_found
from catalog.api.statement_fields import StatementSerializer, serializer_of
from catalog.api.writing import asked_of, require_editable, require_version, writing
from catalog.documents import ORIGIN, Links, RelationSpec, Writer, feed, relation, store
from catalog.models import RECORD_MODELS, derive
from catalog.uris import Kind, api_path


class RelationViewSet(ApiView):
    """One relation of one kind of record."""

    kind: ClassVar[Kind]
    relation_name: ClassVar[str]

    @property
    def spec(self) -> RelationSpec:
        """The relation."""
        found = relation(self.kind, self.relation_name)
        assert found is not None  # noqa: S101 - the addresses are made from the relations
        return found

    @property
    def serializer_class(self) -> type[StatementSerializer]:
        """Parses a statement that was sent."""
        assert self.spec.sort is not None  # noqa: S101 - only statements are written
        return serializer_of(self.spec.sort)

    # --- Reading -------------------------------------------------------------------------------------

    def list(self, request: Any, slug: str) -> HttpResponse:
        """A page of the relation's rows."""
        standing = feed.current() if self.reader is None else None
        return as_it_stands(
            self.plain, standing, lambda etag: self._listed(request, slug, standing, etag)
        )

    def _listed(
        self, request: Any, slug: str, standing: feed.Standing | None, etag: str
    ) -> HttpResponse:
        reading = Reading(request.GET)
        reading.only({"page", "page_size"})
        page = NumberedPage.read(reading)
        reading.finish()
        owner = self._owner(slug)
        if owner is None:
            return self._elsewhere(slug)
        rows = self.spec.of(self.reader, [owner.pk])
        url = address(
            f"{ORIGIN}{api_path(self.kind, owner.slug)}{self.relation_name}/", request.GET
        )
        body, links = page.written(rows, self._written, url)
        changed_at = standing.changed_at if standing else None
        return answer(
            self.plain, body, etag=etag or store.etag_of(body), changed_at=changed_at, links=links
        )

    def retrieve(self, request: Any, slug: str, uuid: Any) -> HttpResponse:
        """One statement."""
        no_parameters(request.GET)
        owner = self._owner(slug)
        if owner is None:
            return self._elsewhere(slug, f"{uuid}/")
        return by_content(self.plain, as_json(self._one(owner, uuid)))

    def _elsewhere(self, slug: str, statement: str = "") -> HttpResponse:
        """301 to the same relation of the record under its new slug; otherwise raises the 410 or 404."""
        query = self.plain.META.get("QUERY_STRING", "")
        rest = f"{self.relation_name}/{statement}{'?' if query else ''}{query}"
        return answer_without_record(self.kind, slug, self.reader, rest)

    def _owner(self, slug: str) -> Any:
        return RECORD_MODELS[self.kind].objects.visible_to(self.reader).filter(slug=slug).first()

    def _written(self, rows: Any) -> builtins.list[dict[str, Any]]:
        writer = Writer(self.reader, Links(self.reader))
        taken = writer.take(self.spec, rows.values_list(*self.spec.columns()))
        writer.read()
        return [writer.written(self.spec, row) for row in taken]

    def _one(self, owner: Any, uuid: Any) -> dict[str, Any]:
        found = self._written(self.spec.of(self.reader, [owner.pk]).filter(uuid=uuid))
        if not found:
            raise not_found(
                "This record has no such statement. Its relation lists those that exist."
            )
        return found[0]

    # --- Writing -------------------------------------------------------------------------------------

    def create(self, request: Any, slug: str) -> HttpResponse:
        """Add a statement. 201 with its address."""
        asked = asked_of(request)
        with writing(asked) as work:
            owner = self._locked_owner(slug)
            statement = self.spec.model(**{self._own_column(): owner})
            self._save(statement, owner, partial=False)
            body = as_json(self._one(owner, statement.uuid))
            if asked.trial:
                work.response = trial(self.plain, "create", body)
        if work.response is not None:
            return work.response
        place = f"{api_path(self.kind, owner.slug)}{self.relation_name}/{statement.uuid}/"
        return answer(
            self.plain, body, etag=store.etag_of(body), status=201, headers={"Location": place}
        )

    def partial_update(self, request: Any, slug: str, uuid: Any) -> HttpResponse:
        """Change what is sent of a statement."""
        asked = asked_of(request)
        with writing(asked) as work:
            owner, statement = self._locked(slug, uuid)
            self._save(statement, owner, partial=True)
            body = as_json(self._one(owner, statement.uuid))
            if asked.trial:
                work.response = trial(self.plain, "change", body)
        return work.response or answer(self.plain, body, etag=store.etag_of(body))

    def destroy(self, request: Any, slug: str, uuid: Any) -> HttpResponse:
        """Remove a statement. 204."""
        asked = asked_of(request)
        with writing(asked) as work:
            owner, statement = self._locked(slug, uuid)
            body = as_json(self._one(owner, statement.uuid))
            actions.detach(statement, owner, by=self.request.user)
            if asked.trial:
                work.response = trial(self.plain, "delete", body)
        return work.response or HttpResponse(status=204)

    def _locked_owner(self, slug: str) -> Any:
        rows = RECORD_MODELS[self.kind].objects.visible_to(self.reader).select_for_update()
        owner = rows.filter(slug=slug).first()
        if owner is None:
            raise no_record(self.kind)
        require_editable(owner, self.request.user)
        return owner

    def _locked(self, slug: str, uuid: Any) -> tuple[Any, Any]:
        owner = self._locked_owner(slug)
        etag = store.etag_of(as_json(self._one(owner, uuid)))
        require_version(self.plain, etag, "statement")
        return owner, self.spec.of(self.reader, [owner.pk]).get(uuid=uuid)

    def _own_column(self) -> str:
        return self.spec.own[0]

    def _save(self, statement: Any, owner: Any, *, partial: bool) -> None:
        context = {"reader": self.request.user, "own": self.spec.own, "statement": statement}
        serializer = self.serializer_class(data=self.request.data, partial=partial, context=context)
        serializer.is_valid(raise_exception=True)
        for name, value in serializer.validated_data.items():
            setattr(statement, name, value)
        derive(statement)
        statement.full_clean(exclude={"uuid"})
        try:
            actions.attach(statement, owner, by=self.request.user)
        except actions.StatedAlready as refusal:
            standing = refusal.standing.uuid
            said = (
                f"The statement {standing} already says the same. Change that one, or send another."
            )
            raise Problem(409, "conflict", said, statement=str(standing)) from refusal
