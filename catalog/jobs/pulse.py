"""Signs of life, progress and requests to stop, outside the job's own transaction.

A job of one transaction writes nothing that others can read before it ends, and on SQLite nobody
else can write meanwhile. So if the database is a file, these three are small files beside it
(everyone who uses it is on the same machine); if it is in memory, they stay in the process that
owns it; otherwise they are columns of the job, written over a second connection.
"""

from __future__ import annotations

import contextlib
import json
from abc import ABC, abstractmethod
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from catalog.models import Job, JobState


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: steps done, of how many (None if unknown), and what it is doing."""

    done: int = 0
    total: int | None = None
    said: str = ""

    @property
    def share(self) -> float | None:
        """Between 0 and 1; None if the total is unknown."""
        return min(1.0, self.done / self.total) if self.total else None


class Pulse(ABC):
    """How a running job and the rest of the program communicate."""

    @abstractmethod
    def beat(self, job: Job, progress: Progress) -> None:
        """Report that the job is alive, and how far it is."""

    @abstractmethod
    def ask_to_stop(self, job: Job) -> None:
        """Ask the job to stop."""

    @abstractmethod
    def is_asked_to_stop(self, job: Job) -> bool:
        """Whether it was asked to stop."""

    @abstractmethod
    def last(self, job: Job) -> tuple[datetime | None, Progress]:
        """When the job last gave a sign of life, and how far it was."""

    @abstractmethod
    def forget(self, job: Job) -> None:
        """Remove what was kept beside the job, which has ended."""


class RowPulse(Pulse):
    """In the job's own row. Only the worker's second connection writes it while the job runs."""

    def beat(self, job: Job, progress: Progress) -> None:
        """One small update, for the attempt's number only."""
        Job.objects.filter(pk=job.pk, attempt=job.attempt, state=JobState.RUNNING).update(
            seen_alive=timezone.now(),
            steps_done=progress.done,
            steps=progress.total,
            said=progress.said[:1000],
        )

    def ask_to_stop(self, job: Job) -> None:
        """Set the column."""
        Job.objects.filter(pk=job.pk).update(cancel_asked=True)

    def is_asked_to_stop(self, job: Job) -> bool:
        """Read the column."""
        return Job.objects.filter(pk=job.pk, cancel_asked=True).exists()

    def last(self, job: Job) -> tuple[datetime | None, Progress]:
        """From the row."""
        return job.seen_alive, Progress(job.steps_done, job.steps, job.said)

    def forget(self, job: Job) -> None:
        """Nothing: the row stays."""


class FilePulse(Pulse):
    """In files named after the job's number: the time of writing is the sign of life."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def beat(self, job: Job, progress: Progress) -> None:
        """Replace the file; a reader sees the old one or the new one, never half of one."""
        self.folder.mkdir(parents=True, exist_ok=True)
        new = self.folder / f"{job.pk}.{job.attempt}.new"
        new.write_text(json.dumps(asdict(progress) | {"attempt": job.attempt}), encoding="utf-8")
        new.replace(self._file(job))

    def ask_to_stop(self, job: Job) -> None:
        """Create a file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._stop_request(job).touch()

    def is_asked_to_stop(self, job: Job) -> bool:
        """Whether the file exists."""
        return self._stop_request(job).exists()

    def last(self, job: Job) -> tuple[datetime | None, Progress]:
        """From the file, or from the row as long as this attempt has written no file."""
        in_row = job.started, Progress(job.steps_done, job.steps, job.said)
        try:
            at = datetime.fromtimestamp(self._file(job).stat().st_mtime, UTC)
            kept: dict[str, Any] = json.loads(self._file(job).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return in_row
        if kept.pop("attempt", None) != job.attempt:
            return in_row
        return at, Progress(**kept)

    def forget(self, job: Job) -> None:
        """Remove the job's files."""
        for file in (self._file(job), self._stop_request(job)):
            with contextlib.suppress(OSError):
                file.unlink()

    def _file(self, job: Job) -> Path:
        return self.folder / f"{job.pk}.json"

    def _stop_request(self, job: Job) -> Path:
        return self.folder / f"{job.pk}.stop"


class MemoryPulse(Pulse):
    """In this process, which alone can see a database in memory."""

    def __init__(self) -> None:
        #: By number of the job: which attempt reported when, and how far it was.
        self._beats: dict[int, tuple[int, datetime, Progress]] = {}
        self._wishes: set[int] = set()

    def beat(self, job: Job, progress: Progress) -> None:
        """Remember it."""
        self._beats[job.pk] = job.attempt, timezone.now(), progress

    def ask_to_stop(self, job: Job) -> None:
        """Remember it."""
        self._wishes.add(job.pk)

    def is_asked_to_stop(self, job: Job) -> bool:
        """Whether it is remembered."""
        return job.pk in self._wishes

    def last(self, job: Job) -> tuple[datetime | None, Progress]:
        """As this attempt reported; from the row if it has not reported yet."""
        attempt, at, progress = self._beats.get(job.pk, (None, None, None))
        if progress is None or attempt != job.attempt:
            return job.started, Progress(job.steps_done, job.steps, job.said)
        return at, progress

    def forget(self, job: Job) -> None:
        """Forget both."""
        self._beats.pop(job.pk, None)
        self._wishes.discard(job.pk)


_IN_MEMORY: Final = MemoryPulse()


def pulse() -> Pulse:
    """The pulse that fits the database in use."""
    if connection.vendor != "sqlite":
        return RowPulse()
    name = str(connection.settings_dict["NAME"])
    if name.startswith((":memory:", "file:")):
        # A database in memory belongs to one process.
        return _IN_MEMORY
    return FilePulse(Path(f"{name}.jobs"))


def progress_of(job: Job) -> Progress:
    """How far a job is, as last reported; for one that has ended, where it ended."""
    if job.state == JobState.RUNNING:
        return pulse().last(job)[1]
    return Progress(job.steps_done, job.steps, job.said)
