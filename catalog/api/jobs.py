"""``/api/v1/jobs/<number>/``: what became of a change that was too large for one request (202)."""

from __future__ import annotations

from typing import Any, Final

from django.http import HttpResponse
from django.utils.translation import override

from catalog.api.answers import as_json, by_content
from catalog.api.by_number import with_number
from catalog.api.described_parameters import number_in_path
from catalog.api.door import ApiView
from catalog.api.fields import Schema, or_null
from catalog.api.operations import Operation, problems
from catalog.api.parameters import no_parameters
from catalog.api.problem import not_found
from catalog.api.schemas import MOMENT, NUMBER, TEXT, URI, closed
from catalog.api.tokens import signed_in
from catalog.documents import ORIGIN, moment_of
from catalog.jobs import progress_of, title_of
from catalog.models import Job, JobState
from catalog.uris import API_ROOT

#: Seconds after which it is worth asking again.
_AGAIN_AFTER: Final = 2


class JobsViewSet(ApiView):
    """An account's own jobs, while they are done and afterwards."""

    def retrieve(self, request: Any, number: int) -> HttpResponse:
        """How far a job is; while it is open, with ``Retry-After``."""
        user = signed_in(request, "Jobs are for curators")
        no_parameters(request.GET)
        job = with_number(Job.objects.filter(by=user.pk), number)
        if job is None:
            raise not_found("There is no such job of yours.")
        response = by_content(self.plain, as_json(_described(job)))
        if job.is_open:
            response["Retry-After"] = str(_AGAIN_AFTER)
        return response


def job_address(number: int | None) -> str | None:
    """Where a job is asked for; None for none."""
    return f"{ORIGIN}{API_ROOT}/jobs/{number}/" if number else None


def _described(job: Job) -> dict[str, Any]:
    at = progress_of(job)
    change_set = job.place.get("change_set")
    with override("en"):
        title = title_of(job)
    return {
        "number": job.pk,
        "url": job_address(job.pk),
        "title": title,
        "subject": job.subject,
        "state": job.state,
        "done": at.done,
        "total": at.total,
        "said": at.said,
        "error": job.error,
        "asked": moment_of(job.created),
        "finished": moment_of(job.finished) if job.finished else None,
        "change_set": change_set,
        "change_set_url": f"{ORIGIN}{API_ROOT}/change-sets/{change_set}/" if change_set else None,
    }


# --- The description ----------------------------------------------------------------------------------------------


def job_paths() -> dict[str, Schema]:
    """Jobs, for curators."""
    here = Operation("history", "Job")
    read = here.read(
        "read_job",
        "Read a job",
        "A change that is too large for one request is done by a job: the answer to it is a 202, and names the job. "
        "Ask again after `Retry-After` until `state` is done, failed or cancelled. You see your own jobs only.",
        "Job",
        [number_in_path("the job")],
        problems(400, 401, 404, 429),
    )
    return {"/api/v1/jobs/{number}/": {"get": read | {"security": [{"token": []}]}}}


def job_schemas() -> dict[str, Schema]:
    """The shape of it."""
    return {
        "Job": closed(
            "A job.",
            {
                "number": {**NUMBER, "description": "Number of the job."},
                "url": URI,
                "title": {**TEXT, "description": "What it does."},
                "subject": {**TEXT, "description": "To what it does it."},
                "state": {**TEXT, "enum": list(JobState.values), "description": "How it stands."},
                "done": {**NUMBER, "description": "Rows that are done."},
                "total": {**or_null(NUMBER), "description": "Of so many; null: not known yet."},
                "said": {**TEXT, "description": "What it is doing, then its result."},
                "error": {**TEXT, "description": "Why it failed, and what to do; mostly empty."},
                "asked": {**MOMENT, "description": "When it was asked for."},
                "finished": {**or_null(MOMENT), "description": "When it ended; null before."},
                "change_set": {
                    **or_null(NUMBER),
                    "description": "The change set that it writes, by which it can be undone.",
                },
                "change_set_url": {**or_null(URI), "description": "Where that is read and undone."},
            },
        )
    }


def job_named() -> dict[str, Schema]:
    """The fields by which an answer names the job that does the work."""
    return {
        "job": {**or_null(NUMBER), "description": "The job that does it; null if it is done."},
        "job_url": {**or_null(URI), "description": "Where the job is asked for."},
    }
