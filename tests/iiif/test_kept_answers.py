"""Answers that are kept: made once, up to a size, the oldest deleted first, by any number of processes."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from catalog.iiif.image.kept_answers import folder, kept_or_made

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]


def files():
    return [file for file in folder().glob("??/*") if file.is_file()]


def size():
    return sum(file.stat().st_size for file in files())


def fail():
    raise AssertionError("it was made again")


def test_made_once():
    assert kept_or_made("a", lambda: b"one") == b"one"
    assert kept_or_made("a", fail) == b"one"
    assert kept_or_made("b", lambda: b"two") == b"two"


def test_what_fails_is_not_kept():
    with pytest.raises(ZeroDivisionError):
        kept_or_made("a", lambda: bytes(1 // 0))
    assert kept_or_made("a", lambda: b"one") == b"one"


def test_the_oldest_make_room(settings):
    settings.CATALOG = {"KEPT_ANSWERS_BYTES": 10_000}
    for number in range(30):
        kept_or_made(str(number), lambda: bytes(900))
        newest = max(files(), key=lambda file: file.stat().st_mtime_ns)
        os.utime(newest, ns=(number * 10**9, number * 10**9))
        assert size() <= 10_000
    kept_or_made("29", fail)
    assert kept_or_made("0", lambda: b"again") == b"again"


def test_a_single_large_answer_is_not_kept(settings):
    settings.CATALOG = {"KEPT_ANSWERS_BYTES": 10_000}
    assert len(kept_or_made("a", lambda: bytes(5000))) == 5000
    assert files() == []


def test_a_lost_count_is_counted_again(settings):
    settings.CATALOG = {"KEPT_ANSWERS_BYTES": 10_000}
    for number in range(9):
        kept_or_made(str(number), lambda: bytes(1000))
    (folder() / "size").write_text("nonsense")
    for number in range(9, 20):
        kept_or_made(str(number), lambda: bytes(1000))
        assert size() <= 10_000


def test_a_full_disk_costs_nobody_the_picture(monkeypatch):
    monkeypatch.setattr(
        "tempfile.mkstemp", lambda **_: (_ for _ in ()).throw(OSError("No space left"))
    )
    assert kept_or_made("a", lambda: b"one") == b"one"


def test_who_wants_the_same_waits_for_one_maker():
    made = []

    def make():
        made.append(1)
        time.sleep(0.3)
        return b"one"

    asking = [threading.Thread(target=kept_or_made, args=("a", make)) for _ in range(6)]
    for one in asking:
        one.start()
    for one in asking:
        one.join()
    assert made == [1]


WRITER = """
import sys
import django
from django.conf import settings
django.setup()
settings.PICTURES_DIR = sys.argv[1]
settings.CATALOG = {"KEPT_ANSWERS_BYTES": 100_000}
from catalog.iiif.image.kept_answers import kept_or_made
for number in range(150):
    name = f"{number * int(sys.argv[2]) % 151}"
    assert kept_or_made(name, lambda: name.encode() * 1000)[: len(name)] == name.encode()
"""


def test_several_processes_keep_to_the_limit(settings, tmp_path):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(settings.PICTURES_DIR), step],
            cwd=ROOT,
            env={
                "DJANGO_SETTINGS_MODULE": "archive_site.settings",
                "VAR_DIR": str(tmp_path / "var"),
                "SECRET_KEY": "of a test",
                "PATH": "",
            },
            stderr=subprocess.PIPE,
            text=True,
        )
        for step in ("1", "2", "3")
    ]
    largest = 0
    while any(writer.poll() is None for writer in writers):
        found = 0
        for file in files():
            try:
                found += file.stat().st_size
            except FileNotFoundError:
                continue
        largest = max(largest, found)
        time.sleep(0.01)
    for writer in writers:
        assert writer.wait() == 0, writer.stderr.read()
    assert 50_000 < largest <= 110_000, "a file that was just listed may be gone, and one be new"
    assert size() <= 100_000
    assert not list(folder().rglob("*.part"))
