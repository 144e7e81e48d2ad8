"""On whose behalf a job acts."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from catalog.actions.base import Actor, Refused
from catalog.jobs import Run


def asker(run: Run, account: int | None) -> Actor:
    """The user who asked for a job, with the rights that they have by now; None for the catalogue itself.

    ``account`` is the key that the job was given when it was asked for. Raises Refused if the
    account has since been deleted: a job without an owner must not continue with the rights of the
    catalogue itself.
    """
    if account is None and run.by is None:
        return None
    key = account if account is not None else run.by.pk
    found = get_user_model()._default_manager.filter(pk=key).first()
    if found is None:
        raise Refused(
            _(
                "The account that requested this has been deleted. Request it again from another account."
            )
        )
    return found
