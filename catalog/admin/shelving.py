"""Where records are kept, in their forms and lists: a row, a filter, and moving many at once."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import bulk, history
from catalog.admin.chosen_keys import chosen_keys, keys_in_words, read_keys
from catalog.admin.in_step import REASON, who_and_why
from catalog.admin.inlines import StatementInline
from catalog.admin.mixin import AdminMixin
from catalog.admin.revisions import in_revision
from catalog.models import LINE, Shelving, StoragePlace

#: Boxes of the page: the records, and the filters of their list.
_KEYS, _FILTERS = "keys", "filters"
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


class ShelvesRecords(AdminMixin):
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
        return {**others, "shelve": (_begun, "shelve", _ACTION)}

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
        keys = read_keys(request.POST.get(_KEYS, ""))
        if not keys:
            self.message_user(
                request,
                _("Select records in the list, then choose “Move to a storage place” there."),
                messages.WARNING,
            )
            return HttpResponseRedirect(self._list_of(request))
        return self.shelving_asked(request, keys)

    def shelving_asked(self, request: HttpRequest, keys: list[int]) -> HttpResponseBase:
        """The page for these records; once a place was chosen, they are moved."""
        form = self._where(request)
        if form.is_valid():
            return self._shelved(request, form.cleaned_data["place"], keys)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Move several %(kind)s to a storage place")
            % {"kind": self.opts.verbose_name_plural},
            "media": self.media + form.media,
            "address": reverse(f"admin:catalog_{self.opts.model_name}_shelve"),
            "back": self._list_of(request),
            "keys": keys_in_words(keys),
            "number": len(keys),
            "filters": request.POST.get(_FILTERS, request.GET.urlencode()),
            "form": form,
            "is_job": len(keys) > bulk.MANY,
            "reason": request.POST.get(REASON, ""),
        }
        return TemplateResponse(request, "admin/catalog/storage/move.html", context)

    def _where(self, request: HttpRequest) -> forms.Form:
        """The box for the storage place, filled in if it was sent."""
        box: Any = self.formfield_for_dbfield(Shelving._meta.get_field("place"), request)
        made = type("WhereTo", (forms.Form,), {"place": box})
        form: forms.Form = made(request.POST if "_move" in request.POST else None)
        return form

    def _shelved(
        self, request: HttpRequest, place: StoragePlace, keys: list[int]
    ) -> HttpResponseBase:
        said = who_and_why(request)
        deed = bulk.Shelve(self.model.KIND, place)
        if len(keys) > bulk.MANY:
            job = bulk.shelve_as_job(deed, keys, **said)
            self.message_user(
                request,
                _("This is a large change, so it runs as a job. Its progress is shown here."),
            )
            return HttpResponseRedirect(reverse("admin:catalog_job_change", args=[job.pk]))
        with history.change_set(**said) as opened:
            done = bulk.shelve_many(deed, keys, by=request.user)
        level = messages.WARNING if done.refused or done.gone else messages.SUCCESS
        words: Any = bulk.told(deed, done)
        if opened.id is not None and done.changed:
            address = reverse("admin:catalog_changeset_change", args=[opened.id])
            words = format_html('{} <a href="{}">{}</a>', words, address, _("View all, or undo"))
        self.message_user(request, words, level)
        return HttpResponseRedirect(self._list_of(request))

    def _list_of(self, request: HttpRequest) -> str:
        """The list, with its previous filters."""
        address = reverse(f"admin:catalog_{self.opts.model_name}_changelist")
        filters = request.POST.get(_FILTERS, "")
        return f"{address}?{filters}" if filters else address


def _begun(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponseBase | None:
    """The list action: the page for the selected records."""
    keys = chosen_keys(model_admin, request, queryset)
    if keys is None:
        return None
    answer: HttpResponseBase = model_admin.shelving_asked(request, keys)
    return answer
