"""``manage.py dumps write``: files with all public records, for the API."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from catalog.documents import dumps, store


class Command(BaseCommand):
    """Writes the dumps, or makes the documents of the API."""

    help = (
        "write: JSON Lines and CSV of every kind.  documents: prepare the API's documents after "
        "loading records."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The verb, and the address of the site."""
        parser.add_argument("verb", choices=["write", "documents"])
        parser.add_argument(
            "--origin", default="", help="Address of the site, if BASE_URL is not set."
        )

    def handle(self, *args: Any, verb: str, origin: str, **options: Any) -> None:
        """Do it, and say how much there was."""
        if verb == "documents":
            self.stdout.write(f"{store.build()} documents made ready.")
            return
        site = origin.rstrip("/") or dumps.usual_origin()
        try:
            found = dumps.write(site)
        except dumps.Busy:
            raise CommandError(
                "The catalogue is being written to. Try again once that has finished."
            ) from None
        except OSError as fault:
            raise CommandError(
                f"The files cannot be written to {dumps.folder()} ({fault.strerror}). Make room or make the "
                "folder writable; the files written before are still there."
            ) from None
        for file in found["files"]:
            self.stdout.write(f"{file['name']}: {file['records']} records, {file['bytes']} bytes")
