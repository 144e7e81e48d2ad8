"""Admin of places."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalog.admin import inlines
from catalog.admin.base import RecordAdmin
from catalog.admin.list_filters import by_choice, by_term
from catalog.admin.record_form import RecordForm
from catalog.admin.unused import UnusedFilter
from catalog.models import PRECISIONS, Place, Vocabulary


class PlaceForm(RecordForm):
    """The form of a place."""

    def clean(self) -> dict[str, Any]:
        """As for all records; where one coordinate is refused, the other is not taken for half a position."""
        cleaned = super().clean()
        if {"latitude", "longitude"} & self.errors.keys():
            for name in ("latitude", "longitude"):
                cleaned.pop(name, None)
        return cleaned


@admin.register(Place)
class PlaceAdmin(RecordAdmin):
    """Houses, towns, countries."""

    form = PlaceForm
    describe = ("situation",)
    when_and_where = ("part_of", "countries", ("latitude", "longitude"), "precision")
    own_columns = ("part_of", "precision")
    own_filters = (
        by_choice("precision", PRECISIONS, _("precision")),
        by_term("countries", Vocabulary.COUNTRY, _("country today")),
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
