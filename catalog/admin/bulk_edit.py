"""One field of many records: chosen in a list, looked at before it is done, taken back as one change set."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import bulk, history
from catalog.actions import record_state
from catalog.admin.in_step import REASON, who_and_why
from catalog.admin.keys import is_key
from catalog.admin.mixin import AdminMixin
from catalog.bulk import FieldChange, How

#: Boxes of the page: the records, the list's filters, the field, what was looked at, and that it is to be done.
_KEYS, _FILTERS, _FIELD, _MARK, _SURE = "keys", "filters", "field", "mark", "_sure"


class ChangeForm(forms.Form):
    """What happens to the field. ``value`` is the box that the record's own form has for it."""

    how = forms.ChoiceField(label=gettext_lazy("What to do"), widget=forms.RadioSelect)
    find = forms.CharField(
        label=gettext_lazy("The words to replace"),
        required=False,
        strip=False,
        help_text=gettext_lazy(
            "Exactly as they stand, capitals and accents too. For “Replace some words” only."
        ),
    )

    def __init__(self, column: Any, box: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = bulk.ways(column)
        self.column = column
        box.required = False
        box.label = capfirst(str(column.verbose_name))
        self.fields["value"] = box
        self.fields["how"].choices = [(one.value, one.label) for one in offered]  # type: ignore[attr-defined]
        self.fields["how"].initial = offered[0]
        if How.FIND not in offered:
            del self.fields["find"]

    def clean(self) -> dict[str, Any]:
        """Refuse what says nothing: no words to look for, nothing to put in."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        how, value = said.get("how"), said.get("value")
        if how == How.FIND and not said.get("find"):
            self.add_error("find", _("Write the words that are to be replaced."))
        nothing = value is None or value == "" or (self.column.many_to_many and not value)
        if how in {How.SET, How.ADD, How.REMOVE} and nothing and "value" not in self.errors:
            self.add_error("value", _("Say what. To leave the field empty, choose “Empty it”."))
        return said

    def change(self) -> FieldChange:
        """What the form says, once it is valid."""
        said = self.cleaned_data
        how = How(said["how"])
        return FieldChange(
            kind=self.column.model.KIND,
            field=self.column.name,
            how=how,
            value=None if how == How.EMPTY else _as_json(self.column, said["value"]),
            find=said.get("find", "") if how == How.FIND else "",
        )


def _as_json(column: Any, value: Any) -> Any:
    if column.many_to_many:
        return [row.pk for row in value]
    row = column.model()
    setattr(row, column.attname, value.pk if isinstance(value, models.Model) else value)
    return record_state.value_in(row, column)


class ChangesMany(AdminMixin):
    """Mixin of a record's admin: a list action, and ``bulk/``, where it goes on."""

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
        return {"change_field": (_begun, "change_field", _ACTION), **others}

    def change_many(self, request: HttpRequest) -> HttpResponseBase:
        """The page: choose a field, say what happens to it, look at what it does, do it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        keys = _read_keys(request.POST.get(_KEYS, ""))
        if not keys:
            self.message_user(
                request,
                _("Mark records in the list, and choose “Change a field of selected” there."),
                messages.WARNING,
            )
            return HttpResponseRedirect(self._list(request))
        return self.many_asked(request, keys)

    def many_asked(self, request: HttpRequest, keys: list[int]) -> HttpResponseBase:
        """The page for these records, as far as the request says what is to be done with them."""
        columns = {column.name: column for column in bulk.changeable(self.model)}
        column = columns.get(request.POST.get(_FIELD, ""))
        context: dict[str, Any] = {
            "keys": ",".join(map(str, keys)),
            "number": len(keys),
            "filters": request.POST.get(_FILTERS, request.GET.urlencode()),
            "columns": [(one.name, capfirst(str(one.verbose_name))) for one in columns.values()],
        }
        if column is not None:
            form = ChangeForm(
                column,
                self.formfield_for_dbfield(column, request),
                request.POST if "how" in request.POST else None,
            )
            context |= {"form": form, "column": column, "media": self.media + form.media}
            if form.is_valid():
                change = form.change()
                mark = bulk.mark_of(change, keys)
                if _SURE in request.POST and request.POST.get(_MARK) == mark:
                    return self._made(request, change, keys)
                context |= {
                    "mark": mark,
                    "is_other": _SURE in request.POST,
                    "outlook": bulk.look_ahead(change, keys, by=request.user),
                    "is_job": len(keys) > bulk.MANY,
                    "reason": request.POST.get(REASON, ""),
                }
        frame = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Change a field of several %(kind)s")
            % {"kind": self.opts.verbose_name_plural},
            "media": self.media,
            "address": reverse(f"admin:catalog_{self.opts.model_name}_bulk"),
            "back": self._list(request),
        }
        return TemplateResponse(request, "admin/catalog/bulk_edit.html", {**frame, **context})

    def _made(self, request: HttpRequest, change: FieldChange, keys: list[int]) -> HttpResponseBase:
        said = who_and_why(request)
        if len(keys) > bulk.MANY:
            job = bulk.make_as_job(change, keys, **said)
            self.message_user(
                request, _("This is much: it is done as a job. Here is how far it is.")
            )
            return HttpResponseRedirect(reverse("admin:catalog_job_change", args=[job.pk]))
        with history.change_set(**said) as opened:
            done = bulk.make(change, keys, by=request.user)
        level = messages.WARNING if done.refused or done.gone else messages.SUCCESS
        words: Any = bulk.told(change, done)
        if opened.id is not None and done.changed:
            address = reverse("admin:catalog_changeset_change", args=[opened.id])
            words = format_html(
                '{} <a href="{}">{}</a>', words, address, _("See all, or take it back")
            )
        self.message_user(request, words, level)
        return HttpResponseRedirect(self._list(request))

    def _list(self, request: HttpRequest) -> str:
        """The list, with the filters that it had."""
        address = reverse(f"admin:catalog_{self.opts.model_name}_changelist")
        filters = request.POST.get(_FILTERS, "")
        return f"{address}?{filters}" if filters else address


_ACTION: Final = gettext_lazy("Change a field of selected …")


def _begun(model_admin: Any, request: HttpRequest, queryset: Any) -> HttpResponseBase | None:
    """The list action: the page for the records chosen."""
    keys = list(queryset.order_by("pk").values_list("pk", flat=True)[: bulk.MOST + 1])
    if len(keys) > bulk.MOST:
        model_admin.message_user(
            request,
            _(
                "More than %(most)d records are chosen. Nothing was changed. Narrow the list with a filter "
                "or a search, and go on in parts."
            )
            % {"most": bulk.MOST},
            messages.ERROR,
        )
        return None
    answer: HttpResponseBase = model_admin.many_asked(request, keys)
    return answer


def _read_keys(text: str) -> list[int]:
    """The records that the page carries along; nothing when something else stands there."""
    parts = text.split(",")
    if len(parts) > bulk.MOST or not all(is_key(part) for part in parts):
        return []
    return sorted({int(part) for part in parts})
