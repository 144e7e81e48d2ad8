"""Admin of persons, families and corporate bodies."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from catalog.admin import inlines
from catalog.admin.base import RecordAdmin
from catalog.admin.choices import life_dates
from catalog.admin.list_filters import by_choice, by_term
from catalog.admin.unused import UnusedFilter
from catalog.conf import catalogue_settings
from catalog.models import Person, PersonKind, Vocabulary


@admin.register(Person)
class PersonAdmin(RecordAdmin):
    """Authority records."""

    identify = ("sort_name", "kind")
    when_and_where = (
        ("born", "born_place"),
        ("died", "died_place"),
        ("vital_status", "birth_to_public"),
    )
    readonly_fields = ("standing", "review_notes", "birth_to_public")
    classify = ("occupations",)
    own_columns = ("kind", "lived")
    own_filters = (
        by_choice("kind", PersonKind.choices, _("kind"), facet="entity"),
        by_term("occupations", Vocabulary.OCCUPATION, _("occupation"), facet="occupation"),
        UnusedFilter,
    )
    inlines = (
        inlines.PersonNameInline,
        inlines.RelationshipInline,
        inlines.InverseRelationshipInline,
        inlines.WorksOfPersonInline,
        inlines.EventsOfPersonInline,
        inlines.PicturesOfPersonInline,
        inlines.WorksAboutPersonInline,
        inlines.CitationInline,
        inlines.DetailInline,
        inlines.OutsideIdentifierInline,
    )

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Whether somebody lives is left to the rule where nothing is chosen."""
        if db_field.name == "vital_status":
            kwargs["choices"] = [("", _("By the rule")), *db_field.choices]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    @admin.display(description=_("shown to visitors"))
    def birth_to_public(self, person: Person) -> str:
        """Whether visitors see when and where the person was born, and why not."""
        if person.pk is None or person.is_founded:
            return gettext("Visitors see it unless the person counts as living.")
        if not person.birth_is_withheld:
            return gettext("Visitors see when and where this person was born.")
        why = (
            gettext("a curator says so")
            if person.vital_status
            else gettext("born less than %(years)s years ago, and no death is recorded")
            % {"years": catalogue_settings().LIVING_YEARS}
        )
        return gettext(
            "Visitors do not see when and where this person was born, because the person may be living: %(why)s."
        ) % {"why": why}

    @admin.display(description=_("lived"), ordering="born_earliest")
    def lived(self, person: Person) -> str:
        """Years of birth and death."""
        return life_dates(person)
