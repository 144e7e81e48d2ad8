"""What a page costs that nobody has seen before: processor time and queries, in process, on an
existing museum.

    VAR_DIR=/a/museum python tests/benchmarks/cold_pages.py

Every page is made from scratch (``ANSWERS_IN_MEMORY`` is 0). What is kept of the index stays, as it
would for the second visitor of a catalogue. Lists are asked for page after page, records one after
the other. Compare the medians with those of another version of the catalogue on the same machine.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive_site.settings")
    import django

    django.setup()

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import RECORD_MODELS
from catalog.uris import KINDS, list_path, record_path

#: How many pages of each sort are measured.
ROUNDS = 12


def pages() -> dict[str, list[str]]:
    """The paths of each sort of page."""
    numbers = range(2, 2 + ROUNDS)
    found = {}
    for kind in KINDS:
        found[f"list {kind}"] = [f"{list_path(kind)}?page={number}" for number in numbers]
        slugs = RECORD_MODELS[kind].objects.visible_to(None).order_by("pk")
        some = slugs.values_list("slug", flat=True)[40 : 40 + ROUNDS]
        found[f"record {kind}"] = [record_path(kind, slug) for slug in some]
    found["list, a type"] = [f"/documents/?type=letter&page={number}" for number in numbers]
    found["list, words"] = [f"/documents/?q=correspondence&page={number}" for number in numbers]
    found["search"] = [f"/search/?q=correspondence&page={number}" for number in numbers]
    found["home"] = ["/"] * ROUNDS
    return found


def measured(client: Client, address: str) -> tuple[float, int]:
    """Milliseconds of processor time and queries of one page; zeros if there is no such page."""
    with CaptureQueriesContext(connection) as asked:
        begun = time.process_time()
        response = client.get(address)
        spent = time.process_time() - begun
    return (1000 * spent, len(asked)) if response.status_code == 200 else (0.0, 0)


def main() -> None:
    """Measure every sort of page and print a table."""
    settings.ALLOWED_HOSTS = ["*"]
    call_command("collectstatic", interactive=False, verbosity=0)
    settings.CATALOG = {**getattr(settings, "CATALOG", {}), "ANSWERS_IN_MEMORY": 0}
    client = Client()
    print("| page | median ms | most ms | most queries |\n|---|---:|---:|---:|")
    for name, addresses in pages().items():
        for address in addresses[:2]:
            measured(client, address)
        figures = [one for one in (measured(client, each) for each in addresses) if one[1]]
        times = [spent for spent, _asked in figures]
        most = max(asked for _spent, asked in figures)
        print(f"| {name} | {statistics.median(times):.1f} | {max(times):.1f} | {most} |")


if __name__ == "__main__":
    main()
