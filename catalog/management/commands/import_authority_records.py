"""``manage.py import_authority_records``: authority records (EAC-CPF) from the server's own disk."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from catalog import intake
from catalog.intake import TableRefused
from catalog.management.importing_xml import XmlCommand
from catalog.models import Intake, IntakeFormat


class Command(XmlCommand):
    """Look at authority records, and import them."""

    help = (
        "Imports authority records (EAC-CPF 2010 or 2.0) into persons, families and bodies. With --dry-run it reports "
        "what would be done and writes nothing. New records are drafts, unless --publish is given."
    )
    kind = "person"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The files, and what happens to their records."""
        parser.add_argument(
            "files", type=Path, nargs="+",
            help="XML files, or one zip of them; of a folder, all files that end with .xml",
        )  # fmt: skip
        super().add_arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; ends with one line, and exit code 1 when nothing could be written."""
        paths = [
            one
            for path in options["files"]
            for one in (sorted(path.glob("**/*.xml")) if path.is_dir() else [path])
        ]
        if not paths:
            raise CommandError("The folder has no files that end with .xml.")
        try:
            file, name = intake.put_together([(path.name, self.read(path)) for path in paths])
        except TableRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        if intake.format_of(file) != IntakeFormat.AUTHORITY:
            raise CommandError(
                "This is no authority record: its first element is neither “eac-cpf” nor “eac”. Finding aids: "
                "import_finding_aid. Tables: import_table."
            )
        self.bring(file, name, options, reason=f"Authority records imported: {name}")

    def heading(self, found: Intake) -> str:
        """How many there are of each kind."""
        told = found.plan["authority"]
        return (
            f"{told['records']} authority records: persons {told['individual']}, families {told['family']}, corporate "
            f"bodies {told['corporate_body']}; relations {told['relations']}."
        )
