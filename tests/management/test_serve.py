"""`manage.py serve` as an operator sees it: started, stopped, and refused with one line."""

from __future__ import annotations

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
SERVE = [sys.executable, "manage.py", "serve"]
SETTINGS = ("DATABASE_URL", "HOST", "ALLOWED_HOSTS", "HTTPS", "DEBUG", "SECRET_KEY")


def surroundings(var: Path, **variables: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in SETTINGS}
    return kept | {
        "VAR_DIR": str(var),
        "MEDIA_ROOT": str(var / "media"),
        "WORKERS": "1",
        "CURATOR_PASSWORD": "a-long-pass-phrase",
        **variables,
    }


def free_port() -> int:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def refused(var: Path, **variables: str) -> str:
    """The one line with which a start is refused."""
    said = subprocess.run(
        SERVE,
        cwd=ROOT,
        env=surroundings(var, **{"PORT": str(free_port()), **variables}),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert said.returncode == 1, said
    assert said.stdout == ""
    assert said.stderr.count("\n") == 1, said.stderr
    return said.stderr


class Running:
    """A catalogue that answers."""

    def __init__(self, process: subprocess.Popen[str], url: str, said: list[str]) -> None:
        self.process = process
        self.url = url
        self.said = said

    def stop(self, number: signal.Signals) -> str:
        """End it as a terminal (its whole group) or a supervisor does; returns what it printed from
        then on.
        """
        if number is signal.SIGINT:
            os.killpg(self.process.pid, number)
        else:
            self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=30)
        return rest


@contextmanager
def running(var: Path, **variables: str) -> Iterator[Running]:
    process = subprocess.Popen(
        SERVE,
        cwd=ROOT,
        env=surroundings(var, **{"PORT": str(free_port()), **variables}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        said = []
        for line in process.stdout:
            said.append(line.rstrip())
            if found := re.fullmatch(r"Catalogue: (\S+)  \(Ctrl\+C stops it\)\n", line):
                yield Running(process, found[1], said)
                break
        else:
            pytest.fail("It ended instead of serving:\n" + "\n".join(said))
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def contents(var: Path) -> list[str]:
    with closing(sqlite3.connect(var / "catalogue.sqlite3")) as database:
        return list(database.iterdump())


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The runtime state that a first start has made."""
    var = tmp_path_factory.mktemp("first") / "var"
    with running(var) as catalogue:
        assert catalogue.said[:2] == ["Preparing the database", "Loading the sample collection"]
        assert "Account for the admin: curator, with the password of CURATOR_PASSWORD" in (
            catalogue.said
        )
        with urllib.request.urlopen(catalogue.url, timeout=20) as answer:
            assert answer.status == 200
        with urllib.request.urlopen(catalogue.url + "admin/login/", timeout=20) as answer:
            page = answer.read().decode()
        stylesheet = re.search(r'href="(/static/[^"]+\.css)"', page)
        assert stylesheet
        with urllib.request.urlopen(
            catalogue.url.rstrip("/") + stylesheet[1], timeout=20
        ) as answer:
            assert "immutable" in answer.headers["Cache-Control"]
        assert catalogue.stop(signal.SIGINT) == ""
        assert catalogue.process.returncode == 0
    return var


@pytest.mark.parametrize("name", ["secret_key", "catalogue.sqlite3"])
def test_key_and_database_are_for_their_owner_only(first_start: Path, name: str) -> None:
    assert (first_start / name).stat().st_mode & 0o777 == 0o600


def test_a_second_start_says_one_line_and_changes_nothing(first_start: Path) -> None:
    before = contents(first_start)
    with running(first_start, CURATOR_PASSWORD="another-pass-phrase") as catalogue:
        assert len(catalogue.said) == 1
        assert catalogue.stop(signal.SIGTERM) == ""
        assert catalogue.process.returncode == 0
    assert contents(first_start) == before


def worker_of(catalogue: Running, other_than: int = 0) -> int:
    """The process of the worker that the catalogue started; 0 if there is none within a minute."""
    for _ in range(600):
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                words = (folder / "cmdline").read_bytes().split(b"\0")
                is_worker = parent == catalogue.process.pid and b"work" in words
                if is_worker and int(folder.name) != other_than:
                    return int(folder.name)
        time.sleep(0.1)
    return 0


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks processes up in /proc")
def test_the_worker_of_the_jobs_is_watched_and_ends_with_the_catalogue(first_start: Path) -> None:
    with running(first_start) as catalogue:
        first = worker_of(catalogue)
        assert first
        os.kill(first, signal.SIGKILL)
        second = worker_of(catalogue, other_than=first)
        assert second
        assert "The worker ended with -9; it is started again." in catalogue.stop(signal.SIGTERM)
        assert catalogue.process.returncode == 0
        assert not Path(f"/proc/{second}").exists()


def test_a_port_in_use_is_told_with_the_repair(first_start: Path, tmp_path: Path) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        line = refused(tmp_path / "var", PORT=str(port))
    assert f"Port {port} on 127.0.0.1 is in use" in line
    assert re.search(r"PORT=\d+ make run", line)
    assert not list((tmp_path / "var").glob("*.sqlite3"))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    # A file in its way, because these tests may run as root, whom permissions do not stop.
    (tmp_path / "file").write_text("")
    line = refused(tmp_path / "file" / "var", SECRET_KEY="for-this-test")
    assert f"{tmp_path}/file/var cannot be written to" in line
    line = refused(tmp_path / "file" / "var")
    assert f"secret key cannot be kept in {tmp_path}/file/var" in line


def test_a_database_that_does_not_answer_is_named_without_its_password(tmp_path: Path) -> None:
    url = f"postgres://reader:hidden-word@127.0.0.1:{free_port()}/museum"
    line = refused(tmp_path, DATABASE_URL=url)
    assert "The database museum on 127.0.0.1:" in line
    assert "DATABASE_URL" in line
    assert "hidden-word" not in line


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear comrade, " * 200)
    line = refused(tmp_path, DATABASE_URL=f"sqlite:///{letter}")
    assert f"The database {letter} cannot be used: file is not a database" in line
    assert letter.read_text().startswith("Dear comrade")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "8" * 5000),
        ("WORKERS", "-1"),
        ("THREADS", "many"),
        ("HOST", "not an address"),
        ("HOST", "192.0.2.1"),
        ("DATABASE_URL", "catalogue.sqlite3"),
        ("DATABASE_URL", "mysql://host/name"),
        ("DATABASE_URL", "postgres://host:port/name"),
        ("DEBUG", "perhaps"),
        ("TRUSTED_PROXIES", "one"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    assert name in refused(tmp_path, **{name: value})


def test_all_addresses_of_ipv6_are_served_too(first_start: Path) -> None:
    try:
        with closing(socket.socket(socket.AF_INET6)) as listener:
            listener.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6")
    with running(first_start, HOST="::1") as catalogue:
        assert catalogue.url.startswith("http://[::1]:")
        with urllib.request.urlopen(catalogue.url + "admin/login/", timeout=20) as answer:
            assert answer.status == 200
