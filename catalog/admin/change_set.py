"""Change sets in the admin: a list, one of them with its records; and undoing, confirmed before it
is done.
"""

from __future__ import annotations

from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog import actions, history
from catalog.admin.as_job import shown_as_job
from catalog.admin.change_list import SafeLists
from catalog.admin.history_filters import DeletionFilter, SizeFilter, WhoFilter
from catalog.admin.in_step import who_and_why
from catalog.admin.keys import is_key
from catalog.admin.list_filters import by_choice
from catalog.admin.named_sets import name_all, with_first_record
from catalog.admin.only_read import OnlyRead
from catalog.admin.record_form import listed
from catalog.history import Names, Selection, Undone
from catalog.models import ChangeSet, Door

#: Conflicts that a message lists one by one.
_TOLD: Final = 10


@admin.register(ChangeSet)
class ChangeSetAdmin(OnlyRead, SafeLists, admin.ModelAdmin):  # type: ignore[type-arg]
    """Change sets: read, and undone. Nobody writes them by hand."""

    list_display = ("when", "what", "who", "door", "why", "records", "rows")
    list_display_links = ("when",)
    list_filter = (
        by_choice("door", Door.choices, gettext_lazy("channel")),
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

    def get_queryset(self, request: HttpRequest) -> Any:
        """With the first record of each."""
        return with_first_record(super().get_queryset(request))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The page of the list, whose change sets know the names of their records."""
        page = super().get_changelist_instance(request)
        name_all(page.result_list)
        return page

    @admin.display(description=gettext_lazy("what"))
    def what(self, change_set: Any) -> str:
        """The first record by name; the others are counted."""
        if not change_set.more:
            return str(change_set.named)
        return ngettext(
            "%(name)s and %(more)d more", "%(name)s and %(more)d more", change_set.more
        ) % {"name": change_set.named, "more": change_set.more}

    @admin.display(description=gettext_lazy("when"), ordering="id")
    def when(self, change_set: ChangeSet) -> Any:
        """The time."""
        return change_set.made_at

    @admin.display(description=gettext_lazy("who"), ordering="by_name")
    def who(self, change_set: ChangeSet) -> str:
        """The account, which may no longer exist."""
        return change_set.by_name or _("the catalogue itself")

    @admin.display(description=gettext_lazy("reason"))
    def why(self, change_set: ChangeSet) -> SafeString | str:
        """The reason, and what is undone."""
        if change_set.undoes_id is None:
            return change_set.reason or "–"
        return format_html(
            '{} <a href="{}">{}</a>',
            change_set.reason,
            reverse("admin:catalog_changeset_change", args=[change_set.undoes_id]),
            _("undoes change no. %d") % change_set.undoes_id,
        )

    @admin.display(description=gettext_lazy("rows"), ordering="size")
    def rows(self, change_set: ChangeSet) -> int | str:
        """How many rows were written; not known yet just after a write past the actions."""
        return "…" if change_set.size is None else change_set.size

    # --- One change set ---

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and that of undoing."""
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
                "title": _("Change no. %d") % change_set.pk,
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

    # --- Undoing ---

    def undo_view(self, request: HttpRequest, key: str) -> HttpResponse:
        """Asks before something is undone: what it is, and which conflicts there are; then does it."""
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
                "restores": _restores(selection),
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
        said = who_and_why(request)
        keys, all_the_same = request.POST.getlist("take_back"), "all_the_same" in request.POST
        try:
            if selection.changes().count() > actions.MANY:
                job = actions.undo_as_job(selection, keys=keys, all_the_same=all_the_same, **said)
                return shown_as_job(self, request, job)
            with history.change_set(undoes=change_set.pk, **said):
                undone = actions.undo(
                    selection,
                    by=request.user,
                    choice=actions.chooser(keys, all_the_same=all_the_same),
                    reason=said["reason"],
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
    """``person:5`` in an address."""
    name, _colon, number = text.partition(":")
    if name not in history.recorded() or not is_key(number):
        return None
    return name, int(number)


def _selection(change_set: int, given: QueryDict) -> Selection:
    """What an address selects: ``record=person:5``, ``row=contribution:9``, ``column=title``."""
    kind, record_id = _pair(given.get("record", "")) or ("", 0)
    model, row_id = _pair(given.get("row", "")) or ("", 0)
    column = given.get("column", "") if model else ""
    if ("record" in given and not kind) or ("row" in given and not model):
        raise Http404
    return Selection(change_set, kind, record_id, model, row_id, column[:64])


def _restores(selection: Selection) -> bool:
    """Whether a record that was deleted is brought back."""
    there = selection.kind and not selection.model
    return bool(there) and not history.present(selection.kind, [selection.record_id])


def _title(selection: Selection) -> str:
    names = Names()
    if selection.model:
        name = names.of_row(selection.model, selection.row_id)
        return _("Undo a change to “%(name)s”?") % {"name": name}
    if selection.kind:
        name = names.of_row(selection.kind, selection.record_id)
        if _restores(selection):
            return _("Restore “%(name)s”?") % {"name": name}
        return _("Undo what this change did to “%(name)s”?") % {"name": name}
    return _("Undo change no. %d?") % selection.change_set


def _back(selection: Selection) -> str:
    """Where to go after: the record, or the change set."""
    if selection.kind:
        return reverse(f"admin:catalog_{selection.kind}_history", args=[selection.record_id])
    return reverse("admin:catalog_changeset_change", args=[selection.change_set])
