"""The desk: the first page of the admin. What waits for this curator, with counts and one click to each.

Whatever the number of records, it makes the same few queries: two for all counts, one for all rows,
one each for notes, jobs and what records lack. The last is cached for some minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from catalog import search
from catalog.admin.gaps import gaps
from catalog.admin.named_sets import own_changes
from catalog.admin.one_question import asked_together, named
from catalog.admin.revisions import Waiting, revisions_for
from catalog.intake import may_bring
from catalog.models import (
    PUBLISHED_MODELS,
    RECORD_MODELS,
    Cataloguing,
    Job,
    JobState,
    Record,
    ReviewNote,
    ReviewStep,
    Status,
)

#: Rows of a section that are shown; its counts link to the rest.
SHOWN: Final = 8

Choose = Callable[[QuerySet[Any], Any], QuerySet[Any]]


def _theirs(rows: QuerySet[Any], user: Any, **more: Any) -> QuerySet[Any]:
    own = Cataloguing.objects.filter(record_uuid=OuterRef("uuid"), cataloguer=user.pk, **more)
    return rows.filter(Exists(own), status=Status.DRAFT)


def _drafts(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return _theirs(rows, user, sent_back__isnull=True)


def _sent_back(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return _theirs(rows, user, sent_back__isnull=False)


def _in_review(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    if not user.has_perm(f"catalog.publish_{rows.model._meta.model_name}"):
        return rows.none()
    return rows.filter(status=Status.IN_REVIEW)


def _submitted(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    own = Cataloguing.objects.filter(record_uuid=OuterRef("uuid"), cataloguer=user.pk)
    return rows.filter(Exists(own), status=Status.IN_REVIEW)


def _scheduled(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.filter(status=Status.PUBLISHED, publish_from__gt=timezone.now())


def _embargoed(rows: QuerySet[Any], user: Any) -> QuerySet[Any]:
    return rows.filter(embargo_until__gt=timezone.now()).exclude(status=Status.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Pile:
    """One pile on the desk: its name in addresses, its heading, how its records are found, and its order."""

    name: str
    heading: str | Promise
    empty: str | Promise
    choose: Choose
    order: str = "-modified"


#: The piles, in order of importance.
PILES: Final = (
    Pile("sent_back", _("Sent back to me"), _("Nothing has been sent back to you."), _sent_back),
    Pile(
        "review",
        _("Waiting for my review"),
        _("Nothing is waiting for review."),
        _in_review,
        "modified",
    ),
    Pile("drafts", _("My drafts"), _("You have no drafts."), _drafts),
    Pile("submitted", _("Submitted by me"), _("None of your records is in review."), _submitted),
    Pile(
        "scheduled",
        _("Scheduled for publication"),
        _("Nothing is scheduled."),
        _scheduled,
        "publish_from",
    ),
    Pile(
        "embargoed", _("Under embargo"), _("Nothing is under embargo."), _embargoed, "embargo_until"
    ),
)
BY_NAME: Final = {pile.name: pile for pile in PILES}


@dataclass(slots=True)
class Line:
    """One record on the desk."""

    kind: str
    title: str
    status: str
    status_words: str
    address: str
    at: datetime | None
    #: The note of the editor who sent it back.
    note: str = ""


@dataclass(slots=True)
class Section:
    """A pile as the page shows it: the first lines, and the number of each kind with its address."""

    heading: str | Promise
    empty: str | Promise
    lines: list[Line] = field(default_factory=list)
    counts: list[tuple[str, int, str]] = field(default_factory=list)

    @property
    def total(self) -> int:
        """All records of the pile."""
        return sum(number for _kind, number, _address in self.counts)


@dataclass(slots=True)
class Desk:
    """The page."""

    sections: list[Section]
    revisions: list[Waiting]
    recent: list[Line]
    own_changes: list[Any]
    gaps: list[dict[str, Any]]
    numbers: list[dict[str, Any]]
    failed_jobs: int
    open_jobs: int


def desk_of(user: Any) -> Desk:
    """What is on a curator's desk."""
    kinds = {k: m for k, m in RECORD_MODELS.items() if user.has_perm(f"catalog.view_{k}")}
    # What waits for somebody may be an exhibition too.
    waiting = {k: m for k, m in PUBLISHED_MODELS.items() if user.has_perm(f"catalog.view_{k}")}
    counts = _counts(waiting, user)
    rows = _rows(waiting, user, counts)
    recent = sorted(rows.get("recent", []), key=lambda row: row.at, reverse=True)
    jobs = _numbers_of_jobs(user)
    held = search.holdings(user)
    return Desk(
        sections=_sections(waiting, counts, rows),
        revisions=revisions_for(user),
        recent=[_line(row) for row in recent[:SHOWN]],
        own_changes=own_changes(user, SHOWN),
        gaps=gaps(kinds, held),
        numbers=_numbers(kinds, user, held),
        failed_jobs=jobs["failed"],
        open_jobs=jobs["open"],
    )


