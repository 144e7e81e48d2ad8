"""Redocly CLI reads the API's description as a strict outsider. It needs Node: ``make lint-api``
installs it.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.contracts.test_api_schema import whole

pytestmark = pytest.mark.once

FOLDER = Path(__file__).parent / "redocly"
PROGRAM = FOLDER / "node_modules" / "@redocly" / "cli" / "bin" / "cli.js"


def test_redocly_finds_nothing(tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not on this machine")
    if not PROGRAM.is_file():
        pytest.skip("Redocly CLI is not installed: make lint-api installs it and runs this")
    description = tmp_path / "openapi.json"
    description.write_text(json.dumps(whole()))
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = subprocess.run(
        [node, str(PROGRAM), "lint", str(description), "--config", str(FOLDER / "redocly.yaml")],
        env=os.environ | quiet,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 0, said
    assert "warning" not in said.lower().replace("deprecation warning", ""), said
