"""What "Save and add another" carries over to the next form: named before and after, and cleared in one move."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final
from urllib.parse import urlencode

from django.contrib.admin.options import IS_POPUP_VAR
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import capfirst, get_text_list
from django.utils.translation import gettext as _

from catalog.admin.keys import is_key
from catalog.admin.mixin import AdminMixin
from catalog.admin.revisions import in_revision
from catalog.models import next_identifier

#: In the address of the next form: the key of the record from which values were carried over.
FROM: Final = "_carried"
#: In addresses of the admin: the filters of the list that the curator came from.
_FILTERS: Final = "_changelist_filters"


@dataclass(frozen=True, slots=True)
class CarriedValue:
    """A value that stands in the next form already. ``name`` is the field's, ``label`` and ``said`` are for people;
    ``cleared`` is what a new form without it has there.
    """

    name: str
    label: str
    said: str
    cleared: str


@dataclass(frozen=True, slots=True)
class Carried:
    """What was carried over: from which record, which values, and the identifier proposed; where an empty form is."""

    record: str
    values: list[CarriedValue]
    identifier: str
    empty: str

    @property
    def cleared(self) -> str:
        """What stands in each field when it is cleared, as JSON."""
        return json.dumps({value.name: value.cleared for value in self.values})


def is_popup(request: HttpRequest) -> bool:
    """Whether the form is open in a window of its own, for a box of another form."""
    return IS_POPUP_VAR in request.GET or IS_POPUP_VAR in request.POST


class CarriesOver(AdminMixin):
    """Mixin of a record's admin: what a series of records has in common is typed once."""

    #: The fields that are carried over.
    carried_over: ClassVar[Sequence[str]] = ("rights", "credit_line")

    def told_of_carrying(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What the page of a form says: what the next form will have of this one, what this one has of the last."""
        if not self.has_add_permission(request) or in_revision(request) or is_popup(request):
            return {}
        labels = [str(self._column(name).verbose_name) for name in self.carried_over]
        return {
            "to_be_carried": get_text_list(labels, _("and")),
            "carried": self._carried(request) if obj is None else None,
        }

    def _carried(self, request: HttpRequest) -> Carried | None:
        """What this new form was given from the record saved before it; None when it is not such a form."""
        key = request.GET.get(FROM, "")
        if request.method != "GET" or not is_key(key):
            return None
        record = self.model._default_manager.filter(pk=key).first()
        if record is None:
            return None
        values = [
            self._carried_value(name, said)
            for name in self.carried_over
            if (given := request.GET.get(name)) and (said := self._value_in_words(name, given))
        ]
        filters = request.GET.get(_FILTERS)
        empty = request.path + (f"?{urlencode({_FILTERS: filters})}" if filters else "")
        return Carried(str(record), values, next_identifier(self.model), empty)

    def carry_on(self, request: HttpRequest, obj: Any, response: HttpResponse) -> HttpResponse:
        """Lead on to the next form with what is carried over, where another record is to be added."""
        if "_addanother" not in request.POST or is_popup(request):
            return response
        given = {FROM: str(obj.pk)}
        if filters := request.GET.get(_FILTERS):
            given[_FILTERS] = filters
        for name in self.carried_over:
            if value := self._column(name).value_from_object(obj):
                given[name] = str(value)
        address = reverse(f"admin:catalog_{self.opts.model_name}_add")
        response["Location"] = f"{address}?{urlencode(given)}"
        return response

    def _carried_value(self, name: str, said: str) -> CarriedValue:
        column = self._column(name)
        cleared = str(column.get_default() or "")
        return CarriedValue(name, capfirst(str(column.verbose_name)), said, cleared)

    def _column(self, name: str) -> models.Field[Any, Any]:
        column: models.Field[Any, Any] = self.model._meta.get_field(name)
        return column

    def _value_in_words(self, name: str, given: str) -> str:
        """A value of an address in words; empty for one that means nothing."""
        column = self._column(name)
        if isinstance(column, models.ForeignKey):
            rows = column.remote_field.model._default_manager
            row = rows.filter(pk=given).first() if is_key(given) else None
            return str(row) if row is not None else ""
        choices = dict(column.flatchoices)
        return str(choices.get(given, "" if choices else given))
