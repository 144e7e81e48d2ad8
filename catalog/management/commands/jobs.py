"""The worker of the catalogue's jobs, and a look at them, for operators."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog import iiif, intake, search
from catalog.documents import feed, number_moved, renewing
from catalog.jobs import (
    Duty,
    Worker,
    cancel,
    progress_of,
    retry,
    stop_by_signal,
    title_of,
)
from catalog.models import Job, JobState
from catalog.parent import end_with

#: The most jobs that are listed.
LISTED: Final = 50
#: Regular duties of every worker besides its jobs.
DUTIES: Final = (
    Duty(search.look_after, every=10.0),
    # Readers number what was written before they read, so they should not be left with a whole large import.
    Duty(feed.keep_current, every=5.0),
    Duty(number_moved, every=5.0),
    Duty(renewing.look_after, every=60.0),
    Duty(intake.clear_away, every=3600.0),
    Duty(iiif.clear_half_files, every=86_400.0),
)


class Command(BaseCommand):
    """`jobs work`, `jobs list`, `jobs cancel`, `jobs retry`."""

    help = "Runs the worker that does the catalogue's jobs; lists, cancels and retries jobs."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The verb, and the numbers of jobs."""
        parser.add_argument(
            "verb",
            choices=("work", "list", "cancel", "retry"),
            help="work: do jobs until stopped; list: the latest jobs; cancel, retry: the jobs named.",
        )
        parser.add_argument("number", nargs="*", type=int, help="Numbers of jobs.")
        parser.add_argument(
            "--until-empty", action="store_true", help="work: exit when nothing is due."
        )
        parser.add_argument(
            "--with-parent",
            type=int,
            metavar="PROCESS",
            help="work: exit when the process with this number, which started it, has ended.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it."""
        match options["verb"]:
            case "work":
                self.work(until_empty=options["until_empty"], with_parent=options["with_parent"])
            case "list":
                self.show()
            case verb:
                self.each(verb, options["number"])

    def work(self, *, until_empty: bool, with_parent: int | None) -> None:
        """Work until SIGTERM or Ctrl+C."""
        worker = Worker(DUTIES)
        stop_by_signal(worker)
        if with_parent is not None:
            end_with(with_parent)
        worker.run(until_empty=until_empty)

    def show(self) -> None:
        """One line for each of the latest jobs."""
        jobs = Job.objects.all()[:LISTED]
        if not jobs:
            self.stdout.write("There are no jobs.")
        for job in jobs:
            at = progress_of(job)
            share = "" if at.share is None else f" {at.share:.0%}"
            when = timezone.localtime(job.finished or job.started or job.created)
            about = f" – {job.subject}" if job.subject else ""
            said = job.error or at.said
            self.stdout.write(
                f"{job.pk}  {when:%Y-%m-%d %H:%M}  {job.state}{share}  {title_of(job)}{about}"
                + (f": {said}" if said else "")
            )

    def each(self, verb: str, numbers: list[int]) -> None:
        """Cancel or retry the jobs named."""
        if not numbers:
            raise CommandError(f"Name the jobs to {verb} by their numbers; `jobs list` shows them.")
        for number in numbers:
            job = Job.objects.filter(pk=number).first()
            if job is None:
                raise CommandError(
                    f"There is no job {number}; `jobs list` shows the existing ones."
                )
            if verb == "retry":
                if not retry(job):
                    raise CommandError(
                        f"Job {number} is {job.state}: only failed and cancelled ones can be retried, "
                        "and not while the same work waits already."
                    )
                self.stdout.write(f"Job {number} is waiting for the worker.")
                continue
            cancel(job)
            job.refresh_from_db()
            stops = job.state == JobState.RUNNING
            self.stdout.write(
                f"Job {number} {'stops at its next step' if stops else f'is {job.state}'}."
            )
