"""The server that `make run` and a museum's own machine use: granian over WSGI, in several processes."""

from __future__ import annotations

import contextlib
import ipaddress
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

from catalog.management.refusal import CannotStart
from catalog.management.sigterm import hear_sigterm
from catalog.management.watched_worker import WatchedWorker
from catalog.parent import end_with

APPLICATION = "archive_site.wsgi:application"
#: Seconds that running requests get to finish; slow clients do not get more.
PATIENCE = 10


@dataclass(frozen=True, slots=True)
class Address:
    """Where the server listens."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """The address that a browser on this machine opens."""
        host = self.host
        if self.listens_everywhere:
            host = "::1" if ":" in host else "127.0.0.1"
        port = "" if self.port == 80 else f":{self.port}"
        return f"http://[{host}]{port}/" if ":" in host else f"http://{host}{port}/"

    @property
    def listens_everywhere(self) -> bool:
        """Whether other machines can reach it on every address of this one."""
        try:
            return ipaddress.ip_address(self.host).is_unspecified
        except ValueError:
            return False


def whole_number(name: str, text: str, lowest: int, highest: int) -> int:
    """The value of a variable, or CannotStart, which names the variable and its possible values."""
    if text.isascii() and text.strip().isdigit() and lowest <= int(text[:20]) <= highest:
        return int(text)
    raise CannotStart(
        f"{name} is {text!r}, which is not a whole number from {lowest} to {highest}. "
        f"Correct it, or leave {name} out."
    )


def serve(
    address: Address, workers: int, threads: int, say: Callable[[str], None], *, jobs: bool = True
) -> None:
    """Serve until Ctrl+C or SIGTERM; running requests get :data:`PATIENCE` seconds to finish.

    `say` is called once, when connections are accepted; then the worker of the jobs is started,
    unless it runs elsewhere (`jobs`). Raises CannotStart if the workers fail.
    """
    # Workers are forked: they share code that is read now, and if two processes shared a
    # connection, it would mix up their answers.
    import_module(settings.ROOT_URLCONF)
    connections.close_all()
    os.register_at_fork(after_in_child=_begin_worker)
    server = Granian(
        APPLICATION,
        address=address.host,
        port=address.port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        # A worker that dies is replaced. One that is told to end does so by itself (_begin_worker):
        # the server sometimes takes a worker that has just ended for one that has to be killed.
        respawn_failed_workers=True,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=15_000),
        log_level=LogLevels.warning,
    )
    announcer = threading.Thread(target=_announce, args=(address, say), daemon=True)
    server.on_startup(announcer.start)
    worker = WatchedWorker()
    if jobs:
        server.on_startup(worker.start)
    try:
        server.serve()
    except KeyboardInterrupt:
        # A second Ctrl+C, while the workers end.
        return
    except OSError as error:
        raise CannotStart(
            f"The server could not listen on {address.host} port {address.port} ({error})."
        ) from None
    finally:
        worker.stop()


def _begin_worker() -> None:
    """What a new worker does first: drop its parent's handling of signals, and watch it.

    Ctrl+C reaches every process of a terminal, but only the parent acts on it and ends its workers
    with SIGTERM, which a thread waits for. Until the worker has a handler for SIGTERM, the parent's
    would swallow it. A killed parent cannot end anybody, so the workers end with it and leave the
    port free.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Threads that are started from now on block them too.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM})
    threading.Thread(target=hear_sigterm, args=(PATIENCE,), daemon=True).start()
    end_with(os.getppid())


def _announce(address: Address, say: Callable[[str], None]) -> None:
    """Report the address once a worker accepts connections there."""
    host = urlsplit(address.url).hostname
    while True:
        time.sleep(0.1)
        with (
            contextlib.suppress(OSError),
            socket.create_connection((host, address.port), timeout=5),
        ):
            say(f"Catalogue: {address.url}  (Ctrl+C stops it)")
            return


def hosts_hint(address: Address) -> str:
    """Advice for an operator who serves other machines under a name that is not allowed yet."""
    local = {"127.0.0.1", "localhost", "[::1]"}
    if address.listens_everywhere and set(settings.ALLOWED_HOSTS) <= local:
        return (
            "Other machines get 400 until ALLOWED_HOSTS includes the name they use, for example "
            "ALLOWED_HOSTS=catalogue.example.org,127.0.0.1"
        )
    return ""
