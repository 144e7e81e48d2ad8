"""The choices of an import as programs read and send them: what each column holds, and what happens
to rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from rest_framework import serializers

from catalog import actions, intake
from catalog.api.fields import OneOf, Piece, Schema, Switch, Text, unknown_names
from catalog.api.storage_fields import LONGEST_PATH
from catalog.intake import (
    AidPlan,
    Alike,
    ArchivalPlan,
    Codes,
    Days,
    Existing,
    Faulty,
    Plan,
    Recognise,
    Several,
    Table,
)
from catalog.models import RECORD_MODELS, Intake
from catalog.uris import Kind

_MOST_NAME: Final = 100
_MOST_CODE: Final = 80
_ROW: Final = re.compile(r"[1-9][0-9]{0,6}", re.ASCII)


class RowsAlike(Piece):
    """What single rows are that resemble existing records, by their numbers."""

    def read_schema(self) -> Schema:
        """A value of the choice ``alike`` for some rows."""
        values = {"type": "string", "enum": list(Alike.values)}
        return self._of(values)

    def write_schema(self) -> Schema | None:
        """The same; null takes back what was said of a row."""
        return self._of({"type": ["string", "null"], "enum": [*Alike.values, None]})

    def _of(self, values: Schema) -> Schema:
        said = str(self.help_text)
        rows = {"pattern": r"^[1-9][0-9]{0,6}$"}
        return {
            "type": "object",
            "description": said,
            "propertyNames": rows,
            "additionalProperties": values,
        }

    def to_internal_value(self, data: Any) -> dict[int, str | None]:
        """Numbers of rows, and what each is."""
        if not isinstance(data, Mapping):
            raise self.wrong("Send an object of numbers of rows and what each is.")
        for row, what in data.items():
            if not _ROW.fullmatch(str(row)):
                raise self.wrong(f"“{str(row)[:20]}” is not the number of a row.")
            if what is not None and what not in Alike.values:
                raise self.wrong(
                    f"Choose for row {row} one of: {', '.join(Alike.values)}; or null."
                )
        return {int(row): what for row, what in data.items()}


class BoxesIn(Text):
    """A storage place for new boxes; empty for none."""

    def to_internal_value(self, data: Any) -> str:
        """Its identifier."""
        text = super().to_internal_value(data).strip()
        try:
            return str(intake.place_meant(text).uuid) if text else ""
        except intake.CellFault as refusal:
            raise self.wrong(str(refusal)) from refusal


def pieces() -> dict[str, Piece]:
    """The choices by name."""
    return {
        "recognise": OneOf(
            "How the record of a row is found: by identifier, title (with dates), outside (identifiers of other "
            "catalogues) or slug; rows that have none of it by title and dates. alone: a row without an identifier "
            "is always new.",
            list(Recognise.values),
        ),
        "existing": OneOf("What happens to records that exist already.", list(Existing.values)),
        "alike": OneOf(
            "What rows are that only resemble an existing record, by name and dates: new records, or the same record. "
            "The report lists them.",
            list(Alike.values),
        ),
        "rows_alike": RowsAlike(
            "What single rows are that resemble an existing record, if not what alike says: by their numbers, "
            '{"7": "same"}. Rows that are not sent keep what was said of them; null takes it back.',
            allow_null=False,
        ),
        "several": OneOf(
            "Whether terms, contributors and names of a record that changes are replaced or added to.",
            list(Several.values),
        ),
        "faulty": OneOf(
            "nothing: nothing is written while a row has errors; sound: rows without errors are written.",
            list(Faulty.values),
        ),
        "days": OneOf(
            "Which number of a date such as 3/4/1938 is the day: the first or the second. ask: such dates are errors.",
            list(Days.values),
        ),
        "inside": Text(
            "What separates several values in a cell. A backslash before it makes it part of a value.",
            longest=3,
            least=1,
            allow_null=False,
        ),
        "first_identifier": Text(
            "Identifier of the first row without one; the others count on. Empty: after the last record.",
            longest=_MOST_NAME,
        ),
        "empties": Switch(
            "Whether an empty cell empties the field of a record that changes.", allow_null=False
        ),
        "new_terms": Switch("Whether terms that a vocabulary lacks are created.", allow_null=False),
        "boxes_in": BoxesIn(
            "Identifier of the storage place in which those are made that cells name and that are lacking; empty: none "
            "are made. Send its identifier, code or path.",
            longest=LONGEST_PATH,
        ),
        "publish": Switch("Whether new records are published at once.", allow_null=False),
    }


def archival_pieces() -> dict[str, Piece]:
    """The choices of authority records by name: those that every file of XML has."""
    shared = pieces()
    return {
        **{name: shared[name] for name in ("existing", "faulty")},
        "new_names": Switch(
            "Whether persons, bodies and places that the file names and the catalogue lacks are created.",
            allow_null=False,
        ),
        **{name: shared[name] for name in ("new_terms", "publish")},
    }


def aid_pieces() -> dict[str, Piece]:
    """The choices of a finding aid by name."""
    return {
        "codes": OneOf(
            "whole: reference codes of components are complete; joined: they are put behind the code of the level "
            "above.",
            list(Codes.values),
        ),
        "whole": Text(
            "Reference code of the whole; used where the file gives none.", longest=_MOST_CODE
        ),
        **archival_pieces(),
        "boxes_in": pieces()["boxes_in"],
    }


def choices_of(plan: Plan | ArchivalPlan) -> dict[str, Any]:
    """The choices of a plan."""
    kept = plan.as_json()
    if isinstance(plan, Plan):
        kept["rows_alike"] = {str(row): what for row, what in kept["rows_alike"]}
    return {name: kept[name] for name in _pieces_of(plan)}


def _pieces_of(plan: Plan | ArchivalPlan) -> dict[str, Piece]:
    if isinstance(plan, Plan):
        return pieces()
    return aid_pieces() if isinstance(plan, AidPlan) else archival_pieces()


def changed_archival_plan(found: Intake, plan: ArchivalPlan, request: Any) -> ArchivalPlan:
    """The plan of a file of XML with what was sent put into it. Raises the 422 that names each field."""
    kinds = intake.kinds_of_format(found.format, found.kind)  # type: ignore[arg-type]
    errors, told = _told(plan, request, kinds, may_hold=())
    if errors:
        raise serializers.ValidationError(errors)
    changed = type(plan).of_json({**plan.as_json(), **told})
    if refusals := intake.faults_of_plan(found, changed):
        raise serializers.ValidationError({"whole": refusals})
    return changed


def _told(
    plan: Plan | ArchivalPlan, request: Any, kinds: Sequence[Kind], *, may_hold: tuple[str, ...]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is wrong with the choices that were sent, and the choices."""
    sent, known = request.data, _pieces_of(plan)
    errors: dict[str, Any] = unknown_names(sent, [*may_hold, *known])
    told: dict[str, Any] = {}
    for name in known.keys() & sent.keys():
        try:
            told[name] = known[name].run_validation(sent[name])
        except serializers.ValidationError as refusal:
            errors[name] = [str(said) for said in refusal.detail]
    if told.get("new_terms") and not request.user.has_perm("catalog.add_term"):
        errors["new_terms"] = ["This account may not create terms. An editor can."]
    if told.get("boxes_in") and (reason := actions.why_not_storage_place(request.user, "add")):
        errors["boxes_in"] = [reason]
    may = (actions.may(request.user, "publish", RECORD_MODELS[kind]()) for kind in kinds)
    if told.get("publish") and not all(may):
        errors["publish"] = ["This account may not publish. An editor can."]
    return errors, told


