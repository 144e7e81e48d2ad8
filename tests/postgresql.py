"""Runs a command with DATABASE_URL set to a PostgreSQL server made for it and removed afterwards.

    python tests/postgresql.py pytest -m "not once"

Without a PostgreSQL server program on the machine it says so and exits with 0.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg

USER = "catalogue"

# A cluster that lives for minutes: no write has to reach the disk. Its tables are empty between tests,
# and a background run that counts their rows then makes every later plan one for empty tables: a page
# of search results takes two and a half times as long.
SERVER_OPTIONS = [
    "-cautovacuum=off",
    "-cfsync=off",
    "-csynchronous_commit=off",
    "-cfull_page_writes=off",
    "-clisten_addresses=",
    "-cmax_connections=40",
    "-cshared_buffers=128MB",
]
#: Seconds after which a server that does not answer is given up.
PATIENCE = 60


def server_programs() -> Path | None:
    """The folder that holds initdb and postgres, or None."""
    candidates: list[str] = []
    if pg_config := shutil.which("pg_config"):
        said = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        candidates.append(said.stdout.strip())
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    candidates += map(str, [*debian, *sorted(Path("/usr").glob("pgsql-*/bin"), reverse=True)])
    candidates += os.environ.get("PATH", "").split(os.pathsep)
    for candidate in filter(None, candidates):
        folder = Path(candidate)
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            return folder
    return None


def _version(folder: Path) -> int:
    number = folder.parent.name
    return int(number) if number.isdigit() else 0


def unprivileged() -> list[str]:
    """What to put before a command so that root, whom PostgreSQL refuses, runs it as another user."""
    if os.geteuid() != 0:
        return []
    account = server_account()
    if setpriv := shutil.which("setpriv"):
        ids = [f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
        return [setpriv, *ids, "--"]
    if runuser := shutil.which("runuser"):
        return [runuser, "-u", account.pw_name, "--"]
    raise SystemExit("Root cannot run PostgreSQL, and neither setpriv nor runuser is here.")


def server_account() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise SystemExit("Root cannot run PostgreSQL, and there is no user postgres or nobody.")


def wait_until_ready(server: subprocess.Popen[bytes], folder: Path, log: Path) -> None:
    """Return as soon as the server answers; raise SystemExit with its log if it does not."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(f"host={folder} user={USER} dbname=postgres").close()
            return
        time.sleep(0.1)
    raise SystemExit(f"PostgreSQL did not start:\n{log.read_text(errors='replace')}")


@contextlib.contextmanager
def temporary_cluster(programs: Path) -> Iterator[str]:
    """A running cluster; yields its DATABASE_URL. It is stopped and removed whatever happens."""
    # A short name, because the path of the socket in it may have at most 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    prefix = unprivileged()
    if prefix:
        account = server_account()
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)
    cluster, log = folder / "cluster", folder / "log"

    def run(*command: str | Path) -> None:
        said = subprocess.run(
            [*prefix, *map(str, command)], capture_output=True, text=True, cwd="/", check=False
        )
        if said.returncode:
            details = log.read_text(errors="replace") if log.exists() else ""
            raise SystemExit(f"PostgreSQL did not start:\n{said.stdout}{said.stderr}{details}")

    try:
        run(
            programs / "initdb", "--pgdata", cluster, "--username", USER, "--auth", "trust",
            "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync",
        )  # fmt: skip
        with (
            log.open("wb") as said,
            subprocess.Popen(
                [
                    *prefix,
                    *map(str, [programs / "postgres", "-D", cluster, "-k", folder]),
                    *SERVER_OPTIONS,
                ],
                stdout=said,
                stderr=said,
                cwd="/",
            ) as server,
        ):
            try:
                wait_until_ready(server, folder, log)
                yield f"postgres:///postgres?host={folder}&user={USER}"
            finally:
                # SIGQUIT stops at once. The server is our own child, so it is also reaped here: not
                # every machine has an init process that reaps orphans.
                server.send_signal(signal.SIGQUIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run the command; returns its exit code, or 0 if there is no server to run it on."""
    programs = server_programs()
    if programs is None:
        print(
            "Skipped on PostgreSQL: no server program was found "
            "(pg_config --bindir, /usr/lib/postgresql/*/bin, PATH)."
        )
        return 0
    # An ended job must not leave a cluster behind: SystemExit runs the `finally` blocks.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with temporary_cluster(programs) as url:
        print(f"On PostgreSQL, {programs}:", flush=True)
        try:
            return subprocess.run(
                command, env=os.environ | {"DATABASE_URL": url}, check=False
            ).returncode
        except KeyboardInterrupt:
            return 130


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1:]))
