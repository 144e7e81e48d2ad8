"""What a record's page says beyond its fields: further details, the same thing in other catalogues, exhibitions."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.db.models import CharField, F, Value

from catalog.models import SHOWN, Detail, ExhibitionPart, NameOf, OutsideIdentifier, Record
from catalog.pages.facts import Fact
from catalog.pages.facts import Value as Said
from catalog.pages.hierarchy import Step
from catalog.uris import exhibition_path

if TYPE_CHECKING:
    from catalog.models import Reader


#: The code of the kind of detail that gives a date in the words of its source (decision 23).
WORDS_OF_DATES: Final = "dates"
#: What a row is; rows are shown in this order.
_IDENTIFIER, _DETAIL, _EXHIBITION = range(3)


class Beyond(NamedTuple):
    """Facts of the details, sort by sort, outside identifiers, and the exhibitions that show the record.

    ``of_dates`` are those that give the source's own words for a date.
    """

    facts: list[Fact]
    of_dates: list[Fact]
    identifiers: list[OutsideIdentifier]
    exhibitions: list[Step]


def beyond_the_fields(record: Record, user: Reader) -> Beyond:
    """What belongs to a record and the reader may see. One query for all.

    Details of one sort are shown together, at the place of the first of them.
    """
    details, identifiers = (
        model.objects.visible_to(user, seen_from=model.RECORDS)
        for model in (Detail, OutsideIdentifier)
    )
    exhibits = ExhibitionPart.objects.visible_to(user, seen_from=SHOWN)
    rows = _rows(
        details, record, _DETAIL, NameOf("kind"), "text", "position", code="kind__code"
    ).union(
        _rows(identifiers, record, _IDENTIFIER, "authority", "value"),
        _rows(
            exhibits,
            record,
            _EXHIBITION,
            "exhibition__title",
            "exhibition__slug",
            "exhibition__position",
        ),
        all=True,
    )
    facts: dict[tuple[str, str], list[Said]] = defaultdict(list)
    found: list[OutsideIdentifier] = []
    exhibitions: dict[str, Step] = {}
    for what, _order, word, _pk, said, code in sorted(rows):
        if what == _DETAIL:
            facts[word, code].append(Said(said))
        elif what == _IDENTIFIER:
            found.append(OutsideIdentifier(authority=word, value=said))
        else:
            exhibitions.setdefault(said, Step(word, exhibition_path(said)))
    said_of_each: list[Fact] = []
    of_dates: list[Fact] = []
    for (word, code), values in facts.items():
        place = of_dates if code == WORDS_OF_DATES else said_of_each
        place.append(Fact(word, values, of_curators=True))
    return Beyond(said_of_each, of_dates, found, list(exhibitions.values()))


def below_the_dates(facts: list[Fact], words: list[Fact]) -> list[Fact]:
    """The facts of a record with the source's words for its dates after the last date; without one, at the end."""
    dated = [number for number, fact in enumerate(facts, 1) if any(one.date for one in fact.values)]
    place = max(dated, default=len(facts))
    return [*facts[:place], *words, *facts[place:]]


def _rows(
    rows: Any, record: Record, what: int, word: Any, said: str, order: str = "", code: str = ""
) -> Any:
    """Rows of one shape, in the order in which they are shown: details and exhibitions by their
    position, identifiers by their catalogue.
    """
    return (
        rows.filter(**{record.KIND: record})
        .order_by()
        .annotate(
            what=Value(what),
            in_order=F(order) if order else Value(0),
            word=F(word) if isinstance(word, str) else word,
            said=F(said),
            code=F(code) if code else Value("", output_field=CharField()),
        )
        .values_list("what", "in_order", "word", "pk", "said", "code")
    )
