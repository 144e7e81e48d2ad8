"""What the commands that import a file share: whose work it is, going on after a stop, and telling the result."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from catalog import actions, intake, jobs
from catalog.intake import DiskFile, File
from catalog.models import Door, Intake, IntakeState
from catalog.uris import Kind


class ImportCommand(BaseCommand):
    """A command that imports a file in one change set; a large one in slices, so that others can save in between."""

    @staticmethod
    def read(path: Path) -> File:
        """A file, which can be read. Raises CommandError."""
        try:
            with path.open("rb"):
                return DiskFile(path)
        except OSError as fault:
            raise CommandError(f"{path}: {fault.strerror}") from fault

    @staticmethod
    def account(name: str) -> Any:
        """The account of a name; None without one. Raises CommandError."""
        if not name:
            return None
        model = get_user_model()
        named = {model.USERNAME_FIELD: name}
        found = model._default_manager.filter(**named, is_active=True).first()
        if found is None:
            raise CommandError(f"There is no account {name}.")
        return found

    @staticmethod
    def boxes_in(options: dict[str, Any]) -> str:
        """The identifier of the storage place for new boxes; empty without one. Raises CommandError."""
        text = options["boxes_in"]
        try:
            return str(intake.place_meant(text).uuid) if text else ""
        except intake.CellFault as fault:
            raise CommandError(f"--boxes-in: {fault}") from fault

    def goes_on(self, file: File, kind: Kind, options: dict[str, Any], *, by: Any) -> bool:
        """Whether an import of this file was stopped before, and is finished now."""
        if options["dry_run"] or not (begun := intake.unfinished(file, kind, by=by)):
            return False
        self.stdout.write("An earlier run of this import was stopped. Going on where it was.")
        assert begun.job is not None  # noqa: S101 - asked for
        jobs.retry(begun.job)
        self._finish(begun, options)
        return True

    def write(self, found: Intake, options: dict[str, Any], reason: str, *, by: Any) -> None:
        """Write what was looked at, and report the result; ``reason`` is the history's, unless one was given."""
        try:
            intake.begin(found, by=by, reason=options["reason"] or reason, door=Door.COMMAND)
        except actions.Refused as refusal:
            found.delete()
            raise CommandError(str(refusal)) from refusal
        self._finish(found, options)

    def _finish(self, found: Intake, options: dict[str, Any]) -> None:
        """Write the rest of a large file, in slices that let others write in between, and report the result."""
        found.refresh_from_db()
        if found.state == IntakeState.WRITING and found.job is not None:
            progress = self.progress(options)
            job = jobs.work_on(found.job, lambda at: progress(at.done, at.total or found.rows))
            found.refresh_from_db()
            if found.state == IntakeState.WRITING:
                said = job.error or str(job.get_state_display())
                raise CommandError(f"{said} The same command goes on where this one was stopped.")
            if found.state != IntakeState.DONE:
                found.delete()
                raise CommandError(job.error)
        said = found.said
        if found.change_set is not None:
            said += f" Change set {found.change_set}."
        # What it wrote is in the change set.
        found.delete()
        self.stdout.write(said)

    def progress(self, options: dict[str, Any]) -> Callable[[int, int], None]:
        """Reports progress if somebody is watching."""
        shown = options["verbosity"] > 0 and sys.stderr.isatty()

        def progress(done: int, total: int) -> None:
            if shown:
                self.stderr.write(f"\r{done}/{total}", ending="\n" if done == total else "")

        return progress
