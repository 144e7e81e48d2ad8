"""``manage.py import_finding_aid``: a finding aid (EAD) from the server's own disk."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from catalog import intake
from catalog.intake import AidPlan, ArchivalPlan, Codes
from catalog.management.importing_xml import XmlCommand
from catalog.models import Intake, IntakeFormat


class Command(XmlCommand):
    """Look at a finding aid, and import it."""

    help = (
        "Imports a finding aid (EAD 2002 or EAD3) into collections and documents. With --dry-run it reports what "
        "would be done and writes nothing. New records are drafts, unless --publish is given."
    )
    kind = "collection"

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and what happens to its components."""
        parser.add_argument("file", type=Path, help="the finding aid")
        super().add_arguments(parser)
        parser.add_argument(
            "--codes", choices=Codes.values, default="",
            help="whether reference codes are complete, or parts to put behind the code above (otherwise: detected)",
        )  # fmt: skip
        parser.add_argument(
            "--whole", default="", help="reference code of the whole, where the file gives none"
        )
        parser.add_argument(
            "--boxes-in", default="",
            help="code or path of the storage place for containers; missing ones are made in it",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; ends with one line, and exit code 1 when nothing could be written."""
        file, name = self.read(options["file"]), options["file"].name
        if intake.format_of(file) != IntakeFormat.FINDING_AID:
            raise CommandError(
                "This is no finding aid: its first element is not “ead”. Tables: import_table. Authority records: "
                "import_authority_records."
            )
        self.bring(file, name, options, reason=f"Finding aid imported: {name}")

    def planned(self, plan: ArchivalPlan, options: dict[str, Any]) -> ArchivalPlan:
        """What the reference codes are."""
        assert isinstance(plan, AidPlan)  # noqa: S101 - a finding aid was received
        return replace(
            plan,
            codes=Codes(options["codes"] or plan.codes),
            whole=options["whole"],
            boxes_in=self.boxes_in(options),
        )

    def heading(self, found: Intake) -> str:
        """Its title, and what the codes were taken for."""
        return f"{found.plan['aid']['title']}; reference codes: {found.plan['codes']}."
