"""Admin of the controlled vocabularies, edited by curators."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.change_list import SafeLists
from catalog.admin.distinguishing import DistinguishesRecords
from catalog.admin.duplicates import FindsDuplicates
from catalog.admin.entry_boxes import AnswersItsForms
from catalog.admin.finding import find
from catalog.admin.history import HasHistory
from catalog.admin.in_step import KeepsInStep
from catalog.admin.list_filters import by_choice
from catalog.admin.merging import MergesRecords
from catalog.admin.unused import UnusedFilter
from catalog.models import Term, Vocabulary

#: Vocabularies whose codes are given by a standard.
_OF_STANDARDS: Final = (Vocabulary.LANGUAGE, Vocabulary.COUNTRY)


class TermForm(forms.ModelForm):  # type: ignore[type-arg]
    """A term. Left empty, the code of a new one is made from its label, as imports make it."""

    def clean(self) -> dict[str, Any] | None:
        """With a code, unless a standard gives it."""
        told = super().clean()
        vocabulary, label = self.cleaned_data.get("vocabulary"), self.cleaned_data.get("label")
        if "code" in self.fields and vocabulary and label and self.cleaned_data.get("code") == "":
            if vocabulary in _OF_STANDARDS:
                refusal = _(
                    "Enter the code that the standard gives: “es” for Spanish, “mx” for Mexico."
                )
                self.add_error("code", refusal)
            else:
                self.cleaned_data["code"] = Term.objects.free_code(vocabulary, label)
        return told


@admin.register(Term)
class TermAdmin(
    HasHistory,
    SafeLists,
    AnswersItsForms,
    MergesRecords,
    DistinguishesRecords,
    FindsDuplicates,
    KeepsInStep,
    admin.ModelAdmin,  # type: ignore[type-arg]
):
    """Terms. Their vocabulary and code do not change, because files and addresses rely on them."""

    form = TermForm
    list_display = ("label", "vocabulary", "code", "broader")
    list_filter = (
        by_choice("vocabulary", Vocabulary.choices, gettext_lazy("vocabulary")),
        UnusedFilter,
    )
    list_select_related = ("broader",)
    list_per_page = 100
    show_full_result_count = False
    search_fields = ("label", "code")
    fields = (
        "vocabulary",
        "label",
        "code",
        "labels",
        "inverse_label",
        "inverse_labels",
        "alternatives",
        "broader",
        "scope_note",
        "uri",
        "used_by",
    )

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """The terms that contain every word typed; for the list and for choosing alike."""
        return find(queryset, search_term, request.user), False

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """As Django's; a code may be left empty, and what is wrong with one is said in plain words."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name == "code" and field is not None:
            field.required = False
            field.help_text = format_html(
                "{} {}",
                field.help_text,
                _("Of other terms it is made from the label if left empty."),
            )
            field.error_messages["invalid"] = _(
                "A code has only letters without accents, digits, hyphens and underscores, like “show-trials”."
            )
        return field

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Vocabulary and code of a term that exists cannot be changed."""
        return ("vocabulary", "code", "used_by") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A term that is being added has no uses."""
        return self.fields if obj else [name for name in self.fields if name != "used_by"]

    @admin.display(description=gettext_lazy("used by"))
    def used_by(self, term: Term) -> str:
        """How many records and relations a change of the term affects, sort by sort."""
        counts = []
        for relation in term._meta.related_objects:
            accessor = relation.get_accessor_name()
            rows: models.Manager[Any] = getattr(term, str(accessor))
            number = rows.count()
            if number:
                name = relation.related_model._meta.verbose_name_plural
                counts.append(f"{capfirst(str(name))}: {number}")
        return ", ".join(counts) or _("Nothing uses this term.")
