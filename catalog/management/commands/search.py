"""The search index, for operators: rebuild it, bring it up to date, prove that it agrees with the records."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from catalog import search

#: Differences that are written out.
NAMED: Final = 20


class Command(BaseCommand):
    """`search check`, `search refresh`, `search rebuild`, `search status`."""

    help = "Check, refresh or rebuild the search index."
    #: The index depends on neither addresses nor templates.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The one word that says what to do."""
        parser.add_argument(
            "what",
            choices=("check", "refresh", "rebuild", "status"),
            help="check: compare index and records; refresh: update stale entries; rebuild: rebuild all "
            "entries while the site keeps answering; status: what is stale.",
        )
        parser.add_argument(
            "--from-nothing",
            action="store_true",
            help="rebuild: drop the index first. Needs less disk, but until it is done nothing is found.",
        )
        parser.add_argument(
            "--thorough",
            action="store_true",
            help="check: make every entry once more, too. Several times slower; it finds nothing else "
            "unless the way in which entries are made was changed.",
        )
        parser.add_argument("--database", default="default", help="Alias of the database.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say in one line what was done."""
        if options["what"] == "rebuild" and options["from_nothing"]:
            search.empty(options["database"])
        using = options["database"]
        if options["what"] == "check":
            self.compare(using, thorough=options["thorough"])
            return
        {"refresh": self.refresh, "rebuild": self.rebuild, "status": self.status}[options["what"]](
            using
        )

    def status(self, using: str) -> None:
        """Report what is stale."""
        behind = search.staleness(using)
        self.stdout.write(f"{behind.marked} entries marked, {behind.due} due by the clock.")
        if behind.set_aside:
            self.stdout.write(f"{behind.set_aside} more wait for the index that is being rebuilt.")

    def refresh(self, using: str) -> None:
        """Remake the stale entries, in batches; if stopped, it can be run again and continues from
        there.
        """
        self.stdout.write(f"{search.refresh(limit=None, using=using)} entries looked at.")

    def rebuild(self, using: str) -> None:
        """Remake every entry."""
        started = time.monotonic()
        try:
            done = search.rebuild(using, progress=self.bar())
        except search.AlreadyBuilding as reason:
            raise CommandError(str(reason)) from None
        took = time.monotonic() - started
        self.stdout.write(
            f"{done} entries in {took:.0f} s, {done / max(took, 0.001):.0f} a second."
        )

    def compare(self, using: str, *, thorough: bool) -> None:
        """Compare; the exit code is 1 if something differs."""
        number = 0
        for number, difference in enumerate(search.check(using, self.bar(), thorough=thorough), 1):
            if number <= NAMED:
                self.stdout.write(str(difference))
        if number:
            raise CommandError(
                f"{number} differences between index and records. Run `manage.py search rebuild`."
            )
        self.stdout.write("Index and records are equal.")

    def bar(self) -> Any:
        """A progress bar on a terminal, otherwise nothing."""
        if not sys.stderr.isatty():
            return None

        def show(done: int, total: int) -> None:
            share = done / max(total, 1)
            filled = "█" * int(30 * share)
            self.stderr.write(f"\r{filled:<30} {done}/{total} ", ending="")
            if done >= total:
                self.stderr.write("")

        return show
