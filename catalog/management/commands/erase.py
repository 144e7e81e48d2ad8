"""``manage.py erase person:5``: remove the last traces of a deleted record."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog import actions, history
from catalog.models import PUBLISHED_MODELS


class Command(BaseCommand):
    """Say what would be erased; with ``--for-good``, erase it."""

    help = (
        "Erases what the history and other tables keep of a deleted record, and the file of a "
        "picture, which nothing can bring back. For requests to erase personal data."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which record, and the word without which nothing is erased."""
        parser.add_argument(
            "record", help="kind and number, such as person:5; the address of its history has both"
        )
        parser.add_argument("--for-good", action="store_true", help="erase it, not only say what")

    def handle(self, *args: Any, record: str, for_good: bool, **options: Any) -> None:
        """Erase, or end with one line and exit code 1."""
        kind, _colon, number = record.partition(":")
        if kind not in PUBLISHED_MODELS or not (number.isascii() and number.isdigit()):
            raise CommandError(
                f"{record!r} names no record. Write kind and number, such as person:5; kinds are "
                f"{', '.join(PUBLISHED_MODELS)}."
            )
        if not for_good:
            before = history.deleted_as(kind, int(number[:15]))
            title = before["title"] if before else None
            if title is None:
                raise CommandError("The history shows no deletion of this record.")
            self.stdout.write(f"“{title}” would be erased. Repeat with --for-good to do it.")
            return
        try:
            erased = actions.erase(kind, int(number[:15]))
        except actions.Refused as refusal:
            raise CommandError(str(refusal)) from None
        self.stdout.write(f"{erased.changes} changes erased. Backups still have them.")
        for name in erased.files:
            self.stdout.write(f"Its file {name} was deleted, with all smaller copies.")
