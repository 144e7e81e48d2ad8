"""What a file that was received holds, a table or a finding aid: its plan, what it would do, what is written of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext as _

from catalog import actions
from catalog.intake.archival import NewTerm, look_at, make, root_of
from catalog.intake.finding_aid import KINDS, AidPlan, Codes, FindingAid, Laying
from catalog.intake.judging import Judge
from catalog.intake.outlook import Outlook, look_ahead
from catalog.intake.parts import Part
from catalog.intake.plan import Plan
from catalog.intake.reading import Table, TableRefused, known_table
from catalog.models import RECORD_MODELS, Intake, IntakeFormat
from catalog.uris import Kind

_LOOKED_AT: Final = 400


def may_bring(by: actions.Actor, kind: Kind) -> bool:
    """Whether ``by`` may bring in records of a kind: whoever may make and change them."""
    record = RECORD_MODELS[kind]()
    return actions.may(by, "add", record) and actions.may(by, "change", record)


def may_bring_aid(by: actions.Actor) -> bool:
    """Whether ``by`` may bring in finding aids, which become records of four kinds."""
    return all(may_bring(by, kind) for kind in KINDS)


def is_aid(content: bytes) -> bool:
    """Whether a file is a finding aid, by its first element."""
    return _first_element(content) == "ead"


def refuse_other_xml(content: bytes) -> None:
    """Raise TableRefused for XML that is neither a finding aid nor a web page; of that, reading a table tells."""
    name = _first_element(content)
    if name and name.lower() not in {"ead", "html", "table"}:
        raise TableRefused(
            _("This is XML, but no finding aid: its first element is “%(name)s”, not “ead”.")
            % {"name": name[:60]}
        )


def _first_element(content: bytes) -> str:
    beginning = content[:_LOOKED_AT].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return root_of(content) if beginning.startswith(b"<") else ""


def read_aid(intake: Intake, content: bytes) -> None:
    """Read a finding aid, and propose what to do with it. Raises TableRefused."""
    aid = FindingAid(content)
    assert aid.top is not None  # noqa: S101 - a finding aid that was read has one
    plan = AidPlan(codes=Codes.JOINED if aid.joins_codes else Codes.WHOLE)
    numbers = {kind: aid.numbers_of(kind) for kind in ("collection", "document")}
    intake.plan = plan.as_json() | {
        "aid": {
            "title": aid.top.title[:300],
            "code": aid.own_code[:100],
            "names": len(aid.headings),
            **numbers,
        }
    }
    intake.format, intake.kind = IntakeFormat.FINDING_AID, "collection"
    intake.encoding, intake.separator = "utf-8", ""
    intake.rows = aid.number_of_components


def table_of(intake: Intake) -> Table:
    """The table of a file that was received."""
    return known_table(
        intake.content,
        encoding=intake.encoding,
        separator=intake.separator,
        rows=intake.rows,
    )


def plan_of(intake: Intake) -> Plan | AidPlan:
    """What is to be done with a file."""
    if intake.format == IntakeFormat.FINDING_AID:
        return AidPlan.of_json(intake.plan)
    return Plan.of_json(intake.plan)


def faults_of_plan(intake: Intake, plan: Plan | AidPlan) -> list[str]:
    """What is wrong with a plan itself, in words; none: rows can be judged by it."""
    if isinstance(plan, Plan):
        return plan.faults(table_of(intake).header)
    if not intake.plan["aid"]["code"] and not plan.whole.strip():
        return [_("The finding aid has no reference code (unitid of archdesc). Enter one.")]
    return []


def outlook_of(
    intake: Intake,
    plan: Plan | AidPlan,
    *,
    by: Any,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Outlook, list[NewTerm]]:
    """What a plan would do with a file, and the terms that have to be made before its rows are written."""
    if isinstance(plan, Plan):
        return look_ahead(plan, table_of(intake), by=by, progress=progress), []
    laying = Laying(FindingAid(intake.content), plan, by=by)
    return look_at(laying, by=by, progress=progress), laying.lacking


def prepare(intake: Intake, *, by: Any) -> None:
    """Make the terms that rows need before they are read; those that are there are left alone. Raises Refused."""
    make((NewTerm(*one) for one in intake.outlook.get("lacking", ())), by=by)


def parts_of(intake: Intake, *, by: Any) -> list[Part]:
    """The rows of a file and their judges, in the order in which they are written."""
    plan = plan_of(intake)
    if isinstance(plan, AidPlan):
        return Laying(FindingAid(intake.content), plan, by=by).parts()
    table = table_of(intake)
    return [Part(lambda: Judge(plan, table, by=by), table.rows)]
