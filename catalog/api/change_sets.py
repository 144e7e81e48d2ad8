"""``/api/v1/change-sets/``: what was changed, by whom and why, for curators' programs; and undoing it.

Rows are named as in the history, ``person:5``, because a deleted row has no address.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from rest_framework import serializers

from catalog import actions, history
from catalog.api.answers import answer, as_json
from catalog.api.by_number import NewestFirst, next_address, with_number
from catalog.api.door import ApiView
from catalog.api.fields import unknown_names
from catalog.api.jobs import job_address
from catalog.api.parameters import MOST, PAGE_SIZE, Reading
from catalog.api.problem import Problem, not_found
from catalog.api.tokens import signed_in
from catalog.api.writing import asked_of, refused
from catalog.documents import ORIGIN, moment_of, store
from catalog.history import Conflict, RowChange, Selection, Undone
from catalog.models import RECORD_MODELS, ChangedRecord, ChangeSet, Door
from catalog.uris import API_ROOT, api_path

#: What may be sent to undo something.
_SENT: Final = ("record", "row", "field", "take_back", "all_the_same")


class ChangeSetsViewSet(ApiView):
    """Change sets, newest first; one with its records; and undoing one, or a part of it."""

    def list(self, request: Any) -> HttpResponse:
        """The change sets, of one record if ``record`` names it."""
        _require_reader(request)
        reading = Reading(request.GET)
        reading.only({"record", "door", "before", "page_size"})
        page = NewestFirst.read(reading)
        door = reading.choice("door", Door.values)
        record = _key(reading, "record")
        reading.finish()
        rows = ChangeSet.objects.all()
        if door:
            rows = rows.filter(door=door)
        if record:
            of_record = ChangedRecord.objects.filter(kind=record[0], record_id=record[1])
            rows = rows.filter(pk__in=of_record.values("change_set"))
        found, before = page.of(rows)
        more = next_address(_address(), request.GET, before)
        body = as_json({"next": more, "results": [_as_json(one) for one in found]})
        links = [(more, 'rel="next"')] if more else None
        return answer(self.plain, body, etag=store.etag_of(body), links=links)

    def retrieve(self, request: Any, number: int) -> HttpResponse:
        """One change set with a page of its records, and every field before and after."""
        _require_reader(request)
        reading = Reading(request.GET)
        reading.only({"after", "page_size"})
        size = reading.number("page_size", PAGE_SIZE, MOST)
        after = _key(reading, "after")
        reading.finish()
        change_set = _found(number)
        keys = history.records_of(number, after=after, most=size + 1)
        query = f"?page_size={size}&after={{}}:{{}}"
        more = _address(number) + query.format(*keys[size - 1]) if len(keys) > size else None
        records = history.touched(number, keys[:size])
        addresses = _addresses(keys[:size])
        body = as_json(
            {
                **_as_json(change_set),
                "undone_by": [one.pk for one in change_set.undone_by.order_by("pk")[:MOST]],
                "next": more,
                "changed": [
                    {
                        "record": f"{one.kind}:{one.record_id}",
                        "title": one.name,
                        "url": addresses.get((one.kind, one.record_id)),
                        "rows": [_row(row) for row in one.rows],
                        "left_out": one.left_out,
                    }
                    for one in records
                ],
            }
        )
        return answer(self.plain, body, etag=store.etag_of(body))

    def undo(self, request: Any, number: int) -> HttpResponse:
        """Undo it, or one record, one row or one field of it. 202 with a job if there is much to do."""
        asked = asked_of(request)
        _require_reader(request)
        change_set = _found(number)
        selection, choice = _sent(change_set, request.data)
        if reason_not := actions.why_not_undo(selection, request.user):
            raise Problem(403, "not-allowed", reason_not)
        size = selection.changes().count()
        if not size:
            raise not_found("The history holds no such change in this change set.")
        choose = actions.chooser(choice["keys"], all_the_same=choice["all_the_same"])
        if asked.trial:
            found = history.preview(selection, choose, most=history.MOST_PREVIEWED)
            return self._undone(found, dry_run=True)
        try:
            if size > actions.MANY:
                job = actions.undo_as_job(
                    selection, by=request.user, reason=asked.reason, door=Door.API, **choice
                )
                return self._undone(Undone(), job=job.pk, status=202)
            with history.change_set(
                by=request.user, door=Door.API, reason=asked.reason, undoes=number
            ) as opened:
                undone = actions.undo(
                    selection, by=request.user, choice=choose, reason=asked.reason
                )
        except actions.Refused as refusal:
            raise refused(str(refusal)) from refusal
        return self._undone(undone, change_set=opened.id)

    def _undone(
        self,
        undone: Undone,
        *,
        change_set: int | None = None,
        job: int | None = None,
        dry_run: bool = False,
        status: int = 200,
    ) -> HttpResponse:
        body = {
            "dry_run": dry_run,
            "change_set": change_set,
            "job": job,
            "job_url": job_address(job),
            "records": undone.records,
            "rows": undone.rows,
            "left": undone.number_kept,
            "conflicts": [_conflict(one) for one in undone.kept],
        }
        return answer(self.plain, as_json(body), status=status)


def _require_reader(request: Any) -> None:
    """Raise 401 for a visitor, 403 for an account that may not read the history."""
    user = signed_in(request, "The history is for curators")
    if not (user.is_staff and user.has_perm("catalog.view_changeset")):
        raise Problem(403, "not-allowed", "This account may not read the history.")


def _found(number: int) -> ChangeSet:
    change_set: ChangeSet | None = with_number(ChangeSet.objects, number)
    if change_set is None:
        raise not_found("There is no such change set.")
    if change_set.size is None:
        change_set.size, change_set.records = history.counted(number)
    return change_set


def _address(number: int | None = None) -> str:
    return f"{ORIGIN}{API_ROOT}/change-sets/{'' if number is None else f'{number}/'}"


def _as_json(one: ChangeSet) -> dict[str, Any]:
    return {
        "number": one.pk,
        "url": _address(one.pk),
        "at": moment_of(one.made_at),
        "by": one.by_name or None,
        "door": one.door,
        "reason": one.reason,
        "records": one.records,
        "rows": one.size,
        "undoes": one.undoes_id,
    }


def _row(row: RowChange) -> dict[str, Any]:
    return {
        "row": f"{row.model}:{row.row_id}",
        "sort": row.sort,
        "name": row.name,
        "change": row.what.name.lower(),
        "fields": [
            {
                "field": one.column,
                "label": one.label,
                "before": one.before,
                "after": one.after,
            }
            for one in row.fields
        ],
    }


def _conflict(one: Conflict) -> dict[str, Any]:
    return {
        "key": one.key,
        "said": one.said,
        "can_be_taken_back": one.can_force,
        "later": one.later,
    }


def _addresses(keys: list[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The addresses of the records that exist."""
    found: dict[tuple[str, int], str] = {}
    for kind, model in RECORD_MODELS.items():
        ids = [pk for of, pk in keys if of == kind]
        rows = model._base_manager.filter(pk__in=ids).values_list("pk", "slug") if ids else ()
        found |= {(str(kind), pk): ORIGIN + api_path(kind, slug) for pk, slug in rows}
    return found


