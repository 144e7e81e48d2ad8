"""History in the admin: versions of a record, two of them compared, a record as it was; change sets; taking back."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog import actions, history
from catalog.admin.change_list import SafeLists
from catalog.admin.history_filters import DeletionFilter, SizeFilter, WhoFilter
from catalog.admin.in_step import REASON
from catalog.admin.keys import is_key
from catalog.admin.list_filters import by_choice
from catalog.admin.record_form import listed
from catalog.history import Names, Selection, Undone
from catalog.models import ChangeSet, Door

if TYPE_CHECKING:
    _Base = admin.ModelAdmin[Any]
else:
    _Base = object

#: Conflicts that are told in a message one by one.
_TOLD: Final = 10


class HasHistory(_Base):
    """Mixin of a ModelAdmin of records or terms: its own history in the place of Django's."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The versions of a record, newest first; with ``at``, ``on`` or ``from`` in the address one of the others."""
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
        old, new = sorted((one or 0, other or 2**62))
        moments = [
            None if number == 2**62 else history.moment_of_set(self.kind, self.pk, number)
            for number in (old, new)
        ]
        if 0 in moments:
            raise Http404
        sets = ChangeSet.objects.select_related("by").in_bulk([old, new])
        before, after = (history.record_as_of(self.kind, self.pk, moment) for moment in moments)
        return self._answer(
            "history_compared",
            _("%(record)s: two versions compared") % {"record": self.name},
            old=sets.get(old),
            new=sets.get(new),
            rows=history.differences(before, after, self.names),
        )

    def as_of(self) -> HttpResponse:
        """The record and what hung on it, as of a change set or the end of a day."""
        day, number = None, _number(self.request.GET, "at")
        if number is not None:
            moment = history.moment_of_set(self.kind, self.pk, number)
        else:
            day = _day(self.request.GET.get("on", ""))
            if day is None:
                self.admin.message_user(
                    self.request,
                    _("Write the day as year, month and day: 2026-03-12."),
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


@admin.register(ChangeSet)
class ChangeSetAdmin(SafeLists, admin.ModelAdmin):  # type: ignore[type-arg]
    """Change sets: read, and taken back. Nobody writes them by hand."""

    list_display = ("when", "who", "door", "why", "records", "rows")
    list_display_links = ("when",)
    list_filter = (
        by_choice("door", Door.choices, gettext_lazy("door")),
        WhoFilter,
        SizeFilter,
        DeletionFilter,
    )
    list_select_related = ("by",)
    list_per_page = 50
    show_full_result_count = False
    date_hierarchy = "made_at"
    search_fields = ("reason",)
    ordering = ("-id",)
    actions = None

    # --- The list ---

    def changelist_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """The list; what was written past the actions is counted before it is shown."""
        history.count_late()
        return super().changelist_view(request, *args, **kwargs)

    @admin.display(description=gettext_lazy("when"), ordering="id")
    def when(self, change_set: ChangeSet) -> Any:
        """The moment."""
        return change_set.made_at

    @admin.display(description=gettext_lazy("who"), ordering="by_name")
    def who(self, change_set: ChangeSet) -> str:
        """The account; it may be gone by now."""
        return change_set.by_name or _("the catalogue itself")

    @admin.display(description=gettext_lazy("reason"))
    def why(self, change_set: ChangeSet) -> SafeString | str:
        """The reason, and what is taken back."""
        if change_set.undoes_id is None:
            return change_set.reason or "–"
        return format_html(
            '{} <a href="{}">{}</a>',
            change_set.reason,
            reverse("admin:catalog_changeset_change", args=[change_set.undoes_id]),
            _("takes back change set %d") % change_set.undoes_id,
        )

    @admin.display(description=gettext_lazy("rows"), ordering="size")
    def rows(self, change_set: ChangeSet) -> int | str:
        """How many rows were written; not known yet just after a write past the actions."""
        return "…" if change_set.size is None else change_set.size

    def has_add_permission(self, request: HttpRequest) -> bool:
        """They come with changes."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """History is not rewritten."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """History is not rewritten."""
        return False

    # --- One change set ---

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and that of taking back."""
        undo = path(
            "<str:key>/undo/",
            self.admin_site.admin_view(self.undo_view),
            name="catalog_changeset_undo",
        )
        return [undo, *super().get_urls()]

    def _found(self, request: HttpRequest, key: str) -> ChangeSet:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = ChangeSet.objects.select_related("by", "undoes").filter(
            pk=int(key) if is_key(key) else 0
        )
        change_set = found.first()
        if change_set is None:
            raise Http404
        return change_set

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """A change set: who, when, why, and its records, a page at a time."""
        change_set = self._found(request, object_id)
        if change_set.size is None:
            change_set.size, change_set.records = history.counted(change_set.pk)
        keys = history.records_of(
            change_set.pk, after=_pair(request.GET.get("after", "")), most=history.A_PAGE + 1
        )
        return TemplateResponse(
            request,
            "admin/catalog/change_set.html",
            {
                **self.admin_site.each_context(request),
                "title": _("Change set %d") % change_set.pk,
                "opts": self.opts,
                "change_set": change_set,
                "undone_by": list(change_set.undone_by.order_by("id")[:_TOLD]),
                "records": history.touched(change_set.pk, keys[: history.A_PAGE]),
                "after": "{}:{}".format(*keys[history.A_PAGE - 1])
                if len(keys) > history.A_PAGE
                else "",
                "is_first": "after" not in request.GET,
            },
        )

    # --- Taking back ---

    def undo_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """Asks before something is taken back: what it is, what stands in the way; then does it."""
        change_set = self._found(request, key)
        selection = _selection(change_set.pk, request.GET)
        reason_not = actions.why_not_undo(selection, request.user)
        if request.method == "POST" and not reason_not:
            return self._take_back(request, change_set, selection)
        number = selection.changes().count()
        if not number:
            raise Http404
        found = Undone() if reason_not else history.preview(selection, most=history.MOST_PREVIEWED)
        changes = list(selection.changes().order_by("id")[: history.MOST_SHOWN])
        shown = history.row_changes({0: changes}, Names())[0]
        if selection.column:
            shown = [row.only(selection.column) for row in shown]
        return TemplateResponse(
            request,
            "admin/catalog/undo.html",
            {
                **self.admin_site.each_context(request),
                "title": _title(selection),
                "opts": self.opts,
                "change_set": change_set,
                "rows": shown,
                "number": number,
                "left_out": max(number - history.MOST_SHOWN, 0),
                "found": found,
                "can_force": any(conflict.can_force for conflict in found.kept),
                "reason_not": reason_not,
                "is_job": number > actions.MANY,
                "not_previewed": number > history.MOST_PREVIEWED,
                "most_previewed": history.MOST_PREVIEWED,
                "back": _back(selection),
            },
        )

    def _take_back(
        self, request: HttpRequest, change_set: ChangeSet, selection: Selection
    ) -> HttpResponse:
        said: dict[str, Any] = {"by": request.user, "reason": request.POST.get(REASON, "").strip()}
        keys, all_the_same = request.POST.getlist("take_back"), "all_the_same" in request.POST
        try:
            if selection.changes().count() > actions.MANY:
                job = actions.undo_as_job(
                    selection, keys=keys, all_the_same=all_the_same, door=Door.ADMIN, **said
                )
                self.message_user(
                    request, _("This is much: it is done as a job. Here is how far it is.")
                )
                return HttpResponseRedirect(reverse("admin:catalog_job_change", args=[job.pk]))
            with history.change_set(door=Door.ADMIN, undoes=change_set.pk, **said):
                undone = actions.undo(
                    selection, choice=actions.chooser(keys, all_the_same=all_the_same), **said
                )
        except actions.Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())
        self.message_user(request, actions.told(undone), messages.SUCCESS)
        if undone.kept:
            lines = [conflict.said for conflict in undone.kept[:_TOLD]]
            self.message_user(request, listed(lines), messages.WARNING)
        return HttpResponseRedirect(_back(selection))


