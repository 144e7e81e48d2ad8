"""Importing a file: send it, say what its columns mean, look at what would happen, import it.

Only the sender of a file sees it: it may contain what not all colleagues should see.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from catalog import actions, intake
from catalog.admin.change_list import SafeLists
from catalog.admin.in_step import REASON
from catalog.admin.intake_alike import outlook_of, rows_alike
from catalog.admin.intake_forms import (
    FileForm,
    PlanForm,
    ReadingForm,
    archival_plan,
    columns_of,
    form_of,
    left_out_of,
)
from catalog.admin.intake_rows import FATES, TellsRows, kinds_of, title_of
from catalog.admin.only_read import OnlyRead
from catalog.admin.table_file import table_file
from catalog.intake import ArchivalPlan, Fate, Plan, TableRefused
from catalog.models import RECORD_MODELS, ChangeSet, Intake, IntakeFormat, IntakeState


@admin.register(Intake)
class IntakeAdmin(TellsRows, OnlyRead, SafeLists, admin.ModelAdmin):  # type: ignore[type-arg]
    """Tables being imported: the curator's own, each with a page on which everything happens."""

    list_display = ("filename", "of_kind", "rows", "state", "result", "received")
    list_display_links = ("filename",)
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-id",)
    actions = None
    change_list_template = "admin/catalog/intake_list.html"

    # --- Permissions ---

    def get_queryset(self, request: HttpRequest) -> Any:
        """The curator's own tables; the files themselves are not read."""
        return (
            super()
            .get_queryset(request)
            .filter(by=request.user.pk)
            .defer("packed_faults", "packed_lines", "packed_remarks")
        )

    def has_module_permission(self, request: HttpRequest) -> bool:
        """For those who may create records of any kind."""
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """For those who may create records of any kind; a table only for its sender."""
        return bool(kinds_of(request.user)) and (obj is None or obj.by_id == request.user.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """As for viewing."""
        return self.has_view_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A table that no job is working on can be discarded; what it imported stays."""
        return self.has_view_permission(request, obj) and not (obj and intake.is_on_its_way(obj))

    # --- The list ---

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> Any:
        """The list, with a title of its own."""
        title = capfirst(str(self.opts.verbose_name_plural))
        return super().changelist_view(request, {**(extra_context or {}), "title": title})

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def of_kind(self, table: Intake) -> str:
        """Of which kind the rows of a table are; XML says itself what it becomes."""
        if table.format != IntakeFormat.TABLE:
            return str(IntakeFormat(table.format).label)
        return capfirst(str(RECORD_MODELS[table.kind]._meta.verbose_name_plural))  # type: ignore[index]

    @admin.display(description=gettext_lazy("result"))
    def result(self, table: Intake) -> SafeString | str:
        """The result, with a link to its change set."""
        if table.change_set is None:
            return table.said[:200] or "–"
        address = reverse("admin:catalog_changeset_change", args=[table.change_set])
        return format_html(
            '{} <a href="{}">{}</a>',
            table.said[:200],
            address,
            pgettext("what was changed", "change"),
        )

    # --- Addresses ---

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and before them blank tables."""
        view = self.admin_site.admin_view
        own = [
            path("blank/<str:kind>.csv", view(self.blank), name="catalog_intake_blank"),
        ]
        return [*own, *super().get_urls()]

    def blank(self, request: HttpRequest, kind: str) -> StreamingHttpResponse:
        """The empty table of a kind, to fill in."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if kind not in RECORD_MODELS:
            raise Http404
        return table_file([intake.blank(kind)], f"{kind}.csv")

    # --- Sending a file ---

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Choose the kind and a file."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        kinds = kinds_of(request.user)
        form = FileForm(
            kinds,
            request.POST or None,
            request.FILES or None,
            initial={"kind": request.GET.get("kind")},
        )
        if request.method == "POST" and form.is_valid():
            try:
                found = self._received(request, form.cleaned_data)
            except (TableRefused, actions.Refused) as refusal:
                form.add_error("file", str(refusal))
            else:
                return HttpResponseRedirect(_page_of(found))
        blanks = [
            (
                capfirst(str(RECORD_MODELS[kind]._meta.verbose_name_plural)),
                reverse("admin:catalog_intake_blank", args=[kind]),
            )
            for kind in kinds
        ]
        return self.page(
            request, "intake_file.html", title=_("Import a file"), form=form, blanks=blanks
        )

    @staticmethod
    def _received(request: HttpRequest, said: dict[str, Any]) -> Intake:
        files = [(one.name or "?", intake.OpenFile(one)) for one in said["file"]]
        file, name = intake.put_together(files)
        return intake.receive(file, name, said["kind"], by=request.user)

    # --- The page of a table ---

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """The page of a table, whatever its state."""
        found = self.own_file(request, object_id)
        intake.free(found)
        if request.method == "POST":
            return self._answered(request, found)
        return self._shown(request, found)

    def _answered(self, request: HttpRequest, found: Intake) -> HttpResponse:
        if found.state not in {IntakeState.RECEIVED, IntakeState.LOOKED_AT}:
            return HttpResponseRedirect(_page_of(found))
        if found.format != IntakeFormat.TABLE:
            return self._archival_answered(request, found)
        if "_read" in request.POST:
            return self._read_again(request, found)
        if not found.encoding:
            return self._shown(request, found)
        form = PlanForm(found.kind, request.user, request.POST)  # type: ignore[arg-type]
        table = intake.table_of(found)
        columns = tuple(
            request.POST.get(f"column-{place}", "") for place in range(len(table.header))
        )
        plan = Plan.of_json(
            {**found.plan, "columns": columns, "rows_alike": rows_alike(request, found)}
        )
        if form.is_valid():
            plan = Plan.of_json({**plan.as_json(), **_switched_off(form.cleaned_data)})
            refusals = plan.faults(table.header)
            if not refusals and "_bring" in request.POST and plan.mark == found.seen_plan:
                return self._brought(request, found)
            if not refusals:
                return self._looked(request, found, plan)
            for refusal in refusals:
                form.add_error(None, refusal)
        return self._shown(request, found, form=form, plan=plan)

    @staticmethod
    def _looked(request: HttpRequest, found: Intake, plan: Plan | ArchivalPlan) -> HttpResponse:
        """Look at what a plan would do; whoever wanted to import by another one is told to look again."""
        intake.look(found, plan, by=request.user)
        if "_bring" in request.POST:
            said = _(
                "Nothing has been written yet: what would happen has changed since you checked. Check again."
            )
            messages.warning(request, said)
        return HttpResponseRedirect(f"{_page_of(found)}#outlook")

    def _archival_answered(self, request: HttpRequest, found: Intake) -> HttpResponse:
        """The same for XML."""
        form = form_of(found)(found, request.user, request.POST)
        if form.is_valid():
            plan = archival_plan(found, **_switched_off(form.cleaned_data))
            refusals = intake.faults_of_plan(found, plan)
            if not refusals and "_bring" in request.POST and plan.mark == found.seen_plan:
                return self._brought(request, found)
            if not refusals:
                return self._looked(request, found, plan)
            for refusal in refusals:
                form.add_error("whole" if "whole" in form.fields else None, refusal)
        return self._shown(request, found, form=form)

    def _read_again(self, request: HttpRequest, found: Intake) -> HttpResponse:
        form = ReadingForm(request.POST)
        if form.is_valid():
            try:
                intake.read_again(found, **form.cleaned_data)
            except TableRefused as refusal:
                messages.error(request, str(refusal))
        else:
            row = " ".join(map(str, form.errors.get("header_row", ())))
            messages.error(request, row or _("Choose an encoding."))
        return HttpResponseRedirect(_page_of(found))

    @staticmethod
    def _brought(request: HttpRequest, found: Intake) -> HttpResponse:
        try:
            intake.begin(found, by=request.user, reason=request.POST.get(REASON, "").strip())
        except actions.Refused as refusal:
            messages.error(request, str(refusal))
        return HttpResponseRedirect(_page_of(found))

    def _shown(
        self, request: HttpRequest, found: Intake, *, form: Any = None, plan: Plan | None = None
    ) -> HttpResponse:
        context: dict[str, Any] = {
            "title": found.filename,
            "original": found,
            "kind_name": RECORD_MODELS[found.kind]._meta.verbose_name_plural,  # type: ignore[index]
            "is_open": found.state in {IntakeState.RECEIVED, IntakeState.LOOKED_AT},
            "is_on_its_way": intake.is_on_its_way(found),
            "change_set": found.change_set
            or (found.job.place.get("change_set") if found.job else None),
            "reading": ReadingForm(
                initial={
                    "encoding": found.encoding or "windows-1252",
                    "separator": found.separator,
                    "header_row": found.plan.get("header_row") or None,
                }
            ),
            "is_undone": ChangeSet.objects.filter(undoes=found.change_set).exists()
            if found.change_set
            else False,
            "samples": intake.samples_of(found),
            "may_delete": self.has_delete_permission(request, found),
        }
        if found.state == IntakeState.READING:
            context |= {"is_xml": found.format != IntakeFormat.TABLE}
        elif found.format != IntakeFormat.TABLE:
            archival = archival_plan(found)
            context |= {
                "is_xml": True,
                "aid": found.plan.get("aid"),
                "authority": found.plan.get("authority"),
                "form": form or form_of(found)(found, request.user, initial=archival.as_json()),
                "is_seen": form is None
                and found.seen_plan == archival.mark
                and bool(found.outlook),
            }
        elif found.encoding:
            table = intake.table_of(found)
            plan = plan or Plan.of_json(found.plan)
            context |= {
                "table": table,
                "separator_name": intake.SEPARATORS[found.separator],
                "encoding_name": intake.ENCODINGS[found.encoding],
                "columns": columns_of(table, plan),
                "form": form or PlanForm(found.kind, request.user, initial=plan.as_json()),  # type: ignore[arg-type]
                "is_seen": form is None and found.seen_plan == plan.mark and bool(found.outlook),
            }
        counted = found.outlook.get("fates", {})
        context |= {
            "left_out": left_out_of(context.get("columns", ())),
            "is_job": found.rows > intake.MANY,
            "outlook": outlook_of(found),
            "fates": [
                (fate.value, counted[fate.value], words(counted[fate.value]))
                for fate, words in FATES.items()
                if counted.get(fate.value)
            ],
            "called": title_of(found.kind),
            "writes": counted.get("new", 0) + counted.get("changed", 0),
            "refused": sum(counted.get(fate.value, 0) for fate in Fate if fate.is_refused),
        }
        return self.page(request, "intake.html", **context)


def _switched_off(said: dict[str, Any]) -> dict[str, Any]:
    """The plan of a form, without the boxes that it did not offer."""
    return {"new_terms": False, "publish": False, "boxes_in": "", **said}


def _page_of(found: Intake) -> str:
    return reverse("admin:catalog_intake_change", args=[found.pk])
