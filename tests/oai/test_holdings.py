"""Sets by collection: what a public collection holds, with everything below it, and nothing hidden."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog.documents import number_moved
from catalog.models import Document, PublicRecord, Status
from catalog.oai import verbs
from catalog.oai.holdings import Holdings, holdings
from tests.models.conftest import make
from tests.oai.test_harvest import NAMES, Harvester, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def put() -> Callable[..., Any]:
    """``put("document", "letter", collection=series)``: a public record with a slug."""

    def put(kind: str, slug: str, **fields: Any) -> Any:
        return make(kind, slug=slug, **{"status": Status.PUBLISHED, **fields})

    return put


@pytest.fixture
def archive(put: Any) -> dict[str, Any]:
    """A fonds with a series and a hidden one, below which another is public; each with a document."""
    found: dict[str, Any] = {"fonds": put("collection", "fonds")}
    found["series"] = put("collection", "series", parent=found["fonds"])
    found["closed"] = put("collection", "closed", parent=found["fonds"], status=Status.DRAFT)
    found["inner"] = put("collection", "inner", parent=found["closed"])
    for name in ("fonds", "series", "closed", "inner"):
        found[f"{name} letter"] = put("document", f"{name}-letter", collection=found[name])
    found["stray"] = put("document", "stray")
    return found


def sets(harvester: Harvester) -> dict[str, str]:
    """Every set with its name, page by page."""
    return {
        text_of(one, "oai:setSpec"): text_of(one, "oai:setName")
        for page in harvester.pages("ListSets")
        for one in page.iterfind("oai:ListSets/oai:set", NAMES)
    }


def names(archive: dict[str, Any], harvester: Harvester, **arguments: Any) -> set[str]:
    """The content of a list, by the names in the archive; deleted records have a cross."""
    by_address = {f"http://testserver/id/{one.uuid}": name for name, one in archive.items()}
    return {
        f"{by_address[address]}{' †' if gone else ''}"
        for address, gone in harvester.listed(**arguments)
    }


def test_each_public_collection_is_a_set_below_the_one_it_stands_in(
    archive: dict[str, Any], client: Any
) -> None:
    found = sets(Harvester())
    assert [name for name in found if name.startswith("holdings")] == [
        "holdings", "holdings:fonds", "holdings:fonds:series", "holdings:inner",
    ]  # fmt: skip
    assert found["holdings:fonds:series"] == archive["series"].title


@pytest.mark.parametrize(
    ("name", "held"),
    [
        ("holdings:fonds", {"fonds", "fonds letter", "series", "series letter"}),
        ("holdings:fonds:series", {"series", "series letter"}),
        # It does not say where it is, because what is above it is hidden.
        ("holdings:inner", {"inner", "inner letter"}),
        (
            "holdings",
            {"fonds", "fonds letter", "series", "series letter", "inner", "inner letter"},
        ),
    ],
)
def test_a_set_has_the_collection_and_all_that_is_below_it(
    archive: dict[str, Any], monkeypatch: pytest.MonkeyPatch, name: str, held: set[str]
) -> None:
    monkeypatch.setattr(verbs, "HEADERS", 1)
    assert names(archive, Harvester(), set=name) == held


def test_a_hidden_collection_is_no_set_and_no_record_tells_of_it(
    archive: dict[str, Any],
) -> None:
    harvester = Harvester()
    for name in ("holdings:closed", "holdings:fonds:closed", f"holdings:{archive['closed'].uuid}"):
        assert harvester.error("ListRecords", metadataPrefix="oai_dc", set=name) == "noRecordsMatch"
    answer = harvester.ask("ListIdentifiers", metadataPrefix="oai_dc")
    specs = {
        text_of(header, "oai:identifier"): [
            one.text for one in header.iterfind("oai:setSpec", NAMES)
        ]
        for header in answer.iter("{*}header")
    }

    def sets_of(name: str) -> list[str]:
        return specs[f"http://testserver/id/{archive[name].uuid}"]

    assert sets_of("series letter") == ["document", "holdings:fonds:series"]
    assert sets_of("series") == ["collection", "holdings:fonds:series"]
    assert sets_of("closed letter") == ["document"]
    assert sets_of("inner letter") == ["document", "holdings:inner"]
    assert sets_of("stray") == ["document"]


def test_who_harvests_a_set_is_told_what_is_gone_from_the_catalogue(
    archive: dict[str, Any],
) -> None:
    harvester = Harvester()
    harvester.listed()
    PublicRecord.objects.update(changed_at=timezone.now() - timedelta(hours=2))
    begun = (timezone.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    archive["series letter"].delete()
    Document.objects.filter(slug="fonds-letter").update(status=Status.WITHDRAWN)
    Document.objects.filter(slug="stray").update(collection=archive["series"])
    news = names(archive, harvester, set="holdings:fonds", from_=begun)
    assert {"series letter †", "fonds letter †", "stray"} <= news
    assert "stray" not in names(archive, harvester, set="holdings:inner")


def test_a_set_is_still_found_when_its_collection_was_renamed_or_moved(
    archive: dict[str, Any],
) -> None:
    series = archive["series"]
    series.slug, series.parent = "papers", None
    series.save()
    harvester = Harvester()
    assert "holdings:papers" in sets(harvester)
    for name in ("holdings:fonds:series", "holdings:papers", f"holdings:{series.uuid}"):
        assert names(archive, harvester, set=name) == {"series", "series letter"}


def changed_since(harvester: Harvester, archive: dict[str, Any]) -> Callable[[], set[str]]:
    """Harvest all, as if it were long ago; then what has changed since, and is told now."""
    harvester.listed()
    PublicRecord.objects.update(changed_at=timezone.now() - timedelta(hours=2))
    begun = (timezone.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return lambda: names(archive, harvester, set="holdings", from_=begun)


@pytest.mark.parametrize("size", [1, 2, 1000])
def test_what_a_moved_collection_holds_is_told_again_slice_by_slice(
    archive: dict[str, Any], put: Any, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    monkeypatch.setattr("catalog.documents.moved._SLICE", size)
    for number in range(3):
        archive[f"file {number}"] = put("collection", f"file-{number}", parent=archive["series"])
        archive[f"page {number}"] = put(
            "document", f"page-{number}", collection=archive[f"file {number}"]
        )
    other = archive["other"] = put("collection", "other")
    news = changed_since(harvester := Harvester(), archive)
    series = archive["series"]
    series.parent = other
    series.save()
    around = {"series", "fonds", "other"}
    assert news() == around, "whoever reads waits for no more than the collections that changed"
    within = {"series", "series letter"} | {f"{w} {n}" for w in ("file", "page") for n in range(3)}
    assert number_moved(pause=0) == len(within) - 1
    assert news() == within | around
    assert number_moved(pause=0) == 0
    sequences = list(PublicRecord.objects.values_list("sequence", flat=True))
    assert len(set(sequences)) == len(sequences)
    page = next(harvester.pages("ListRecords", metadataPrefix="oai_dc", set="holdings:other"))
    assert "holdings:other:series:file-1" in sets_told(page)


def sets_told(page: Any) -> set[str]:
    return {one.text for one in page.iterfind(".//oai:header/oai:setSpec", NAMES)}


@pytest.mark.parametrize("change", ["slug", "hidden", "shown"])
def test_another_name_and_another_visibility_above_are_told_below(
    archive: dict[str, Any], change: str
) -> None:
    news = changed_since(Harvester(), archive)
    name = "closed" if change == "shown" else "series"
    below = {"closed": {"inner", "inner letter"}, "series": {"series letter"}}[name]
    collection = archive[name]
    if change == "slug":
        collection.slug = "papers"
    else:
        collection.status = Status.PUBLISHED if change == "shown" else Status.WITHDRAWN
    collection.save()
    news()
    number_moved(pause=0)
    assert below <= {one.removesuffix(" †") for one in news() | set(told_elsewhere(archive))}


def told_elsewhere(archive: dict[str, Any]) -> set[str]:
    """What has changed within the hour, whatever set it is in."""
    recent = PublicRecord.objects.filter(changed_at__gt=timezone.now() - timedelta(hours=1))
    uuids = set(recent.values_list("uuid", flat=True))
    return {name for name, one in archive.items() if one.uuid in uuids}


def test_what_arrives_with_its_collection_is_told_once(archive: dict[str, Any], put: Any) -> None:
    harvester = Harvester()
    harvester.listed()
    put("document", "leaf", collection=put("collection", "bundle", parent=archive["series"]))
    harvester.listed()
    assert number_moved(pause=0) == 0


def test_the_tree_is_read_again_only_after_a_collection_changed(
    archive: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    whole = Holdings.read

    def reading() -> Holdings:
        read.append(1)
        return whole()

    monkeypatch.setattr(Holdings, "read", reading)
    harvester = Harvester()
    sets(harvester)
    Document.objects.filter(slug="stray").update(extent="1 leaf")
    assert "holdings:fonds:series" in sets(harvester)
    assert len(read) == 1
    archive["series"].title = "Papers of another sort"
    archive["series"].save()
    assert sets(harvester)["holdings:fonds:series"] == "Papers of another sort"
    assert len(read) == 2


def test_a_collection_whose_slug_no_set_can_have_goes_by_its_uuid(put: Any) -> None:
    papers = put("collection", "бумаги")
    assert f"holdings:{papers.uuid}" in sets(Harvester())


def test_sets_come_in_pages(archive: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = sets(Harvester())
    monkeypatch.setattr(verbs, "SETS", 3)
    assert list(sets(Harvester())) == list(whole)
    for token in ("nonsense", "WyJMaXN0U2V0cyIsICJub25lIl0", "MQ", "W10"):
        assert Harvester().error("ListSets", resumptionToken=token) == "badResumptionToken"


def test_a_museum_without_collections_has_no_sets_of_holdings(put: Any) -> None:
    put("document", "letter")
    assert not [name for name in sets(Harvester()) if name.startswith("holdings")]
    assert (
        Harvester().error("ListRecords", metadataPrefix="oai_dc", set="holdings")
        == "noRecordsMatch"
    )


def test_queries_do_not_grow_with_the_collections(put: Any) -> None:
    harvester = Harvester()

    def asked() -> int:
        harvester.listed()
        holdings.cache_clear()
        with CaptureQueriesContext(connection) as queries:
            harvester.listed(set="holdings:level-0")
        return len(queries)

    numbers = []
    above = None
    for number in range(12):
        above = put("collection", f"level-{number}", parent=above)
        put("document", f"letter-{number}", collection=above)
        if number in {1, 11}:
            numbers.append(asked())
    assert numbers[0] == numbers[1] <= 10
