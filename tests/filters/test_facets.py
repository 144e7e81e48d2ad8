"""The numbers beside the values of a filter are the numbers that the filter finds."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from catalog.filters import FILTERS, offers
from catalog.uris import KINDS, Kind

ADDRESSES = [
    "",
    "q=e",
    "date_from=1930",
    "type=book",
    "subject=exile",
    "person=leon-trotsky",
    "event=assassination",
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("address", ADDRESSES)
def test_a_count_is_what_choosing_the_value_alone_finds(
    museum: SimpleNamespace, kind: Kind, address: str
) -> None:
    chosen = FILTERS[kind](QueryDict(address), user=None)
    for offer in offers(chosen):
        for option in offer.options:
            asked = QueryDict(address, mutable=True)
            asked.setlist(offer.name, [option.code])
            assert FILTERS[kind](asked, user=None).qs.count() == option.count, (offer.name, option)


def test_a_facet_leaves_its_own_filter_out_and_keeps_what_is_chosen(
    museum: SimpleNamespace,
) -> None:
    chosen = FILTERS["document"](QueryDict("type=letter&language=en"), user=None)
    by_name = {offer.name: {one.code: one for one in offer.options} for offer in offers(chosen)}
    assert by_name["type"]["letter"].chosen and by_name["type"]["letter"].count == 0
    assert by_name["type"]["book"].count == 1
    assert "ru" not in by_name["language"]
    assert by_name["language"]["en"].chosen


def test_narrower_values_follow_the_broader(museum: SimpleNamespace) -> None:
    types = next(
        o for o in offers(FILTERS["document"](QueryDict(""), user=None)) if o.name == "type"
    )
    assert [(one.code, one.depth, one.count) for one in types.options] == [
        ("published-work", 0, 2),
        ("book", 1, 1),
        ("letter", 0, 1),
    ]


def test_all_facets_cost_four_queries_while_the_index_is_behind(museum: SimpleNamespace) -> None:
    museum.life.save()
    chosen = FILTERS["document"](QueryDict("person=leon-trotsky"), user=None)
    assert chosen.given
    with CaptureQueriesContext(connection) as queries:
        assert len(offers(chosen)) >= 6
    assert len(queries) == 4
