"""Writing in the admin goes through ``catalog.actions``: of records, and of exhibitions.

What an action refuses is said to the curator in its own words, and the form comes back with everything typed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import quote
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from catalog import actions
from catalog.admin.date_reading import words_taken
from catalog.admin.keys import is_key
from catalog.admin.mixin import AdminMixin
from catalog.admin.moves import MOVES
from catalog.admin.presence import others_at
from catalog.admin.revisions import in_revision
from catalog.models import Record, Shelving


class WritesByActions(AdminMixin):
    """Mixin of the admin of what editors publish. It comes first among the bases."""

    #: Of the mixins of moves and of reviews.
    possible_moves: Callable[[HttpRequest, Record | None], Any]
    move_as_asked: Callable[[HttpRequest, Any], None]
    keep_remark: Callable[[HttpRequest, Any], None]
    has_publish_permission: Callable[[HttpRequest], bool]

    # --- Forms ---

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        """The form, which knows why it may not be saved."""
        form: Any = super().get_form(request, obj, change=change, **kwargs)
        if request.method == "POST":
            asks = obj is not None and not in_revision(request)
            form.why_not = actions.why_not_editable(obj, request.user) if asks else ""
            form.refusal = getattr(request, "refusal", "")
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The form. What is refused while it is written comes back as a sentence on the form.

        The transaction is gone by then; the form is judged a second time with the refusal, which finds
        whatever another curator wrote in the same moment.
        """
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (actions.Refused, ValidationError, IntegrityError) as refusal:
            if request.method != "POST":
                raise
            request.refusal = actions.in_words(refusal)  # type: ignore[attr-defined]
            for file in request.FILES.values():
                file.seek(0)  # type: ignore[union-attr]
            return super().changeform_view(request, object_id, form_url, extra_context)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        """The page of the form, with the moves that are possible, or why it can only be read."""
        form = context["adminform"].form
        if obj is not None and request.method == "GET" and not in_revision(request):
            reason = actions.why_not_editable(obj, request.user)
            if reason and context.get("may_revise"):
                reason += " " + _("Prepare a draft revision of it instead; an editor publishes it.")
            if reason:
                self.message_user(request, reason, messages.WARNING)
        editable = form.fields and (
            self.has_add_permission(request)
            if obj is None
            else self.has_change_permission(request, obj)
        )
        context["conflicts"] = _conflicts_to_choose(form, context["inline_admin_formsets"])
        if editable:
            context |= self.moves_offered(request, form, obj)
            context |= self.addresses_of_form(request, obj)
        if obj is not None:
            context["may_publish"] = self.has_publish_permission(request)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def moves_offered(self, request: HttpRequest, form: Any, obj: Any) -> dict[str, Any]:
        """``moves``: the steps that can be taken as it stands; none where the form may not be saved."""
        if getattr(form, "why_not", ""):
            return {}
        return {"moves": self.possible_moves(request, obj)}

    def addresses_of_form(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Where the open form asks who else has it open; nothing for a new one."""
        if obj is None:
            return {}
        return {
            "others": others_at(obj, request.user),
            "presence_address": reverse(
                f"admin:catalog_{self.opts.model_name}_presence", args=[obj.pk]
            ),
        }

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """The record; held until the answer when its form was sent, so that two who save wait for each other."""
        if request.method == "POST" and is_key(object_id):
            rows = self.model._base_manager.select_for_update().filter(pk=object_id)
            rows.values_list("pk").first()
        return super().get_object(request, object_id, from_field)

    # --- What may be done ---

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the form opens for writing.

        A form that is sent is let through to be refused by itself: if the record was published while a
        cataloguer typed, a bare "forbidden" would lose what was typed.
        """
        allowed = super().has_change_permission(request, obj)
        if not allowed or obj is None or request.method == "POST" or in_revision(request):
            return allowed
        return not actions.why_not_editable(obj, request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether a record may be deleted: by administrators, and drafts by whoever catalogues them."""
        if obj is None:
            return super().has_delete_permission(request, obj)
        # Django asks several times for one page.
        known: dict[int, bool] = request.__dict__.setdefault("_may_delete", {})
        if obj.pk not in known:
            known[obj.pk] = actions.may_delete(obj, request.user)
        return known[obj.pk]

    def view_on_site(self, obj: Any) -> str:
        """The record's page; curators see drafts there too."""
        return str(obj.get_absolute_url())

    # --- Writing ---

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write the record through the action; Refused and ValidationError go to ``changeform_view``."""
        request.review = form.cleaned_data  # type: ignore[attr-defined]
        if form.taken_over:
            self.message_user(
                request,
                _(
                    "Someone else saved this record while you had it open. Changes that only they made were "
                    "kept: %(fields)s."
                )
                % {"fields": ", ".join(form.taken_over)},
                messages.WARNING,
            )
        self._tell_dates(request, form)
        if not change:
            actions.edit(obj, by=_writer(request))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Write the record, if it was there before, and what belongs to it.

        If nothing was changed but where it is kept, the record is not written: the public would
        see that something had happened.
        """
        changed = [one for one in formsets if one.has_changed()]
        is_moved = changed and not any(one.model.IS_PUBLIC for one in changed)
        if change and (form.changes_record or not is_moved):
            terms = {one.name for one in form.instance._meta.many_to_many}
            besides = bool(terms & {*form.changed_data})
            actions.edit(form.instance, by=_writer(request), besides=besides)
        super().save_related(request, form, formsets, change)

    def _tell_dates(self, request: HttpRequest, form: Any) -> None:
        """Say how dates in everyday words were read, since that is not what was typed."""
        for said in words_taken(form):
            self.message_user(request, said, messages.INFO)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Write and remove the rows that hang on the record through the actions."""
        for words in formset.joined:
            self.message_user(
                request,
                _(
                    "“%(statement)s” was added by someone else while you had the form open. It is listed "
                    "once."
                )
                % {"statement": words},
                messages.WARNING,
            )
        formset.save(commit=False)
        for row in formset.forms:
            if row.has_changed():
                self._tell_dates(request, row)
        by = _writer(request)
        add: Any = actions.attach
        remove: Any = actions.detach
        if formset.model is Shelving:
            add, remove = actions.shelve, actions.unshelve
        for statement in formset.deleted_objects:
            remove(statement, form.instance, by=by)
        for statement in [*(row for row, _fields in formset.changed_objects), *formset.new_objects]:
            add(statement, form.instance, by=by)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Django's list of what goes with records, without the rows that only tie a term to one: they have no name."""
        told, counts, lacking, protected = super().get_deleted_objects(objs, request)
        throughs: list[Any] = [one.remote_field.through for one in self.opts.many_to_many]
        ties = [one._meta for one in throughs]
        marks = tuple(f"{capfirst(one.verbose_name)}: " for one in ties)
        for one in ties:
            counts.pop(one.verbose_name_plural, None)
        return _without(told, marks), counts, lacking, protected

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Delete the record through the action; Refused goes to ``delete_view``."""
        actions.delete(obj, by=request.user)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Ask, then delete; a refusal leads back to the record with its reason."""
        try:
            return super().delete_view(request, object_id, extra_context)
        except actions.Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(
                reverse(f"admin:catalog_{self.opts.model_name}_change", args=[object_id])
            )

    # --- After writing ---

    def response_delete(self, request: HttpRequest, obj_display: str, obj_id: Any) -> HttpResponse:
        """Django's answer, and where the record can be brought back."""
        answer: HttpResponse = super().response_delete(request, obj_display, obj_id)
        if IS_POPUP_VAR not in request.POST:
            history = reverse(f"admin:catalog_{self.opts.model_name}_history", args=[obj_id])
            link = format_html(
                '<a href="{}">{}</a>', history, _("Its history, from where it can be brought back")
            )
            self.message_user(request, link, messages.INFO)
        return answer

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Where to go after changing: back to the form when a step was taken."""
        if self.moved(request, obj):
            return self.back_to(request, obj)
        return super().response_change(request, obj)

    def moved(self, request: HttpRequest, obj: Any) -> bool:
        """Take the step whose button was pressed, or keep the note that goes with none; whether a step was."""
        pressed = any(f"_{move.name}" in request.POST for move in MOVES)
        if not pressed or IS_POPUP_VAR in request.POST:
            self.keep_remark(request, obj)
            return False
        self.move_as_asked(request, obj)
        return True

    def back_to(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """The record's own form, with the list's filters kept."""
        address = reverse(f"admin:catalog_{self.opts.model_name}_change", args=[quote(obj.pk)])
        filters: dict[str, Any] = {
            "preserved_filters": self.get_preserved_filters(request),
            "opts": self.opts,
        }
        return HttpResponseRedirect(add_preserved_filters(filters, address))


def _conflicts_to_choose(form: Any, inline_formsets: Any) -> list[Any]:
    """What two curators changed, in the record and in its rows; the rows get the marks of what they show now."""
    found = list(getattr(form, "conflicts", ()))
    for rows in inline_formsets:
        rows.formset.renew_marks()
        for row in rows.formset.initial_forms:
            found += getattr(row, "conflicts", ())
    return found


def _writer(request: HttpRequest) -> Any:
    """Who writes: the curator; of a revision, which is only tried, nobody needs to be asked."""
    return None if in_revision(request) else request.user


def _without(told: list[Any], marks: tuple[str, ...]) -> list[Any]:
    """A list of lists without the lines that begin with one of some marks."""
    return [
        _without(one, marks) if isinstance(one, list) else one
        for one in told
        if isinstance(one, list) or not str(one).startswith(marks)
    ]
