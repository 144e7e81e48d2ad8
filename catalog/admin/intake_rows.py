"""What is told of a file that is being imported, row by row: on a page, and as tables to download.

Only the sender of a file sees it: it may contain what not all colleagues should see.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog import intake
from catalog.admin.intake_alike import record_page
from catalog.admin.keys import is_key
from catalog.admin.mixin import AdminMixin
from catalog.admin.table_file import table_file
from catalog.intake import Fate, Recognise
from catalog.models import RECORD_MODELS, Intake, IntakeFormat, IntakeState
from catalog.uris import Kind

#: What becomes of one row, in a word or two.
_FATES_OF_ONE: Final = {
    Fate.NEW: gettext_lazy("new"),
    Fate.CHANGED: gettext_lazy("would change"),
    Fate.SAME: gettext_lazy("the same"),
    Fate.LEFT: gettext_lazy("exists, left as it is"),
    Fate.OTHER: gettext_lazy("another kind, left out"),
    Fate.SEVERAL: gettext_lazy("not clear which record it is"),
    Fate.FAULTY: gettext_lazy("has errors"),
}
_WAYS: Final = {
    Recognise.IDENTIFIER: gettext_lazy("identifier"),
    Recognise.TITLE: gettext_lazy("title and dates"),
    Recognise.OUTSIDE: gettext_lazy("external identifier"),
    Recognise.SLUG: gettext_lazy("URL slug"),
}
#: Rows on a page of the list of all rows.
_A_PAGE: Final = 100

FATES: Final[dict[Fate, Callable[[int], str]]] = {
    Fate.NEW: lambda number: ngettext("new record", "new records", number),
    Fate.CHANGED: lambda number: ngettext("record that changes", "records that change", number),
    Fate.SAME: lambda number: ngettext(
        "record already up to date", "records already up to date", number
    ),
    Fate.LEFT: lambda number: ngettext(
        "existing record, left as it is", "existing records, left as they are", number
    ),
    Fate.OTHER: lambda number: ngettext(
        "row of another kind, left out", "rows of other kinds, left out", number
    ),
    Fate.SEVERAL: lambda number: ngettext(
        "row of which it is not clear which record it is, refused",
        "rows of which it is not clear which record they are, refused",
        number,
    ),
    Fate.FAULTY: lambda number: ngettext("row with errors", "rows with errors", number),
}


def kinds_of(user: Any) -> list[Kind]:
    """The kinds of which a curator may import records."""
    return [kind for kind in RECORD_MODELS if intake.may_bring(user, kind)]


class TellsRows(AdminMixin):
    """Mixin of the admin of imports: a page and two tables about the rows of a file."""

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and before them those of the page and the tables."""
        view = self.admin_site.admin_view
        own = [
            path("<str:key>/rows/", view(self.rows), name="catalog_intake_rows"),
            path("<str:key>/faults.csv", view(self.faults), name="catalog_intake_faults"),
            path("<str:key>/report.csv", view(self.report), name="catalog_intake_report"),
        ]
        return [*own, *super().get_urls()]

    def faults(self, request: HttpRequest, key: str) -> StreamingHttpResponse:
        """The rows with errors, each with the reasons, to be corrected and imported."""
        found = self.own_file(request, key)
        if found.format != IntakeFormat.TABLE or found.state == IntakeState.READING:
            raise Http404
        text = intake.faulty_rows(intake.table_of(found), intake.faults_of(found))
        stem = found.filename.rsplit(".", 1)[0]
        return table_file(text, f"{stem}-{_('faults')}.csv")

    def report(self, request: HttpRequest, key: str) -> StreamingHttpResponse:
        """All that is wrong with a file of XML, and all that it says without a place for it."""
        found = self.own_file(request, key)
        if not found.packed_lines or found.format == IntakeFormat.TABLE:
            raise Http404
        notes = intake.faults_of(found), intake.remarks_of(found)
        text = intake.report(intake.lines_of(found), *notes)
        return table_file(text, f"{found.filename.rsplit('.', 1)[0]}-{_('report')}.csv")

    def rows(self, request: HttpRequest, key: str) -> HttpResponse:
        """What becomes of each row, a page at a time; only those of one fate if that is asked for."""
        found = self.own_file(request, key)
        if not found.packed_lines:
            raise Http404
        lines = intake.lines_of(found)
        fate = request.GET.get("fate", "")
        counted = Counter(line.fate for line in lines)
        if fate in counted:
            lines = [line for line in lines if line.fate == fate]
        shown = Paginator(lines, _A_PAGE).get_page(request.GET.get("page"))
        said: dict[int, list[str]] = {}
        for note in intake.faults_of(found):
            said.setdefault(note.row, []).append(str(note.said))
        rows = [
            {
                "line": line,
                "fate": _FATES_OF_ONE[Fate(line.fate)],
                "way": _WAYS[Recognise(line.way)] if line.way and line.pk else "",
                "address": record_page(line.kind or found.kind, line.pk) if line.pk else "",
                "alike": record_page(line.kind or found.kind, line.alike) if line.alike else "",
                "kind": RECORD_MODELS[line.kind]._meta.verbose_name if line.kind else "",  # type: ignore[index]
                "said": " ".join(said.get(line.row, ())),
            }
            for line in shown
        ]
        fates = [
            (one.value, counted[one.value], words(counted[one.value]))
            for one, words in FATES.items()
            if counted[one.value]
        ]
        return self.page(
            request, "intake_rows.html", title=_("Row by row"), original=found, rows=rows, shown=shown,
            fates=fates, fate=fate if fate in counted else "", number=sum(counted.values()),
            called=title_of(found.kind),
        )  # fmt: skip

    def own_file(self, request: HttpRequest, key: str) -> Intake:
        """The curator's own table; Http404 for everything else, including what others sent."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = Intake.objects.filter(pk=key, by=request.user.pk).first() if is_key(key) else None
        if found is None or not _may_still(request.user, found):
            raise Http404
        return found

    def page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        """A page of the import, in the frame of the admin."""
        frame = {**self.admin_site.each_context(request), "opts": self.opts, "media": self.media}
        return TemplateResponse(request, f"admin/catalog/{template}", {**frame, **context})


def _may_still(user: Any, found: Intake) -> bool:
    """Whether a curator may still import what a file holds."""
    return intake.may_bring_format(user, found.format, found.kind)  # type: ignore[arg-type]


def title_of(kind: str) -> str:
    """What the title of records of a kind is called."""
    return capfirst(str(RECORD_MODELS[kind]._meta.get_field("title").verbose_name))  # type: ignore[index]
