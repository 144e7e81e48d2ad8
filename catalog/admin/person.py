"""Admin of persons, families and corporate bodies."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalog.admin import inlines
from catalog.admin.base import RecordAdmin
from catalog.admin.choices import life_dates
from catalog.admin.list_filters import by_choice, by_term
from catalog.admin.unused import UnusedFilter
from catalog.models import Person, PersonKind, Vocabulary


@admin.register(Person)
class PersonAdmin(RecordAdmin):
    """Authority records."""

    identify = ("sort_name", "kind")
    when_and_where = (("born", "born_place"), ("died", "died_place"))
    classify = ("occupations",)
    own_columns = ("kind", "lived")
    own_filters = (
        by_choice("kind", PersonKind.choices, _("kind")),
        by_term("occupations", Vocabulary.OCCUPATION, _("occupation")),
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

    @admin.display(description=_("lived"), ordering="born_earliest")
    def lived(self, person: Person) -> str:
        """Years of birth and death."""
        return life_dates(person)
