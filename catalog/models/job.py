"""Jobs: work that takes longer than a request, stored in the catalogue's own database until it is done."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class JobState(models.TextChoices):
    """The states of a job."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class Job(models.Model):
    """One piece of work for the worker (``catalog.jobs`` enqueues, runs, cancels and retries).

    ``attempt`` grows each time that a worker takes the job and is never reset: a worker writes only
    under its own number, so one that was given up for dead and comes back writes nothing. ``tries``
    counts since the job was enqueued or retried. ``place`` is how far a job of several transactions
    has come; it is written with each of them.
    """

    task = models.CharField(_("task"), max_length=200)
    arguments = models.JSONField(_("arguments"), default=dict)
    subject = models.CharField(_("what it is about"), max_length=300, blank=True)
    #: At most one job with the same key waits.
    key = models.CharField(max_length=100, blank=True)
    state = models.CharField(
        _("state"), max_length=9, choices=JobState.choices, default=JobState.WAITING
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("requested by"),
    )
    #: The language of the person who asked for it.
    language = models.CharField(max_length=10, blank=True)
    created = models.DateTimeField(_("requested"), default=timezone.now)
    due = models.DateTimeField(_("not before"), default=timezone.now)
    started = models.DateTimeField(_("started"), null=True, blank=True)
    finished = models.DateTimeField(_("ended"), null=True, blank=True)
    attempt = models.PositiveIntegerField(default=0)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    worker = models.CharField(_("worker"), max_length=100, blank=True)
    seen_alive = models.DateTimeField(null=True, blank=True)
    cancel_asked = models.BooleanField(default=False)
    place = models.JSONField(default=dict)
    steps_done = models.PositiveBigIntegerField(default=0)
    steps = models.PositiveBigIntegerField(null=True, blank=True)
    #: What it is doing, then its result.
    said = models.CharField(_("result"), max_length=1000, blank=True)
    error = models.CharField(_("what went wrong"), max_length=1000, blank=True)
    traceback = models.TextField(_("details for the operator"), blank=True)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = [
            models.Index(
                fields=["due", "id"], name="job_waiting", condition=Q(state=JobState.WAITING)
            ),
            models.Index(fields=["id"], name="job_running", condition=Q(state=JobState.RUNNING)),
            models.Index(fields=["id"], name="job_failed", condition=Q(state=JobState.FAILED)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=JobState.values), name="job_state_known"),
            models.UniqueConstraint(
                fields=["key"],
                condition=Q(state=JobState.WAITING) & ~Q(key=""),
                name="job_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return self.subject or self.task

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done, or being done."""
        return self.state in {JobState.WAITING, JobState.RUNNING}
