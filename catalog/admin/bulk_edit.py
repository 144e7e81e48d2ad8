"""Many records changed at once: selected in a list, previewed, undone as one change set."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import bulk
from catalog.admin.bulk_forms import ChangeForm, ReplaceForm
from catalog.admin.chosen import DoesToChosen, continued_at

#: Boxes of the page: the field, what was previewed, and the confirmation.
_FIELD, _MARK, _SURE = "field", "mark", "_sure"
#: Takes the place of a field if words are replaced in several.
_TEXTS: Final = "several_texts"
_ACTION: Final = gettext_lazy("Change a field of selected …")


class ChangesMany(DoesToChosen):
    """Mixin of a record's admin: a list action, which continues at ``bulk/``."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``bulk/`` before them."""
        own = path(
            "bulk/",
            self.admin_site.admin_view(self.change_many),
            name=f"catalog_{self.opts.model_name}_bulk",
        )
        return [own, *super().get_urls()]

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The list's actions, this one first."""
        others = super().get_actions(request)
        if "_popup" in request.GET or not self.has_change_permission(request):
            return others
        return {"change_field": (continued_at("many_asked"), "change_field", _ACTION), **others}

    def change_many(self, request: HttpRequest) -> HttpResponseBase:
        """The page: choose a field, say what happens to it, preview it, do it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        keys = self.chosen_here(request)
        if not keys:
            return self.back_to_list(
                request,
                _("Select records in the list, then choose “Change a field of selected” there."),
            )
        return self.many_asked(request, keys)

    def many_asked(self, request: HttpRequest, keys: list[int]) -> HttpResponseBase:
        """The page for these records, as far as the request says what to do with them."""
        context: dict[str, Any] = {
            **self.about_chosen(request, keys),
            "title": _("Change a field of several %(kind)s")
            % {"kind": self.opts.verbose_name_plural},
            "media": self.media,
            "address": reverse(f"admin:catalog_{self.opts.model_name}_bulk"),
            "columns": self._offered(),
        }
        form = self._chosen_form(request)
        if form is None:
            return TemplateResponse(request, "admin/catalog/bulk_edit.html", context)
        context |= {"form": form, "field": request.POST[_FIELD], "media": self.media + form.media}
        if form.is_valid():
            change = form.change()
            mark = bulk.mark_of(change, keys)
            if _SURE in request.POST and request.POST.get(_MARK) == mark:
                return self.done_to_chosen(request, change, keys, bulk.make_as_job)
            context |= {
                "mark": mark,
                "is_other": _SURE in request.POST,
                "outlook": bulk.look_ahead(change, keys, by=request.user),
            }
        return TemplateResponse(request, "admin/catalog/bulk_edit.html", context)

    def _offered(self) -> list[tuple[str, str]]:
        """What can be changed: the fields by name and label, and words in several texts."""
        columns = bulk.changeable(self.model)
        fields = [(one.name, capfirst(str(one.verbose_name))) for one in columns]
        return [*fields, (_TEXTS, _("Words in several fields"))]

    def _chosen_form(self, request: HttpRequest) -> ChangeForm | ReplaceForm | None:
        """The form of the chosen field, filled in if it was sent; None while none is chosen."""
        field = request.POST.get(_FIELD, "")
        if field == _TEXTS:
            return ReplaceForm(self.model, request.POST if "find" in request.POST else None)
        columns = {column.name: column for column in bulk.changeable(self.model)}
        if field not in columns:
            return None
        box: forms.Field | None = self.formfield_for_dbfield(columns[field], request)
        return ChangeForm(columns[field], box, request.POST if "how" in request.POST else None)
