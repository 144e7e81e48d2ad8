"""Save and remove a storage place, and say what it holds."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.actions.base import Actor, Refused, in_step
from catalog.models import Held, Shelving, StoragePlace


def held_in_words(held: Held, parts: int = 0) -> str:
    """What a storage place holds: “2 storage places, 12 documents, 1 image”; empty if nothing."""
    said: list[str] = []
    for number, words in (
        (parts, ngettext("%d storage place", "%d storage places", parts)),
        (held.documents, ngettext("%d document", "%d documents", held.documents)),
        (held.images, ngettext("%d image", "%d images", held.images)),
        (held.collections, ngettext("%d collection", "%d collections", held.collections)),
    ):
        if number:
            said.append(words % number)
    return ", ".join(said)


def why_not_storage_place(by: Actor, verb: str) -> str:
    """Why ``by`` may not add, change or delete storage places, in words; empty if they may."""
    if by is None or getattr(by, "has_perm")(f"catalog.{verb}_storageplace"):  # noqa: B009
        return ""
    if verb == "delete":
        return _("Only administrators may delete storage places.")
    return _("Only editors may make and change storage places.")


@in_step()
def keep_storage_place(place: StoragePlace, *, by: Actor) -> StoragePlace:
    """Save a new or a changed storage place.

    Consequence: what lies in it goes along with it. Raises Refused if ``by`` may not, and
    ValidationError for what the model refuses: a name or a code that is taken, a place in itself.
    """
    if reason := why_not_storage_place(by, "add" if place._state.adding else "change"):
        raise Refused(reason)
    place.full_clean()
    place.save()
    return place


@in_step()
def remove_storage_place(place: StoragePlace, *, by: Actor) -> None:
    """Delete a storage place.

    Raises Refused without permission, and while it holds something: the refusal says what.
    """
    if reason := why_not_storage_place(by, "delete"):
        raise Refused(reason)
    if reason := why_not_remove_storage_place(place):
        raise Refused(reason)
    try:
        with transaction.atomic():
            place.delete()
    except ProtectedError as refusal:
        raise Refused(
            _("Someone has just put something into “%(place)s”. Reload the page.")
            % {"place": place}
        ) from refusal


def what_is_in(place: StoragePlace) -> str:
    """What lies in a storage place and below it, in words; empty if nothing. Two queries."""
    held: Any = Shelving.objects.held_in([place.pk])[place.pk]
    return held_in_words(held, place.parts.count())


def why_not_remove_storage_place(place: StoragePlace) -> str:
    """Why a storage place cannot be deleted: what it holds, in words; empty if it is empty."""
    said = what_is_in(place)
    if not said:
        return ""
    return _("“%(place)s” still holds something (%(held)s). Move it elsewhere first.") % {
        "place": place,
        "held": said,
    }