def changed_plan(plan: Plan, table: Table, request: Any) -> Plan:
    """A plan updated with what was sent. Raises the 422 that names each field."""
    sent = request.data
    errors, told = _told(plan, request, (plan.kind,), may_hold=("columns",))
    if "columns" in sent:
        try:
            told["columns"] = _columns(sent["columns"], plan, table)
        except serializers.ValidationError as refusal:
            errors["columns"] = refusal.detail
    if errors:
        raise serializers.ValidationError(errors)
    if "rows_alike" in told:
        rows = dict(plan.rows_alike) | told["rows_alike"]
        told["rows_alike"] = sorted((row, what) for row, what in rows.items() if what)
    changed = Plan.of_json({**plan.as_json(), **told})
    if refusals := changed.faults(table.header):
        raise serializers.ValidationError({"columns": refusals})
    return changed


def _columns(sent: Any, plan: Plan, table: Table) -> list[str]:
    """The field of each column: for those sent by header, or for all in order."""
    fields = intake.targets_of(plan.kind)
    columns = list(plan.columns)
    if isinstance(sent, list) and len(sent) == len(columns):
        given = dict(enumerate(sent))
    elif isinstance(sent, Mapping):
        given = {}
        for head, name in sent.items():
            places = [place for place, one in enumerate(table.header) if one == head]
            if not places:
                heads = ", ".join(table.header)
                raise serializers.ValidationError(
                    [f"No column is headed “{str(head)[:60]}”. Columns: {heads}."]
                )
            given |= dict.fromkeys(places, name)
    else:
        said = f"Send an object of headers and fields, or a list of {len(columns)} fields; null leaves a column out."
        raise serializers.ValidationError([said])
    for place, name in given.items():
        if name is not None and (not isinstance(name, str) or name not in {*fields, ""}):
            said = f"There is no field “{str(name)[:60]}”. Fields: {', '.join(fields)}."
            raise serializers.ValidationError([said])
        columns[place] = name or ""
    return columns


def choices_schema(*, sent: bool, of: Callable[[], dict[str, Piece]] = pieces) -> dict[str, Schema]:
    """The choices as they are returned, or as they are sent."""
    return {
        name: (piece.write_schema() or {}) if sent else piece.read_schema()
        for name, piece in of().items()
    }
