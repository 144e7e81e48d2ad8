"""Counting requests for all processes of a machine, and for several machines."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest
from django.db import connection

from catalog.checks import check_api_counters
from catalog.fair_use.counters import count

pytestmark = pytest.mark.django_db


def test_processes_count_together(tmp_path):
    program = textwrap.dedent(f"""
        import os, sys
        sys.path.insert(0, {str(sys.path[0])!r}); sys.path.insert(0, os.getcwd())
        os.environ["VAR_DIR"] = {str(tmp_path)!r}
        os.environ["DJANGO_SETTINGS_MODULE"] = "archive_site.settings"
        import django; django.setup()
        from catalog.fair_use.counters import count
        print([count("one", 7) for _ in range(500)][-1])
    """)
    running = [
        subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    assert max(int(one.communicate()[0]) for one in running) == 1000


def test_machines_count_together_in_the_database(settings, tmp_path):
    settings.CATALOG = {"API_COUNTERS": "database"}
    numbers = []
    for turn in range(6):
        # Another machine has another folder for its state.
        settings.VAR_DIR = tmp_path / f"machine{turn % 2}"
        numbers.append(count("one", 7))
    assert numbers == [1, 2, 3, 4, 5, 6]
    assert count("another", 7) == 1 and count("one", 8) == 1
    assert not (tmp_path / "machine0").exists()


@pytest.mark.parametrize("where", ["memory", "database", "machine"])
def test_impossible_counters_are_told(settings, where):
    settings.CATALOG = {"API_COUNTERS": where}
    said = [one.id for one in check_api_counters(None)]
    on_database = ["catalog.W002"] if connection.vendor == "sqlite" else []
    assert said == {"memory": ["catalog.E002"], "database": on_database, "machine": []}[where]
