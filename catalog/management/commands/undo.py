"""`manage.py undo`: undo a change set, or one record of it, from the server."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from catalog import actions, history, jobs
from catalog.history import Selection, Undone
from catalog.models import PUBLISHED_MODELS, TERM, ChangeSet, Door, JobState

#: Longer numbers cannot be keys; SQLite fails on those beyond 64 bits.
_MOST_DIGITS: Final = 15


class Command(BaseCommand):
    """Undo a change set; what was changed later stays, unless told otherwise."""

    help = "Undoes a change set. Its number is shown in the admin, under Changes."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which change set, which part of it, and what to do about later changes."""
        parser.add_argument("change_set", type=int, help="the number of the change set")
        parser.add_argument(
            "--record", default="", help="undo only one record of it, such as person:5"
        )
        parser.add_argument("--reason", default="", help="why, for the history")
        parser.add_argument(
            "--all-the-same",
            action="store_true",
            help="also where something has been changed since",
        )
        parser.add_argument(
            "--preview", action="store_true", help="report what would be done, but write nothing"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Undo, or report what would happen; ends with one line and exit code 1 if it is refused."""
        number = options["change_set"]
        if not ChangeSet.objects.filter(pk=number).exists():
            raise CommandError(f"There is no change set {number}. The admin lists them.")
        selection = _selection(number, options["record"])
        all_the_same = options["all_the_same"]
        choice = actions.chooser((), all_the_same=all_the_same)
        if options["preview"]:
            self._report(history.preview(selection, choice), "would be undone")
            return
        reason = options["reason"] or f"undo {number}"
        try:
            if selection.changes().count() > actions.MANY:
                undone = self._in_slices(selection, all_the_same, reason)
            else:
                with history.change_set(door=Door.COMMAND, reason=reason, undoes=number):
                    undone = actions.undo(selection, by=None, choice=choice)
        except actions.Refused as refusal:
            raise CommandError(str(refusal)) from None
        self._report(undone, "taken back")

    def _in_slices(self, selection: Selection, all_the_same: bool, reason: str) -> Undone:
        """Undo with a job that runs in this process, so that others can save in between. Raises
        CommandError.
        """
        job = actions.undo_as_job(
            selection,
            by=None,
            keys=(),
            all_the_same=all_the_same,
            reason=reason,
            door=Door.COMMAND,
        )
        job = jobs.work_on(job, self._progress)
        if job.state != JobState.DONE:
            said = job.error or str(job.get_state_display())
            raise CommandError(" ".join(filter(None, (said, job.said))))
        return actions.undone_by(job.place)

    def _progress(self, at: jobs.Progress) -> None:
        if self.stderr.isatty():
            self.stderr.write(f"{at.done} of {at.total or '?'}\r", ending="")

    def _report(self, undone: Undone, done: str) -> None:
        self.stdout.write(f"Records {done}: {undone.records} (rows: {undone.rows})")
        for conflict in undone.kept:
            self.stdout.write(f"  stays: {conflict.said}")
        if undone.number_kept > len(undone.kept):
            self.stdout.write(f"  … and {undone.number_kept - len(undone.kept)} more")


def _selection(change_set: int, record: str) -> Selection:
    """The whole change set, or the record in it that was named as ``person:5``. Raises CommandError."""
    if not record:
        return Selection(change_set)
    kind, _colon, number = record.partition(":")
    is_number = number.isascii() and number.isdecimal() and len(number) <= _MOST_DIGITS
    if kind not in {*PUBLISHED_MODELS, TERM} or not is_number:
        raise CommandError("Name the record by kind and number: --record person:5")
    return Selection(change_set, kind, int(number))
