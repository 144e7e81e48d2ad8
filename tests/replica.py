"""Tries the catalogue on two servers: a real primary and a streaming replica, both on this machine.

    python tests/replica.py            # makes both servers, tries every promise of docs/operating.md, removes them
    python tests/replica.py COMMAND    # runs a command with DATABASE_URL and DATABASE_REPLICA_URL set instead

Without PostgreSQL's server programs on the machine it says so and exits with 0.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tests.postgresql import (  # noqa: E402 - run as a script, the path is made first
    PATIENCE,
    SERVER_OPTIONS,
    USER,
    server_account,
    server_programs,
    temporary_cluster,
    unprivileged,
    wait_until_ready,
)


@contextlib.contextmanager
def temporary_replica(programs: Path, primary: str) -> Iterator[str]:
    """A running copy of a temporary cluster, which receives every change; yields its DATABASE_URL."""
    folder = Path(tempfile.mkdtemp(prefix="pr-"))
    prefix = unprivileged()
    if prefix:
        account = server_account()
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)
    cluster, log = folder / "cluster", folder / "log"
    socket = primary.split("host=")[1].split("&")[0]
    backup = [
        programs / "pg_basebackup",
        "-h",
        socket,
        "-U",
        USER,
        "-D",
        cluster,
        "-R",
        "-X",
        "stream",
    ]
    try:
        said = subprocess.run(
            [*prefix, *map(str, backup), "--no-sync", "-c", "fast"],
            capture_output=True, text=True, cwd="/", check=False,
        )  # fmt: skip
        if said.returncode:
            raise SystemExit(f"The replica could not be copied:\n{said.stderr}")
        start = [*prefix, *map(str, [programs / "postgres", "-D", cluster, "-k", folder])]
        with (
            log.open("wb") as out,
            subprocess.Popen(
                [*start, *SERVER_OPTIONS, "-chot_standby_feedback=on"],
                stdout=out, stderr=out, cwd="/",
            ) as server,
        ):  # fmt: skip
            try:
                wait_until_ready(server, folder, log)
                yield f"postgres:///postgres?host={folder}&user={USER}"
            finally:
                server.send_signal(signal.SIGQUIT)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Trial:
    """The promises, each tried on the two servers with the catalogue's own test client."""

    def __init__(self) -> None:
        import django

        django.setup()
        from django.conf import settings
        from django.contrib.auth import get_user_model
        from django.contrib.auth.models import Group
        from django.core.management import call_command
        from django.db import connections
        from django.test import Client
        from django.test.utils import override_settings, setup_test_environment

        from catalog import search
        from catalog.models import ApiToken, Person, Scope, Status

        setup_test_environment()
        warnings.filterwarnings("ignore", "No directory at")
        # Nothing has collected the static files.
        plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
        override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}).enable()
        call_command("migrate", verbosity=0)
        self.connections, self.new_client, self.search = connections, Client, search
        self.people = Person.objects
        person = Person(
            identifier="R.1", slug="somebody", title="Somebody Quetzal", status=Status.PUBLISHED
        )
        person.save()
        search.refresh(None)
        self.person = person
        self.user = get_user_model().objects.create_superuser("curator", password="tried-once")
        self.user.groups.add(Group.objects.get(name="Editor"))
        token = ApiToken(user=self.user, name="trial", scope=Scope.WRITE)
        self.key = token.make_key()
        token.save()
        self.catch_up()
        # The API's documents are made for the first reader, on the primary.
        Client().get("/api/v1/people/somebody/")
        self.catch_up()

    # --- The servers -----------------------------------------------------------------------------

    def ask(self, alias: str, sql: str) -> Any:
        """One value of one of the two databases."""
        with self.connections[alias].cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]

    def catch_up(self) -> None:
        """Wait until the replica has what the primary has."""
        place = self.ask("default", "SELECT pg_current_wal_insert_lsn()::text")
        self.until(lambda: self.ask("replica", f"SELECT pg_last_wal_replay_lsn() >= '{place}'"))

    @staticmethod
    def until(reached: Callable[[], bool]) -> None:
        """Wait for something to come true."""
        end = time.monotonic() + PATIENCE
        while not reached():
            if time.monotonic() > end:
                raise SystemExit("The replica does not follow the primary.")
            time.sleep(0.05)

    @contextlib.contextmanager
    def replica_behind(self) -> Iterator[None]:
        """The replica continues to receive, and shows nothing of it."""
        self.ask("replica", "SELECT pg_wal_replay_pause()::text")
        self.until(
            lambda: self.ask("replica", "SELECT pg_get_wal_replay_pause_state()") == "paused"
        )
        try:
            yield
        finally:
            self.ask("replica", "SELECT pg_wal_replay_resume()::text")

    def asked(self, client: Any, path: str, **headers: str) -> tuple[str, int, int]:
        """A page, and how many queries about records went to the primary and to the replica."""
        counts = {"default": 0, "replica": 0}

        def counting(alias: str) -> Any:
            def wrapper(execute: Any, sql: str, *rest: Any) -> Any:
                counts[alias] += "catalog_" in sql or "search_" in sql
                return execute(sql, *rest)

            return wrapper

        with contextlib.ExitStack() as stack:
            for alias in counts:
                stack.enter_context(self.connections[alias].execute_wrapper(counting(alias)))
            answer = client.get(path, headers=headers or None)
        expect(answer.status_code == 200, f"{path} answers {answer.status_code}")
        return answer.content.decode(), counts["default"], counts["replica"]

    def rename(self, client: Any, title: str) -> None:
        """Change the record through the API, with the session of a curator."""
        path = "/api/v1/people/somebody/"
        etag = client.get(path)["ETag"]
        answer = client.patch(
            path, json.dumps({"title": title}), "application/json", headers={"If-Match": etag}
        )
        expect(answer.status_code == 200, f"the change was refused: {answer.content!r}")

    # --- The promises --------------------------------------------------------------------------------

    def readers_ask_the_replica(self) -> None:
        """Pages, search and API of a visitor."""
        for path in (
            "/", "/people/", "/people/somebody/", "/search/?q=quetzal", "/search/suggestions?q=some",
            "/api/v1/people/", "/api/v1/people/somebody/", "/api/v1/search/?q=quetzal",
        ):  # fmt: skip
            text, primary, replica = self.asked(self.new_client(), path)
            expect(replica > 0 and primary == 0, f"{path}: {primary} of the primary, {replica}")
            expect(path == "/" or "people/somebody/" in text, f"{path} has not found the record")

    def a_writer_sees_what_he_wrote(self) -> None:
        """The primary answers them until the replica has it; everybody else reads the replica."""
        writer, visitor = self.new_client(), self.new_client()
        writer.force_login(self.user)
        with self.replica_behind():
            self.rename(writer, "Somebody Renamed")
            for path in ("/people/somebody/", "/people/", "/search/?q=renamed"):
                text, _, replica = self.asked(writer, path)
                found = "people/somebody/" if "search" in path else "Somebody Renamed"
                expect(found in text and not replica, f"{path} is stale for its writer")
            text, primary, _ = self.asked(visitor, "/people/somebody/")
            expect(
                "Somebody Quetzal" in text and not primary, "the visitor does not read the replica"
            )
            old = visitor.get("/api/v1/people/somebody/")
        self.catch_up()
        text, primary, replica = self.asked(writer, "/people/somebody/")
        expect("Somebody Renamed" in text and replica > 0, "the writer does not come back")
        answer = visitor.get("/api/v1/people/somebody/", headers={"If-None-Match": old["ETag"]})
        expect(b"Somebody Renamed" in answer.content, "an old document is called the present one")

    def a_token_reads_the_primary(self) -> None:
        """A program that writes by token keeps no cookies."""
        key = {"Authorization": f"Bearer {self.key}"}
        with self.replica_behind():
            self.rename(self.new_client(headers=key), "Somebody Token")
            program = self.new_client(headers=key)
            text, _, replica = self.asked(program, "/api/v1/people/?q=token")
            expect("Somebody Token" in text and not replica, "the token reads what is old")
        self.catch_up()

    def a_transaction_reads_the_primary(self) -> None:
        """Even if the request may read the replica; and so does everything after a write."""
        from django.db import transaction

        from archive_site import replica
        from catalog.models import Person

        mark = replica._from_replica.set(True)
        try:
            expect(Person.objects.all().db == "replica", "the request does not read the replica")
            with transaction.atomic():
                expect(Person.objects.all().db == "default", "a transaction reads the replica")
            expect(Person.objects.all().db == "replica", "the transaction is not over")
            self.person.save()
            expect(Person.objects.all().db == "default", "a write is followed by the replica")
        finally:
            replica._from_replica.reset(mark)
        expect(Person.objects.all().db == "default", "a command reads the replica")

    def what_may_be_done_is_asked_of_the_primary(self) -> None:
        """A token that was just revoked, a session that was ended."""
        from catalog.models import ApiToken

        with self.replica_behind():
            ApiToken.objects.all().delete()
            answer = self.new_client().get(
                "/api/v1/people/", headers={"Authorization": f"Bearer {self.key}"}
            )
            expect(answer.status_code == 401, "a revoked token is believed")
        self.catch_up()

    def an_odd_cookie_does_no_harm(self) -> None:
        """With something else written in it."""
        for odd in ("", "0/0", "x", "FFFFFFFF/FFFFFFFF", "1/1; DROP", "\x00", "9" * 5000):
            client = self.new_client()
            client.cookies["written"] = odd
            self.asked(client, "/people/somebody/")

    def without_the_replica_the_primary_answers(self) -> None:
        """Tried last: the receiver is stopped, and then the replica's connections are cut."""
        self.ask("replica", "SELECT set_config('statement_timeout', '0', false)")
        with psycopg.connect(os.environ["DATABASE_REPLICA_URL"], autocommit=True) as admin:
            admin.execute("ALTER SYSTEM SET primary_conninfo = ''")
            admin.execute("SELECT pg_reload_conf()")
            self.until(
                lambda: not self.ask("replica", "SELECT EXISTS (SELECT FROM pg_stat_wal_receiver)")
            )
            _, primary, replica = self.asked(self.new_client(), "/people/somebody/")
            expect(primary > 0 and not replica, "a replica that follows nobody is read from")
            folder = admin.execute("SHOW data_directory").fetchone()[0]
        server = int((Path(folder) / "postmaster.pid").read_text().split()[0])
        os.kill(server, signal.SIGQUIT)
        _, primary, replica = self.asked(self.new_client(), "/people/somebody/")
        expect(primary > 0, "without a replica nothing is answered")

    def run(self) -> None:
        """All of them, in order; prints each that is kept."""
        for promise in (
            self.readers_ask_the_replica,
            self.a_writer_sees_what_he_wrote,
            self.a_token_reads_the_primary,
            self.a_transaction_reads_the_primary,
            self.what_may_be_done_is_asked_of_the_primary,
            self.an_odd_cookie_does_no_harm,
            self.without_the_replica_the_primary_answers,
        ):
            promise()
            print(f"kept: {promise.__name__.replace('_', ' ')}", flush=True)


def expect(kept: bool, broken: str) -> None:
    """End with what is broken."""
    if not kept:
        raise SystemExit(f"Broken: {broken}")


def main(command: list[str]) -> int:
    """Run the command, or the trial, with both servers; returns its exit code."""
    if command == ["--try"]:
        Trial().run()
        return 0
    programs = server_programs()
    if programs is None or not (programs / "pg_basebackup").exists():
        print("Skipped: PostgreSQL's server programs were not found.")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    with (
        temporary_cluster(programs) as primary,
        temporary_replica(programs, primary) as replica,
        tempfile.TemporaryDirectory() as kept,
    ):
        surroundings = os.environ | {
            "DATABASE_URL": primary,
            "DATABASE_REPLICA_URL": replica,
            "DJANGO_SETTINGS_MODULE": "archive_site.settings",
            "VAR_DIR": kept,
        }
        wanted = command or [sys.executable, __file__, "--try"]
        return subprocess.run(wanted, env=surroundings, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
