"""Change sets: opened by the code that writes, found by the triggers that record.

A door says who writes, through which door and why (:func:`change_set`); the steps taken inside,
each a transaction, belong to that one change set. Nothing is written for a change set in which
nothing changed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import connections
from django.db.utils import OperationalError
from django.utils import timezone

from catalog.history.triggers import SETTING
from catalog.models import ChangeSet, Door

#: Longer reasons are cut: the column holds no more.
LONGEST_REASON: Final = 1000
#: A day number that is never reached: open until it is closed.
_WITHOUT_END: Final = 9e9


@dataclass(slots=True)
class Opened:
    """The change set being made: who, door, why; ``id`` once a step of it has begun.

    What an outer door left empty is filled in by those who join.
    """

    by: Any = None
    door: str = ""
    reason: str = ""
    undoes: int | None = None
    using: str = "default"
    id: int | None = None
    #: Whether a step is being recorded just now.
    recording: bool = False
    #: Whether its size was written after its last step.
    settled: bool = False

    def fill(self, by: Any, door: str, reason: str, undoes: int | None = None) -> None:
        """Fill in what is not known yet."""
        if self.by is None and getattr(by, "pk", None) is not None:
            self.by = by
        self.door = self.door or door
        self.reason = self.reason or reason[:LONGEST_REASON]
        self.undoes = self.undoes or undoes


_current: Final[ContextVar[Opened | None]] = ContextVar("catalog.history.current", default=None)


@contextmanager
def change_set(
    *,
    by: Any = None,
    door: str = "",
    reason: str = "",
    undoes: int | None = None,
    again: int | None = None,
    using: str = "default",
) -> Iterator[Opened]:
    """Say who writes, through which door and why: everything recorded inside is one change set.

    ``door`` is one of :class:`catalog.models.Door`. Inside another change set, the outer one is
    joined. ``again`` is the number of one that an interrupted job began before: it is continued.
    Opens no transaction; ``catalog.actions.in_step`` does.
    """
    outer = _current.get()
    if outer is not None:
        outer.fill(by, door, reason, undoes)
        yield outer
        return
    opened = Opened(using=using, id=again)
    opened.fill(by, door, reason, undoes)
    token = _current.set(opened)
    try:
        yield opened
    finally:
        _current.reset(token)
        unsettled = opened.id is not None and not opened.settled
        if unsettled and not connections[using].needs_rollback:
            settle(opened)


@contextmanager
def recording(
    *, by: Any = None, door: str = "", reason: str = "", using: str = "default"
) -> Iterator[Opened]:
    """Record what is written inside, in the open transaction, under the open change set.

    Call it inside :func:`change_set` or alone; other code wants ``catalog.actions.in_step``.
    """
    with change_set(by=by, door=door, reason=reason, using=using) as opened:
        if opened.recording:
            yield opened
            return
        known = opened.id
        _begin(opened)
        opened.recording = True
        try:
            yield opened
            _end(opened, first=known is None)
        except BaseException:
            # The transaction rolls back what this step wrote, including the opening of a new change set.
            opened.id = known
            raise
        finally:
            opened.recording = False


def _begin(opened: Opened) -> None:
    """Make the change set findable for triggers in this transaction.

    In plain SQL, here and below: this is part of the time that every save takes.
    """
    connection = connections[opened.using]
    until = None
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            until = _WITHOUT_END
            cursor.execute(
                "UPDATE catalog_changeset SET open_until = NULL WHERE open_until IS NOT NULL"
            )
        if opened.id is not None:
            cursor.execute(
                "UPDATE catalog_changeset SET open_until = %s, size = NULL, records = NULL"
                " WHERE id = %s",
                [until, opened.id],
            )
            if not cursor.rowcount:
                opened.id = None
        if opened.id is None:
            now = connection.ops.adapt_datetimefield_value(timezone.now())
            cursor.execute(_INSERT, [now, until, *_said(opened)])
            opened.id = cursor.fetchone()[0]
    opened.settled = False
    _name(opened, str(opened.id))


def _end(opened: Opened, *, first: bool) -> None:
    """Close the change set after a step.

    The first step is settled in its own transaction: most change sets have no other, and a process
    killed right after it leaves nothing to be counted. Those with more steps are counted when the
    door closes.
    """
    connection = connections[opened.using]
    _name(opened, "")
    if first:
        settle(opened)
    elif connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE catalog_changeset SET open_until = NULL WHERE id = %s", [opened.id]
            )


_COLUMNS: Final = ("by_id", "by_name", "door", "reason", "undoes_id")
_INSERT: Final = (
    f"INSERT INTO catalog_changeset (made_at, open_until, {', '.join(_COLUMNS)})"
    " VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id"
)
_SETTLE: Final = (
    "UPDATE catalog_changeset SET open_until = NULL, size = %s, records = %s, "
    + ", ".join(f"{column} = %s" for column in _COLUMNS)
    + " WHERE id = %s"
)


def _said(opened: Opened) -> list[Any]:
    """What is known of a change set, in the order of ``_COLUMNS``."""
    name = opened.by.get_username()[:150] if opened.by is not None else ""
    pk = getattr(opened.by, "pk", None)
    return [pk, name, str(opened.door or Door.COMMAND), opened.reason, opened.undoes]


def _name(opened: Opened, name: str) -> None:
    connection = connections[opened.using]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config(%s, %s, true)", [SETTING, name])


def settle(opened: Opened) -> None:
    """Write how large a change set has become, and what has become known of it; an empty one is deleted."""
    size, records = counted(opened.id, opened.using)
    opened.settled = True
    with connections[opened.using].cursor() as cursor:
        if size:
            cursor.execute(_SETTLE, [size, records, *_said(opened), opened.id])
        else:
            cursor.execute("DELETE FROM catalog_changeset WHERE id = %s", [opened.id])
            opened.id = None


def counted(change_set: Any, using: str = "default") -> tuple[int, int]:
    """How many rows a change set wrote, and to how many records they belong."""
    with connections[using].cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM catalog_change WHERE change_set_id = %s),"
            " (SELECT count(*) FROM (SELECT DISTINCT kind, record_id FROM catalog_changedrecord"
            " WHERE change_set_id = %s) AS touched)",
            [change_set, change_set],
        )
        size, records = cursor.fetchone()
    return size, records


#: Seconds after which nothing more is added to a change set that nobody closed.
_SETTLED_AFTER: Final = 60


def count_late(*, most: int = 100, using: str = "default") -> int:
    """Count change sets that nobody closed: written past the actions, or by a process that was killed.

    Returns how many. While somebody else writes, they wait for the next reader.
    """
    before = timezone.now() - timedelta(seconds=_SETTLED_AFTER)
    late = ChangeSet.objects.using(using).filter(size=None, made_at__lt=before).order_by("-id")
    numbers = list(late.values_list("id", flat=True)[:most])
    try:
        for number in numbers:
            size, records = counted(number, using)
            ChangeSet.objects.using(using).filter(id=number).update(size=size, records=records)
    except OperationalError:
        return 0
    return len(numbers)
