"""``/api/v1/storage-places/``: rooms, shelves and boxes, for curators' programs and for nobody else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse

from catalog import actions, intake
from catalog.api.answers import answer, as_json, by_content, trial
from catalog.api.door import ApiView
from catalog.api.paging import NumberedPage, address
from catalog.api.parameters import Reading, no_parameters
from catalog.api.problem import Problem, not_found
from catalog.api.storage_fields import LONGEST_PATH, StoragePlaceSerializer
from catalog.api.tokens import signed_in
from catalog.api.writing import asked_of, require_version, writing
from catalog.documents import ORIGIN, Links, store
from catalog.models import Shelving, StoragePlace
from catalog.uris import api_storage_path


class StoragePlaceViewSet(ApiView):
    """Storage places, and what lies in each."""

    def list(self, request: Any) -> HttpResponse:
        """A page of storage places, in the order of their names."""
        _require_reader(request)
        reading = Reading(request.GET)
        reading.only({"q", "part_of", "page", "page_size"})
        words, named = (_text(reading, name) for name in ("q", "part_of"))
        page = NumberedPage.read(reading)
        above = _named(reading, named) if named else None
        reading.finish()
        rows = StoragePlace.objects.visible_to(request.user)
        if words:
            rows = rows.named(words)
        if named is not None:
            rows = rows.filter(part_of=above)
        url = address(ORIGIN + api_storage_path(), request.GET)
        body, links = page.written(rows.with_paths(), lambda some: [*map(_whole, some)], url)
        return answer(self.plain, body, etag=store.etag_of(body), links=links)

    def retrieve(self, request: Any, uuid: UUID) -> HttpResponse:
        """One storage place."""
        _require_reader(request)
        no_parameters(request.GET)
        return by_content(self.plain, as_json(_whole(_found(uuid, request.user))))

    def contents(self, request: Any, uuid: UUID) -> HttpResponse:
        """A page of what lies in a storage place and below it, in the order of the shelves."""
        _require_reader(request)
        reading = Reading(request.GET)
        reading.only({"page", "page_size"})
        page = NumberedPage.read(reading)
        reading.finish()
        place = _found(uuid, request.user)
        rows = Shelving.objects.visible_to(request.user)
        url = address(f"{ORIGIN}{api_storage_path(uuid)}contents/", request.GET)
        body, links = page.written(
            rows.inside(place.pk), lambda keys: _box_list(rows.read(keys), request.user), url
        )
        return answer(self.plain, body, etag=store.etag_of(body), links=links)

    # --- Writing -------------------------------------------------------------------------------------

    def create(self, request: Any) -> HttpResponse:
        """Add a storage place. 201 with its address."""
        asked = asked_of(request)
        _require_allowed(request, "add")
        with writing(asked) as work:
            place = StoragePlace()
            body = self._kept(place, whole=False)
            if asked.trial:
                work.response = trial(self.plain, "create", body)
        if work.response is not None:
            return work.response
        headers = {"Location": api_storage_path(place.uuid)}
        return answer(self.plain, body, etag=store.etag_of(body), status=201, headers=headers)

    def partial_update(self, request: Any, uuid: UUID) -> HttpResponse:
        """Change what is sent of a storage place; what lies in it goes along."""
        return self._change(uuid, whole=False)

    def update(self, request: Any, uuid: UUID) -> HttpResponse:
        """Replace a storage place: what is not sent is emptied."""
        return self._change(uuid, whole=True)

    def _change(self, uuid: UUID, *, whole: bool) -> HttpResponse:
        asked = asked_of(self.request)
        _require_allowed(self.request, "change")
        with writing(asked) as work:
            body = self._kept(self._locked(uuid), whole=whole)
            if asked.trial:
                work.response = trial(self.plain, "change", body)
        return work.response or answer(self.plain, body, etag=store.etag_of(body))

    def destroy(self, request: Any, uuid: UUID) -> HttpResponse:
        """Remove a storage place that holds nothing. 204."""
        asked = asked_of(request)
        _require_allowed(request, "delete")
        with writing(asked) as work:
            place = self._locked(uuid)
            body = as_json(_whole(place))
            actions.remove_storage_place(place, by=request.user)
            if asked.trial:
                work.response = trial(self.plain, "delete", body)
        return work.response or HttpResponse(status=204)

    def _locked(self, uuid: UUID) -> StoragePlace:
        rows = StoragePlace.objects.visible_to(self.request.user).select_for_update()
        rows.filter(uuid=uuid).values_list("pk").first()
        place = _found(uuid, self.request.user)
        require_version(self.plain, store.etag_of(as_json(_whole(place))), "storage place")
        return place

    def _kept(self, place: StoragePlace, *, whole: bool) -> str:
        """Save what was sent of a place; its document afterwards."""
        context = {"reader": self.request.user, "whole": whole}
        partial = not whole and not place._state.adding
        serializer = StoragePlaceSerializer(
            data=self.request.data, partial=partial, context=context
        )
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        for name, value in (StoragePlaceSerializer.emptied() | sent if whole else sent).items():
            setattr(place, name, value)
        actions.keep_storage_place(place, by=self.request.user)
        return as_json(_whole(_found(place.uuid, self.request.user)))


def _text(reading: Reading, name: str) -> str | None:
    """A parameter that is a text; None if it is absent."""
    text = reading.one(name)
    if text and len(text) > LONGEST_PATH:
        reading.refuse(name, f"At most {LONGEST_PATH} characters are accepted.")
    return text


def _named(reading: Reading, text: str) -> StoragePlace | None:
    """The storage place that ``part_of`` names."""
    try:
        return intake.place_meant(text)
    except intake.CellFault as refusal:
        reading.refuse("part_of", str(refusal))
        return None


def _require_reader(request: Any) -> None:
    """Raise 401 for a visitor, 403 for an account that may not see storage places."""
    user = signed_in(request, "Storage places are for curators")
    if not user.is_staff or not user.has_perm("catalog.view_storageplace"):
        raise Problem(403, "not-allowed", "This account may not see storage places.")


def _require_allowed(request: Any, verb: str) -> None:
    """Raise 403 if the account may not do that to storage places."""
    if refusal := actions.why_not_storage_place(request.user, verb):
        raise Problem(403, "not-allowed", refusal)


def _found(uuid: UUID, reader: Any) -> StoragePlace:
    """The storage place with those above it. Raises 404."""
    rows = StoragePlace.objects.visible_to(reader).with_paths()
    place: StoragePlace | None = rows.filter(uuid=uuid).first()
    if place is None:
        raise not_found(f"There is no such storage place. All are listed at {api_storage_path()}.")
    return place


# --- What is told -------------------------------------------------------------------------------------------------


def _whole(place: StoragePlace) -> dict[str, Any]:
    """A storage place that was read with those above it."""
    here = ORIGIN + api_storage_path(place.uuid)
    above = place.part_of
    return {
        "uuid": str(place.uuid),
        "url": here,
        "contents_url": f"{here}contents/",
        "path": place.path,
        "name": place.name,
        "code": place.code or "",
        "note": place.note,
        "part_of": _link(above) if above else None,
    }


def _link(place: StoragePlace) -> dict[str, Any]:
    """What is needed to name a storage place and lead to it."""
    return {
        "uuid": str(place.uuid),
        "url": ORIGIN + api_storage_path(place.uuid),
        "path": place.path,
        "code": place.code or "",
    }


def _box_list(rows: Iterable[Shelving], reader: Any) -> list[dict[str, Any]]:
    """What lies where: the records, each with the place in which it or a part of it is kept."""
    listed = [(row, row.record) for row in rows]
    links = Links(reader)
    for _row, record in listed:
        links.want(record.KIND, record.pk)
    links.read()
    return [
        {
            "record": links.get(record.KIND, record.pk),
            "part": row.part,
            "place": _link(row.place),
        }
        for row, record in listed
    ]
