"""Jobs in the admin: what runs, its progress, what went wrong; cancel and try again."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalog import jobs
from catalog.admin.change_list import SafeLists
from catalog.admin.keys import is_key
from catalog.admin.only_read import OnlyRead
from catalog.models import Job, JobState


@admin.register(Job)
class JobAdmin(OnlyRead, SafeLists, admin.ModelAdmin):  # type: ignore[type-arg]
    """Jobs are read, cancelled and retried; they are started where their work begins.

    Curators see the jobs they asked for. Those with the permission to change jobs see all of them,
    including the catalogue's own, and may cancel and retry any.
    """

    list_display = ("what", "state_badge", "bar", "asked_by", "created", "finished")
    list_display_links = ("what",)
    list_filter = ("state",)
    list_per_page = 50
    show_full_result_count = False
    ordering = ("-id",)
    actions = ("cancel_selected", "retry_selected")
    fields = (
        "what",
        "state_badge",
        "bar",
        "result",
        "written",
        "wrong",
        "asked_by",
        "created",
        "started",
        "finished",
        "tries",
        "details",
    )
    change_form_template = "admin/catalog/job.html"
    change_list_template = "admin/catalog/job_list.html"

    # --- Who may what ---

    def get_queryset(self, request: HttpRequest) -> Any:
        """The curator's own jobs; all of them for those who look after them."""
        # A selection among a million records is a long text.
        rows = super().get_queryset(request).select_related("by").defer("arguments")
        return rows if self.sees_all(request) else rows.filter(by=request.user)

    def sees_all(self, request: HttpRequest) -> bool:
        """Whether the curator looks after the jobs of others too."""
        return bool(request.user.has_perm("catalog.change_job"))

    # --- What is shown ---

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The details of an error are for those who look after the jobs."""
        left_out = set() if obj and obj.traceback and self.sees_all(request) else {"details"}
        if obj and not obj.error:
            left_out.add("wrong")
        if obj and not obj.place.get("change_set"):
            left_out.add("written")
        return [name for name in self.fields if name not in left_out]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """All of them."""
        return self.fields

    @admin.display(description=gettext_lazy("job"))
    def what(self, job: Job) -> str:
        """What it does, and about what."""
        title = jobs.title_of(job)
        return f"{title}: {job.subject}" if job.subject else title

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def state_badge(self, job: Job) -> SafeString:
        """The state as a word with a colour."""
        return format_html(
            '<span class="status job-{}">{}</span>', job.state, job.get_state_display()
        )

    @admin.display(description=gettext_lazy("progress"))
    def bar(self, job: Job) -> SafeString | str:
        """A bar for one that runs or will run, a number for one that has ended."""
        at = jobs.progress_of(job)
        words = _in_words(at)
        if not job.is_open:
            return words or "–"
        value = "" if at.share is None else format_html(' value="{}"', f"{at.share:.3f}")
        return format_html(
            '<progress max="1"{} data-job="{}" data-state="{}" aria-label="{}"></progress> <span>{}</span>',
            value,
            reverse("admin:catalog_job_progress", args=[job.pk]),
            job.state,
            self.what(job),
            words,
        )

    @admin.display(description=gettext_lazy("requested by"))
    def asked_by(self, job: Job) -> str:
        """Who; the catalogue itself if nobody did."""
        return job.by.get_username() if job.by else _("the catalogue itself")

    @admin.display(description=gettext_lazy("result"))
    def result(self, job: Job) -> str:
        """What it is doing, or its result."""
        return jobs.progress_of(job).said or "–"

    @admin.display(description=gettext_lazy("written so far"))
    def written(self, job: Job) -> SafeString:
        """The change set of a job that writes slice by slice, and what can be done about it."""
        if job.is_open:
            said = _("To undo it, cancel the job first.")
        elif job.state == JobState.DONE:
            said = _("It can be undone there in one step.")
        else:
            said = _(
                "The job ended partway. What it did stands: undo it there in one step, or let the job "
                "continue."
            )
        number = job.place["change_set"]
        return format_html(
            '<a href="{}">{}</a>. {}',
            reverse("admin:catalog_changeset_change", args=[number]),
            _("Change no. %d") % number,
            said,
        )

    @admin.display(description=gettext_lazy("what went wrong"))
    def wrong(self, job: Job) -> SafeString:
        """The reason, in words."""
        return format_html('<strong class="job-wrong">{}</strong>', job.error)

    @admin.display(description=gettext_lazy("details for the operator"))
    def details(self, job: Job) -> SafeString:
        """Where in the program it happened."""
        return format_html('<pre class="job-details" tabindex="0">{}</pre>', job.traceback)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> Any:
        """The page of a job, with what can be done to it."""
        job: Job = context["original"]
        context["can_cancel"] = job.is_open
        context["can_retry"] = job.state in {JobState.FAILED, JobState.CANCELLED}
        context["goes_on"] = bool(job.place)
        context["title"] = self.what(job)
        return super().render_change_form(request, context, *args, **kwargs)

    # --- What can be done ---

    def get_urls(self) -> list[URLPattern]:
        """Django's addresses, and those of the two buttons and of the bar before them."""
        guarded = self.admin_site.admin_view
        own = [
            path("<str:key>/progress/", guarded(self.progress), name="catalog_job_progress"),
            path("<str:key>/cancel/", guarded(self.cancel), name="catalog_job_cancel"),
            path("<str:key>/retry/", guarded(self.retry), name="catalog_job_retry"),
        ]
        return [*own, *super().get_urls()]

    def _job(self, request: HttpRequest, key: str) -> Job:
        job: Job = get_object_or_404(self.get_queryset(request), pk=key if is_key(key) else None)
        return job

    def progress(self, request: HttpRequest, key: str) -> JsonResponse:
        """The progress of a job, for the bar; the page reloads when ``state`` is no longer the one
        it shows.
        """
        job = self._job(request, key)
        at = jobs.progress_of(job)
        answer = {"state": job.state, "share": at.share, "words": _in_words(at)}
        return JsonResponse(answer, headers={"Cache-Control": "no-store"})

    def cancel(self, request: HttpRequest, key: str) -> HttpResponseRedirect:
        """Cancel a job, if the button was pressed."""
        job = self._job(request, key)
        if request.method == "POST":
            self.cancel_selected(request, [job])
        return HttpResponseRedirect(reverse("admin:catalog_job_change", args=[job.pk]))

    def retry(self, request: HttpRequest, key: str) -> HttpResponseRedirect:
        """Queue a job again, if the button was pressed."""
        job = self._job(request, key)
        if request.method == "POST":
            self.retry_selected(request, [job])
        return HttpResponseRedirect(reverse("admin:catalog_job_change", args=[job.pk]))

    @admin.action(description=gettext_lazy("Cancel the selected jobs"))
    def cancel_selected(self, request: HttpRequest, queryset: Any) -> None:
        """Cancel those that wait or run; the others stay as they are."""
        for job in queryset:
            what, was_open = self.what(job), job.is_open
            jobs.cancel(job)
            job.refresh_from_db()
            if job.state == JobState.RUNNING:
                said = _("“%(job)s” stops at its next step.")
            elif was_open and job.state == JobState.CANCELLED:
                said = _("“%(job)s” was cancelled.")
            else:
                said = _("“%(job)s” had already ended.")
            self.message_user(request, said % {"job": what}, messages.SUCCESS)

    @admin.action(description=gettext_lazy("Retry the selected jobs"))
    def retry_selected(self, request: HttpRequest, queryset: Any) -> None:
        """Queue those that failed or were cancelled again."""
        results = [jobs.retry(job) for job in queryset]
        again, left = results.count(True), results.count(False)
        if again:
            words = ngettext(
                "%d job is waiting for the worker again.",
                "%d jobs are waiting for the worker again.",
                again,
            )
            self.message_user(request, words % again, messages.SUCCESS)
        if left:
            words = ngettext(
                "%d job was left as it is: only failed and cancelled jobs can be retried, and not while "
                "the same work is already waiting.",
                "%d jobs were left as they are: only failed and cancelled jobs can be retried, and not "
                "while the same work is already waiting.",
                left,
            )
            self.message_user(request, words % left, messages.WARNING)

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        """Cancel and try again; deleting is not offered."""
        found: dict[str, Any] = super().get_actions(request)
        found.pop("delete_selected", None)
        return found


def _in_words(at: jobs.Progress) -> str:
    if at.total is not None:
        return _("%(done)d of %(total)d") % {"done": at.done, "total": at.total}
    return str(at.done) if at.done else ""
