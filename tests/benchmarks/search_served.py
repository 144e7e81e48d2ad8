"""Times the search of a generated museum through the production server: page, API and suggestions.

    python tests/benchmarks/search_served.py --state FOLDER [--seconds 2] [--rounds 3]

``FOLDER`` holds a museum on SQLite whose index is built (or, with DATABASE_URL, only the server's
state). Every URL is asked for over and over by one and by eight clients, in two ways: with the
results of earlier searches in memory, as visitors share them; and with a server that forgets them
before every request, so that each search is one that nobody has made before. Prints requests a
second and the milliseconds that a client waited, as medians of the rounds.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

if __name__ == "__main__":
    # Run as a script, Python would look for modules in this folder; their names start at the root.
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from tests.benchmarks.load import LoadFailed, put_load
from tests.benchmarks.pages import CLIENTS, environment, free_port, run, served
from tests.benchmarks.words import COMMON_WORD, RARE_WORD, UNCOMMON_WORD

#: Prints "name<TAB>code" for a value of each of three facets. Runs where the museum's database is
#: configured.
CHOOSE: Final = """
from catalog.search import SearchQuery, search
for facet in search(SearchQuery()).facets:
    if facet.name in ("language", "subject", "decade"):
        print(facet.name, facet.values[0].code, sep="\\t")
"""
#: The facets that the API is asked for: those that the page counts.
FACETS: Final = "kind,has_image,decade,type,person,role,place,collection,subject,language,rights"


def addresses(chosen: dict[str, str]) -> dict[str, str]:
    """What is asked for, by its name in the table."""
    asked: dict[str, dict[str, str]] = {
        "a rare word": {"q": RARE_WORD},
        "a common word": {"q": COMMON_WORD},
        "two words": {"q": f"{COMMON_WORD} {UNCOMMON_WORD}"},
        "facets, no words": {},
        "facets, three chosen": chosen,
        "the common word, page 400": {"q": COMMON_WORD, "page": "400"},
    }
    found = {f"page: {name}": f"/search/?{urlencode(given)}" for name, given in asked.items()}
    found |= {
        f"API: {name}": f"/api/v1/search/?{urlencode({**given, 'facets': FACETS})}"
        for name, given in asked.items()
    }
    return found | {"suggestions for “co”": "/search/suggestions?q=co"}


def waits(port: int, path: str, rounds: int, seconds: float) -> str:
    """Table cells: rate, median and 95th percentile for each number of clients."""
    cells = []
    for clients in CLIENTS:
        loads = [
            put_load(port, [path], clients=clients, seconds=seconds) for _round in range(rounds)
        ]
        for value in (
            statistics.median(load.rate for load in loads),
            statistics.median(load.median for load in loads),
            statistics.median(load.percentile_95 for load in loads),
        ):
            cells.append(f"{value:,.1f}")
    return " | ".join(cells)


def main() -> None:
    """Serve, ask and print."""
    parser = argparse.ArgumentParser(description="Times the search through the server.")
    parser.add_argument("--state", type=Path, required=True, help="folder of the museum")
    parser.add_argument("--rounds", type=int, default=3, help="how often each is measured (3)")
    parser.add_argument("--seconds", type=float, default=2.0, help="how long each time (2)")
    options = parser.parse_args()
    variables = environment(options.state, free_port())
    said = run(["manage.py", "shell", "-v0", "-c", CHOOSE], variables)
    asked = addresses(dict(line.split("\t", 1) for line in said.splitlines()))  # type: ignore[misc]
    for title, more in (
        ("Results of earlier searches in memory", {}),
        ("Nothing kept", {"RESULTS_IN_MEMORY": "0", "ANSWERS_IN_MEMORY": "0"}),
    ):
        print(f"\n{title}; load {os.getloadavg()[0]:.1f}.\n")
        print(
            "| asked | 1 client: requests/s | median ms | 95 % ms | 8 clients: requests/s | median ms | 95 % ms |"
        )
        print("|---|---:|---:|---:|---:|---:|---:|")
        with served(variables | more, options.state / "server.log"):
            port = int(variables["PORT"])
            # The API waits until the list of changes is up to date; from then on pages are kept.
            put_load(port, [asked["API: a rare word"]], clients=1, seconds=0.1)
            for name, path in asked.items():
                try:
                    put_load(port, [path], clients=4, seconds=0.5)
                    cells = waits(port, path, options.rounds, options.seconds)
                except LoadFailed as reason:
                    cells = str(reason)
                print(f"| {name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
