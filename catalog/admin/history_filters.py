"""Filters beside the list of change sets."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.admin.keys import is_key
from catalog.admin.list_filters import MOST_CHOICES
from catalog.models import RECORD_MODELS, Change, ChangeSet, What


class WhoFilter(admin.SimpleListFilter):
    """By the account that made the change."""

    title = _("who")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """The curators, and the catalogue itself."""
        accounts = get_user_model()._default_manager.filter(is_staff=True).order_by("username")
        names = [(str(one.pk), one.get_username()) for one in accounts[:MOST_CHOICES]]
        return [*names, ("none", _("the catalogue itself"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ChangeSet]) -> Any:
        """Change sets of one account."""
        value = self.value()
        if value == "none":
            return queryset.filter(by=None)
        if value:
            return queryset.filter(by_id=int(value)) if is_key(value) else queryset.none()
        return queryset


#: Least and most records of each choice.
_SIZES: Final[dict[str, tuple[int, int]]] = {
    "1": (0, 1),
    "10": (2, 10),
    "100": (11, 100),
    "more": (101, 2**62),
}


class SizeFilter(admin.SimpleListFilter):
    """By the number of records."""

    title = _("size")
    parameter_name = "large"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Four sizes."""
        return [
            ("1", _("One record")),
            ("10", _("2 to 10 records")),
            ("100", _("11 to 100 records")),
            ("more", _("More than 100 records")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ChangeSet]) -> Any:
        """Change sets of this size."""
        if self.value() not in _SIZES:
            return queryset
        least, most = _SIZES[str(self.value())]
        return queryset.filter(records__gte=least, records__lte=most)


class DeletionFilter(admin.SimpleListFilter):
    """Those that deleted records, to restore one."""

    title = _("deletions")
    parameter_name = "deleted"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """One choice."""
        return [("yes", _("Records were deleted"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[ChangeSet]) -> Any:
        """Change sets in which a record was deleted."""
        if self.value() != "yes":
            return queryset
        deleted = Change.objects.filter(
            change_set=OuterRef("pk"), what=What.DELETED, model__in=list(RECORD_MODELS)
        )
        return queryset.filter(Exists(deleted))
