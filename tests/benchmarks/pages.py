"""Measures the public pages on a generated museum, against a constant answer of the same length.

    python tests/benchmarks/pages.py [--records 10000] [--rounds 5] [--seconds 1] [--state FOLDER] [--output FILE]

Starts the production server on a port of its own with a fresh folder for its state, measures, and prints a
table with what it was measured on, or writes it to a file. ANSWERS_IN_MEMORY=0 keeps no answers, and so shows
what a page costs that nobody has seen before. README.md beside this file describes the method and the findings.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import platform
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    # Run as a script, Python would look for modules in this folder; their names start at the root.
    sys.path[0] = str(ROOT)

from tests.benchmarks.load import Load, LoadFailed, length_of, put_load  # noqa: E402

CLIENTS = (1, 8)
WORKERS = 2
#: How many different records' pages are asked for in turn, so that no single one is measured.
ITEMS = 40

#: Prints "name<TAB>path" for each page to be measured. Runs where the museum's database is configured.
CHOOSE_PATHS = """
from catalog.models import RECORD_MODELS
from django.urls import reverse
print("home", reverse("catalog:home"), sep="\\t")
print("people", reverse("catalog:person-list"), sep="\\t")
print("documents, one type chosen", reverse("catalog:document-list") + "?type=letter", sep="\\t")
for name, kind in zip(RECORD_MODELS, RECORD_MODELS):
    seen = RECORD_MODELS[kind].objects.visible_to(None).order_by("pk").values_list("pk", flat=True)
    numbers = list(seen)[::max(1, len(seen) // ITEMS)][1:ITEMS + 1]
    for record in RECORD_MODELS[kind].objects.filter(pk__in=numbers):
        print(name, record.get_absolute_url(), sep="\\t")
heaviest = RECORD_MODELS["person"].objects.get(pk=1)
print("the person with most relations", heaviest.get_absolute_url(), sep="\\t")
"""


@dataclass
class Page:
    """One kind of page: its paths, and what was measured, by the number of clients."""

    name: str
    paths: list[str]
    length: int = 0
    loads: dict[int, list[Load]] = field(default_factory=dict)
    constants: dict[int, list[Load]] = field(default_factory=dict)

    def rate(self, clients: int) -> float:
        """Requests a second, the median of the rounds."""
        return statistics.median(load.rate for load in self.loads[clients])

    def ratio(self, clients: int) -> float:
        """The rate as a share of the constant answer's in the same round, the median of the rounds."""
        pairs = zip(self.loads[clients], self.constants[clients], strict=True)
        return statistics.median(load.rate / constant.rate for load, constant in pairs)

    def wait(self, clients: int, of: Callable[[Load], float]) -> float:
        """The median or 95th percentile of the wait in milliseconds, the median of the rounds."""
        return statistics.median(of(load) for load in self.loads[clients])


def environment(folder: Path, port: int) -> dict[str, str]:
    """The environment of a site whose state is all in ``folder``. DATABASE_URL is passed on if it
    is set.
    """
    return os.environ | {
        "VAR_DIR": str(folder),
        "MEDIA_ROOT": str(folder / "media"),
        "DEBUG": "false",
        "HTTPS": "false",
        "LOG_LEVEL": "ERROR",
        "SAMPLE_COLLECTION": "false",
        "DJANGO_SETTINGS_MODULE": "tests.benchmarks.measured_settings",
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WORKERS": str(WORKERS),
    }


def run(arguments: list[str], variables: dict[str, str]) -> str:
    """The output of a Python program of this site. If it fails, its output ends the benchmark."""
    said = subprocess.run(
        [sys.executable, *arguments],
        cwd=ROOT, env=variables, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if said.returncode:
        sys.exit(f"pages.py: {' '.join(arguments)[:80]} failed:\n{said.stdout}{said.stderr}")
    return said.stdout


def free_port() -> int:
    """A port that is free at the moment."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextlib.contextmanager
def served(variables: dict[str, str], log: Path) -> Iterator[None]:
    """Run the site behind its production server while this context lasts."""
    with log.open("w") as written:
        server = subprocess.Popen(
            [sys.executable, "manage.py", "serve"],
            cwd=ROOT, env=variables, stdout=written, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            deadline = time.monotonic() + 120
            while not _answers(variables["PORT"]):
                if server.poll() is not None or time.monotonic() > deadline:
                    sys.exit(f"pages.py: the server did not start:\n{log.read_text()}")
                time.sleep(0.2)
            yield
        finally:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()


def _answers(port: str) -> bool:
    with (
        contextlib.suppress(OSError),
        urllib.request.urlopen(f"http://127.0.0.1:{port}/constant/1/", timeout=5) as answer,
    ):
        return bool(answer.status == 200)
    return False


def chosen_pages(variables: dict[str, str]) -> list[Page]:
    """The pages to be measured, with their paths in this museum."""
    pages: dict[str, Page] = {}
    chosen = CHOOSE_PATHS.replace("ITEMS", str(ITEMS))
    for line in run(["manage.py", "shell", "-v0", "-c", chosen], variables).splitlines():
        name, _, path = line.partition("\t")
        pages.setdefault(name, Page(name, [])).paths.append(path)
    return list(pages.values())


def measure(pages: list[Page], port: int, rounds: int, seconds: float) -> None:
    """Measure the pages: in each round every page, and next to it the constant answer of its length."""
    for page in pages:
        page.length = int(statistics.mean(length_of(port, path) for path in page.paths))
        put_load(port, page.paths, clients=8, seconds=0.5)  # so that every worker has seen it
    for number in range(1, rounds + 1):
        for page in pages:
            constant = [f"/constant/{page.length}/"]
            for clients in CLIENTS:
                for paths, kept in ((page.paths, page.loads), (constant, page.constants)):
                    load = put_load(port, paths, clients=clients, seconds=seconds)
                    kept.setdefault(clients, []).append(load)
        print(f"round {number} of {rounds}", file=sys.stderr)


def table(pages: list[Page]) -> str:
    """The results as a Markdown table."""
    lines = [
        "| page | kB | 1 client: requests/s | median ms | 95 % ms | of constant "
        "| 8 clients: requests/s | median ms | 95 % ms | of constant |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for page in pages:
        cells = [page.name, f"{page.length / 1000:.1f}"]
        for clients in CLIENTS:
            cells += [
                f"{page.rate(clients):,.0f}",
                f"{page.wait(clients, lambda load: load.median):.1f}",
                f"{page.wait(clients, lambda load: load.percentile_95):.1f}",
                f"{page.ratio(clients):.1%}",
            ]
        lines.append(f"| {' | '.join(cells)} |")
    constants = " / ".join(
        f"{statistics.median(load.rate for page in pages for load in page.constants[clients]):,.0f}"
        for clients in CLIENTS
    )
    lines += ["", f"The constant answer: {constants} requests a second (median of all lengths)."]
    return "\n".join(lines)


def report(pages: list[Page], made: str, options: argparse.Namespace) -> str:
    """The whole results file."""
    database = "PostgreSQL" if "postgres" in os.environ.get("DATABASE_URL", "") else (
        f"SQLite {sqlite3.sqlite_version}"
    )  # fmt: skip
    return f"""# Pages: {options.records:,} records

{date.today().isoformat()}. Python {platform.python_version()}, Django {version("django")},
granian {version("granian")} with {WORKERS} workers, {database}, {os.cpu_count()} cores shared by server
and load. Museum of seed {options.seed}: {made}

{options.rounds} rounds of {options.seconds:g} s; every figure is the median of the rounds. "Of constant" is the
share of the rate that a constant answer of the same length reached beside it, through the same server and
middleware. Compare these shares; rates are those of one machine on one day.

{table(pages)}
"""


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Measures the public pages on a generated museum.")
    parser.add_argument("--records", type=int, default=10_000, help="size of the museum (10,000)")
    parser.add_argument("--seed", type=int, default=1, help="which museum (1)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each is measured (5)")
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each time (1)")
    parser.add_argument(
        "--state", type=Path, help="folder of a museum on SQLite that stays, and is used again"
    )
    parser.add_argument("--output", type=Path, help="file to write instead of printing")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="museum-") as name:
        folder = options.state or Path(name)
        variables = environment(folder, free_port())
        made = "made before"
        if not (folder / "catalogue.sqlite3").exists():
            run(["manage.py", "migrate", "-v0"], variables)
            museum = ["tests/benchmarks/museum.py", f"--records={options.records}"]
            made = run([*museum, f"--seed={options.seed}"], variables).splitlines()[-1]
        print(made, file=sys.stderr)
        with served(variables, folder / "server.log"):
            pages = chosen_pages(variables)
            try:
                measure(pages, int(variables["PORT"]), options.rounds, options.seconds)
            except LoadFailed as reason:
                sys.exit(f"pages.py: {reason}")
    if options.output:
        options.output.write_text(report(pages, made, options), encoding="utf-8")
    else:
        print(report(pages, made, options))


if __name__ == "__main__":
    main()
