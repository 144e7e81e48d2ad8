"""Measures two persons with many relations, made one and apart again by jobs, while another process saves.

    python tests/benchmarks/merging.py [--relations 10000]

Works in the museum of VAR_DIR or DATABASE_URL (tests/benchmarks/museum.py makes one). It merges the
person nearest to that many contributions into the next below, and undoes it. Prints the same table
as ``undoing.py``.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "archive_site.settings")
    import django

    django.setup()

from django.db.models import Count

from catalog import actions
from catalog.history import Selection
from catalog.models import ChangeSet, Contribution, Person
from tests.benchmarks.undoing import measured


def two_with(relations: int) -> tuple[Person, Person]:
    """The person with the most contributions, but not more than asked for, and the next."""
    held = Contribution.objects.values_list("person").annotate(n=Count("pk")).order_by("-n")
    keys = [key for key, number in held[:2_000] if number <= relations][:2]
    found = Person.objects.in_bulk(keys)
    return found[keys[0]], found[keys[1]]


def main() -> None:
    """Merge, and undo."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--relations", type=int, default=10_000)
    options = reader.parse_args()
    goes, stays = two_with(options.relations)
    weight = actions.weigh_rows(Person, goes.pk, stays.pk).total
    print(f"{weight} rows, load {os.getloadavg()[0]:.0f}\n")
    print("| | by the clock | of a core | memory at most | others wait: median / 95 % / most |")
    print("|---|---:|---:|---:|---:|")
    how = {"by": None, "reason": "measured", "door": "command"}
    measured("merged", actions.merge_as_job([goes], into=stays, takes=None, called="", **how))
    made = (
        ChangeSet.objects.filter(reason="measured").order_by("-pk").values_list("pk", flat=True)[0]
    )
    measured(
        "undone",
        actions.undo_as_job(Selection(made), keys=(), all_the_same=False, **how),
    )


if __name__ == "__main__":
    main()
