"""``manage.py import_finding_aid``: a finding aid (EAD) from the server's own disk."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from catalog import actions, intake
from catalog.intake import AidPlan, Codes, Existing, Faulty, TableRefused
from catalog.management.importing import ImportCommand
from catalog.models import Intake

#: The most notes of each sort that are listed one by one.
_TOLD = 40


class Command(ImportCommand):
    """Look at a finding aid, and import it in one change set; a large one in slices, so that others can save."""

    help = (
        "Imports a finding aid (EAD 2002 or EAD3) into collections and documents. With --dry-run it reports what "
        "would be done and writes nothing. New records are drafts, unless --publish is given."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, and what happens to its components."""
        parser.add_argument("file", type=Path, help="the finding aid")
        parser.add_argument("--dry-run", action="store_true", help="report, but write nothing")
        parser.add_argument(
            "--by", default="", help="name of the account that the work is recorded under"
        )
        parser.add_argument("--reason", default="", help="why, for the history")
        parser.add_argument(
            "--codes", choices=Codes.values, default="",
            help="whether reference codes are complete, or parts to put behind the code above (otherwise: detected)",
        )  # fmt: skip
        parser.add_argument(
            "--whole", default="", help="reference code of the whole, where the file gives none"
        )
        parser.add_argument("--update", action="store_true", help="change existing records")
        parser.add_argument(
            "--sound-rows", action="store_true", help="skip components with errors and write the others"
        )  # fmt: skip
        parser.add_argument(
            "--no-new-names", action="store_true", help="create no persons, bodies and places"
        )
        parser.add_argument("--no-new-terms", action="store_true", help="create no terms")
        parser.add_argument("--publish", action="store_true", help="publish new records")
        parser.add_argument(
            "--report", type=Path, help="write all errors and all that was left out to this file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; ends with one line, and exit code 1 when nothing could be written."""
        content = self.read(options["file"])
        by = self.account(options["by"])
        if not intake.is_aid(content):
            raise CommandError(
                "This is no finding aid: its first element is not “ead”. Tables: import_table."
            )
        if self.goes_on(content, "collection", options, by=by):
            return
        try:
            found = intake.receive(content, options["file"].name, "collection", by=by)
        except (TableRefused, actions.Refused) as refusal:
            raise CommandError(str(refusal)) from refusal
        try:
            self._look(found, options, by=by)
        except BaseException:
            found.delete()
            raise
        if options["dry_run"] or not found.outlook["may_begin"]:
            faults = found.outlook["number_of_faults"]
            found.delete()
            if options["dry_run"]:
                return
            if faults:
                raise CommandError("Nothing was written. Correct the file, or pass --sound-rows.")
            self.stdout.write("There is nothing to write.")
            return
        self.write(found, options, f"Finding aid imported: {options['file'].name}", by=by)

    def _look(self, found: Intake, options: dict[str, Any], *, by: Any) -> None:
        """Look at what would be done, and tell it."""
        first = intake.plan_of(found)
        assert isinstance(first, AidPlan)  # noqa: S101 - a finding aid was received
        may_make = by is None or by.has_perm("catalog.add_term")
        plan = AidPlan(
            codes=Codes(options["codes"] or first.codes),
            whole=options["whole"],
            existing=Existing.UPDATE if options["update"] else Existing.LEAVE,
            faulty=Faulty.SOUND if options["sound_rows"] else Faulty.NOTHING,
            new_names=not options["no_new_names"],
            new_terms=may_make and not options["no_new_terms"],
            publish=options["publish"],
        )
        if refusals := intake.faults_of_plan(found, plan):
            raise CommandError(f"{' '.join(refusals)} Pass --whole.")
        seen = intake.outlook_of(found, plan, by=by, progress=self.progress(options))
        intake.keep_look(found, plan, *seen)
        self._tell(found, options)

    def _tell(self, found: Intake, options: dict[str, Any]) -> None:
        out, outlook = self.stdout.write, found.outlook
        out(f"{found.plan['aid']['title']}; reference codes: {found.plan['codes']}.")
        for label, (number, new) in outlook["levels"].items():
            out(f"  {label}: {number}, new {new}")
        numbers = ", ".join(
            f"{fate} {number}" for fate, number in outlook["fates"].items() if number
        )
        out(f"Records: {numbers}.")
        if outlook["new_terms"]:
            out(f"New terms: {', '.join(outlook['new_terms'])}.")
        faults, remarks = intake.faults_of(found), intake.remarks_of(found)
        for title, notes in (("Errors", faults), ("Left out, or filed elsewhere", remarks)):
            if notes:
                out(f"{title}: {len(notes)}")
            for note in notes[:_TOLD]:
                out(f"  line {note.line}, {note.column}: {note.value!r}: {note.said}")
            if len(notes) > _TOLD:
                out(f"  … and {len(notes) - _TOLD} more.")
        if options["report"]:
            text = "".join(intake.report(intake.lines_of(found), faults, remarks))
            options["report"].write_text(text, encoding="utf-8", newline="")
            out(f"Report: {options['report']}")
