"""`manage.py serve`: prepare what is missing, then serve with the production server."""

from __future__ import annotations

import os
import sys
from typing import Any

from django.core.management.base import CommandError

from catalog.management.commands import prepare
from catalog.management.production_server import Address, hosts_hint, serve, whole_number
from catalog.management.refusal import CannotStart
from catalog.management.surroundings import check_port


class Command(prepare.Command):
    """Everything behind `make run`. HOST, PORT, WORKERS, THREADS and JOB_WORKERS come from the environment."""

    help = "Prepares the catalogue where needed and serves it until Ctrl+C."

    def handle(self, *args: Any, **options: Any) -> None:
        """Serve, or end with one line and exit code 1."""
        try:
            self._serve()
        except CannotStart as reason:
            raise CommandError(str(reason)) from None
        except KeyboardInterrupt:
            self.say("Stopped before it was ready.")
            sys.exit(130)

    def _serve(self) -> None:
        address = Address(
            os.environ.get("HOST", "").strip(" []") or "127.0.0.1",
            whole_number("PORT", os.environ.get("PORT") or "8000", 1, 65535),
        )
        workers = whole_number("WORKERS", os.environ.get("WORKERS") or "2", 1, 64)
        threads = whole_number("THREADS", os.environ.get("THREADS") or "4", 1, 64)
        job_workers = whole_number("JOB_WORKERS", os.environ.get("JOB_WORKERS") or "1", 0, 1)
        # First: a second start beside a running one must not touch what the first one uses.
        check_port(address.host, address.port)
        self.prepare()
        if hint := hosts_hint(address):
            self.say(hint)
        serve(address, workers, threads, self.say, jobs=bool(job_workers))
