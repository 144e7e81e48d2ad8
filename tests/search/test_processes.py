"""The processes that share the work of building and checking, started as the commands start them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).resolve().parents[2]
#: The head of every program here: a new process has imported nothing.
BEGIN: Final = """
import os, signal
import django
django.setup()
from django.core.management import call_command
from catalog import search
from catalog.models import Person
from tests.benchmarks.museum import make_museum
"""


def ran(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Run a program in a process of its own, with a database that other processes can open.

    A process that it leaves behind holds its output open, and fails the test after a minute.
    """
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"} | {
        "DJANGO_SETTINGS_MODULE": "archive_site.settings",
        "VAR_DIR": str(folder),
    }
    return subprocess.run(
        [sys.executable, "-c", BEGIN + program],
        cwd=ROOT, env=environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip


@pytest.mark.once
def test_several_processes_build_and_check_an_index(tmp_path: Path) -> None:
    ended = ran(
        tmp_path,
        """
call_command("migrate", verbosity=0)
make_museum(records=60)
print(search.rebuild(processes=2), *search.check(processes=2, thorough=True))
""",
    )
    assert ended.stdout.split() == ["60"], ended.stderr


@pytest.mark.once
def test_that_a_builder_was_killed_is_known_at_once_and_nobody_works_on_for_it(
    tmp_path: Path,
) -> None:
    killed = ran(
        tmp_path,
        """
call_command("migrate", verbosity=0)
make_museum(records=20)
search.refresh(limit=None)
Person.objects.update(internal_note="quetzalcoatl")
search.rebuild(processes=2, progress=lambda *_: os.kill(os.getpid(), signal.SIGKILL))
""",
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    after = ran(
        tmp_path,
        """
print(search.staleness().set_aside > 0, search.refresh(limit=None) > 0, search.staleness())
print(*search.check())
print(search.rebuild() > 0)
""",
    )
    said = "True True Staleness(marked=0, due=0, set_aside=0, left=0)\n\nTrue\n"
    assert after.stdout == said, after.stderr
