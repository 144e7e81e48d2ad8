"""One row added to many records from their list: the photographer of a series, somebody seen in twenty pictures.

A list action for each sort of row that a kind names. The page says which records it is about and
asks for the row; each record gets it through the action, all in one change set.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Final

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.forms.models import _get_foreign_key
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog import actions, bulk
from catalog.admin.date_reading import words_taken
from catalog.admin.inlines import StatementInline
from catalog.admin.mixin import AdminMixin
from catalog.admin.record_form import listed

#: The button of the page.
_ADD: Final = "_add"
#: Refusals that are told one by one.
_MOST_TOLD: Final = 10
#: What each record has for itself, or what places a row among the others.
_ITS_OWN: Final = frozenset({"position", "left", "top", "width", "height", "caption"})


class AddsToMany(AdminMixin):
    """Mixin of a record's admin. A kind names its rows, each with the words of the list's action."""

    added_to_many: ClassVar[tuple[tuple[type[StatementInline], Any], ...]] = ()

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """The list's actions, and one for each sort of row that the curator may add."""
        found = super().get_actions(request)
        if "_popup" in request.GET or not self.has_change_permission(request):
            return found
        for inline, words in self.added_to_many:
            if not actions.why_not_statement(inline.model, request.user, "add"):
                name = f"add_{inline.model._meta.model_name}"
                found[name] = (_begun(inline, name, words), name, words)
        return found


def _begun(inline: type[StatementInline], name: str, words: Any) -> Callable[..., Any]:
    def ask(
        model_admin: AddsToMany, request: HttpRequest, queryset: Any
    ) -> HttpResponseBase | None:
        number = queryset.count()
        if number > bulk.MANY:
            said = _(
                "%(number)d records are selected; at most %(most)d can be given a row at once."
            )
            model_admin.message_user(
                request, said % {"number": number, "most": bulk.MANY}, messages.WARNING
            )
            return None
        rows = inline(model_admin.model, model_admin.admin_site)
        form = _form_for(rows, request)
        if form.is_valid() and _add(model_admin, request, rows, form, queryset):
            return HttpResponseRedirect(request.get_full_path())
        context = {
            **model_admin.admin_site.each_context(request),
            "opts": model_admin.opts,
            "title": words,
            "action": name,
            "records": list(queryset.order_by("pk")),
            "checkbox": ACTION_CHECKBOX_NAME,
            "back": request.get_full_path(),
            "form": form,
            "media": model_admin.media + form.media,
        }
        return TemplateResponse(request, "admin/catalog/adding_many.html", context)

    return ask


def _form_for(rows: StatementInline, request: HttpRequest) -> forms.Form:
    """The boxes of one row, without those that are each record's own."""
    boxes: dict[str, Any] = {}
    for name in rows.fields or ():
        if name not in _ITS_OWN:
            boxes[str(name)] = rows.formfield_for_dbfield(
                rows.model._meta.get_field(str(name)), request
            )
    made = type("RowForMany", (forms.Form,), boxes)
    form: forms.Form = made(request.POST if _ADD in request.POST else None)
    return form


def _add(
    model_admin: AddsToMany,
    request: HttpRequest,
    rows: StatementInline,
    form: forms.Form,
    records: Any,
) -> bool:
    """Give each record the row and say what became of it; whether any record could have it."""
    own = _get_foreign_key(model_admin.model, rows.model, fk_name=rows.fk_name).name
    done, known, refusals = 0, 0, []
    for record in records.order_by("pk"):
        row = rows.model(**{own: record}, **form.cleaned_data)
        try:
            row.full_clean()
            actions.attach(row, record, by=request.user)
        except actions.StatedAlready:
            known += 1
        except (actions.Refused, ValidationError, IntegrityError) as refusal:
            refusals.append(f"{record}: {actions.in_words(refusal)}")
        else:
            done += 1
    for said in words_taken(form):
        model_admin.message_user(request, said, messages.INFO)
    if done:
        said = ngettext("It was added to %d record.", "It was added to %d records.", done) % done
        model_admin.message_user(request, said, messages.SUCCESS)
    if known:
        said = ngettext("%d record has it already.", "%d records have it already.", known) % known
        model_admin.message_user(request, said, messages.INFO)
    if refusals:
        heading = ngettext(
            "%d record was left unchanged:", "%d records were left unchanged:", len(refusals)
        )
        told = [heading % len(refusals), *refusals[:_MOST_TOLD]]
        more = len(refusals) - _MOST_TOLD
        if more > 0:
            told.append(ngettext("… and %d more.", "… and %d more.", more) % more)
        model_admin.message_user(request, listed(told), messages.ERROR)
    return bool(done or known)


CONTRIBUTOR: Final = gettext_lazy("Add a contributor to selected …")
PARTICIPANT: Final = gettext_lazy("Add a participant to selected …")
SEEN: Final = gettext_lazy("Add a person seen in selected …")
TOPIC: Final = gettext_lazy("Add what selected are about …")