def _pair(text: str) -> tuple[str, int] | None:
    """What an address calls ``person:5``."""
    name, _colon, number = text.partition(":")
    if name not in history.recorded() or not is_key(number):
        return None
    return name, int(number)


def _selection(change_set: int, given: QueryDict) -> Selection:
    """What an address chooses: ``record=person:5``, ``row=contribution:9``, ``column=title``."""
    kind, record_id = _pair(given.get("record", "")) or ("", 0)
    model, row_id = _pair(given.get("row", "")) or ("", 0)
    column = given.get("column", "") if model else ""
    if ("record" in given and not kind) or ("row" in given and not model):
        raise Http404
    return Selection(change_set, kind, record_id, model, row_id, column[:64])


def _title(selection: Selection) -> str:
    names = Names()
    if selection.model:
        name = names.of_row(selection.model, selection.row_id)
        return _("Take back a change of “%(name)s”?") % {"name": name}
    if selection.kind:
        name = names.of_row(selection.kind, selection.record_id)
        if not history.present(selection.kind, [selection.record_id]):
            return _("Bring back “%(name)s”?") % {"name": name}
        return _("Take back what this change set did to “%(name)s”?") % {"name": name}
    return _("Take back change set %d?") % selection.change_set


def _back(selection: Selection) -> str:
    """Where to go after: the record, or the change set."""
    if selection.kind:
        return reverse(f"admin:catalog_{selection.kind}_history", args=[selection.record_id])
    return reverse("admin:catalog_changeset_change", args=[selection.change_set])
