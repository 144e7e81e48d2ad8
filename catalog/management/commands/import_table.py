"""``manage.py import_table``: a table of records from the server's own disk."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from catalog import intake
from catalog.intake import Alike, Days, Existing, Faulty, File, Plan, Recognise, Several, Table
from catalog.management.importing import ImportCommand
from catalog.models import RECORD_MODELS

#: The most errors that are listed one by one.
_TOLD = 40


class Command(ImportCommand):
    """Preview a table, and import it in one change set; a large one in slices, so that others can
    save in between.
    """

    help = (
        "Imports records from a CSV file. With --dry-run it reports what would be done and "
        "writes nothing. Rows with errors are listed, and nothing is written while there are "
        "any, unless --sound-rows is given."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, the kind, and what happens to its rows."""
        parser.add_argument("file", nargs="?", type=Path, help="the table")
        parser.add_argument("--kind", required=True, choices=list(RECORD_MODELS))
        parser.add_argument("--blank", action="store_true", help="write an empty table of the kind")
        parser.add_argument("--dry-run", action="store_true", help="report, but write nothing")
        parser.add_argument(
            "--by", default="", help="name of the account that the work is recorded under"
        )
        parser.add_argument("--reason", default="", help="why, for the history")
        parser.add_argument(
            "--column", action="append", default=[], metavar="HEADER=FIELD",
            help="the field a column fills (repeat for each column); HEADER= leaves it out",
        )  # fmt: skip
        parser.add_argument(
            "--header-row", type=int, default=None,
            help="number of the row that names the columns (otherwise: the first that is no title above them)",
        )  # fmt: skip
        parser.add_argument(
            "--recognise", default="", choices=["", *Recognise.values],
            help="by what the record of a row is recognised (otherwise: by what the columns hold)",
        )  # fmt: skip
        parser.add_argument(
            "--alike", default=Alike.NEW.value, choices=list(Alike.values),
            help="what rows are that resemble an existing record by name and dates: new, or the same",
        )  # fmt: skip
        parser.add_argument("--update", action="store_true", help="change existing records")
        parser.add_argument(
            "--add-values", action="store_true", help="keep existing terms and relations"
        )
        parser.add_argument(
            "--empty-cells", action="store_true", help="an empty cell clears the field"
        )
        parser.add_argument(
            "--sound-rows", action="store_true", help="skip rows with errors and write the others"
        )
        parser.add_argument("--faults", type=Path, help="write the rows with errors to this file")
        parser.add_argument("--new-terms", action="store_true", help="create missing terms")
        parser.add_argument(
            "--boxes-in", default="",
            help="code or path of the storage place in which missing ones are made",
        )  # fmt: skip
        parser.add_argument("--publish", action="store_true", help="publish new records")
        parser.add_argument(
            "--first-identifier",
            default="",
            help="identifier of the first row without one; the rest are numbered from there",
        )
        parser.add_argument(
            "--days", default=Days.ASK.value, choices=list(Days.values),
            help="which number of 3/4/1938 is the day, the first or the second (otherwise: an error)",
        )  # fmt: skip
        parser.add_argument("--inside", default="", help="separator between values in a cell")
        parser.add_argument("--encoding", default="", choices=["", *intake.ENCODINGS])
        parser.add_argument(
            "--separator", default="", help="separator between columns; \\t for a tab"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it; ends with one line and exit code 1 if nothing could be written."""
        if options["blank"]:
            self.stdout.write(intake.blank(options["kind"]), ending="")
            return
        file = self._file(options)
        by = self.account(options["by"])
        kind = options["kind"]
        if by is not None and not intake.may_bring(by, kind):
            raise CommandError(f"{options['by']} may not create records of this kind.")
        if self.goes_on(file, kind, options, by=by):
            return
        table = self._table(file, options)
        plan = self._plan(table, options)
        outlook = intake.look_ahead(plan, table, by=by, progress=self.progress(options))
        self._report(table, plan, outlook, options)
        if options["dry_run"]:
            return
        if not outlook.may_begin(plan.faulty):
            if outlook.faults:
                raise CommandError("Nothing was written. Correct the rows, or pass --sound-rows.")
            self.stdout.write("There is nothing to write.")
            return
        found = intake.receive(
            file, options["file"].name, kind, by=by, encoding=table.encoding, separator=table.separator,
            at_once=True,
        )  # fmt: skip
        intake.keep_look(found, plan, outlook)
        self.write(found, options, f"Imported: {options['file'].name}", by=by)

    def _file(self, options: dict[str, Any]) -> File:
        if options["file"] is None:
            raise CommandError("Name the file, or give --blank for an empty table.")
        return self.read(options["file"])

    def _table(self, file: File, options: dict[str, Any]) -> Table:
        try:
            separator = options["separator"].replace("\\t", "\t")
            return intake.read_table(
                file,
                encoding=options["encoding"],
                separator=separator,
                header_row=options["header_row"],
            )
        except intake.EncodingUnknown as refusal:
            for sample in refusal.samples:
                self.stderr.write(f"  --encoding {sample.encoding}: {sample.text}")
            raise CommandError(str(refusal)) from refusal
        except intake.TableRefused as refusal:
            raise CommandError(str(refusal)) from refusal

    def _plan(self, table: Table, options: dict[str, Any]) -> Plan:
        first = intake.first_plan(options["kind"], table)
        columns = list(first.columns)
        for said in options["column"]:
            header, equals, name = said.rpartition("=")
            places = [place for place, one in enumerate(table.header) if one == header]
            if not equals or not places:
                heads = ", ".join(table.header)
                raise CommandError(f"--column {said}: write it as HEADER=FIELD. Columns: {heads}.")
            for place in places:
                columns[place] = name
        plan = Plan(
            kind=first.kind,
            columns=tuple(columns),
            header_row=table.header_row,
            recognise=Recognise(options["recognise"] or intake.usual(columns)),
            existing=Existing.UPDATE if options["update"] else Existing.LEAVE,
            alike=Alike(options["alike"]),
            several=Several.ADD if options["add_values"] else Several.REPLACE,
            faulty=Faulty.SOUND if options["sound_rows"] else Faulty.NOTHING,
            days=Days(options["days"]),
            inside=options["inside"] or first.inside,
            empties=options["empty_cells"],
            new_terms=options["new_terms"],
            publish=options["publish"],
            first_identifier=options["first_identifier"],
            boxes_in=self.boxes_in(options),
        )
        if refusals := plan.faults(table.header):
            fields = ", ".join(intake.targets_of(plan.kind))
            raise CommandError(f"{' '.join(refusals)} Fields: {fields}.")
        return plan

    def _report(
        self, table: Table, plan: Plan, outlook: intake.Outlook, options: dict[str, Any]
    ) -> None:
        out = self.stdout.write
        for remark in table.remarks:
            out(remark)
        for head, name in zip(table.header, plan.columns, strict=True):
            out(f"  {head or '(no name)'} -> {name or 'left out'}")
        numbers = ", ".join(f"{fate.value} {outlook.fates[fate]}" for fate in intake.Fate)
        out(f"Rows: {numbers}.")
        if outlook.new_terms:
            out(f"New terms: {', '.join(map(str, outlook.new_terms))}.")
        if outlook.new_places:
            out(f"New storage places: {'; '.join(outlook.new_places)}.")
        for row in outlook.alike[:_TOLD]:
            named = "; ".join(f"{title} ({code})" for _pk, code, title, _dates in row["records"])
            out(f"  row {row['row']} resembles {named}")
        if outlook.number_of_alike > len(outlook.alike[:_TOLD]):
            out(f"  {outlook.number_of_alike} rows resemble existing records.")
        for note in outlook.faults[:_TOLD]:
            out(f"  row {note.row}, {note.column}: {note.value!r}: {note.said}")
        if len(outlook.faults) > _TOLD:
            out(f"  … and {len(outlook.faults) - _TOLD} more.")
        if options["faults"] and outlook.faults:
            rows = intake.faulty_rows(table, outlook.faults)
            options["faults"].write_text("".join(rows), encoding="utf-8")
            out(f"Rows with errors: {options['faults']}")
