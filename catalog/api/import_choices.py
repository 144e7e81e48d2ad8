"""The choices of an import as programs read and send them: what each column holds, and what happens
to rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rest_framework import serializers

from catalog import actions, intake
from catalog.api.fields import OneOf, Piece, Schema, Switch, Text, unknown_names
from catalog.intake import Existing, Faulty, Plan, Recognise, Several, Table
from catalog.models import RECORD_MODELS

_MOST_NAME: Final = 100


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
        "several": OneOf(
            "Whether terms, contributors and names of a record that changes are replaced or added to.",
            list(Several.values),
        ),
        "faulty": OneOf(
            "nothing: nothing is written while a row has errors; sound: rows without errors are written.",
            list(Faulty.values),
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
        "publish": Switch("Whether new records are published at once.", allow_null=False),
    }


def choices_of(plan: Plan) -> dict[str, Any]:
    """The choices of a plan."""
    kept = plan.as_json()
    return {name: kept[name] for name in pieces()}


def changed_plan(plan: Plan, table: Table, request: Any) -> Plan:
    """A plan updated with what was sent. Raises the 422 that names each field."""
    sent, known = request.data, pieces()
    errors: dict[str, Any] = unknown_names(sent, ["columns", *known])
    told: dict[str, Any] = {}
    for name in known.keys() & sent.keys():
        try:
            told[name] = known[name].run_validation(sent[name])
        except serializers.ValidationError as refusal:
            errors[name] = [str(said) for said in refusal.detail]
    if told.get("new_terms") and not request.user.has_perm("catalog.add_term"):
        errors["new_terms"] = ["This account may not create terms. An editor can."]
    record = RECORD_MODELS[plan.kind]()
    if told.get("publish") and not actions.may(request.user, "publish", record):
        errors["publish"] = ["This account may not publish. An editor can."]
    if "columns" in sent:
        try:
            told["columns"] = _columns(sent["columns"], plan, table)
        except serializers.ValidationError as refusal:
            errors["columns"] = refusal.detail
    if errors:
        raise serializers.ValidationError(errors)
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


def choices_schema(*, sent: bool) -> dict[str, Schema]:
    """The choices as they are returned, or as they are sent."""
    return {
        name: (piece.write_schema() or {}) if sent else piece.read_schema()
        for name, piece in pieces().items()
    }
