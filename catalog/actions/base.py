"""What all actions share: who may, how a refusal is said, and the row as it stands now."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal, TypeVar

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from django.db import transaction
from django.utils.translation import gettext as _

from catalog import search
from catalog.models import Record, Status

R = TypeVar("R", bound=Record)
Actor = AbstractBaseUser | AnonymousUser | None
Permission = Literal["add", "change", "delete", "publish", "view"]


#: Whether a step is open, at whose end the search will follow.
_open: Final[ContextVar[bool]] = ContextVar("catalog.actions.open", default=False)


@contextmanager
def in_step() -> Iterator[None]:
    """One transaction, at whose end the search follows what was written. Every action is such a step.

    A door that takes several actions together puts them into one: the search then follows once, at the
    end of the outermost. Decorates functions as well.
    """
    if _open.get():
        with transaction.atomic():
            yield
        return
    outermost = _open.set(True)
    try:
        with transaction.atomic():
            yield
            search.refresh()
    finally:
        _open.reset(outermost)


class Refused(Exception):
    """An action that was not done. The text says why and what to do; nothing was changed."""


def may(by: Actor, permission: Permission, record: Record) -> bool:
    """Whether ``by`` has a permission for the kind of ``record``; the catalogue itself (None) may all."""
    if by is None:
        return True
    return bool(getattr(by, "has_perm")(f"catalog.{permission}_{record.KIND}"))  # noqa: B009


def require(by: Actor, permission: Permission, record: Record, refusal: str) -> None:
    """Raise :class:`Refused` with ``refusal`` unless ``by`` has the permission."""
    if not may(by, permission, record):
        raise Refused(refusal)


def as_it_stands(record: R) -> R:
    """The row read again and locked until the transaction ends, so that two actions cannot cross.

    Raises Refused when somebody deleted it in the meantime.
    """
    now = type(record)._base_manager.select_for_update().filter(pk=record.pk).first()
    if now is None:
        raise Refused(
            _("“%(record)s” was deleted in the meantime. Reload the list.") % {"record": record}
        )
    return now


def move(record: Record, to: Status, *fields: str) -> None:
    """Write a new status and the named columns, and nothing else of the row."""
    record.status = to
    record.save(update_fields=["status", *fields])