def _sections(
    kinds: dict[Any, type[Record]],
    counts: dict[tuple[str, str], int],
    rows: dict[str, list[Row]],
) -> list[Section]:
    """The piles as the page shows them."""
    sections = []
    for pile in PILES:
        of_each = [
            (capfirst(str(model._meta.verbose_name_plural)), number, _list_of(kind, pile.name))
            for kind, model in kinds.items()
            if (number := counts.get((pile.name, kind), 0))
        ]
        shown = sorted(
            rows.get(pile.name, []),
            key=lambda row: (row.at is None, row.at),
            reverse=pile.order.startswith("-"),
        )
        lines = [_line(row) for row in shown[:SHOWN]]
        sections.append(Section(pile.heading, pile.empty, lines, of_each))
        if pile.name == "sent_back":
            _with_notes(lines, shown)
    return sections


def _numbers_of_jobs(user: Any) -> dict[str, int]:
    """How many jobs ``failed`` or are still ``open``: the curator's own, or all for those who look
    after them.
    """
    jobs = Job.objects.filter(state__in=[JobState.FAILED, JobState.WAITING, JobState.RUNNING])
    if not user.has_perm("catalog.change_job"):
        jobs = jobs.filter(by=user.pk)
    return jobs.aggregate(
        failed=Count("pk", filter=Q(state=JobState.FAILED)),
        open=Count("pk", filter=~Q(state=JobState.FAILED)),
    )


def _list_of(kind: str, pile: str) -> str:
    return f"{reverse(f'admin:catalog_{kind}_changelist')}?desk={pile}"


# --- One query for all kinds ---------------------------------------------------------------------


class Row(NamedTuple):
    """One record of a pile, from the database; ``at`` is the time by which the pile is ordered."""

    kind: str
    pk: int
    title: str
    status: str
    at: Any
    uuid: Any


def _counts(kinds: dict[Any, type[Record]], user: Any) -> dict[tuple[str, str], int]:
    """How many records of each kind are on each pile."""
    parts = [
        pile.choose(model.objects.visible_to(user), user)
        .order_by()
        .annotate(desk_pile=named(pile.name), desk_kind=named(kind))
        .values("desk_pile", "desk_kind")
        .annotate(desk_number=Count("pk"))
        .values_list("desk_pile", "desk_kind", "desk_number")
        for pile in PILES
        for kind, model in kinds.items()
    ]
    return {(pile, kind): number for pile, kind, number in asked_together(parts)}


