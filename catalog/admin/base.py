"""The admin of a record: what the admins of all six kinds share.

Everything is written through ``catalog.actions``; what an action refuses is shown to the curator in
its own words, and the form comes back with everything typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import quote
from django.contrib.admin.views.main import ORDER_VAR
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import actions
from catalog.admin.as_table import GivesTables
from catalog.admin.bulk_edit import ChangesMany
from catalog.admin.carrying import CarriesOver
from catalog.admin.change_list import SafeLists
from catalog.admin.copying import CopiesRecords
from catalog.admin.distinguishing import DistinguishesRecords
from catalog.admin.duplicates import FindsDuplicates
from catalog.admin.entry_boxes import AnswersItsForms
from catalog.admin.finding import find
from catalog.admin.gone import KeepsWhatIsGone
from catalog.admin.history import HasHistory
from catalog.admin.house_rules import ShowsHouseRules
from catalog.admin.in_step import KeepsInStep
from catalog.admin.kept_columns import ChoosesColumns
from catalog.admin.kept_filters import KeepsFilters
from catalog.admin.keys import is_key
from catalog.admin.list_filters import (
    DeskFilter,
    MissingFilter,
    RightsFilter,
    StatusFilter,
    by_term,
)
from catalog.admin.merging import MergesRecords
from catalog.admin.moves import MOVES, MovesRecords
from catalog.admin.namesakes import TellsNamesakes
from catalog.admin.pasting import TakesLists
from catalog.admin.presence import TellsWhoElse, others_at
from catalog.admin.previews import SharesPreviews
from catalog.admin.record_form import RecordForm
from catalog.admin.review import ReviewsRecords
from catalog.admin.revisions import RevisesRecords, in_revision
from catalog.admin.sections import HasSections
from catalog.admin.standing import ShowsStanding
from catalog.models import Record, Vocabulary, next_identifier

SubjectFilter = by_term("subjects", Vocabulary.SUBJECT, gettext_lazy("subject"))


class RecordAdmin(
    KeepsWhatIsGone,
    HasHistory,
    KeepsFilters,
    ChoosesColumns,
    SafeLists,
    TellsWhoElse,
    TellsNamesakes,
    TakesLists,
    ShowsHouseRules,
    AnswersItsForms,
    ReviewsRecords,
    RevisesRecords,
    SharesPreviews,
    GivesTables,
    ChangesMany,
    MergesRecords,
    CopiesRecords,
    CarriesOver,
    DistinguishesRecords,
    FindsDuplicates,
    MovesRecords,
    HasSections,
    ShowsStanding,
    KeepsInStep,
    admin.ModelAdmin,  # type: ignore[type-arg]
):
    """Base of the admin of every kind of record.

    A kind names the fields that are its own (:class:`~catalog.admin.sections.HasSections`), its
    columns (:class:`~catalog.admin.kept_columns.ChoosesColumns`), filters and inlines; order,
    status, search, and the protection against lost entries and slow lists are the same for all.
    """

    form = RecordForm

    # --- What a kind fills in, besides its sections ---
    own_filters: ClassVar[Sequence[type[admin.ListFilter]]] = ()

    # --- Lists ---
    list_per_page = 50
    list_max_show_all = 200
    # Counting the whole table a second time tells a curator nothing.
    show_full_result_count = False
    date_hierarchy = "modified"
    search_fields = ("title", "identifier")
    search_help_text = gettext_lazy(
        "Every word, in any order, in titles, names, codes, texts and related records; the last "
        "word may be unfinished. Accents, capitals and scripts do not matter."
    )
    actions_selection_counter = True
    readonly_fields: ClassVar[tuple[str, ...]] = ("standing", "review_notes")

    def get_list_display_links(
        self, request: HttpRequest, list_display: Sequence[Any]
    ) -> list[Any]:
        """The title links to the record."""
        return ["name"]

    def get_list_filter(self, request: HttpRequest) -> list[Any]:
        """Status first, then the kind's own, then what all records have."""
        return [
            StatusFilter,
            DeskFilter,
            *self.own_filters,
            SubjectFilter,
            RightsFilter,
            MissingFilter,
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """The records that contain every word typed; for lists and for choosing alike.

        The best come first, unless a column was chosen to sort by.
        """
        found = find(queryset, search_term, request.user)
        if ORDER_VAR in request.GET:
            found = found.order_by(*queryset.query.order_by)
        return found, False

    @admin.display(description=gettext_lazy("title"), ordering="sort_key")
    def name(self, record: Record) -> str:
        """Title of a record, sorted as it is filed."""
        return record.title

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

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The next free identifier, and what the address provides."""
        return {
            "identifier": next_identifier(self.model),
            **super().get_changeform_initial_data(request),
        }

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """The form. If writing is refused, the refusal comes back as a sentence on the form.

        The transaction has been rolled back by then; the form is validated a second time with the
        refusal, which finds whatever another curator wrote at the same moment.
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
        """The page of the form, with the possible moves, or why it can only be read."""
        form = context["adminform"].form
        if obj is not None and request.method == "GET" and not in_revision(request):
            reason = actions.why_not_editable(obj, request.user)
            if reason:
                self.message_user(request, reason, messages.WARNING)
        editable = form.fields and (
            self.has_add_permission(request)
            if obj is None
            else self.has_change_permission(request, obj)
        )
        context["conflicts"] = _conflicts_to_choose(form, context["inline_admin_formsets"])
        if editable:
            context |= self._moves_offered(request, form, obj)
            context |= self._addresses_of_form(request, obj)
            context["pasted_address"] = self.pasted_address
            context |= self.told_of_carrying(request, obj)
        if obj is not None:
            context["may_revise"] = not actions.why_not_revisable(obj, request.user)
            context["standing_revision"] = actions.revision_of(obj)
            context["may_publish"] = self.has_publish_permission(request)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _moves_offered(self, request: HttpRequest, form: Any, obj: Any) -> dict[str, Any]:
        """``moves`` that the record can take; ``instead`` the address of its revision, if changes
        have to go there.
        """
        if in_revision(request):
            return {}
        if not getattr(form, "why_not", ""):
            return {"moves": self.possible_moves(request, obj)}
        # Published while a cataloguer typed: what was typed can be kept as a revision.
        if actions.why_not_revisable(obj, request.user):
            return {}
        return {"instead": reverse(f"admin:catalog_{self.opts.model_name}_revision", args=[obj.pk])}

    def _addresses_of_form(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Where the open form asks for namesakes, and who else has it open."""
        namesakes = reverse(f"admin:catalog_{self.opts.model_name}_namesakes")
        if obj is None:
            return {"namesakes_address": namesakes}
        found: dict[str, Any] = {
            "others": others_at(obj, request.user),
            "presence_address": reverse(
                f"admin:catalog_{self.opts.model_name}_presence", args=[obj.pk]
            ),
        }
        if self.has_merge_permission(request) and not in_revision(request):
            found["namesakes_address"] = f"{namesakes}?than={obj.pk}"
        return found

    def get_object(self, request: HttpRequest, object_id: str, from_field: Any = None) -> Any:
        """The record; locked until the answer if its form was sent, so that two who save take turns."""
        if request.method == "POST" and is_key(object_id):
            rows = self.model._base_manager.select_for_update().filter(pk=object_id)
            rows.values_list("pk").first()
        return super().get_object(request, object_id, from_field)

    # --- Permissions ---

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the form opens for writing.

        A form that is sent is accepted here and refused by itself: if the record was published
        while a cataloguer typed, a bare "forbidden" would lose what was typed.
        """
        allowed = super().has_change_permission(request, obj)
        if not allowed or obj is None or request.method == "POST" or in_revision(request):
            return allowed
        return not actions.why_not_editable(obj, request.user)

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
        actions.edit(obj, by=_writer(request))

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Write and remove the rows that belong to the record through the actions."""
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
        for statement in formset.deleted_objects:
            actions.detach(statement, form.instance, by=_writer(request))
        for statement in [*(row for row, _fields in formset.changed_objects), *formset.new_objects]:
            actions.attach(statement, form.instance, by=_writer(request))

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

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> Any:
        """Where to go after adding; "add another" carries over what a series of items has in common."""
        if self._moved(request, obj):
            return self._back_to(request, obj)
        response = super().response_add(request, obj, post_url_continue)
        return self.carry_on(request, obj, response)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Where to go after changing; a revision is not kept yet (see ``RevisesRecords.revision``)."""
        if in_revision(request):
            return HttpResponseRedirect(request.path)
        if self._moved(request, obj):
            return self._back_to(request, obj)
        return self.carry_on(request, obj, super().response_change(request, obj))

    def _moved(self, request: HttpRequest, obj: Any) -> bool:
        pressed = any(f"_{move.name}" in request.POST for move in MOVES)
        if not pressed or IS_POPUP_VAR in request.POST:
            self.keep_remark(request, obj)
            return False
        self.move_as_asked(request, obj)
        return True

    def _back_to(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """The record's own form, with the list's filters kept."""
        address = reverse(f"admin:catalog_{self.opts.model_name}_change", args=[quote(obj.pk)])
        filters: dict[str, Any] = {
            "preserved_filters": self.get_preserved_filters(request),
            "opts": self.opts,
        }
        return HttpResponseRedirect(add_preserved_filters(filters, address))


def _conflicts_to_choose(form: Any, inline_formsets: Any) -> list[Any]:
    """What two curators changed, in the record and in its rows; the rows get the marks of what they
    show now.
    """
    found = list(getattr(form, "conflicts", ()))
    for rows in inline_formsets:
        rows.formset.renew_marks()
        for row in rows.formset.initial_forms:
            found += getattr(row, "conflicts", ())
    return found


def _writer(request: HttpRequest) -> Any:
    """Who writes: the curator; for a revision, which is only tried, no permission is needed."""
    return None if in_revision(request) else request.user
