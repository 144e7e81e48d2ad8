"""The processes that share the work of building and checking, started as the commands start them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
#: Started anew, so that other processes find nothing imported, and a database that they can open.
PROGRAM: Final = """
import django
django.setup()
from django.core.management import call_command
from catalog import search
from tests.benchmarks.museum import make_museum

call_command("migrate", verbosity=0)
make_museum(records=60)
print(search.rebuild(processes=2), *search.check(processes=2, thorough=True))
"""


@pytest.mark.once
def test_several_processes_build_and_check_an_index(tmp_path: Path) -> None:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | {
        "DJANGO_SETTINGS_MODULE": "archive_site.settings",
        "VAR_DIR": str(tmp_path),
    }
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert ended.stdout.split() == ["60"], ended.stderr
