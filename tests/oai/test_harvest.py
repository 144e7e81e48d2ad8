"""A harvester at the door: every verb and every error of OAI-PMH 2.0, and copies that end up equal."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from catalog.models import RECORD_MODELS, Contribution, Image, Person, PublicRecord, Status
from catalog.oai import verbs
from catalog.oai.arguments import Wanted
from catalog.oai.holdings import Holdings

NAMES = {
    "oai": "http://www.openarchives.org/OAI/2.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "oai_dc": "http://www.openarchives.org/OAI/2.0/oai_dc/",
}


#: The protocol as a grammar; every answer in these tests is checked against it.
GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).parent / "oai_pmh.rng"))


class Harvester(Client):
    """Sends a verb and arguments, and reads the XML, which must follow the protocol."""

    def ask(self, verb: str = "", **arguments: Any) -> Any:
        asked = {"verb": verb} if verb else {}
        asked |= {name.rstrip("_"): value for name, value in arguments.items()}
        answer = self.get("/oai", asked)
        assert answer.status_code == 200
        assert answer["Content-Type"] == "text/xml; charset=utf-8"
        return valid(answer.content)

    def error(self, verb: str = "", **arguments: Any) -> str:
        """The code of the one error in the answer."""
        (error,) = self.ask(verb, **arguments).findall("oai:error", NAMES)
        assert error.text
        return error.attrib["code"]

    def pages(self, verb: str, **arguments: Any) -> Iterator[Any]:
        """The answers of a whole list, one after the other."""
        while True:
            page = self.ask(verb, **arguments)
            yield page
            token = page.find(f"oai:{verb}/oai:resumptionToken", NAMES)
            if token is None or not token.text:
                return
            arguments = {"resumptionToken": token.text}

    def listed(self, **arguments: Any) -> list[tuple[str, bool]]:
        """Identifiers of a whole list, each with whether the record is deleted."""
        return [
            (text_of(header, "oai:identifier"), header.get("status") == "deleted")
            for page in self.pages("ListIdentifiers", metadataPrefix="oai_dc", **arguments)
            for header in page.iterfind("oai:ListIdentifiers/oai:header", NAMES)
        ]


def valid(answer: bytes) -> Any:
    """A parsed answer in which the grammar has found nothing wrong."""
    read = etree.fromstring(answer)
    GRAMMAR.assertValid(read)
    return read


def text_of(element: Any, path: str) -> str:
    found = element.find(path, NAMES)
    assert found is not None and found.text is not None
    return found.text


@pytest.fixture
def harvester(db: None) -> Harvester:
    return Harvester()


def public_identifiers() -> set[str]:
    return {
        f"http://testserver/id/{uuid}"
        for model in RECORD_MODELS.values()
        for uuid in model.objects.visible_to(None).values_list("uuid", flat=True)
    }


def test_the_catalogue_identifies_itself(
    museum: SimpleNamespace, harvester: Harvester, settings: Any
) -> None:
    settings.CATALOG = {"NAME": "Papers & <Pictures>", "CONTACT": "archive@example.org"}
    answer = harvester.ask("Identify")
    identity = answer.find("oai:Identify", NAMES)
    assert identity is not None
    said = {one.tag.rpartition("}")[2]: one.text for one in identity}
    assert said.pop("earliestDatestamp")[:4] == str(timezone.now().year)
    assert said == {
        "repositoryName": "Papers & <Pictures>",
        "baseURL": "http://testserver/oai",
        "protocolVersion": "2.0",
        "adminEmail": "archive@example.org",
        "deletedRecord": "persistent",
        "granularity": "YYYY-MM-DDThh:mm:ssZ",
    }
    request = answer.find("oai:request", NAMES)
    assert request is not None and request.attrib == {"verb": "Identify"}


def test_a_list_in_pages_has_every_public_record_once(
    museum: SimpleNamespace, harvester: Harvester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verbs, "HEADERS", 3)
    monkeypatch.setattr(verbs, "RECORDS", 4)
    headers = harvester.listed()
    assert sorted(headers) == sorted((one, False) for one in public_identifiers())
    pages = list(harvester.pages("ListRecords", metadataPrefix="oai_dc"))
    records = [one for page in pages for one in page.iterfind("oai:ListRecords/oai:record", NAMES)]
    assert [text_of(one, "oai:header/oai:identifier") for one in records] == [
        one for one, _gone in headers
    ]
    tokens = [page.find("oai:ListRecords/oai:resumptionToken", NAMES) for page in pages]
    assert [(token.get("cursor"), token.get("completeListSize")) for token in tokens] == [
        (str(4 * number), str(len(headers))) for number in range(len(pages))
    ]
    assert not tokens[-1].text


def test_a_short_list_has_no_token(museum: SimpleNamespace, harvester: Harvester) -> None:
    answer = harvester.ask("ListRecords", metadataPrefix="oai_dc", set="person")
    assert answer.find("oai:ListRecords/oai:resumptionToken", NAMES) is None


def test_sets_are_the_kinds(museum: SimpleNamespace, harvester: Harvester) -> None:
    sets = [
        text_of(one, "oai:setSpec")
        for one in harvester.ask("ListSets").iterfind("oai:ListSets/oai:set", NAMES)
    ]
    assert sets[: len(RECORD_MODELS)] == list(RECORD_MODELS)
    by_set = {name: {one for one, _gone in harvester.listed(set=name)} for name in RECORD_MODELS}
    assert by_set["image"] == {
        f"http://testserver/id/{one.uuid}" for one in Image.objects.visible_to(None)
    }
    assert set().union(*by_set.values()) == public_identifiers()


def test_a_copy_that_follows_ends_equal(
    museum: SimpleNamespace, harvester: Harvester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Changed, hidden, deleted and new records are in the next harvest, which begins where the last
    one did.
    """
    monkeypatch.setattr(verbs, "HEADERS", 2)
    copy = {one for one, _gone in harvester.listed()}
    PublicRecord.objects.update(changed_at=timezone.now() - timedelta(hours=2))
    begun = (timezone.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    museum.trotsky.summary = "Written anew"
    museum.trotsky.save()
    deleted = f"http://testserver/id/{museum.nobody.uuid}"
    museum.nobody.delete()
    hidden = f"http://testserver/id/{museum.sedova.uuid}"
    Person.objects.filter(pk=museum.sedova.pk).update(status=Status.WITHDRAWN)
    Person.objects.create(title="Somebody new", identifier="NEW", status=Status.PUBLISHED)
    news = harvester.listed(from_=begun)
    assert (deleted, True) in news and (hidden, True) in news
    assert (f"http://testserver/id/{museum.trotsky.uuid}", False) in news
    copy = (copy | {one for one, gone in news if not gone}) - {one for one, gone in news if gone}
    assert copy == public_identifiers()
    one = harvester.ask("GetRecord", metadataPrefix="oai_dc", identifier=deleted)
    (record,) = one.iterfind("oai:GetRecord/oai:record", NAMES)
    assert [child.tag.rpartition("}")[2] for child in record] == ["header"]


def test_a_record_in_dublin_core(museum: SimpleNamespace, harvester: Harvester) -> None:
    contribution = (
        Contribution.objects.visible_to(None)
        .filter(document__isnull=False)
        .select_related()
        .first()
    )
    assert contribution is not None
    document = contribution.document
    document.title, document.summary = "On <terror> & \x0bcourage", "What “was”"
    document.save()
    answer = harvester.ask(
        "GetRecord", metadataPrefix="oai_dc", identifier=f"http://testserver/id/{document.uuid}"
    )
    elements = answer.find("oai:GetRecord/oai:record/oai:metadata/oai_dc:dc", NAMES)
    assert elements is not None
    said = [(one.tag.rpartition("}")[2], one.text) for one in elements]
    assert ("title", "On <terror> & courage") in said
    assert ("description", "What “was”") in said
    assert ("type", "Text") in said
    assert ("identifier", f"http://testserver/id/{document.uuid}") in said
    assert ("identifier", document.identifier) in said
    people = {text for name, text in said if name in {"creator", "contributor", "publisher"}}
    assert contribution.person.title in people
    assert len(said) == len(set(said))


def test_a_fonds_names_its_creator_in_dublin_core(
    museum: SimpleNamespace, harvester: Harvester
) -> None:
    answer = harvester.ask(
        "GetRecord", metadataPrefix="oai_dc", identifier=f"http://testserver/id/{museum.fonds.uuid}"
    )
    creators = answer.iterfind(".//{http://purl.org/dc/elements/1.1/}creator")
    assert [one.text for one in creators] == ["Leon Trotsky"]


@pytest.mark.parametrize(
    ("code", "verb", "arguments"),
    [
        ("badVerb", "", {}),
        ("badVerb", "listrecords", {}),
        ("badArgument", "Identify", {"set": "person"}),
        ("badArgument", "ListRecords", {}),
        ("badArgument", "ListRecords", {"metadataPrefix": ""}),
        ("badArgument", "ListRecords", {"metadataPrefix": "oai_dc", "from_": "yesterday"}),
        ("badArgument", "ListRecords", {"metadataPrefix": "oai_dc", "from_": "2026-02-30"}),
        ("badArgument", "ListRecords", {"metadataPrefix": "oai_dc", "from_": "2026-01-01T10:00:00"}),
        ("badArgument", "ListRecords", {"metadataPrefix": "oai_dc", "from_": "2026-01-02", "until": "2026-01-01"}),
        ("badArgument", "ListRecords", {"metadataPrefix": "oai_dc", "from_": "2026-01-01", "until": "2026-01-02T00:00:00Z"}),  # noqa: E501
        ("badArgument", "ListRecords", {"metadataPrefix": ["oai_dc", "oai_dc"]}),
        ("badArgument", "ListRecords", {"metadataPrefix": "oai_dc", "resumptionToken": "x"}),
        ("badArgument", "GetRecord", {"metadataPrefix": "oai_dc"}),
        ("badResumptionToken", "ListRecords", {"resumptionToken": "x"}),
        ("badResumptionToken", "ListSets", {"resumptionToken": "x"}),
        ("cannotDisseminateFormat", "ListRecords", {"metadataPrefix": "marc21"}),
        ("idDoesNotExist", "GetRecord", {"metadataPrefix": "oai_dc", "identifier": "oai:elsewhere:1"}),
        ("idDoesNotExist", "ListMetadataFormats", {"identifier": f"http://testserver/id/{uuid4()}"}),
        ("noRecordsMatch", "ListRecords", {"metadataPrefix": "oai_dc", "until": "1999-12-31"}),
        ("noRecordsMatch", "ListIdentifiers", {"metadataPrefix": "oai_dc", "set": "letters"}),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_is_told_by_its_code(
    museum: SimpleNamespace, harvester: Harvester, code: str, verb: str, arguments: dict[str, Any]
) -> None:
    assert harvester.error(verb, **arguments) == code


def test_a_hidden_record_does_not_exist(museum: SimpleNamespace, harvester: Harvester) -> None:
    harvester.listed()
    hidden = [
        one.uuid
        for model in RECORD_MODELS.values()
        for one in model.objects.all()
        if not model.objects.visible_to(None).filter(pk=one.pk).exists()
    ]
    assert hidden
    for uuid in hidden:
        identifier = f"http://testserver/id/{uuid}"
        assert (
            harvester.error("GetRecord", metadataPrefix="oai_dc", identifier=identifier)
            == "idDoesNotExist"
        )


def test_a_form_is_answered_like_an_address(museum: SimpleNamespace) -> None:
    client = Client(enforce_csrf_checks=True)
    asked = {"verb": "ListIdentifiers", "metadataPrefix": "oai_dc"}
    by_form, by_address = client.post("/oai", asked), client.get("/oai", asked)
    without_clock = re.compile(rb"<responseDate>[^<]*")
    assert without_clock.sub(b"", by_form.content) == without_clock.sub(b"", by_address.content)


_MOMENTS = st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC))


@pytest.mark.once
@given(
    since=st.none() | _MOMENTS, before=st.none() | _MOMENTS, after=_MOMENTS,
    kind=st.sampled_from(list(RECORD_MODELS)), after_id=st.integers(0, 2**63 - 1),
    verb=st.sampled_from(["ListRecords", "ListIdentifiers"]),
    held_in=st.none() | st.just("") | st.uuids().map(str),
)  # fmt: skip
def test_a_token_means_what_it_was_made_of(
    since: Any, before: Any, after: datetime, kind: Any, after_id: int, verb: str, held_in: Any
) -> None:
    wanted = Wanted((kind,), since, before, kind, after, after_id, 100, 1_000, held_in)
    assert Wanted.of(verb, {"resumptionToken": wanted.token(verb)}, Holdings()) == wanted


_PARTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda part: (
        st.lists(part, max_size=9) | st.dictionaries(st.text(max_size=3), part, max_size=3)
    ),
    max_leaves=12,
)


