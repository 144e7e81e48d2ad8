"""Orders of a list."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from catalog.filters import FILTERS, ORDERS
from catalog.uris import KINDS, Kind


def ordered(kind: Kind, name: str) -> list[str]:
    order = next(order for order in ORDERS[kind] if order.name == name)
    return [record.title for record in order.of(FILTERS[kind]({}, user=None).qs)]


def test_by_date_the_undated_stand_last_both_ways(museum: SimpleNamespace) -> None:
    assert ordered("event", "date")[:3] == ["Terror", "Moscow trial", "Assassination"]
    assert ordered("event", "date")[3:] == ["Rumour"]
    assert ordered("event", "-date") == ["Assassination", "Moscow trial", "Terror", "Rumour"]


def test_documents_are_filed_by_writing_else_by_publication(museum: SimpleNamespace) -> None:
    museum.diary.written, museum.diary.published = None, "1928"
    museum.diary.save()
    assert ordered("document", "date")[:2] == ["Diary 100% true", "My Life"]


def test_persons_are_filed_by_sort_name(museum: SimpleNamespace) -> None:
    assert ordered("person", "title") == ["Bureau", "Natalia Sedova", "Nobody", "Leon Trotsky"]


def test_recently_changed_come_first(museum: SimpleNamespace) -> None:
    museum.nobody.save()
    assert ordered("person", "updated")[0] == "Nobody"


@pytest.mark.parametrize("kind", KINDS)
def test_every_order_ends_with_the_id(museum: SimpleNamespace, kind: Kind) -> None:
    for order in ORDERS[kind]:
        assert str(order.columns[-1]).lstrip("-") == "id"
        assert sorted(ordered(kind, order.name)) == sorted(ordered(kind, "title"))
