"""Entries that nothing uses: persons, places and terms that no record or relation names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from django.contrib import admin
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.models import Citation, Detail, OutsideIdentifier, PersonName, PlaceName, Record

#: Statements that belong to the record they name, and are deleted with it, do not count as a use.
_PARTS_OF_A_RECORD: Final = (PersonName, PlaceName, Citation, Detail, OutsideIdentifier)


def used_nowhere(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows that no other row points to, whatever its status. Each foreign key is looked up in
    its index.
    """
    for model, column in _uses(rows.model):
        rows = rows.filter(~Exists(model._base_manager.filter(**{column: OuterRef("pk")})))
    return rows


def _uses(model: type[Model]) -> Iterator[tuple[type[Model], str]]:
    """The foreign keys that point to a model from elsewhere, many-to-many tables among them."""
    own: set[Any] = {field.remote_field.through for field in model._meta.many_to_many}
    if issubclass(model, Record):
        own.update(_PARTS_OF_A_RECORD)
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.one_to_many and relation.auto_created and relation.related_model not in own:
            yield relation.related_model, relation.field.name  # type: ignore[union-attr, misc]


class UnusedFilter(admin.SimpleListFilter):
    """Entries by whether anything uses them."""

    title = _("use")
    parameter_name = "used"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        """Only one choice: nobody looks for what is used."""
        return [("nowhere", _("used nowhere"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The entries that nothing uses; an unknown word finds nothing."""
        if not self.value():
            return queryset
        return used_nowhere(queryset) if self.value() == "nowhere" else queryset.none()
