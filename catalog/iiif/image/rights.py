"""How much of a picture its rights let visitors have: the original, the whole in any size, or a
small size.
"""

from __future__ import annotations

from typing import Final

from catalog.conf import catalogue_settings
from catalog.iiif.image.parameters import Limits
from catalog.iiif.image.sizes import LONGEST_SIDE
from catalog.models import Image
from catalog.values import Freedom, rights_statement

#: What visitors may download as a whole.
_MAY_BE_TAKEN: Final = frozenset({Freedom.FREE, Freedom.CONDITIONS})


def may_be_downloaded(image: Image) -> bool:
    """Whether the rights statement lets visitors have the original; without one they may not."""
    statement = image.rights_statement
    return statement is not None and statement.freedom in _MAY_BE_TAKEN


def is_restricted(rights: str) -> bool:
    """Whether a rights statement only lets the public see a small size."""
    statement = rights_statement(rights)
    return statement is not None and statement.freedom is Freedom.RESTRICTED


def size_for_public(width: int, height: int, rights: str) -> tuple[int, int]:
    """Pixels of the picture as the public may see it: a restricted one is small, whatever is asked for."""
    if not is_restricted(rights):
        return width, height
    return Limits(LONGEST_SIDE, catalogue_settings().RESTRICTED_PIXELS).within(width, height)
