"""The columns of a list: the default ones of a kind, or those that the curator keeps for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.contrib.admin.utils import label_for_field
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst

from catalog.admin.choices import LONG, years_of
from catalog.admin.kept_filters import chosen_in
from catalog.admin.mixin import AdminMixin
from catalog.models import EDTFField, KeptColumns, Record

#: What a list shows in another way, or not at all: a column of its own would show it twice.
_NOT_OFFERED: Final = frozenset({"title", "slug", "file", "date", "status", "rotation"})
#: What nobody types, but curators still look for.
_ALSO: Final = ("created", "first_published")


class ChoosesColumns(AdminMixin):
    """Mixin of a record's admin: its list shows the columns that the curator keeps, and offers to
    choose them.
    """

    #: The columns between a kind's identifier and its status.
    own_columns: ClassVar[Sequence[str]] = ()

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``columns/`` before them."""
        own = path(
            "columns/",
            self.admin_site.admin_view(self.keep_columns),
            name=f"catalog_{self.opts.model_name}_columns",
        )
        return [own, *super().get_urls()]

    def usual_columns(self) -> list[str]:
        """What the list shows to those who have chosen nothing."""
        return ["identifier", *self.own_columns, "status_badge", "modified"]

    def offered_columns(self) -> dict[str, str]:
        """What the list can show, with its labels: the default columns, then the other short ones
        of the kind.
        """
        usual = self.usual_columns()
        others = [
            field.name
            for field in self.model._meta.concrete_fields
            if (field.editable and not field.primary_key) or field.name in _ALSO
        ]
        left_out = {*usual, *_NOT_OFFERED, *LONG}
        names = [*usual, *(name for name in others if name not in left_out)]
        return {name: capfirst(str(label_for_field(name, self.model, self))) for name in names}

    def shown_columns(self, request: HttpRequest) -> list[str]:
        """What the list shows to this curator besides the title; read once per request."""
        kept: dict[Any, list[str]] = vars(request).setdefault("_shown_columns", {})
        if self.model not in kept:
            names = self._own_columns_kept(request).values_list("names", flat=True).first()
            offered = self.offered_columns()
            # A version of the program may have dropped a column that was chosen.
            kept[self.model] = [
                name
                for name in (self.usual_columns() if names is None else names)
                if name in offered
            ]
        return kept[self.model]

    def get_list_display(self, request: HttpRequest) -> list[Any]:
        """A small picture if there is one, the title, and the columns that this curator sees."""
        shown = self.shown_columns(request)
        before = [name for name in shown if name == "thumbnail"]
        others = [_column(self.model, name) for name in shown if name != "thumbnail"]
        return [*before, "name", *others]

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        """The records and terms that the columns name."""
        links = {
            field.name
            for field in self.model._meta.concrete_fields
            if isinstance(field, models.ForeignKey)
        }
        return [name for name in self.shown_columns(request) if name in links]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The list, with the columns that can be chosen."""
        shown = self.shown_columns(request)
        more = {
            "columns_address": reverse(f"admin:catalog_{self.opts.model_name}_columns"),
            "columns_offered": [
                (name, words, name in shown) for name, words in self.offered_columns().items()
            ],
            "columns_query": chosen_in(request.GET),
        }
        return super().changelist_view(
            request, {**({} if "_popup" in request.GET else more), **(extra_context or {})}
        )

    def keep_columns(self, request: HttpRequest) -> HttpResponseRedirect:
        """Keep the columns that were ticked, or with ``usual`` forget them; then the list again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            ticked = request.POST.getlist("column")
            names = [name for name in self.offered_columns() if name in ticked]
            if "usual" in request.POST or names == self.usual_columns():
                self._own_columns_kept(request).delete()
            else:
                known: dict[str, Any] = {"user_id": request.user.pk, "listed": self.opts.model_name}
                KeptColumns.objects.update_or_create(**known, defaults={"names": names})
        query = chosen_in(QueryDict(request.POST.get("query", "")[:2000]))
        address = reverse(f"admin:catalog_{self.opts.model_name}_changelist")
        return HttpResponseRedirect(f"{address}?{query}" if query else address)

    def _own_columns_kept(self, request: HttpRequest) -> Any:
        return KeptColumns.objects.filter(user=request.user.pk, listed=self.opts.model_name)


def _column(model: type[Record], name: str) -> str | Callable[[Any], str]:
    """A column for Django: an uncertain date is shown in words, and sorted by its earliest day."""
    field = next((one for one in model._meta.concrete_fields if one.name == name), None)
    return _date_in_words(model, name) if isinstance(field, EDTFField) else name


@cache
def _date_in_words(model: type[Record], name: str) -> Callable[[Any], str]:
    @admin.display(
        description=model._meta.get_field(name).verbose_name,  # type: ignore[union-attr]
        ordering=f"{name}_earliest",
    )
    def in_words(record: Any) -> str:
        return years_of(getattr(record, name))

    in_words.__name__ = name
    return in_words
