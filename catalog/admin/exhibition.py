"""Admin of exhibitions: one form for the story and its parts, in the order in which visitors meet them."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.any_record import (
    AnswersAnyRecord,
    AnyRecordField,
    ChooseAnyRecord,
    key_of,
    record_of,
)
from catalog.admin.change_list import SafeLists
from catalog.admin.choices import told_apart
from catalog.admin.entry_boxes import AnswersItsForms
from catalog.admin.gone import KeepsWhatIsGone
from catalog.admin.history import HasHistory
from catalog.admin.in_step import KeepsInStep
from catalog.admin.inlines import StatementFormSet, StatementInline
from catalog.admin.list_filters import DeskFilter, StatusFilter
from catalog.admin.moves import MovesRecords
from catalog.admin.presence import TellsWhoElse
from catalog.admin.previews import SharesPreviews
from catalog.admin.record_form import RecordForm
from catalog.admin.review import ReviewsRecords
from catalog.admin.row_versions import RowForm
from catalog.admin.standing import ShowsStanding
from catalog.admin.writing import WritesByActions
from catalog.models import SHOWN, Exhibition, ExhibitionPart, next_identifier


class PartForm(RowForm):
    """A part: a section's heading, a record of any kind, or text alone."""

    record = AnyRecordField(
        required=False,
        label=gettext_lazy("record"),
        widget=ChooseAnyRecord(reverse_lazy("admin:catalog_exhibition_records")),
        help_text=gettext_lazy("A record of any kind. Leave it empty for a heading or a text."),
    )

    class Meta:
        model = ExhibitionPart
        fields = ("heading", "record", "text", "is_wide", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        box = self.fields.get("record")
        if box is not None and self.instance.pk:
            shown = self.instance.record
            self.initial["record"] = key_of(shown)
            box.widget.known = shown

    def words(self, field: forms.Field, value: Any) -> str:
        """A record is told by its name, not by its key."""
        if isinstance(field, AnyRecordField):
            record = record_of(str(value or ""))
            return told_apart(record) if record is not None else ""
        return super().words(field, value)

    def clean(self) -> dict[str, Any]:
        """Refuse a part that is a heading and an exhibit at once, and one that is nothing."""
        cleaned = super().clean()
        if self.errors or cleaned.get("DELETE"):
            return cleaned
        heading, record = cleaned.get("heading"), cleaned.get("record")
        if heading and record:
            raise ValidationError(
                _(
                    "A part either begins a section or shows a record. Put the record into a part "
                    "of its own, below the heading."
                )
            )
        if not (heading or record or cleaned.get("text")):
            raise ValidationError(
                _(
                    "An empty part shows nothing. Give it a heading, a record or a text, or remove it."
                )
            )
        return cleaned

    def _post_clean(self) -> None:
        """Put the record into the column of its kind before the part is judged."""
        if "record" in getattr(self, "cleaned_data", {}):
            kind, _colon, key = self.cleaned_data["record"].partition(":")
            for name in SHOWN:
                setattr(self.instance, f"{name}_id", int(key) if name == kind else None)
        super()._post_clean()  # type: ignore[misc]

    def clean_position(self) -> Any:
        """Empty in a new part: it comes last (see :class:`PartFormSet`)."""
        return self.cleaned_data.get("position")


class PartFormSet(StatementFormSet):
    """The parts in their order; those without a place in it follow the others."""

    def clean(self) -> None:
        """Give a place to the parts that have none."""
        last = 0
        for form in self.forms:
            if form.is_valid() and form.has_changed() | bool(form.instance.pk):
                if form.cleaned_data.get("position") is None:
                    form.cleaned_data["position"] = form.instance.position = last + 1
                last = max(last, form.cleaned_data["position"])
        super().clean()


class PartInline(StatementInline):
    """The parts of an exhibition. ``exhibition_parts.js`` moves them; their numbers do it without script."""

    model = ExhibitionPart
    form = PartForm
    formset = PartFormSet
    fields = ("heading", "record", "text", "is_wide", "position")
    template = "admin/catalog/exhibition_parts.html"

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """A low box for the text, which grows with it."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "text" and field is not None:
            field.widget.attrs.update({"rows": 3, "cols": 50})
        if db_field.name == "heading" and field is not None:
            # The style sheet tells a filled box from an empty one by it.
            field.widget.attrs["placeholder"] = " "
        return field


@admin.register(Exhibition)
class ExhibitionAdmin(
    WritesByActions,
    KeepsWhatIsGone,
    HasHistory,
    SafeLists,
    TellsWhoElse,
    AnswersAnyRecord,
    AnswersItsForms,
    ReviewsRecords,
    SharesPreviews,
    MovesRecords,
    ShowsStanding,
    KeepsInStep,
    admin.ModelAdmin,  # type: ignore[type-arg]
):
    """Exhibitions: written, reviewed, published and withdrawn as records are."""

    form = RecordForm
    inlines = (PartInline,)
    list_display = ("title", "status_badge", "number_of_exhibits", "position", "modified")
    list_filter = (StatusFilter, DeskFilter)
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("title", "identifier", "summary")
    actions_selection_counter = True
    readonly_fields: ClassVar[tuple[str, ...]] = ("standing", "review_notes")

    def get_fieldsets(self, request: HttpRequest, obj: Exhibition | None = None) -> Any:
        """What it is called, how it opens, its credits, then publication and review.

        The parts stand after the section marked ``before-parts`` (admin/catalog/exhibition/change_form.html).
        """
        editable = obj is None or self.has_change_permission(request, obj)
        marks = ["seen", "seen_values"] if editable else []
        review = self.review_fields(request, obj) if editable else ["review_notes"] if obj else []
        opening = _("Opening")
        sections: list[tuple[str, list[Any]]] = [
            (_("Identify"), ["title", ("identifier", "position"), *marks]),
            (opening, ["summary", "opening", "description"]),
            (_("Credits and rights"), ["credit_line", "rights"]),
            (_("Publication"), ["standing", "slug"]),
            (_("Internal note"), ["internal_note"]),
            (_("Review"), review),
        ]
        return [
            (heading, {"fields": fields, "classes": ["before-parts"] if heading == opening else []})
            for heading, fields in sections
            if fields
        ]

    def get_queryset(self, request: HttpRequest) -> Any:
        """The exhibitions, each with how many records it shows."""
        shows_one = Q(*(Q(**{f"{name}__isnull": False}) for name in SHOWN), _connector=Q.OR)
        shown = ExhibitionPart.objects.filter(shows_one, exhibition=OuterRef("pk")).order_by()
        number = shown.values("exhibition").annotate(number=Count("pk")).values("number")
        return super().get_queryset(request).annotate(exhibits=Coalesce(Subquery(number), 0))

    @admin.display(description=gettext_lazy("exhibits"))
    def number_of_exhibits(self, exhibition: Any) -> int:
        """How many records it shows, whoever may see them."""
        return int(exhibition.exhibits)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """The next free identifier, and what the address gives."""
        return {
            "identifier": next_identifier(self.model),
            **super().get_changeform_initial_data(request),
        }

    def response_add(
        self, request: HttpRequest, obj: Any, post_url_continue: str | None = None
    ) -> Any:
        """Where to go after adding: to the form when a step was taken."""
        if IS_POPUP_VAR not in request.POST and self.moved(request, obj):
            return self.back_to(request, obj)
        return super().response_add(request, obj, post_url_continue)