def _numbers(
    kinds: dict[Any, type[Record]], user: Any, held: search.Holdings | None
) -> list[dict[str, Any]]:
    """How many records of each kind have each status. The published are most: while the index is in step, they
    are what the others leave of all, or the database would read them.

    Rows have ``kind`` (its plural name), ``address``, ``add_address`` and ``intake_address`` (empty
    without permission), and ``counts`` with ``value``, ``label`` and ``number`` of each status.
    """
    few = [status.value for status in Status if status != Status.PUBLISHED]
    counted = Q() if held is None else Q(status__in=few)
    parts = [
        model.objects.visible_to(user)
        .filter(counted)
        .order_by()
        .annotate(desk_kind=named(kind))
        .values("desk_kind", "status")
        .annotate(desk_number=Count("pk"))
        .values_list("desk_kind", "status", "desk_number")
        for kind, model in kinds.items()
    ]
    found = {(kind, status): number for kind, status, number in asked_together(parts)}
    if held is not None:
        for kind in kinds:
            others = sum(found.get((kind, status), 0) for status in few)
            found[kind, Status.PUBLISHED.value] = max(len(held.kind(kind)) - others, 0)
    return [
        {
            "kind": capfirst(str(model._meta.verbose_name_plural)),
            "address": reverse(f"admin:catalog_{kind}_changelist"),
            "add_address": reverse(f"admin:catalog_{kind}_add")
            if user.has_perm(f"catalog.add_{kind}")
            else "",
            "intake_address": f"{reverse('admin:catalog_intake_add')}?kind={kind}"
            if may_bring(user, kind)
            else "",
            "counts": [
                {
                    "value": status.value,
                    "label": status.label,
                    "number": found.get((kind, status.value), 0),
                }
                for status in Status
            ],
        }
        for kind, model in kinds.items()
    ]


def _rows(
    kinds: dict[Any, type[Record]], user: Any, counts: dict[tuple[str, str], int]
) -> dict[str, list[Row]]:
    """The first rows of each pile that is not empty, and the last changed records, kind by kind."""
    parts = []
    for pile in PILES:
        parts += [
            _part(pile.name, kind, pile.choose(model.objects.visible_to(user), user), pile.order)
            for kind, model in kinds.items()
            if counts.get((pile.name, kind))
        ]
    # Each status separately, because the index of changes begins with it.
    parts += [
        _part("recent", kind, model.objects.visible_to(user).filter(status=status), "-modified")
        for kind, model in kinds.items()
        for status in Status
    ]
    found: dict[str, list[Row]] = {}
    for pile_name, *columns in asked_together(parts):
        row = Row(*columns)
        found.setdefault(pile_name, []).append(row._replace(at=_moment(row.at)))
    return found


def _part(pile: str, kind: str, rows: QuerySet[Any], order: str) -> QuerySet[Any]:
    chosen = rows.annotate(
        desk_pile=named(pile), desk_kind=named(kind), desk_at=F(order.lstrip("-"))
    ).order_by(order)
    columns = ("desk_pile", "desk_kind", "pk", "title", "status", "desk_at", "uuid")
    part: QuerySet[Any] = chosen.values_list(*columns)[:SHOWN]
    return part


def _moment(stored: Any) -> datetime | None:
    """A time as the database returns it: SQLite stores text in UTC."""
    if isinstance(stored, str):
        stored = parse_datetime(stored)
    if stored is None:
        return None
    moment: datetime = stored
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _line(row: Row) -> Line:
    return Line(
        kind=capfirst(str(PUBLISHED_MODELS[row.kind]._meta.verbose_name)),  # type: ignore[index]
        title=row.title,
        status=row.status,
        status_words=str(Status(row.status).label),
        address=reverse(f"admin:catalog_{row.kind}_change", args=[row.pk]),
        at=row.at,
    )


def _with_notes(lines: list[Line], rows: list[Row]) -> None:
    """Add the editor's last note to what was sent back."""
    if not lines:
        return
    said: dict[str, str] = {}
    uuids = [str(row.uuid) for row in rows[: len(lines)]]
    for note in ReviewNote.objects.filter(record_uuid__in=uuids, step=ReviewStep.SENT_BACK):
        said.setdefault(note.record_uuid.hex, note.text)
    for line, uuid in zip(lines, uuids, strict=True):
        line.note = said.get(uuid.replace("-", ""), "")
