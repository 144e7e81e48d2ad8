"""Orders of a list."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.filters import FILTERS, ORDERS, orders
from catalog.models import RECORD_MODELS, Document, Event
from catalog.uris import KINDS, Kind
from tests.plans import plan_of

Told = dict[str, Any]


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


@pytest.mark.parametrize("name", ["date", "-date"])
def test_a_page_by_date_is_a_part_of_the_whole_order(
    museum: SimpleNamespace, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "_FEW", 0)
    Event.objects.create(identifier="E.91", title="Until 1937", date="../1937", status="published")
    Event.objects.create(identifier="E.92", title="Of 1940", date="1940", status="published")
    order = next(order for order in ORDERS["event"] if order.name == name)
    events = FILTERS["event"]({}, user=None).qs
    whole = [event.pk for event in order.of(events)]
    dated = events.exclude(date__isnull=True).count()
    assert dated < len(whole)
    told: Told = {"kind": "event", "reader": None, "dated": dated, "total": len(whole)}
    for start in range(len(whole)):
        page = order.page(events, slice(start, start + 2), **told)
        assert [event.pk for event in page] == whole[start : start + 2], start


@pytest.mark.parametrize("kind", ["event", "document"])
@pytest.mark.parametrize("name", ["date", "-date"])
@pytest.mark.parametrize("start", [0, 48])
def test_the_first_and_the_last_by_date_are_read_from_the_ends_of_an_index(
    museum: SimpleNamespace, kind: Kind, name: str, start: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "_FEW", 0)
    for number in range(50):
        Event.objects.create(
            identifier=f"E.{number}", title="Hearing", date="1937", status="published"
        )
        Document.objects.create(
            identifier=f"D.{number}", title="Record", written="1937", status="published"
        )
    order = next(order for order in ORDERS[kind] if order.name == name)
    # All of them: in a small table the few that are public would be found by their status.
    records = RECORD_MODELS[kind].objects.all()
    total = records.count()
    told: Told = {"kind": kind, "reader": None, "dated": total - 1, "total": total}
    with CaptureQueriesContext(connection) as queries:
        order.page(records, slice(start, start + 2), **told)
    asked = [one["sql"] for one in queries if " LIMIT 2" in one["sql"]]
    assert len(asked) == 1
    skipped = int(asked[0].rpartition(" OFFSET ")[2]) if " OFFSET " in asked[0] else 0
    assert skipped < 10
    plan = plan_of(asked[0])
    assert f"{kind}_by_date" in plan, plan
    assert "Sort" not in plan and "TEMP B-TREE" not in plan, plan
