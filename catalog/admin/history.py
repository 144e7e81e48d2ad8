"""History of a record in the admin: its versions, two of them compared, the record as it was."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from catalog import actions, history
from catalog.admin.keys import is_key
from catalog.admin.mixin import AdminMixin
from catalog.history import Names
from catalog.models import ChangeSet


class HasHistory(AdminMixin):
    """Mixin of a ModelAdmin of records or terms: its own history instead of Django's."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The versions of a record, newest first; with ``at``, ``on`` or ``from`` in the address
        one of the other pages.
        """
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        kind = str(self.opts.model_name)
        pk = int(object_id) if is_key(object_id) else 0
        last = history.version_numbers(kind, pk, most=1)
        there = self.model._base_manager.filter(pk=pk).first()
        if there is None and not last:
            raise Http404
        page = _Pages(self, request, kind, pk, there)
        if "from" in request.GET:
            return page.compared(_number(request.GET, "from"), _number(request.GET, "to"))
        if "at" in request.GET or "on" in request.GET:
            return page.as_of()
        return page.versions(_number(request.GET, "before"))


class _Pages:
    """The three pages of one record's history."""

    def __init__(
        self, model_admin: Any, request: HttpRequest, kind: str, pk: int, there: Any
    ) -> None:
        self.admin, self.request, self.kind, self.pk, self.there = (
            model_admin, request, kind, pk, there,
        )  # fmt: skip
        self.names = Names()
        self.name = str(there) if there is not None else self.names.of_row(kind, pk)
        self.address = reverse(f"admin:catalog_{kind}_history", args=[pk])

    def _answer(self, template: str, title: str, **context: Any) -> HttpResponse:
        opts = self.admin.opts
        return TemplateResponse(
            self.request,
            f"admin/catalog/{template}.html",
            {
                **self.admin.admin_site.each_context(self.request),
                "title": title,
                "opts": opts,
                "record_name": self.name,
                "kind": self.kind,
                "pk": self.pk,
                "is_there": self.there is not None,
                "history_address": self.address,
                **context,
            },
        )

    def versions(self, before: int | None) -> HttpResponse:
        """A page of versions, each with what it changed."""
        numbers = history.version_numbers(
            self.kind, self.pk, before=before, most=history.A_PAGE + 1
        )
        shown = history.versions(self.kind, self.pk, numbers[: history.A_PAGE])
        deletion = None if self.there is not None else actions.deletion_of(self.kind, self.pk)
        return self._answer(
            "history",
            _("History of %(record)s") % {"record": self.name},
            versions=shown,
            number=history.number_of_versions(self.kind, self.pk),
            older=numbers[history.A_PAGE - 1] if len(numbers) > history.A_PAGE else None,
            is_first=before is None,
            deletion=deletion,
        )

    def compared(self, one: int | None, other: int | None) -> HttpResponse:
        """What differs between two versions; without the second, between one and now."""
        numbers = sorted(number for number in (one or 0, other) if number is not None)
        moments = [history.moment_of_set(self.kind, self.pk, number) for number in numbers]
        if 0 in moments:
            raise Http404
        sets = ChangeSet.objects.select_related("by").in_bulk(numbers)
        before = history.record_as_of(self.kind, self.pk, moments[0])
        after = history.record_as_of(self.kind, self.pk, moments[1] if other is not None else None)
        return self._answer(
            "history_compared",
            _("%(record)s: two versions compared") % {"record": self.name},
            old=sets.get(numbers[0]),
            new=sets.get(numbers[1]) if other is not None else None,
            rows=history.differences(before, after, self.names),
        )

    def as_of(self) -> HttpResponse:
        """The record and what belonged to it, after a change set or at the end of a day."""
        day, number = None, _number(self.request.GET, "at")
        if number is not None:
            moment = history.moment_of_set(self.kind, self.pk, number)
        else:
            day = _day(self.request.GET.get("on", ""))
            if day is None:
                self.admin.message_user(
                    self.request,
                    _("Enter the date as year, month and day: 2026-03-12."),
                    messages.WARNING,
                )
                return HttpResponseRedirect(self.address)
            moment = history.moment_of_date(self.kind, self.pk, day)
        past = history.record_as_of(self.kind, self.pk, moment)
        shown = history.differences(history.Past(self.kind, self.pk, None, {}), past, self.names)
        return self._answer(
            "history_past",
            _("%(record)s as it was") % {"record": self.name},
            rows=shown,
            day=day,
            change_set=ChangeSet.objects.select_related("by").filter(pk=number or 0).first(),
            begins_later=moment == 0,
        )


def _number(given: QueryDict, name: str) -> int | None:
    text = given.get(name, "")
    return int(text) if is_key(text) else None


def _day(text: str) -> datetime | None:
    """The end of a day, in the museum's time."""
    try:
        day = parse_date(text)
    except ValueError:
        return None
    if day is None or not 1000 <= day.year <= 9990:
        return None
    return datetime.combine(day, time.max, tzinfo=timezone.get_current_timezone()).astimezone(UTC)
