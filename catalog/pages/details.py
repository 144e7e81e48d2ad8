"""What a record's page says beyond its fields: further details, and the same thing in other catalogues."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import F, Value

from catalog.models import Detail, OutsideIdentifier, Record
from catalog.pages.facts import Fact
from catalog.pages.facts import Value as Said

if TYPE_CHECKING:
    from catalog.models import Reader


class Beyond(NamedTuple):
    """Facts of the details, sort by sort, and outside identifiers."""

    facts: list[Fact]
    identifiers: list[OutsideIdentifier]


def beyond_the_fields(record: Record, user: Reader) -> Beyond:
    """What belongs to a record and the reader may see. One query for both.

    Details of one sort are shown together, at the place of the first of them.
    """
    details = _rows(Detail, record, user, "kind__label", "text", "position")
    identifiers = _rows(OutsideIdentifier, record, user, "authority", "value")
    facts: dict[str, list[Said]] = defaultdict(list)
    found: list[OutsideIdentifier] = []
    for is_detail, _order, word, _pk, said in sorted(details.union(identifiers, all=True)):
        if is_detail:
            facts[word].append(Said(said))
        else:
            found.append(OutsideIdentifier(authority=word, value=said))
    return Beyond([Fact(word, said, of_curators=True) for word, said in facts.items()], found)


def _rows(model: Any, record: Record, user: Reader, word: str, said: str, order: str = "") -> Any:
    """Rows of one shape, in the order in which they are shown: details by their position,
    identifiers by their catalogue.
    """
    rows = model.objects.visible_to(user, seen_from=model.RECORDS).filter(**{record.KIND: record})
    return (
        rows.order_by()
        .annotate(
            is_detail=Value(int(model is Detail)),
            in_order=F(order) if order else Value(0),
            word=F(word),
            said=F(said),
        )
        .values_list("is_detail", "in_order", "word", "pk", "said")
    )