# --- What is named -----------------------------------------------------------------------------------------


def _pair(text: str) -> tuple[str, int] | None:
    """``person:5``, or the permanent identifier of an existing record."""
    name, colon, number = text.partition(":")
    if colon:
        plain = number.isascii() and number.isdecimal() and len(number) < 19
        return (name, int(number)) if plain and name in history.recorded() else None
    try:
        uuid = UUID(text.rstrip("/").rpartition("/")[2])
    except ValueError:
        return None
    for kind, model in RECORD_MODELS.items():
        pk = model._base_manager.filter(uuid=uuid).values_list("pk", flat=True).first()
        if pk is not None:
            return kind, pk
    return None


_HOW: Final = "Give the record's UUID, or its name in the history, such as person:5."


def _key(reading: Reading, name: str) -> tuple[str, int] | None:
    text = reading.one(name)
    if text is None:
        return None
    found = _pair(text)
    if found is None:
        reading.refuse(name, _HOW)
    return found


def _sent(change_set: ChangeSet, data: Any) -> tuple[Selection, dict[str, Any]]:
    """What was chosen, and what to do about conflicts. Raises the 422 that names each field."""
    errors = unknown_names(data, _SENT, may_be_left_out=True)
    pairs: dict[str, tuple[str, int]] = {}
    for name in ("record", "row"):
        text = data.get(name)
        if text is None:
            continue
        found = _pair(text) if isinstance(text, str) else None
        if found is None:
            errors[name] = [_HOW]
        else:
            pairs[name] = found
    column = data.get("field")
    if column is not None and not (isinstance(column, str) and len(column) <= 64):
        errors["field"] = ["Give the name of a field as it appears in the change set."]
    elif column and "row" not in data:
        errors["field"] = ["Name the row it belongs to."]
    keys = data.get("take_back")
    if keys is not None and not (
        isinstance(keys, list) and all(isinstance(one, str) for one in keys)
    ):
        errors["take_back"] = ["Send a list of conflict keys."]
    if not isinstance(data.get("all_the_same", False), bool):
        errors["all_the_same"] = ["Send true or false."]
    if errors:
        raise serializers.ValidationError(errors)
    kind, record_id = pairs.get("record", ("", 0))
    model, row_id = pairs.get("row", ("", 0))
    selection = Selection(change_set.pk, kind, record_id, model, row_id, column or "")
    return selection, {"keys": keys or [], "all_the_same": bool(data.get("all_the_same", False))}
