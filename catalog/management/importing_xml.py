"""What the commands that import XML share: its choices, looking, telling, writing."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import CommandError

from catalog import actions, intake
from catalog.intake import ArchivalPlan, Existing, Faulty, File, TableRefused
from catalog.management.importing import ImportCommand
from catalog.models import Intake
from catalog.uris import Kind

#: The most notes of each sort that are listed one by one.
_TOLD = 40


class XmlCommand(ImportCommand):
    """Look at a file of XML, and import it in one change set; a large one in slices, so that others can save."""

    #: Under which kind of record a file is kept while it is imported.
    kind: ClassVar[Kind]

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What happens to what the file says."""
        parser.add_argument("--dry-run", action="store_true", help="report, but write nothing")
        parser.add_argument(
            "--by", default="", help="name of the account that the work is recorded under"
        )
        parser.add_argument("--reason", default="", help="why, for the history")
        parser.add_argument("--update", action="store_true", help="change existing records")
        parser.add_argument(
            "--sound-rows", action="store_true", help="skip what has errors and write the rest"
        )
        parser.add_argument(
            "--no-new-names", action="store_true",
            help="create no persons, bodies and places that are only named",
        )  # fmt: skip
        parser.add_argument("--no-new-terms", action="store_true", help="create no terms")
        parser.add_argument("--publish", action="store_true", help="publish new records")
        parser.add_argument(
            "--report", type=Path, help="write all errors and all that was left out to this file"
        )

    def bring(self, file: File, name: str, options: dict[str, Any], *, reason: str) -> None:
        """Do it; ends with one line, and exit code 1 when nothing could be written."""
        by = self.account(options["by"])
        if self.goes_on(file, self.kind, options, by=by):
            return
        try:
            found = intake.receive(file, name, self.kind, by=by, at_once=True)
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
        self.write(found, options, reason, by=by)

    def planned(self, plan: ArchivalPlan, options: dict[str, Any]) -> ArchivalPlan:
        """The plan with the choices that a format has of its own."""
        return plan

    def heading(self, found: Intake) -> str:
        """What the file is, in a line."""
        raise NotImplementedError

    def _look(self, found: Intake, options: dict[str, Any], *, by: Any) -> None:
        """Look at what would be done, and tell it."""
        first = intake.plan_of(found)
        assert isinstance(first, ArchivalPlan)  # noqa: S101 - XML was received
        may_make = by is None or by.has_perm("catalog.add_term")
        plan = replace(
            self.planned(first, options),
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
        out, outlook = self.stdout.write, intake.told_outlook(found)
        out(self.heading(found))
        for label, number, new in outlook["levels"]:
            out(f"  {label}: {number}, new {new}")
        numbers = ", ".join(
            f"{fate} {number}" for fate, number in outlook["fates"].items() if number
        )
        out(f"Records: {numbers}.")
        if outlook["new_terms"]:
            out(f"New terms: {', '.join(outlook['new_terms'])}.")
        if outlook["new_places"]:
            out(f"New storage places: {'; '.join(outlook['new_places'])}.")
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
