"""Lists pasted into a box of a form: what each value refers to, so that the form can make a row for each.

    POST pasted/  model=contribution&field=person&text=Leon Trotsky; Natalia Sedova

Nothing is written until the form is saved. Values are recognised like the cells of an imported table.
For a value that is not recognised, or that can refer to several, similar records or terms are offered.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from django.contrib import admin
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.admin.choices import lean, told_apart
from catalog.admin.finding import find
from catalog.admin.mixin import AdminMixin
from catalog.admin.namesakes import namesakes
from catalog.intake import Names, listed
from catalog.models import Record, Term

#: The most values in one list; more can be imported as a table.
MOST: Final = 200
#: Characters of one list.
LONGEST: Final = 50_000
#: How many similar records or terms are offered for a value.
OFFERED: Final = 5
#: For how many values similar ones are looked for; each takes a search.
_SEARCHED: Final = 20


class TakesLists(AdminMixin):
    """Mixin of a record's admin: ``pasted/`` answers what the values of a pasted list refer to."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``pasted/`` before them."""
        own = path(
            "pasted/",
            self.admin_site.admin_view(require_POST(self.pasted)),
            name=f"catalog_{self.opts.model_name}_pasted",
        )
        return [own, *super().get_urls()]

    @property
    def pasted_address(self) -> str:
        """Where the open form asks."""
        return reverse(f"admin:catalog_{self.opts.model_name}_pasted")

    def pasted(self, request: HttpRequest) -> JsonResponse:
        """The values of a list, each with its record or term, or with those that it may refer to."""
        if not (self.has_add_permission(request) or self.has_change_permission(request)):
            raise PermissionDenied
        column = self._pasted_into(request)
        text = request.POST.get("text", "")
        values = listed(text[:LONGEST])
        if len(text) > LONGEST or len(values) > MOST:
            said = _(
                "These are too many values at once; at most %(most)d are taken. Paste fewer, or "
                "import them as a table."
            )
            return _answer({"said": said % {"most": MOST}}, status=400)
        if column.remote_field is None:
            longest = column.max_length or LONGEST
            return _answer({"values": [{"text": value[:longest]} for value in values]})
        model: Any = column.remote_field.model
        if not self._admin_of(model).has_view_permission(request):
            raise PermissionDenied
        found = _recognised(column, model, values, request.user)
        return _answer({"values": found, "new": _as_new(column, model)})

    def _pasted_into(self, request: HttpRequest) -> models.Field[Any, Any]:
        """The column of the form's record, or of one of the rows that hang on it."""
        of_form = (self.model, *(inline.model for inline in self.inlines))
        name = request.POST.get("model", "")
        model = next((one for one in of_form if one._meta.model_name == name), None)
        try:
            column: Any = model._meta.get_field(request.POST.get("field", "")) if model else None
        except FieldDoesNotExist:
            column = None
        remote = getattr(column, "remote_field", None)
        is_chosen = remote is None or issubclass(remote.model, Record | Term)
        if not isinstance(column, models.Field) or not is_chosen:
            raise Http404
        return column

    def _admin_of(self, model: type[models.Model]) -> admin.ModelAdmin[Any]:
        found: admin.ModelAdmin[Any] = self.admin_site.get_model_admin(model)
        return found


def _recognised(
    column: models.Field[Any, Any], model: Any, values: list[str], user: Any
) -> list[dict[str, Any]]:
    """What each value refers to: a few queries for all, and a few more for each of the first unclear ones."""
    rows = model._default_manager.complex_filter(column.get_limit_choices_to())  # type: ignore[attr-defined]
    names = Names(user)
    if issubclass(model, Term):
        vocabulary = str(column.get_limit_choices_to()["vocabulary"])  # type: ignore[attr-defined]
        names.read_terms(vocabulary, values)
        meant = {value: names.terms_named(vocabulary, value) for value in values}
    else:
        names.read_records(model.KIND, values)
        meant = {value: names.records_named(model.KIND, value) for value in values}
    keys = {value: [one.pk for one in found if one.pk] for value, found in meant.items()}
    unclear = [value for value in values if len(keys[value]) != 1]
    for value in unclear[:_SEARCHED]:
        if not keys[value]:
            near = names.like_a_term(vocabulary, value) if issubclass(model, Term) else []
            keys[value] = _near(rows, value, user, near)
    called = _called(rows, {key for found in keys.values() for key in found})
    answer = []
    for value in values:
        choices = [called[key] for key in keys[value][:OFFERED] if key in called]
        if value in unclear or not choices:
            answer.append({"text": value, "choices": choices, "several": bool(meant[value])})
        else:
            answer.append({"text": value, "found": choices[0]})
    return answer


def _as_new(column: models.Field[Any, Any], model: Any) -> dict[str, Any]:
    """Which field of a form for a new record or term takes a value, and what stands in the others."""
    if issubclass(model, Term):
        return {"field": "label", "others": column.get_limit_choices_to()}  # type: ignore[attr-defined]
    return {"field": "title", "others": {}}


def _near(rows: Any, value: str, user: Any, labels: list[str]) -> list[int]:
    """Keys of what an unknown value may refer to: similar spellings, else what typing it would find."""
    model = rows.model
    if issubclass(model, Term):
        alike = list(rows.filter(label__in=labels).only("pk"))
    else:
        alike = namesakes(model, value, user)
    # Only where no name is like it: typing also finds what merely speaks of the words.
    found = alike or find(rows.only("pk"), value, user)
    return [one.pk for one in found[:OFFERED]]


def _called(rows: Any, keys: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Rows as the boxes of the form name them, by key. One query."""
    found = lean(rows.filter(pk__in=list(keys)))
    return {one.pk: {"id": one.pk, "text": told_apart(one)} for one in found}


def _answer(body: dict[str, Any], status: int = 200) -> JsonResponse:
    return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
