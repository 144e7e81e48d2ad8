"""The status of a record, as a word with a colour, and what it means for visitors."""

from __future__ import annotations

from django.contrib import admin
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin.mixin import AdminMixin
from catalog.models import Record, Status


class ShowsStanding(AdminMixin):
    """Mixin of a record's admin: its status in lists and in the form."""

    @admin.display(description=gettext_lazy("status"), ordering="status")
    def status_badge(self, record: Record) -> SafeString:
        """Status as a word with a colour."""
        return format_html(
            '<span class="status status-{}">{}</span>', record.status, record.get_status_display()
        )

    @admin.display(description=gettext_lazy("status"))
    def standing(self, record: Record) -> str:
        """Status, and what it means for visitors, in a sentence."""
        said = _standing(record)
        return format_html(
            '<span class="status status-{}">{}</span> {}',
            record.status,
            record.get_status_display(),
            said,
        )


def _standing(record: Record) -> str:
    """What the status means for visitors."""
    if record.status == Status.DRAFT:
        return _("Only curators see it.")
    if record.status == Status.IN_REVIEW:
        return _("Only curators see it; an editor decides.")
    if record.status == Status.WITHDRAWN:
        when = date_format(timezone.localtime(record.withdrawn_at)) if record.withdrawn_at else ""
        return _("Withdrawn from the public catalogue on %(date)s.") % {"date": when}
    if not record.is_public:
        until = max(filter(None, (record.publish_from, record.embargo_until)))
        return _("Hidden from visitors until %(date)s.") % {
            "date": date_format(timezone.localtime(until), "DATETIME_FORMAT")
        }
    return _("Visitors see it.")
