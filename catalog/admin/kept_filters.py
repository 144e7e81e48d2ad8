"""Filters that a curator saves for a list under a name: “my unfinished letters”. Nobody else sees them."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.contrib.admin.views.main import ERROR_FLAG, PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.mixin import AdminMixin
from catalog.models import KeptFilter

#: The most filters that a curator can save for one list.
MOST: Final = 30
#: Parameters that say where in a list a curator is, not what it shows.
_NOT_KEPT: Final = (PAGE_VAR, ERROR_FLAG, "_popup", "_to_field")


class NameForm(forms.Form):
    """The name under which the filters of a list are saved, and the filters."""

    name = forms.CharField(label=gettext_lazy("name"), max_length=60)
    query = forms.CharField(max_length=2000, widget=forms.HiddenInput)


def chosen_in(given: QueryDict) -> str:
    """What an address selects of a list, in one order, so that the same selection is recognised."""
    kept = sorted(
        (name, value)
        for name, values in given.lists()
        if name not in _NOT_KEPT
        for value in values
        if value
    )
    said = QueryDict(mutable=True)
    for name, value in kept:
        said.appendlist(name, value)
    return said.urlencode()


class KeepsFilters(AdminMixin):
    """Mixin of a ModelAdmin: its list offers the curator's saved filters, and to save the current ones."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``filters/`` before them."""
        own = path(
            "filters/",
            self.admin_site.admin_view(self.keep_filters),
            name=f"catalog_{self.opts.model_name}_filters",
        )
        return [own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The list, with its saved filters."""
        now = chosen_in(request.GET)
        more = {
            "kept_filters": self._mine(request) if "_popup" not in request.GET else [],
            "kept_filters_address": reverse(f"admin:catalog_{self.opts.model_name}_filters"),
            "chosen_now": now if "_popup" not in request.GET else "",
        }
        return super().changelist_view(request, {**more, **(extra_context or {})})

    def _mine(self, request: HttpRequest) -> Any:
        return KeptFilter.objects.filter(user=request.user.pk, listed=self.opts.model_name)

    def keep_filters(self, request: HttpRequest) -> HttpResponseRedirect:
        """Save the current filters under a name, or delete a name; then the list again."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        address = reverse(f"admin:catalog_{self.opts.model_name}_changelist")
        query = chosen_in(QueryDict(request.POST.get("query", "")[:2000]))
        back = HttpResponseRedirect(f"{address}?{query}" if query else address)
        if request.method != "POST":
            return back
        mine = self._mine(request)
        if "forget" in request.POST:
            mine.filter(name=request.POST["forget"]).delete()
            return back
        form = NameForm(request.POST)
        if not form.is_valid() or not query:
            said = _("Choose filters or search, and enter a name of at most 60 characters.")
            self.message_user(request, said, messages.WARNING)
            return back
        name = form.cleaned_data["name"]
        if mine.exclude(name=name).count() >= MOST:
            said = _("You already have %(most)d saved filters for this list. Delete one first.")
            self.message_user(request, said % {"most": MOST}, messages.WARNING)
            return back
        known: dict[str, Any] = {"user_id": request.user.pk, "listed": self.opts.model_name}
        _kept, is_new = KeptFilter.objects.update_or_create(
            **known, name=name, defaults={"query": query}
        )
        said = _("“%(name)s” was saved.") if is_new else _("“%(name)s” was updated.")
        self.message_user(request, said % {"name": name}, messages.SUCCESS)
        return back
