"""Measures the API on a generated museum, against a constant answer of the same length.

    python tests/benchmarks/api.py [--records 10000] [--rounds 5] [--seconds 1] [--state FOLDER] [--output FILE]

Serves a museum of its own as ``pages.py`` does, without the throttle, and prints a table: an item,
a list of 25, a list of 100 with a relation, a 304, and a walk by cursor through everything. The
results go to results/api.md. ANSWERS_IN_MEMORY=0 keeps no answers, and so shows what an answer
costs that nobody asked for before.
"""

from __future__ import annotations

import argparse
import http.client
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import urlsplit

if __name__ == "__main__":
    # Run as a script, Python would look for modules in this folder; their names start at the root.
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from tests.benchmarks.pages import Page, environment, free_port, measure, run, served, table

#: Prints "name<TAB>path" for each thing to be measured.
CHOOSE_PATHS = """
from catalog.models import RECORD_MODELS
from catalog.uris import api_path
for name, kind in (("person", "person"), ("document", "document")):
    for slug in RECORD_MODELS[kind].objects.visible_to(None).order_by("pk").values_list("slug", flat=True)[3:43]:
        print(name, api_path(kind, slug), sep="\\t")
print("list of 25", api_path("document"), sep="\\t")
print("list of 25, filtered", api_path("document") + "?type=letter", sep="\\t")
print("list of 100 with contributions", api_path("document") + "?page_size=100&include=contributions", sep="\\t")
print("stats", "/api/v1/stats/", sep="\\t")
"""


def chosen(variables: dict[str, str]) -> list[Page]:
    """The things to be measured, with their paths in this museum."""
    pages: dict[str, Page] = {}
    for line in run(["manage.py", "shell", "-v0", "-c", CHOOSE_PATHS], variables).splitlines():
        name, _, path = line.partition("\t")
        pages.setdefault(name, Page(name, [])).paths.append(path)
    return list(pages.values())


def make_museum(variables: dict[str, str], records: int) -> float:
    """Make a museum and the document of every record. Returns the seconds that the documents took."""
    run(["manage.py", "migrate", "-v0"], variables)
    run(["tests/benchmarks/museum.py", "--records", str(records), "--seed", "1"], variables)
    run(["manage.py", "collectstatic", "--noinput", "-v0"], variables)
    started = time.perf_counter()
    run(["manage.py", "dumps", "documents"], variables)
    return time.perf_counter() - started


#: Asks for each "name<TAB>path" of its last argument twice, and prints how many queries each answer took.
COUNT_QUERIES = """
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
client = Client(headers={"host": "127.0.0.1"})
for line in LINES:
    name, path = line
    numbers = []
    for turn in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200, path
        numbers.append(len(asked))
    print(name, *numbers, sep="\\t")
"""


def queries(pages: list[Page], variables: dict[str, str]) -> list[tuple[str, int, int]]:
    """The name of each page, and the queries of its first and its second answer."""
    program = COUNT_QUERIES.replace("LINES", repr([(page.name, page.paths[0]) for page in pages]))
    found = []
    for line in run(["manage.py", "shell", "-v0", "-c", program], variables).splitlines():
        name, first, again = line.split("\t")
        found.append((name, int(first), int(again)))
    return found


def asked(
    connection: http.client.HTTPConnection, path: str, **headers: str
) -> tuple[int, bytes, str]:
    """Status, body and ETag of the answer to a path."""
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    return answer.status, answer.read(), answer.headers.get("ETag", "")


def unchanged(port: int, path: str, seconds: float) -> tuple[float, float]:
    """Requests a second with one client: for a 304 under ``path``, and for a constant answer of one
    byte.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port)
    etag = asked(connection, path)[2]
    rates = []
    for where, headers, status in ((path, {"If-None-Match": etag}, 304), ("/constant/1/", {}, 200)):
        number, end = 0, time.perf_counter() + seconds
        while time.perf_counter() < end:
            assert asked(connection, where, **headers)[0] == status
            number += 1
        rates.append(number / seconds)
    return rates[0], rates[1]


def walk(port: int, kind: str) -> tuple[int, float, list[float]]:
    """Walk through one kind. Returns the number of records, the seconds, and the milliseconds of
    each page.
    """
    connection = http.client.HTTPConnection("127.0.0.1", port)
    path, number, waits = f"/api/v1/{kind}/?page_size=100&cursor=", 0, []
    begin = time.perf_counter()
    while path:
        started = time.perf_counter()
        page = json.loads(asked(connection, path)[1])
        waits.append(1000 * (time.perf_counter() - started))
        number += len(page["results"])
        parts = urlsplit(page["next"] or "")
        path = f"{parts.path}?{parts.query}" if page["next"] else ""
    return number, time.perf_counter() - begin, waits


def main() -> None:
    """Make the museum, serve it, measure, report."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--records", type=int, default=10_000)
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--seconds", type=float, default=1.0)
    reader.add_argument(
        "--state", type=Path, help="folder of a museum on SQLite that stays, and is used again"
    )
    reader.add_argument("--output", type=Path, default=Path(__file__).parent / "results/api.md")
    options = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="api-bench-") as kept:
        folder, port = options.state or Path(kept), free_port()
        variables = environment(folder, port)
        built = 0.0
        if not (folder / "catalogue.sqlite3").exists():
            built = make_museum(variables, options.records)
        pages = chosen(variables)
        questions = queries(pages, variables)
        with served(variables, folder / "server.log"):
            measure(pages, port, options.rounds, options.seconds)
            same = [unchanged(port, page.paths[0], options.seconds) for page in pages[:3]]
            walks = {
                kind: walk(port, kind)
                for kind in ("people", "documents", "images", "events", "places")
            }
    records = sum(number for number, _, _ in walks.values())
    seconds = sum(took for _, took, _ in walks.values())
    lines = [table(pages), ""]
    lines += ["Queries for an answer that has to be made, and for the same answer again:", ""]
    lines += [f"- {name}: {first}, {again}" for name, first, again in questions]
    if built:
        lines += ["", f"All documents were made from scratch in {built:.1f} s."]
    lines += ["", "With one client:", ""]
    for page, (rate, constant) in zip(pages[:3], same, strict=True):
        lines.append(
            f"- 304 of {page.name}: {rate:,.0f} a second, {rate / constant:.1%} of a constant byte."
        )
    lines.append(
        f"- Walk of {records:,} records by cursor, 100 a page: {records / seconds:,.0f} a second."
    )
    for kind, (number, _, waits) in walks.items():
        ends = statistics.median(waits[:10]), statistics.median(waits[-10:])
        lines.append(
            f"  - {kind}: {number:,}; first ten pages {ends[0]:.1f} ms, last ten {ends[1]:.1f} ms"
        )
    text = "\n".join(lines)
    print(text)
    options.output.parent.mkdir(exist_ok=True)
    options.output.write_text(f"# API, {options.records:,} records\n\n{text}\n")


if __name__ == "__main__":
    main()
