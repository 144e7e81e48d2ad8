"""More like this: the records that share most with the one on the page, and what they share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.utils.functional import Promise

from catalog.pages.cards import Card
from catalog.pages.hierarchy import Trail
from catalog.pages.kinds import kind_of
from catalog.pages.search_cards import cards_of
from catalog.search import Shared, alike
from catalog.values import Label

if TYPE_CHECKING:
    from catalog.models import Reader

#: Cards in the row.
SHOWN: Final = 6
#: How many shared things a card names.
NAMED: Final = 3


@dataclass(frozen=True, slots=True)
class Common:
    """Something that both records have. ``is_ours``: in the language of the page, as decades are, and
    terms that have a name in it.
    """

    label: str | Promise
    is_ours: bool


@dataclass(frozen=True, slots=True)
class LikeCard:
    """A record like this one: its card, what both have, and how much more they share.

    ``kind_name`` is empty if all are of the page's kind.
    """

    card: Card
    kind_name: Any
    common: list[Common]
    further: int


def like_this(record: Any, trail: Trail, reader: Reader) -> list[LikeCard] | None:
    """The records most like one, without its neighbours in its collection, to which the page links anyway.

    None while the search index is behind the records. At most five queries.
    """
    beside = (trail.before, trail.after) if trail.above else ()
    neighbours = [step.url for step in beside if step]
    found = alike(record.KIND, record.pk, reader, SHOWN + len(neighbours))
    if found is None:
        return None
    found = [one for one in found if one.record.get_absolute_url() not in neighbours][:SHOWN]
    shown = cards_of(((one.record, one.place) for one in found), reader)
    is_mixed = any(one.record.KIND != record.KIND for one in found)
    rows = []
    for one, card in zip(found, shown, strict=True):
        common = in_common(one.shared)
        kind_name = kind_of(one.record) if is_mixed else ""
        rows.append(LikeCard(card, kind_name, common[:NAMED], len(common[NAMED:])))
    return rows


def in_common(shared: Iterable[Shared]) -> list[Common]:
    """What two records have in common, the rarest first; their decades combined into one span."""
    decades = sorted(
        (one for one in shared if one.facet == "decade"), key=lambda one: int(one.code)
    )
    found = []
    for one in shared:
        if one.facet != "decade":
            found.append(Common(one.label, is_ours=isinstance(one.label, Label)))
        elif one is decades[0]:
            span = dict.fromkeys(str(end.label) for end in (decades[0], decades[-1]))
            found.append(Common("–".join(span), is_ours=True))
    return found
