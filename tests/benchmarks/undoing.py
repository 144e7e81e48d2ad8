"""Measures one field of many records, changed and undone by jobs, while another process saves.

    python tests/benchmarks/undoing.py [--records 30000]

Works in the museum of VAR_DIR or DATABASE_URL (tests/benchmarks/museum.py makes one), which has the
internal note of that many documents changed and back as it was at the end. Prints the time by the
clock and of this process's core, its memory, and how long the other process waited to save a record
every 0.3 s.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path
from threading import Event, Thread

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive_site.settings")
    import django

    django.setup()

from catalog import actions, bulk
from catalog.bulk import FieldChange, How
from catalog.history import Selection
from catalog.jobs import work_on
from catalog.models import Document, Image, Job, JobState


def save_and_wait() -> None:
    """Save a picture's record again and again until the standard input ends; print each time in seconds."""
    stop = Event()

    def listen() -> None:
        sys.stdin.read()
        stop.set()

    Thread(target=listen, daemon=True).start()
    images = list(Image.objects.order_by("pk")[:200])
    turn = 0
    while not stop.wait(0.3):
        image = images[turn % len(images)]
        turn += 1
        image.internal_note = f"saved {turn} at {time.time()}"
        begun = time.perf_counter()
        actions.edit(image, by=None)
        print(time.perf_counter() - begun, flush=True)


def own_memory() -> int:
    """Megabytes that this process holds, without what it has mapped; 0 where nobody tells."""
    status = Path("/proc/self/status")
    if not status.exists():
        return 0
    return next(
        int(line.split()[1]) // 1024
        for line in status.read_text().splitlines()
        if line.startswith("RssAnon")
    )


def measured(name: str, job: Job) -> Job:
    """Do a job beside the process that saves, and print a row of the table."""
    most = 0
    with subprocess.Popen(
        [sys.executable, __file__, "--save"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None and other.stdin is not None
        other.stdout.readline()
        clock, core = time.perf_counter(), time.process_time()

        ended = Event()

        def watch() -> None:
            nonlocal most
            while not ended.wait(0.05):
                most = max(most, own_memory())

        watcher = Thread(target=watch, daemon=True)
        watcher.start()
        job = work_on(job, lambda _progress: None)
        clock, core = time.perf_counter() - clock, time.process_time() - core
        ended.set()
        watcher.join()
        other.stdin.close()
        waits = sorted(float(line) for line in other.stdout)
    if job.state != JobState.DONE:
        raise SystemExit(f"{name}: {job.error}")
    some = [waits[min(int(len(waits) * share), len(waits) - 1)] for share in (0.5, 0.95, 1)]
    print(
        f"| {name} | {clock:.0f} s | {core:.0f} s | {most} MB | "
        + " / ".join(f"{one:.2f}" for one in some)
        + " s |"
    )
    return job


def main() -> None:
    """Change, and undo."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--records", type=int, default=30_000)
    reader.add_argument("--save", action="store_true", help=argparse.SUPPRESS)
    options = reader.parse_args()
    if options.save:
        save_and_wait()
        return
    keys = list(Document.objects.order_by("pk").values_list("pk", flat=True)[: options.records])
    change = FieldChange("document", "internal_note", How.SET, f"noted at {time.time()}")
    job = bulk.make_as_job(change, keys, by=None, reason="measured", door="command")
    print(f"{len(keys)} documents, load {os.getloadavg()[0]:.0f}\n")
    print("| | by the clock | of a core | memory at most | others wait: median / 95 % / most |")
    print("|---|---:|---:|---:|---:|")
    job = measured("a field changed", job)
    measured(
        "undone",
        actions.undo_as_job(
            Selection(job.place["change_set"]),
            by=None,
            keys=(),
            all_the_same=False,
            reason="measured",
            door="command",
        ),
    )


if __name__ == "__main__":
    main()
