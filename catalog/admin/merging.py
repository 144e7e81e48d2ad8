"""Records or terms that are the same: found in a list or from a form, compared side by side,
merged, with a link to undo.

The page has an address of its own (``merge/?ids=5,7&into=7``) and works without script.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import actions
from catalog.admin.choices import chooser
from catalog.admin.keys import is_key
from catalog.admin.merge_page import IDS, INTO, MergePage
from catalog.admin.revisions import in_revision
from catalog.models import (
    MergedRecord,
    PastCode,
    Person,
    Term,
)

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[Any]
else:
    _Base = object

#: How many records are compared side by side.
MOST: Final = 6
#: How many of those that were merged into a record are named on its form.
_TOLD: Final = 10


class OtherForm(forms.Form):
    """Which record is the same: chosen while typing, or by its identifier."""

    other = forms.ModelChoiceField(
        queryset=Person.objects.none(), required=False, label=gettext_lazy("The other record")
    )
    identifier = forms.CharField(
        required=False, max_length=100, label=gettext_lazy("or its identifier")
    )

    def __init__(self, *args: Any, rows: Any, box: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other: Any = self.fields["other"]
        other.queryset = rows
        other.widget = box
        box.choices = other.choices
        box.is_required = False

    def clean(self) -> dict[str, Any]:
        """Find the record by its identifier if nothing was chosen."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return said
        if not said.get("other"):
            rows: Any = self.fields["other"].queryset  # type: ignore[attr-defined]
            mark = "code" if rows.model is Term else "identifier"
            said["other"] = rows.filter(**{mark: said.get("identifier", "")}).first()
            if said["other"] is None:
                name = "identifier" if said.get("identifier") else "other"
                self.add_error(name, _("There is no such record. Choose an existing one."))
        return said


class MergesRecords(_Base):
    """Mixin of an admin of records or terms: a list action, which continues at ``merge/``."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``merge/`` before them."""
        own = path(
            "merge/",
            self.admin_site.admin_view(self.merge_view),
            name=f"catalog_{self.opts.model_name}_merge",
        )
        return [own, *super().get_urls()]

    def has_merge_permission(self, request: HttpRequest) -> bool:
        """Whether the curator may merge any records of this kind at all."""
        return self.has_change_permission(request) and self.has_delete_permission(request)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The list's actions, and merging."""
        others: dict[str, Any] = super().get_actions(request)
        if "_popup" not in request.GET and self.has_merge_permission(request):
            others["merge_selected"] = (_begun, "merge_selected", _ACTION)
        return others

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """The form, with what was merged into its record, and a link to merging for those who may."""
        original = context.get("original")
        if original is not None:
            context["merged_here"] = _merged_into(original)
        if original is not None and not in_revision(request) and self.has_merge_permission(request):
            context["merge_address"] = self.merge_address(original.pk)
        return super().render_change_form(request, context, *args, **kwargs)

    def merge_address(self, *keys: Any) -> str:
        """Where these records are compared side by side."""
        address = reverse(f"admin:catalog_{self.opts.model_name}_merge")
        return f"{address}?{IDS}={','.join(map(str, keys))}"

    def merge_view(self, request: HttpRequest) -> HttpResponseBase:
        """Choose the other record; compare both; merge."""
        if not self.has_merge_permission(request):
            raise PermissionDenied
        asked = request.POST if request.method == "POST" else request.GET
        keys = list(dict.fromkeys(asked.get(IDS, "").split(",")))
        if not all(is_key(key) for key in keys) or len(keys) > MOST:
            return self._to_list(
                request, _("Select the records in the list that describe the same thing.")
            )
        found = self.get_queryset(request).in_bulk([int(k) for k in keys])
        records = [found[int(key)] for key in keys if int(key) in found]
        if len(records) < len(keys):
            return self._to_list(
                request, _("One of these records no longer exists. Search for it again.")
            )
        if len(records) == 1:
            return self._ask_for_other(request, records[0])
        page = MergePage(self, request, records, asked.get(INTO, ""))
        if request.method == "POST":
            return page.done() or page.answer()
        return page.answer()

    def _to_list(self, request: HttpRequest, words: str) -> HttpResponseBase:
        self.message_user(request, words, messages.WARNING)
        return HttpResponseRedirect(reverse(f"admin:catalog_{self.opts.model_name}_changelist"))

    def _ask_for_other(self, request: HttpRequest, record: Any) -> HttpResponseBase:
        """The page that asks for the other record."""
        rows = self.get_queryset(request).exclude(pk=record.pk)
        if isinstance(record, Term):
            rows = rows.filter(vocabulary=record.vocabulary)
        address = reverse(f"admin:catalog_{self.opts.model_name}_choices")
        model: Any = self.model
        names_it = next(
            one.field
            for one in actions.references_to(model)
            if not one.field.get_limit_choices_to() and not one.is_list
        )
        box = chooser(names_it, self.admin_site, address)
        typed = request.GET if {"other", "identifier"} & request.GET.keys() else None
        form = OtherForm(typed, rows=rows, box=box)
        if typed is not None and form.is_valid():
            return HttpResponseRedirect(
                self.merge_address(record.pk, form.cleaned_data["other"].pk)
            )
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": record,
            "title": _("Merge “%(record)s” with …") % {"record": record},
            "form": form,
            "media": self.media + form.media,
        }
        return TemplateResponse(request, "admin/catalog/merge_other.html", context)


def _merged_into(entry: Any) -> list[str]:
    """What was merged into a record or a term, latest first: its name, and when."""
    if isinstance(entry, Term):
        codes = PastCode.objects.filter(vocabulary=entry.vocabulary, into_code=entry.code)
        rows: Any = codes.order_by("-since").values_list("label", "code", "since")
    else:
        found = MergedRecord.objects.filter(into_uuid=entry.uuid).order_by("-merged_at")
        rows = found.values_list("title", "identifier", "merged_at")
    return [
        f"{name} ({mark}), {date_format(timezone.localtime(at), 'SHORT_DATE_FORMAT')}"
        for name, mark, at in rows[:_TOLD]
    ]


_ACTION: Final = gettext_lazy("Merge selected …")


def _begun(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponseBase | None:
    """The list action: the page for the selected records."""
    keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: MOST + 1])
    if 2 <= len(keys) <= MOST:
        return HttpResponseRedirect(model_admin.merge_address(*keys))
    model_admin.message_user(
        request,
        _("Select two or more records that describe the same thing, up to %(most)d.")
        % {"most": MOST},
        messages.WARNING,
    )
    return None