@given(
    token=st.text(max_size=40)
    | _PARTS.map(lambda told: urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("="))
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_token_that_was_made_up_is_a_fault(harvester: Harvester, token: str) -> None:
    assert harvester.error("ListRecords", resumptionToken=token) == "badResumptionToken"


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"<responseDate>", b"<responseDate>2026-11-28 "),
        (b"</datestamp>", b"</datestamp><datestamp>2026-11-28T00:00:00Z</datestamp>"),
        (b"<header>", b'<header status="deleted">'),
        (b"dc:title>", b"dc:heading>"),
        (b"<setSpec>", b"<setSpec> "),
        (b'verb="ListRecords"', b'verb="ListRecord"'),
        (b"<ListRecords>", b"<ListRecords><record/>"),
        (b"http://purl.org/dc/elements/1.1/", b"http://purl.org/dc/elements/1.0/"),
        (b"</ListRecords>", b"<resumptionToken/></ListRecords>"),
    ],
)
def test_the_grammar_refuses_what_the_protocol_does(
    museum: SimpleNamespace, client: Client, was: bytes, becomes: bytes
) -> None:
    asked = {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "person"}
    answer = client.get("/oai", asked).content
    valid(answer)
    assert was in answer
    with pytest.raises(etree.DocumentInvalid):
        valid(answer.replace(was, becomes))


