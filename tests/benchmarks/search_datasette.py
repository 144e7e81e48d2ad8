"""Compares the search with Datasette on the same records, in the same run.

    python tests/benchmarks/search_datasette.py --state FOLDER [--records 156000] [--rounds 3] [--seconds 3]

Installs Datasette from PyPI into a temporary virtual environment and loads it with the records of a
generated museum: title, summary and description in FTS5; kind, type, place, decade, status and rights as
columns with indexes. Serves it, and asks both servers in turns for a common word with four counted facets,
by one and by eight clients. ``FOLDER`` holds the museum on SQLite, which is made there if missing.

Datasette gets what helps it: an immutable file, time enough for every facet, no suggested facets. As it is
designed to, it answers in the order of its rows and in one process; the catalogue ranks and highlights,
with two workers.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

if __name__ == "__main__":
    # Run as a script, Python would look for modules in this folder; their names start at the root.
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from tests.benchmarks.load import LoadFailed, put_load
from tests.benchmarks.pages import CLIENTS, environment, free_port, run, served
from tests.benchmarks.words import COMMON_WORD, word_list

DATASETTE: Final = "datasette==0.65.5"
FACETS: Final = ("kind", "type", "place", "decade")
KINDS: Final = ("person", "document", "image", "event", "place", "collection")
#: Words that are asked for in turn. The first of a language's list are in too many titles to be a search.
WORDS: Final = slice(12, 52)


def load_datasette(museum: Path, to: Path) -> int:
    """Write the museum's records for Datasette. Returns their number."""
    with contextlib.closing(sqlite3.connect(to)) as database:
        database.execute("ATTACH ? AS museum", [str(museum)])
        database.execute(
            "CREATE TABLE records (id INTEGER PRIMARY KEY, kind TEXT, type TEXT, place TEXT, decade INTEGER,"
            " status TEXT, rights TEXT, title TEXT, summary TEXT, description TEXT)"
        )
        for number, kind in enumerate(KINDS, 1):
            columns = {
                row[1] for row in database.execute(f"PRAGMA museum.table_info(catalog_{kind})")
            }
            type_ = (
                "(SELECT label FROM museum.catalog_term WHERE id = one.type_id)"
                if "type_id" in columns
                else "NULL"
            )
            place = (
                "(SELECT title FROM museum.catalog_place WHERE id = one.place_id)"
                if "place_id" in columns
                else "NULL"
            )
            database.execute(
                "INSERT INTO records (kind, type, place, decade, status, rights, title, summary, description)"
                f" SELECT '{kind}', {type_}, {place}, entry.earliest / 100000 * 10, status, rights,"
                f" one.title, summary, description FROM museum.catalog_{kind} AS one"
                " JOIN museum.search_entry AS entry"
                f" ON entry.kind = {number} AND entry.record = one.id ORDER BY one.id"
            )
        database.execute(
            "CREATE VIRTUAL TABLE records_fts USING fts5"
            " (title, summary, description, content=\"records\", content_rowid='id', tokenize='porter')"
        )
        database.execute("INSERT INTO records_fts (records_fts) VALUES ('rebuild')")
        for column in (*FACETS, "status", "rights"):
            database.execute(f"CREATE INDEX records_{column} ON records ({column})")
        database.commit()
        database.execute("INSERT INTO records_fts (records_fts) VALUES ('optimize')")
        database.execute("ANALYZE")
        database.commit()
        return int(database.execute("SELECT count(*) FROM records").fetchone()[0])


def installed(folder: Path) -> Path:
    """Datasette's program, installed in a virtual environment of its own."""
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(folder / "bin/pip"), "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, DATASETTE], check=True)
    return folder / "bin/datasette"


