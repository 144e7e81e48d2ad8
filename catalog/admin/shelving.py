"""Where records are kept, in their forms and lists: a row, a filter, and moving many at once."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import bulk
from catalog.admin.chosen import DoesToChosen, continued_at
from catalog.admin.inlines import StatementInline
from catalog.admin.revisions import in_revision
from catalog.models import LINE, Shelving

_ACTION: Final = gettext_lazy("Move to a storage place …")


class ShelvingInline(StatementInline):
    """Where the record is kept, in one or several places."""

    model = Shelving
    fields = ("place", "part")
    verbose_name = gettext_lazy("storage place")
    verbose_name_plural = gettext_lazy("where it is kept")

    def get_queryset(self, request: HttpRequest) -> Any:
        """The rows with the places above theirs, whose names the boxes show."""
        return super().get_queryset(request).select_related(f"place__{LINE}")


class ShelvesRecords(DoesToChosen):
    """Mixin of the admin of what lies somewhere: its rows in the form, a list action, and the page ``shelve/``."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``shelve/`` before them."""
        own = path(
            "shelve/",
            self.admin_site.admin_view(self.shelve_many),
            name=f"catalog_{self.opts.model_name}_shelve",
        )
        return [own, *super().get_urls()]

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> Any:
        """The rows; not in a draft revision, because where a record is kept is never public."""
        found = super().get_inline_instances(request, obj)
        if in_revision(request):
            return [inline for inline in found if inline.model is not Shelving]
        return found

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The list's actions, and this one."""
        others = super().get_actions(request)
        if "_popup" in request.GET or not self.has_shelve_permission(request):
            return others
        return {**others, "shelve": (continued_at("shelving_asked"), "shelve", _ACTION)}

    def has_shelve_permission(self, request: HttpRequest) -> bool:
        """Whether the curator may move records of this kind."""
        may = request.user.has_perm
        return may(f"catalog.change_{self.opts.model_name}") and all(
            may(f"catalog.{verb}_shelving") for verb in ("add", "change", "delete")
        )

    def shelve_many(self, request: HttpRequest) -> HttpResponseBase:
        """The page: choose the storage place, and move the records into it."""
        if not self.has_shelve_permission(request):
            raise PermissionDenied
        keys = self.chosen_here(request)
        if not keys:
            return self.back_to_list(
                request,
                _("Select records in the list, then choose “Move to a storage place” there."),
            )
        return self.shelving_asked(request, keys)

    def shelving_asked(self, request: HttpRequest, keys: list[int]) -> HttpResponseBase:
        """The page for these records; once a place was chosen, they are moved."""
        form = self._where(request)
        if form.is_valid():
            deed = bulk.Shelve(self.model.KIND, form.cleaned_data["place"])
            return self.done_to_chosen(request, deed, keys, bulk.shelve_as_job)
        context: dict[str, Any] = {
            **self.about_chosen(request, keys),
            "title": _("Move several %(kind)s to a storage place")
            % {"kind": self.opts.verbose_name_plural},
            "media": self.media + form.media,
            "address": reverse(f"admin:catalog_{self.opts.model_name}_shelve"),
            "form": form,
        }
        return TemplateResponse(request, "admin/catalog/storage/move.html", context)

    def _where(self, request: HttpRequest) -> forms.Form:
        """The box for the storage place, filled in if it was sent."""
        box: Any = self.formfield_for_dbfield(Shelving._meta.get_field("place"), request)
        made = type("WhereTo", (forms.Form,), {"place": box})
        form: forms.Form = made(request.POST if "_move" in request.POST else None)
        return form
