"""What all actions share: permissions, refusals, and the current state of the row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Any, Final, Literal, ParamSpec, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.utils.translation import gettext as _

from catalog import history, search
from catalog.models import Record, Status

R = TypeVar("R", bound=Record)
P = ParamSpec("P")
T = TypeVar("T")
Actor = AbstractBaseUser | AnonymousUser | None
Permission = Literal["add", "change", "delete", "publish", "view"]


#: Whether a step is open, at whose end the search will be updated.
_open: Final[ContextVar[bool]] = ContextVar("catalog.actions.open", default=False)


class in_step:  # noqa: N801 - reads as a phrase, as context managers do
    """One transaction and one change set, at whose end the search is updated with what was written.

    Every action is such a step. A door that performs several actions together puts them into one,
    and says who acts (``by``), through which door (:class:`catalog.models.Door`) and why: the
    outermost step counts, and the search is updated once, at its end. A door whose actions are
    separate transactions in one change set wraps them in :func:`catalog.history.change_set`.
    ``entries`` is how many entries of the search are remade at its end; the rest is left for later.

    Also decorates functions; then ``by`` is the argument that the function is called with.
    """

    def __init__(
        self, *, by: Actor = None, door: str = "", reason: str = "", entries: int = search.AT_ONCE
    ) -> None:
        self._says: dict[str, Any] = {
            "by": by,
            "door": door,
            "reason": reason,
            "entries": entries,
        }
        self._steps: list[AbstractContextManager[None]] = []

    def __enter__(self) -> None:
        step = _step(**self._says)
        self._steps.append(step)
        step.__enter__()

    def __exit__(self, *raised: Any) -> bool | None:
        return self._steps.pop().__exit__(*raised)

    def __call__(self, act: Callable[P, T]) -> Callable[P, T]:
        """The function as a step."""

        @wraps(act)
        def taken(*args: P.args, **named: P.kwargs) -> T:
            with _step(**{**self._says, "by": named.get("by")}):
                return act(*args, **named)

        return taken


@contextmanager
def _step(*, by: Any, door: str, reason: str, entries: int) -> Iterator[None]:
    if _open.get():
        with transaction.atomic(), history.recording(by=by, door=door, reason=reason):
            yield
        return
    outermost = _open.set(True)
    try:
        with transaction.atomic(), history.recording(by=by, door=door, reason=reason):
            yield
            search.refresh(entries)
    finally:
        _open.reset(outermost)


@contextmanager
def tried() -> Iterator[None]:
    """A step that is rolled back at its end, to see what would happen.

    The search is not updated, history keeps nothing, and nobody else ever sees what was written.
    """
    outermost = _open.set(True)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        _open.reset(outermost)


class Refused(Exception):
    """An action was refused. The text says why and what to do; nothing was changed.

    ``field`` names what was sent if one value alone is to blame: another value would be accepted.
    """

    def __init__(self, said: str, *, field: str = "") -> None:
        super().__init__(said)
        self.field = field


def may(by: Actor, permission: Permission, record: Record) -> bool:
    """Whether ``by`` has a permission for the kind of ``record``; the catalogue itself (None) has
    every permission.
    """
    if by is None:
        return True
    return bool(getattr(by, "has_perm")(f"catalog.{permission}_{record.KIND}"))  # noqa: B009


def require(by: Actor, permission: Permission, record: Record, refusal: str) -> None:
    """Raise :class:`Refused` with ``refusal`` unless ``by`` has the permission."""
    if not may(by, permission, record):
        raise Refused(refusal)


def as_it_stands(record: R) -> R:
    """The row read again and locked until the transaction ends, so that two actions cannot overlap.

    Raises Refused if somebody has deleted it in the meantime.
    """
    try:
        return type(record)._base_manager.select_for_update().get(pk=record.pk)
    except type(record).DoesNotExist as gone:
        raise _deleted(record) from gone


def hold(record: Record, *columns: str) -> dict[str, Any]:
    """Lock the row as :func:`as_it_stands` does, and update some columns of the record with their
    current values; returns the values of all.

    Cheaper than making a record of the row, for steps that are taken ten thousand times. Raises Refused
    likewise.
    """
    rows = type(record)._base_manager.select_for_update().order_by().filter(pk=record.pk)
    names = [field.attname for field in record._meta.concrete_fields]
    stored: dict[str, Any] | None = next(iter(rows.values(*names)), None)
    if stored is None:
        raise _deleted(record)
    for column in columns:
        setattr(record, column, stored[column])
    return stored


def _deleted(record: Record) -> Refused:
    return Refused(_("“%(record)s” has since been deleted. Reload the list.") % {"record": record})


def move(record: Record, to: Status, *fields: str) -> None:
    """Write a new status and the named columns, and nothing else of the row."""
    record.status = to
    record.save(update_fields=["status", *fields])
