"""Admin of collections: fonds, series and files."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalog.admin import inlines
from catalog.admin.adding_many import CONTRIBUTOR
from catalog.admin.base import RecordAdmin
from catalog.admin.choices import years_of
from catalog.admin.holdings import ShowsHoldings
from catalog.admin.list_filters import ParentFilter, StorageFilter, by_choice
from catalog.admin.shelving import ShelvesRecords, ShelvingInline
from catalog.models import Collection, Level


@admin.register(Collection)
class CollectionAdmin(ShowsHoldings, ShelvesRecords, RecordAdmin):
    """The archival hierarchy (ISAD(G))."""

    identify = ("level", ("parent", "position"))
    describe = ("extent", "custodial_history", "arrangement", "access_conditions")
    when_and_where = ("date",)
    own_columns = ("level", "dated", "parent")
    own_filters = (
        by_choice("level", Level.choices, _("level"), facet="level"),
        ParentFilter,
        StorageFilter,
    )
    carried_over = ("level", "parent", "rights", "credit_line")
    added_to_many = ((inlines.ContributionInline, CONTRIBUTOR),)
    inlines = (
        inlines.ContributionInline,
        inlines.CitationInline,
        inlines.DetailInline,
        ShelvingInline,
        inlines.OutsideIdentifierInline,
    )

    @admin.display(description=_("dates of the material"), ordering="date_earliest")
    def dated(self, collection: Collection) -> str:
        """Dates of the material, in words."""
        return years_of(collection.date)