@contextlib.contextmanager
def served_by_datasette(program: Path, database: Path, log: Path) -> Iterator[int]:
    """Serve this file with Datasette. Yields the port."""
    port = free_port()
    settings = {
        "sql_time_limit_ms": "60000",
        "facet_time_limit_ms": "60000",
        "suggest_facets": "off",
        "default_page_size": "25",
    }
    words = [word for pair in settings.items() for word in ("--setting", *pair)]
    with log.open("w") as written:
        server = subprocess.Popen(
            [str(program), "serve", "-i", str(database), "--port", str(port), *words],
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        try:
            until = time.monotonic() + 60
            while True:
                with contextlib.suppress(OSError):
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/-/versions.json", timeout=5)
                    break
                if server.poll() is not None or time.monotonic() > until:
                    sys.exit(f"search_datasette.py: Datasette did not start:\n{log.read_text()}")
                time.sleep(0.2)
            yield port
        finally:
            server.terminate()
            server.wait(30)


def ours(word: str, page: bool) -> str:
    """The URL of a search in the catalogue: the API with the four facets, or the page with all eleven."""
    if page:
        return f"/search/?{urlencode({'q': word})}"
    return f"/api/v1/search/?{urlencode({'q': word, 'facets': ','.join(FACETS)})}"


def theirs(word: str, page: bool) -> str:
    """The URL of the same search in Datasette."""
    path = "/records/records" if page else "/records/records.json"
    pairs = [("_search", word), ("_size", "25"), *(("_facet", name) for name in FACETS)]
    return f"{path}?{urlencode(pairs)}"


def said_of(port: int, path: str) -> str:
    """What a server answers to the common word: how many it found, and of which kinds."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
        body = json.load(answer)
    if "facet_results" in body:
        kinds = body["facet_results"]["results" if "results" in body["facet_results"] else "kind"]
        kinds = kinds.get("kind", kinds)["results"]
        return f"{body['filtered_table_rows_count']:,} found, {len(kinds)} kinds counted"
    return f"{body['count']:,} found, {len(body['facets']['kind'])} kinds counted"


def main() -> None:
    """Make, serve, ask and print."""
    parser = argparse.ArgumentParser(description="Compares the search with Datasette.")
    parser.add_argument("--state", type=Path, required=True, help="folder of the museum")
    parser.add_argument("--records", type=int, default=156_000, help="when it is made (156,000)")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    parser.add_argument("--seconds", type=float, default=3.0, help="how long each time (3)")
    options = parser.parse_args()
    os.environ.pop("DATABASE_URL", None)
    options.state.mkdir(parents=True, exist_ok=True)
    variables = environment(options.state, free_port())
    museum = options.state / "catalogue.sqlite3"
    if not museum.exists():
        run(["manage.py", "migrate", "-v0"], variables)
        run(["tests/benchmarks/museum.py", f"--records={options.records}"], variables)
        run(["manage.py", "search", "rebuild", "--from-nothing"], variables)
    with tempfile.TemporaryDirectory(prefix="datasette-") as name:
        folder = Path(name)
        number = load_datasette(museum, folder / "records.db")
        program = installed(folder / "venv")
        print(f"{number:,} records; {DATASETTE}; load {os.getloadavg()[0]:.1f}; "
              f"{options.rounds} rounds of {options.seconds:g} s.\n")  # fmt: skip
        with served_by_datasette(program, folder / "records.db", folder / "log") as port:
            measure(variables, port, options)


def warm(port: int, datasette: int, words: list[str]) -> None:
    """Ask for everything once: files get into memory, and documents are made by their first reader."""
    for word in words:
        for page in (False, True):
            for to, path in ((port, ours(word, page)), (datasette, theirs(word, page))):
                with urllib.request.urlopen(f"http://127.0.0.1:{to}{path}", timeout=120) as answer:
                    answer.read()


def measure(variables: dict[str, str], datasette: int, options: argparse.Namespace) -> None:
    """Ask both in turns: with results kept in memory, and with nothing kept."""
    several = word_list("en", 60)[WORDS]
    forgetting = {"RESULTS_IN_MEMORY": "0", "ANSWERS_IN_MEMORY": "0"}
    for number, (title, more) in enumerate(
        (("results of earlier searches in memory", {}), ("nothing kept", forgetting))
    ):
        with served(variables | more, options.state / "server.log"):
            port = int(variables["PORT"])
            warm(port, datasette, [COMMON_WORD, *several])
            if not number:
                print(f"Datasette: {said_of(datasette, theirs(COMMON_WORD, page=False))}.")
                print(f"The catalogue: {said_of(port, ours(COMMON_WORD, page=False))}.\n")
                print("| asked | clients | catalogue: requests/s (median ms) | Datasette | ratio |")
                print("|---|---:|---:|---:|---:|")
            for what, words in (("the common word", [COMMON_WORD]), ("40 words in turn", several)):
                for page in (False, True):
                    shown = f"{'page' if page else 'JSON'}, {what}, {title}"
                    for clients in CLIENTS:
                        print(f"| {shown} | {clients} | {_row(port, datasette, words, page, clients, options)} |",
                              flush=True)  # fmt: skip


def _row(
    port: int, datasette: int, words: list[str], page: bool, clients: int, options: argparse.Namespace
) -> str:  # fmt: skip
    asked = (
        (port, [ours(word, page) for word in words]),
        (
            datasette,
            [theirs(word, page) for word in words],
        ),
    )
    pairs = []
    for _round in range(options.rounds):
        try:
            pairs.append(
                [
                    put_load(to, paths, clients=clients, seconds=options.seconds)
                    for to, paths in asked
                ]
            )
        except LoadFailed as reason:
            return f"{reason} | | "
    one, other = zip(*pairs, strict=True)
    cells = [
        f"{statistics.median(load.rate for load in loads):,.1f}"
        f" ({statistics.median(load.median for load in loads):,.1f})"
        for loads in (one, other)
    ]
    ratio = statistics.median(ours.rate / theirs.rate for ours, theirs in pairs)
    return f"{' | '.join(cells)} | {ratio:.1f}"


if __name__ == "__main__":
    main()
