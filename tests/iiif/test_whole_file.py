"""A file is in the storage completely or not at all, and no existing file is overwritten."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from catalog.iiif.image.whole_file import WholeFileStorage

pytestmark = pytest.mark.once

ROOT = Path(__file__).parents[2]


@pytest.fixture
def storage(tmp_path):
    return WholeFileStorage(location=tmp_path / "kept")


def names(storage):
    return sorted(path.name for path in Path(storage.location).rglob("*") if path.is_file())


def test_the_storage_of_originals_is_of_this_kind():
    assert isinstance(default_storage, WholeFileStorage)


def test_two_files_of_one_name_both_stay(storage):
    first = storage.save("a/b.png", ContentFile(b"one"))
    second = storage.save("a/b.png", ContentFile(b"two"))
    assert first == "a/b.png"
    assert second != first
    assert (storage.open(first).read(), storage.open(second).read()) == (b"one", b"two")
    assert len(names(storage)) == 2
    assert Path(storage.path(first)).stat().st_mode & 0o777 == 0o644


def test_a_failed_write_leaves_nothing(storage, monkeypatch):
    monkeypatch.setattr("os.fsync", lambda handle: (_ for _ in ()).throw(OSError("No space left")))
    with pytest.raises(OSError, match="No space"):
        storage.save("a/b.png", ContentFile(b"one"))
    assert names(storage) == []


WRITER = """
import sys, time
import django; django.setup()


from django.core.files.base import File
from catalog.iiif.image.whole_file import WholeFileStorage
class Slow(File):
    def chunks(self, chunk_size=None):
        while True:
            yield bytes(65_536)
            print("wrote", flush=True)
            time.sleep(0.01)
WholeFileStorage(location=sys.argv[1]).save("a/b.png", Slow(None, name="b.png"))
"""


def test_a_crash_in_the_middle_leaves_no_picture(storage):
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(storage.location)],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "archive_site.settings",
            "SECRET_KEY": "of a test",
            "PATH": "",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert writer.stdout.readline(), "it writes"
    time.sleep(0.05)
    os.kill(writer.pid, signal.SIGKILL)
    writer.wait()
    assert not storage.exists("a/b.png")
    assert all(name.endswith(".part") for name in names(storage))
    assert storage.save("a/b.png", ContentFile(b"whole")) == "a/b.png"
