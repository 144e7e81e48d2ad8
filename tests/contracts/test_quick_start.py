"""The examples of docs/api.md are run as they are, against a site with a small museum."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from django.core.management import call_command

from catalog.api.examples import EXAMPLES, HERE
from tests.filters.small_museum import small_museum

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.once, pytest.mark.django_db(transaction=True)]


def example(language: str, site: str) -> str:
    """The example in a language, with the address of the test's own site."""
    text = (ROOT / "docs" / "api.md").read_text()
    blocks = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    assert blocks, f"docs/api.md has no example in {language}"
    return blocks[0].replace("http://127.0.0.1:8000", site)


@pytest.mark.parametrize("language", EXAMPLES)
def test_the_reference_shows_the_same_examples(language):
    assert example(language, HERE) == EXAMPLES[language]


@pytest.fixture
def site(live_server, transactional_db, settings, tmp_path) -> str:
    settings.VAR_DIR = tmp_path / "var"
    museum = small_museum()
    museum.trotsky.slug = "trotsky"
    museum.trotsky.save()
    return live_server.url


def output(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_curl(site):
    program = example("sh", site).replace("curl ", "curl -sSf ")
    assert '"count"' in output("bash", "-ec", program)


def test_python(site):
    assert "Assassination" in output(sys.executable, "-c", example("python", site))


def test_javascript(site):
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not on this machine (18 or later runs the JavaScript example)")
    said = output(node, "--input-type=module", "-e", example("js", site))
    assert "Portrait" in said and "(no copy held)" in said


def test_spreadsheet(site):
    call_command("dumps", "write", "--origin", site, verbosity=0)
    lines = example("spreadsheet", site).split()
    found = {}
    for address in re.findall(r'https?://[^\s")]+', " ".join(lines)):
        with urllib.request.urlopen(address) as answer:
            assert answer.headers["Content-Type"].startswith("text/csv")
            text = answer.read().decode("utf-8")
        assert text.startswith("\ufeff")
        found[address.rsplit("/", 1)[1]] = list(csv.DictReader(io.StringIO(text[1:])))
    assert len(lines) == len(found) == 2
    people = {row["slug"]: row for row in found["people.csv"]}
    assert people["trotsky"]["title"] == "Leon Trotsky"
    assert {"assassination", "terror"} <= {row["slug"] for row in found["events.csv"]}
    cells = [cell for rows in found.values() for row in rows for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
