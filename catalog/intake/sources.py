"""What a file that was received holds, a table or XML: its plan, what it would do, what is written of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog import actions
from catalog.intake.archival import (
    CHUNK,
    MOST_XML_BYTES,
    ArchivalPlan,
    Laid,
    NewTerm,
    look_at,
    make,
    root_of,
)
from catalog.intake.authority import (
    AUTHORITY_KINDS,
    AuthorityLaying,
    AuthorityPlan,
    AuthorityRecords,
    packed,
    root_in,
)
from catalog.intake.characters import TableRefused
from catalog.intake.file import File, KeptFile
from catalog.intake.finding_aid import KINDS, AidPlan, Codes, FindingAid, Laying
from catalog.intake.judging import Judge
from catalog.intake.outlook import Outlook, look_ahead
from catalog.intake.parts import Part
from catalog.intake.plan import Plan
from catalog.intake.reading import Table, known_table
from catalog.intake.storing import faults_of_boxes
from catalog.models import RECORD_MODELS, Intake, IntakeFormat, PersonKind
from catalog.uris import Kind

_LOOKED_AT: Final = 400
#: First elements in the zips that spreadsheet programs write; of these, reading a table tells.
_OF_SPREADSHEETS: Final = frozenset(
    {"types", "relationships", "properties", "workbook", "document-meta", "manifest"}
)


def may_bring(by: actions.Actor, kind: Kind) -> bool:
    """Whether ``by`` may bring in records of a kind: whoever may make and change them."""
    record = RECORD_MODELS[kind]()
    return actions.may(by, "add", record) and actions.may(by, "change", record)


def may_bring_format(by: actions.Actor, sort: str, kind: Kind) -> bool:
    """Whether ``by`` may bring in a file of a format; the rows of a table are of a ``kind``."""
    return all(may_bring(by, one) for one in kinds_of_format(sort, kind))


def kinds_of_format(sort: str, kind: Kind) -> tuple[Kind, ...]:
    """The kinds of record that a file of a format becomes."""
    if sort == IntakeFormat.FINDING_AID:
        return KINDS
    return AUTHORITY_KINDS if sort == IntakeFormat.AUTHORITY else (kind,)


def format_of(file: File) -> IntakeFormat:
    """What a file holds, by its first element, or that of the first file in a zip; all else is taken for a table."""
    root = root_in(file) or _first_element(file)
    if root == "ead":
        return IntakeFormat.FINDING_AID
    return IntakeFormat.AUTHORITY if root in {"eac-cpf", "eac"} else IntakeFormat.TABLE


def put_together(files: Sequence[tuple[str, File]]) -> tuple[File, str]:
    """Files that are imported together, as one, and what to call it. Raises TableRefused for all but records."""
    if len(files) == 1:
        return files[0][1], files[0][0]
    for name, file in files:
        if format_of(file) != IntakeFormat.AUTHORITY or root_in(file):
            raise TableRefused(
                _(
                    "Several files at once can only be authority records (EAC-CPF), and “%(name)s” is none. Send "
                    "tables, finding aids and zips one after the other."
                )
                % {"name": name}
            )
    if sum(file.size for _name, file in files) > MOST_XML_BYTES:
        raise TableRefused(
            _("Together the files have more than %(most)d MB. Import them in parts.")
            % {"most": MOST_XML_BYTES // 1024**2}
        )
    more = ngettext("%(name)s and %(count)d more", "%(name)s and %(count)d more", len(files) - 1)
    return packed(files), more % {"name": files[0][0], "count": len(files) - 1}


def refuse_other_xml(file: File) -> None:
    """Raise TableRefused for other XML than a web page; of that, reading a table tells."""
    name = root_in(file) or _first_element(file)
    if name and name.lower() not in {"html", "table", *_OF_SPREADSHEETS}:
        raise TableRefused(
            _(
                "This is XML, but neither a finding aid nor an authority record: its first element is “%(name)s”, "
                "not “ead”, “eac-cpf” or “eac”."
            )
            % {"name": name[:60]}
        )


def _first_element(file: File) -> str:
    content = file.part(0, 4 * CHUNK)
    beginning = content[:_LOOKED_AT].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return root_of(content) if beginning.startswith(b"<") else ""


def begin_xml(intake: Intake, file: File) -> None:
    """Note what can be said of XML before it is read. Raises TableRefused."""
    if file.size > MOST_XML_BYTES:
        raise TableRefused(
            _("The file is larger than %(most)d MB. Import it in parts.")
            % {"most": MOST_XML_BYTES // 1024**2}
        )
    intake.encoding, intake.separator, intake.rows = "utf-8", "", 0
    is_aid = intake.format == IntakeFormat.FINDING_AID
    intake.kind = "collection" if is_aid else "person"


def read_xml(intake: Intake, file: File) -> None:
    """Read a finding aid or authority records, and propose what to do with them. Raises TableRefused."""
    if intake.format == IntakeFormat.AUTHORITY:
        _read_authority(intake, file)
    else:
        _read_aid(intake, file)


def _read_aid(intake: Intake, file: File) -> None:
    aid = FindingAid(file)
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
    intake.rows = aid.number_of_components


def _read_authority(intake: Intake, file: File) -> None:
    records = AuthorityRecords(file)
    sorts = Counter(one.heading.sort for one in records.known if one.heading)
    intake.plan = AuthorityPlan().as_json() | {
        "authority": {
            "title": next(one.heading.title for one in records.known if one.heading)[:300],
            "records": len(records.known),
            **{name.replace(" ", "_"): sorts[name] for name in PersonKind.values},
            "relations": sum(len(one.relations) for one in records.known),
        }
    }
    intake.rows = len(records.known)


def table_of(intake: Intake) -> Table:
    """The table of a file that was received."""
    return known_table(
        KeptFile(intake),
        encoding=intake.encoding,
        separator=intake.separator,
        rows=intake.rows,
        header_row=intake.plan.get("header_row", 0),
    )


def plan_of(intake: Intake) -> Plan | ArchivalPlan:
    """What is to be done with a file."""
    if intake.format == IntakeFormat.FINDING_AID:
        return AidPlan.of_json(intake.plan)
    if intake.format == IntakeFormat.AUTHORITY:
        return AuthorityPlan.of_json(intake.plan)
    return Plan.of_json(intake.plan)


def faults_of_plan(intake: Intake, plan: Plan | ArchivalPlan) -> list[str]:
    """What is wrong with a plan itself, in words; none: rows can be judged by it."""
    if isinstance(plan, Plan):
        return plan.faults(table_of(intake).header)
    if not isinstance(plan, AidPlan):
        return []
    said = faults_of_boxes(plan.boxes_in)
    if not intake.plan["aid"]["code"] and not plan.whole.strip():
        said.append(_("The finding aid has no reference code (unitid of archdesc). Enter one."))
    return said


def outlook_of(
    intake: Intake,
    plan: Plan | ArchivalPlan,
    *,
    by: Any,
    progress: Callable[[int, int], None] | None = None,
) -> tuple[Outlook, list[NewTerm]]:
    """What a plan would do with a file, and the terms that have to be made before its rows are written."""
    if isinstance(plan, Plan):
        return look_ahead(plan, table_of(intake), by=by, progress=progress), []
    laying = _laid(intake, plan, by=by)
    return look_at(laying, by=by, progress=progress), laying.lacking


def _laid(intake: Intake, plan: ArchivalPlan, *, by: Any) -> Laid:
    """A file of XML as rows."""
    if isinstance(plan, AidPlan):
        return Laying(FindingAid(KeptFile(intake)), plan, by=by)
    assert isinstance(plan, AuthorityPlan)  # noqa: S101 - there are no others
    return AuthorityLaying(AuthorityRecords(KeptFile(intake)), plan, by=by)


def prepare(intake: Intake, *, by: Any) -> None:
    """Make the terms that rows need before they are read; those that are there are left alone. Raises Refused."""
    make((NewTerm(*one) for one in intake.outlook.get("lacking", ())), by=by)


def parts_of(intake: Intake, *, by: Any) -> list[Part]:
    """The rows of a file and their judges, in the order in which they are written."""
    plan = plan_of(intake)
    if not isinstance(plan, Plan):
        return _laid(intake, plan, by=by).parts()
    table = table_of(intake)
    return [Part(lambda: Judge(plan, table, by=by), table.rows)]
