"""Who else has a record's form open. Browsers report this every twenty seconds; those silent for a
minute have left.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from catalog.admin.keys import record_with
from catalog.admin.mixin import AdminMixin
from catalog.models import OpenForm, Record

#: After so long without a report the form counts as closed.
EXPIRES: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Other:
    """Another curator at the same record."""

    name: str
    since: datetime

    @property
    def words(self) -> str:
        """The sentence of the notice."""
        return _("%(name)s also has this record open (since %(time)s).") % {
            "name": self.name,
            "time": time_format(timezone.localtime(self.since), "TIME_FORMAT"),
        }


def others_at(record: Record, user: Any) -> list[Other]:
    """The other curators who have the record's form open now."""
    rows = OpenForm.objects.filter(
        record_uuid=record.uuid, last__gt=timezone.now() - EXPIRES
    ).exclude(user=user.pk)
    return [
        Other(row.user.get_full_name() or row.user.get_username(), row.since)
        for row in rows.select_related("user").order_by("since")
    ]


def say_open(record: Record, user: Any) -> None:
    """The curator has the form open now."""
    now = timezone.now()
    mine = OpenForm.objects.filter(record_uuid=record.uuid, user=user.pk)
    # Somebody who returns after a pause has it open since now.
    if mine.filter(last__gt=now - EXPIRES).update(last=now):
        return
    OpenForm.objects.update_or_create(
        record_uuid=record.uuid,
        user_id=user.pk,
        defaults={"kind": record.KIND, "since": now, "last": now},
    )


def say_closed(record: Record, user: Any) -> None:
    """The curator has left the form; this also deletes the rows of those who left long ago without
    a report.
    """
    OpenForm.objects.filter(record_uuid=record.uuid, user=user.pk).delete()
    OpenForm.objects.filter(last__lt=timezone.now() - timedelta(days=1)).delete()


class TellsWhoElse(AdminMixin):
    """Mixin of a record's admin: the address to which its open forms report."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and ``<key>/presence/`` before them."""
        name = f"catalog_{self.model._meta.model_name}_presence"
        own = path("<str:key>/presence/", self.admin_site.admin_view(self.presence), name=name)
        return [own, *super().get_urls()]

    def presence(self, request: HttpRequest, key: str) -> JsonResponse:
        """Report that the form is open, or with ``left`` that it no longer is; answers who else is
        there, and the version.
        """
        record = record_with(key, self.model, request.user)
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        if request.method == "POST":
            (say_closed if "left" in request.POST else say_open)(record, request.user)
        answer = {
            "others": [other.words for other in others_at(record, request.user)],
            "version": record.modified.isoformat(),
        }
        return JsonResponse(answer, headers={"Cache-Control": "no-store"})
