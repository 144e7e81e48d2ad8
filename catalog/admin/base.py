"""The admin of a record: what the admins of all six kinds share.

Everything is written through ``catalog.actions`` (:mod:`catalog.admin.writing`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import actions
from catalog.admin.adding_many import AddsToMany
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
from catalog.admin.list_filters import (
    DeskFilter,
    MissingFilter,
    RightsFilter,
    StatusFilter,
    by_term,
)
from catalog.admin.merging import MergesRecords
from catalog.admin.moves import MovesRecords
from catalog.admin.namesakes import TellsNamesakes
from catalog.admin.pasting import TakesLists
from catalog.admin.presence import TellsWhoElse
from catalog.admin.previews import SharesPreviews
from catalog.admin.record_form import RecordForm
from catalog.admin.review import ReviewsRecords
from catalog.admin.revisions import RevisesRecords, in_revision
from catalog.admin.sections import HasSections
from catalog.admin.standing import ShowsStanding
from catalog.admin.writing import WritesByActions
from catalog.models import Record, Vocabulary, next_identifier

SubjectFilter = by_term("subjects", Vocabulary.SUBJECT, gettext_lazy("subject"), facet="subject")


def _title_column(model: type[Record]) -> Callable[[Record], str]:
    """The title of a record, sorted as it is filed."""

    @admin.display(
        description=model._meta.get_field("title").verbose_name,
        ordering="sort_key",
    )
    def name(record: Record) -> str:
        return record.title

    return name


class RecordAdmin(
    WritesByActions,
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
    AddsToMany,
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

    def __init__(self, model: type[Record], admin_site: admin.AdminSite) -> None:
        """Also name the first column of the list as the kind names its title."""
        super().__init__(model, admin_site)
        self.name = _title_column(model)

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

    # --- Forms ---

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The next free identifier, and what the address provides."""
        return {
            "identifier": next_identifier(self.model),
            **super().get_changeform_initial_data(request),
        }

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Any = None,
    ) -> Any:
        """The page of the form, and what of a draft revision there is."""
        context["rows_before"] = _("Rights")
        if obj is not None:
            context["may_revise"] = not actions.why_not_revisable(obj, request.user)
            context["standing_revision"] = actions.revision_of(obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def moves_offered(self, request: HttpRequest, form: Any, obj: Any) -> dict[str, Any]:
        """``moves`` that the record can take; ``instead`` the address of its revision where it has to go there."""
        if in_revision(request):
            return {}
        if not getattr(form, "why_not", ""):
            return super().moves_offered(request, form, obj)
        # Published while a cataloguer typed: what was typed can be kept beside what is public.
        if actions.why_not_revisable(obj, request.user):
            return {}
        return {"instead": reverse(f"admin:catalog_{self.opts.model_name}_revision", args=[obj.pk])}

    def addresses_of_form(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """Where the open form asks for namesakes and for pasted lists, who else has it open, and
        what is carried over.
        """
        found = super().addresses_of_form(request, obj) | self.told_of_carrying(request, obj)
        found["pasted_address"] = self.pasted_address
        namesakes = reverse(f"admin:catalog_{self.opts.model_name}_namesakes")
        if obj is None:
            found["namesakes_address"] = namesakes
        elif self.has_merge_permission(request) and not in_revision(request):
            found["namesakes_address"] = f"{namesakes}?than={obj.pk}"
        return found

    # --- After writing ---

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> Any:
        """Where to go after adding; "add another" carries over what a series of items has in common."""
        if self.moved(request, obj):
            return self.back_to(request, obj)
        response = super().response_add(request, obj, post_url_continue)
        return self.carry_on(request, obj, response)

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        """Where to go after changing; a revision is not kept yet (see ``RevisesRecords.revision``)."""
        if in_revision(request):
            return HttpResponseRedirect(request.path)
        return self.carry_on(request, obj, super().response_change(request, obj))
