"""What must exist before the catalogue can start: writable folders, a database, a free port, settings
that make sense.

Every function returns if all is well, and otherwise raises CannotStart with one sentence.
"""

from __future__ import annotations

import contextlib
import errno
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.checks import WARNING, run_checks
from django.db import DatabaseError, connection

from catalog.management.refusal import CannotStart

#: Bytes that a disk must have free. To read a database, SQLite needs 32 kB for the index of its log.
ROOM: Final = 65_536


def check_folders() -> None:
    """The folders for runtime state, pictures and a SQLite file accept new files; made if missing."""
    folders = {Path(settings.VAR_DIR), Path(settings.MEDIA_ROOT)}
    if file := _sqlite_file():
        folders.add(file.parent)
    for folder in sorted(folders):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as file_on_trial:
                file_on_trial.write(bytes(ROOM))
                file_on_trial.flush()
        except OSError as error:
            repair = "Make it writable for the user who starts the catalogue."
            if error.errno in {errno.ENOSPC, errno.EDQUOT}:
                repair = "Free some space on its disk."
            raise CannotStart(
                f"The folder {folder} cannot be written to ({error.strerror}). {repair}"
            ) from None


def check_settings(say: Callable[[str], None]) -> None:
    """The settings do not contradict each other; what is only unwise is said."""
    for found in run_checks(include_deployment_checks=settings.HTTPS):
        if found.is_silenced():
            continue
        told = f"{found.msg} {found.hint or ''}".strip()
        if found.is_serious():
            raise CannotStart(told)
        if found.level >= WARNING:
            say(f"Warning: {told}")


def _sqlite_file() -> Path | None:
    name = str(connection.settings_dict["NAME"])
    in_memory = name.startswith((":memory:", "file:"))
    return Path(name) if connection.vendor == "sqlite" and not in_memory else None


def check_database() -> None:
    """The database answers, and can be written to if it is a SQLite file; made if missing."""
    file = _sqlite_file()
    with _refused_in_one_sentence():
        if file:
            # A new one is readable by its owner only: it holds drafts and the hashes of passwords.
            with contextlib.suppress(FileExistsError):
                file.touch(mode=0o600, exist_ok=False)
    check_database_answers()
    if connection.vendor == "sqlite":
        # Only taking the write lock shows whether it may be written.
        with _refused_in_one_sentence(), connection.cursor() as cursor:
            cursor.execute("BEGIN IMMEDIATE")
            cursor.execute("ROLLBACK")


def check_database_answers() -> None:
    """The database can be read."""
    with _refused_in_one_sentence(), connection.cursor() as cursor:
        # SQLite opens anything; only a read tells a database from another file.
        cursor.execute(
            "SELECT count(*) FROM sqlite_master" if connection.vendor == "sqlite" else "SELECT 1"
        )


@contextlib.contextmanager
def _refused_in_one_sentence() -> Iterator[None]:
    try:
        yield
    except (DatabaseError, sqlite3.Error, OSError, UnicodeError) as error:
        repair = "Start it, or set DATABASE_URL to one that runs."
        if file := _sqlite_file():
            repair = "Make it readable and writable for this user, or restore it from a backup."
            if not file.parent.is_dir():
                repair = "Its folder does not exist: make it, or correct DATABASE_URL or VAR_DIR."
            elif shutil.disk_usage(file.parent).free < ROOM:
                repair = "Its disk is full: free some space."
        raise CannotStart(
            f"The database {database_name()} cannot be used: {_first_line(error)}. {repair}"
        ) from None


def database_name() -> str:
    """The database as it may be shown: without user and password."""
    config = connection.settings_dict
    if connection.vendor == "sqlite":
        return str(config["NAME"])
    host = config["HOST"] or config.get("OPTIONS", {}).get("host") or "this machine"
    port = f":{config['PORT']}" if config["PORT"] else ""
    return f"{config['NAME']} on {host}{port}"


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines() or [type(error).__name__]
    return lines[0].strip().rstrip(".")


def check_port(host: str, port: int) -> None:
    """Nobody is listening on the address, and this user may."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError):
        raise CannotStart(
            f"HOST is {host!r}, which is not an address of this machine. "
            "Use 127.0.0.1, or 0.0.0.0 for all of its addresses."
        ) from None
    family, kind, protocol, _, address = found[0]
    try:
        with socket.socket(family, kind, protocol) as listener:
            # As the server will: connections of a server that has just stopped do not matter.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            # A server that shares its port lets others bind it too, but not listen unnoticed.
            listener.listen(1)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65535 else 8001
            raise CannotStart(
                f"Port {port} on {host} is in use by another program. "
                f"Stop that one, or use another port: PORT={other} make run"
            ) from None
        if error.errno == errno.EACCES:
            raise CannotStart(
                f"This user may not open port {port}. Use one above 1023: PORT=8000 make run"
            ) from None
        raise CannotStart(
            f"Nothing can be served on {host} port {port} ({error.strerror}). "
            "Set HOST to an address of this machine, such as 127.0.0.1."
        ) from None
