"""Admin of places."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalog.admin import inlines
from catalog.admin.base import RecordAdmin
from catalog.admin.list_filters import by_choice, by_term
from catalog.admin.unused import UnusedFilter
from catalog.models import PRECISIONS, Place, Vocabulary


@admin.register(Place)
class PlaceAdmin(RecordAdmin):
    """Houses, towns, countries."""

    describe = ("situation",)
    when_and_where = ("part_of", "countries", ("latitude", "longitude"), "precision")
    own_columns = ("part_of", "precision")
    own_filters = (
        by_choice("precision", PRECISIONS, _("precision")),
        by_term("countries", Vocabulary.COUNTRY, _("country today"), facet="country"),
        UnusedFilter,
    )
    carried_over = ("part_of", "precision", "rights", "credit_line")
    inlines = (
        inlines.PlaceNameInline,
        inlines.CitationInline,
        inlines.DetailInline,
        inlines.OutsideIdentifierInline,
        inlines.WorksAboutPlaceInline,
    )
