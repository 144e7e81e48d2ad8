"""Choosing a record of any kind in one box: a value is the kind and the key, ``event:39``."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib.admin.widgets import get_select2_language
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog.admin.choices import lean, told_apart
from catalog.admin.finding import find
from catalog.admin.keys import is_key
from catalog.admin.mixin import AdminMixin
from catalog.models import RECORD_MODELS, Record

#: Records of one kind that the list of choices shows.
OF_A_KIND: Final = 6


def key_of(record: Record | None) -> str:
    """A record as a value of the box; empty for none."""
    return f"{record.KIND}:{record.pk}" if record is not None else ""


def record_of(value: str) -> Record | None:
    """The record that a value of the box means; None when there is none such."""
    kind, _colon, key = value.partition(":")
    model = RECORD_MODELS.get(kind)  # type: ignore[call-overload]
    if model is None or not is_key(key):
        return None
    rows: QuerySet[Any] = lean(model._default_manager.all())
    found: Record | None = rows.filter(pk=key).first()
    return found


class ChooseAnyRecord(forms.Select):
    """The box. ``address`` is where :class:`AnswersAnyRecord` answers; ``known`` a record that was read already."""

    def __init__(self, address: Any, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.address = address
        self.known: Record | None = None

    def build_attrs(self, base_attrs: Any, extra_attrs: Any = None) -> dict[str, Any]:
        """What Django's own script for such boxes reads."""
        return {
            **super().build_attrs(base_attrs, extra_attrs),
            "class": "admin-autocomplete",
            "lang": get_select2_language(),
            "data-ajax--cache": "true",
            "data-ajax--delay": 250,
            "data-ajax--type": "GET",
            "data-ajax--url": str(self.address),
            "data-theme": "admin-autocomplete",
            "data-allow-clear": "true",
            "data-placeholder": "",
        }

    def optgroups(self, name: str, value: list[str], attrs: Any = None) -> list[Any]:
        """Nothing, and what is chosen; the rest is asked for while typing."""
        options = [self.create_option(name, "", "", not any(value), 0)]
        for chosen in filter(None, value):
            known = self.known if key_of(self.known) == chosen else record_of(chosen)
            if known is not None:
                options.append(self.create_option(name, chosen, told_apart(known), True, 1))
        return [(None, options, 0)]


class AnyRecordField(forms.CharField):
    """A record of any kind, or nothing; its value stays the kind and the key."""

    def clean(self, value: Any) -> str:
        """The value. Refuses what names no record."""
        said: str = super().clean(value)
        if said and record_of(said) is None:
            raise ValidationError(
                _("This record is no longer in the catalogue. Choose another."), code="gone"
            )
        return said


class AnswersAnyRecord(AdminMixin):
    """Mixin of a ModelAdmin: ``records/`` answers what is typed into such a box, kind by kind."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``records/`` before them."""
        name = f"catalog_{self.model._meta.model_name}_records"
        own = path("records/", self.admin_site.admin_view(self.records), name=name)
        return [own, *super().get_urls()]

    def records(self, request: HttpRequest) -> JsonResponse:
        """The first records of each kind that have every word typed, the best first, for Select2."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        groups = []
        for kind, model in RECORD_MODELS.items():
            if not request.user.has_perm(f"catalog.view_{kind}"):
                continue
            rows: Any = lean(model._default_manager.visible_to(request.user))
            found = find(rows, request.GET.get("term", ""), request.user)[:OF_A_KIND]
            children = [{"id": key_of(one), "text": told_apart(one)} for one in found]
            if children:
                groups.append(
                    {
                        "text": capfirst(str(model._meta.verbose_name_plural)),
                        "children": children,
                    }
                )
        return JsonResponse({"results": groups, "pagination": {"more": False}})