_WORDS = st.sampled_from(
    ["oai_dc", "person", "2026-11-28", "marc 21", "a:b", "é", "", "http://x/1"]
)


@given(
    verb=st.sampled_from(["Identify", "ListSets", "GetRecord", "ListRecords", "ListMetadataFormats"]),
    arguments=st.dictionaries(
        st.sampled_from(["identifier", "metadataPrefix", "from", "until", "set", "resumptionToken", "x"]),
        _WORDS | st.text(max_size=6),
        max_size=3,
    ),
)  # fmt: skip
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_asked_the_answer_is_as_the_protocol_wants_it(
    harvester: Harvester, verb: str, arguments: dict[str, str]
) -> None:
    """An error repeats the request, so what cannot be part of an answer has to be refused as a whole."""
    valid(harvester.get("/oai", {"verb": verb, **arguments}).content)


def test_whoever_harvests_too_quickly_is_asked_to_wait(
    museum: SimpleNamespace,
    client: Client,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    settings.VAR_DIR = tmp_path
    settings.CATALOG = {"HARVESTS_A_MINUTE": 2}
    monkeypatch.setattr("catalog.fair_use.allowance.time.time", lambda: 1_000_000_010)
    answers = [client.get("/oai", {"verb": "Identify"}) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 503]
    assert answers[2]["Retry-After"] == str(60 - 1_000_000_010 % 60)
    assert client.get("/api/v1/").status_code == 200
    assert client.get("/oai", {"verb": "Identify"}, REMOTE_ADDR="10.0.0.9").status_code == 200
