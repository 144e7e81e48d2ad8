"""A writer that is killed leaves each deed complete or not begun (``killing.py`` does it a hundred
times).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once


def test_a_killed_writer_leaves_nothing_half() -> None:
    script = Path(__file__).with_name("killing.py")
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, str(script), "--kills", "6", "--seed", "7"],
        capture_output=True, text=True, env=environment, timeout=240, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing half" in done.stdout
