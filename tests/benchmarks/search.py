"""Times the search of a made museum: what visitors ask, in process, one client.

    VAR_DIR=... python tests/benchmarks/search.py [--rounds 30]

Every kind of question is asked several times with the memory of earlier results emptied ("first") and once more with
it ("again": the next page, another sort, one more facet). Median and 95th percentile in milliseconds.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive_site.settings")
    import django

    django.setup()

from django.db import connection

from catalog import search
from catalog.search import SearchQuery
from catalog.search.finding import _kept
from tests.benchmarks.words import COMMON_WORD, RARE_WORD, UNCOMMON_WORD


def timed(ask: Callable[[], object], before: Callable[[], object], rounds: int) -> str:
    """Median and 95th percentile of the wall in milliseconds, and the median of the processor's time.

    Nothing is remembered of results but what ``before`` asks.
    """
    walls, cores = [], []
    for _ in range(rounds):
        _kept.clear()
        before()
        started, busy = time.perf_counter(), time.process_time()
        ask()
        walls.append((time.perf_counter() - started) * 1000)
        cores.append((time.process_time() - busy) * 1000)
    walls.sort()
    late = walls[min(rounds - 1, int(0.95 * rounds))]
    return f"{statistics.median(walls):8.1f} {late:8.1f} {statistics.median(cores):8.1f}"


def nothing() -> None:
    """Remember nothing before."""


def main() -> None:
    """Ask and print."""
    parser = argparse.ArgumentParser(description="Times the search of a made museum.")
    parser.add_argument("--rounds", type=int, default=20)
    rounds = parser.parse_args().rounds
    started = time.perf_counter()
    everything = search.search(SearchQuery())
    print(
        f"{connection.vendor}, {everything.total:,} public entries; first search of the process "
        f"{time.perf_counter() - started:.2f} s"
    )
    some = {facet.name: facet.values for facet in everything.facets}
    filters = {
        name: (some[name][0].code,) for name in ("language", "subject", "decade") if name in some
    }
    common = SearchQuery(COMMON_WORD)
    questions: list[tuple[str, SearchQuery]] = [
        (f"a rare word ({RARE_WORD})", SearchQuery(RARE_WORD)),
        (f"a common word ({COMMON_WORD})", common),
        ("an uncommon word", SearchQuery(UNCOMMON_WORD)),
        ("two words", SearchQuery(f"{COMMON_WORD} {UNCOMMON_WORD}")),
        ("facets, no words", SearchQuery()),
        ("facets, three chosen", SearchQuery(chosen=filters)),
        ("common word, three chosen", SearchQuery(COMMON_WORD, chosen=filters)),
        ("deep page 400", SearchQuery(COMMON_WORD, page=400)),
    ]
    print(f"{'':58}   median     95 %      cpu")
    for name, query in questions:
        total = search.search(query).total
        line = timed(lambda query=query: search.search(query), nothing, rounds)  # type: ignore[misc]
        print(f"{name:40} {total:>9,} found {line}")
    kind = (everything.facets[0].values[0].code,)
    for name, query in (
        ("next page", SearchQuery(COMMON_WORD, page=2)),
        ("another sort: date", SearchQuery(COMMON_WORD, sort="date")),
        ("another sort: title", SearchQuery(COMMON_WORD, sort="title")),
        ("one more facet", SearchQuery(COMMON_WORD, kinds=kind)),
    ):
        line = timed(
            lambda query=query: search.search(query),  # type: ignore[misc]
            lambda: search.search(common),
            rounds,
        )
        print(f"after it: {name:46} {line}")
    for typed in ("a", "co", "mar", "petro"):
        line = timed(lambda typed=typed: search.suggest(typed), nothing, rounds)  # type: ignore[misc]
        print(f"suggestion for {typed!r:41} {line}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory {peak:,.0f} MB")


if __name__ == "__main__":
    main()
