"""The picture that replaces one whose record was merged into another, so that its old addresses
redirect.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from catalog.iiif.image.held import HeldPicture, picture_for, public_picture
from catalog.models import MergedRecord

if TYPE_CHECKING:
    from catalog.models import Reader

#: Merging may be undone, and then the old address is the picture's own again.
ASKED_ANEW: Final = "no-cache"
#: What a curator is shown must not be cached for others.
FOR_NOBODY_ELSE: Final = "private, no-store"


def successor_of(uuid: UUID, reader: Reader) -> HeldPicture | None:
    """The picture of the record that one was merged into; None if there is none that ``reader`` may see.

    Two queries, the second only for what was merged.
    """
    into = MergedRecord.successor_of(uuid)
    if into is None:
        return None
    held = public_picture(into)
    if held is None and reader is not None and getattr(reader, "is_staff", False):
        held = picture_for(into, reader)
    return held
