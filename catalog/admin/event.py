"""Admin of events."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalog.admin import inlines
from catalog.admin.adding_many import PARTICIPANT
from catalog.admin.base import RecordAdmin
from catalog.admin.choices import years_of
from catalog.admin.list_filters import by_term
from catalog.models import Event, Vocabulary


@admin.register(Event)
class EventAdmin(RecordAdmin):
    """Signings, trials, journeys, deaths."""

    identify = ("type",)
    when_and_where = ("date", "place", "part_of")
    own_columns = ("type", "dated", "place")
    own_filters = (by_term("type", Vocabulary.EVENT_TYPE, _("type"), facet="type"),)
    carried_over = ("type", "place", "part_of", "rights", "credit_line")
    added_to_many = ((inlines.ParticipationInline, PARTICIPANT),)
    inlines = (
        inlines.ParticipationInline,
        inlines.CitationInline,
        inlines.DetailInline,
        inlines.OutsideIdentifierInline,
        inlines.WorksAboutEventInline,
    )

    @admin.display(description=_("date"), ordering="date_earliest")
    def dated(self, event: Event) -> str:
        """When it was, in words."""
        return years_of(event.date)
