"""Harvesting in more than one format: LIDO for documents and images, Dublin Core for everything."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import (
    Contribution,
    Document,
    OutsideIdentifier,
    Person,
    Place,
    Status,
)
from catalog.oai import verbs
from catalog.oai.arguments import Wanted, written_token
from catalog.oai.holdings import Holdings
from tests.filters.small_museum import made
from tests.oai.test_harvest import NAMES, Harvester, text_of

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
LIDO = "{http://www.lido-schema.org}"


@pytest.fixture
def harvester(db: None) -> Harvester:
    return Harvester()


def address(record: Any) -> str:
    return f"http://testserver/id/{record.uuid}"


def prefixes(harvester: Harvester, **arguments: str) -> list[str]:
    answer = harvester.ask("ListMetadataFormats", **arguments)
    return [one.text for one in answer.iterfind(".//oai:metadataPrefix", NAMES)]


def test_each_record_has_the_formats_that_can_describe_it(
    museum: SimpleNamespace, harvester: Harvester
) -> None:
    assert prefixes(harvester) == ["oai_dc", "lido"]
    image = next(iter(harvester.listed(set="image")))[0]
    assert prefixes(harvester, identifier=image) == ["oai_dc", "lido"]
    assert prefixes(harvester, identifier=address(museum.trotsky)) == ["oai_dc"]
    asked = {"metadataPrefix": "lido", "identifier": address(museum.trotsky)}
    assert harvester.error("GetRecord", **asked) == "cannotDisseminateFormat"


def test_a_list_as_lido_in_pages_has_every_work_once(
    museum: SimpleNamespace, harvester: Harvester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verbs, "RECORDS", 2)
    works = [one for kind in ("document", "image") for one, _gone in harvester.listed(set=kind)]
    pages = list(harvester.pages("ListRecords", metadataPrefix="lido"))
    assert len(pages) > 2
    found = []
    for page in pages:
        for record in page.iterfind(".//oai:record", NAMES):
            (metadata,) = record.find("oai:metadata", NAMES)
            assert metadata.tag == f"{LIDO}lido"
            assert metadata.findtext(f"{LIDO}lidoRecID") == text_of(record, ".//oai:identifier")
            found.append(text_of(record, ".//oai:identifier"))
    assert found == works
    token = pages[0].find(".//oai:resumptionToken", NAMES)
    assert token.get("completeListSize") == str(len(works))


def test_sets_are_narrowed_to_what_the_format_describes(
    museum: SimpleNamespace, harvester: Harvester
) -> None:
    def listed(name: str) -> set[str]:
        answer = harvester.ask("ListIdentifiers", metadataPrefix="lido", set=name)
        return {one.text for one in answer.iterfind(".//oai:identifier", NAMES)}

    assert listed("image") == {one for one, _gone in harvester.listed(set="image")}
    held = {one for one, _gone in harvester.listed(set="holdings")}
    collections = {one for one, _gone in harvester.listed(set="collection")}
    assert listed("holdings") == held - collections != set()
    asked = {"metadataPrefix": "lido", "set": "person"}
    assert harvester.error("ListRecords", **asked) == "noRecordsMatch"


def test_a_deleted_work_is_told_in_every_format(
    museum: SimpleNamespace, harvester: Harvester
) -> None:
    letter = made(Document, "Short-lived")
    harvester.listed()
    type(letter).objects.filter(pk=letter.pk).update(status=Status.WITHDRAWN)
    answer = harvester.ask("GetRecord", metadataPrefix="lido", identifier=address(letter))
    (record,) = answer.iterfind(".//oai:record", NAMES)
    assert [child.tag.rpartition("}")[2] for child in record] == ["header"]
    assert record[0].get("status") == "deleted"


@pytest.mark.once
def test_a_token_remembers_its_format_and_old_ones_still_work() -> None:
    since = LONG_AGO
    more = {"kind": "image", "after": since, "after_id": 7, "told": 100, "total": 300}
    for held_in in (None, ""):
        wanted = Wanted(("image",), held_in=held_in, prefix="lido", **more)
        token = wanted.token("ListRecords")
        assert Wanted.of("ListRecords", {"resumptionToken": token}, Holdings()) == wanted
    # As they were given before there was more than one format.
    old = written_token(["ListRecords", ["image"], None, None, "image", 5, 7, 100, 300])
    assert Wanted.of("ListRecords", {"resumptionToken": old}, Holdings()).prefix == "oai_dc"


@pytest.mark.parametrize("end", [["marc21"], ["lido", 1], [None, "lido"]])
def test_a_made_up_format_or_kind_is_no_token(harvester: Harvester, end: list[Any]) -> None:
    told = [
        "ListRecords",
        ["person"],
        None,
        None,
        "person",
        5,
        7,
        100,
        300,
        *([None] * (len(end) < 2)),
        *end,
    ]
    asked = {"resumptionToken": written_token(told)}
    assert harvester.error("ListRecords", **asked) == "badResumptionToken"


def test_a_page_as_lido_needs_four_queries_more_than_its_headers(
    museum: SimpleNamespace, harvester: Harvester
) -> None:
    """However many records there are, and whatever they name."""

    def queries(verb: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            harvester.ask(verb, metadataPrefix="lido")
        return len(asked)

    harvester.ask("ListRecords", metadataPrefix="lido")
    few = queries("ListRecords")
    # The documents of two kinds, the persons that they name, and what these are called elsewhere.
    assert few == queries("ListIdentifiers") + 4
    role = Contribution.objects.filter(document__isnull=False)[0].role
    for number in range(6):
        person = made(Person, f"Writer {number}")
        place = made(Place, f"Town {number}")
        letter = made(Document, f"Letter {number}", place=place)
        Contribution.objects.create(person=person, document=letter, role=role)
        OutsideIdentifier.objects.create(person=person, authority="viaf", value=f"1{number}")
        OutsideIdentifier.objects.create(place=place, authority="tgn", value=f"1{number}")
    harvester.ask("ListRecords", metadataPrefix="lido")
    assert queries("ListRecords") == few
