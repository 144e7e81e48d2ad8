"""A collection as EAD, a person as EAC-CPF: valid against the official schemas, complete, and only
what is public.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from lxml import etree

from catalog.documents import ORIGIN, as_text, documents, joined
from catalog.formats import ead, lido
from catalog.models import (
    Collection,
    Contribution,
    Detail,
    Document,
    Image,
    OutsideIdentifier,
    Page,
    Participation,
    Person,
    PersonName,
    Relationship,
    Topic,
)
from tests.pages.conftest import HELD

SCHEMAS = Path(str(find_spec("glamconv").origin)).parent
LIDO = etree.RelaxNG(etree.parse(Path(__file__).parents[1] / "formats" / "lido.rng"))
EAC = {"eac": "urn:isbn:1-931666-33-4", "xlink": "http://www.w3.org/1999/xlink"}


@pytest.fixture(scope="module")
def ead_schema() -> etree.DTD:
    return etree.DTD(str(SCHEMAS / "ead/ead-2002-dtd/ead.dtd"))


@pytest.fixture(scope="module")
def eac_schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMAS / "eac/eac-cpf-schema/cpf.xsd"))


def read(client: Client, record: Any, suffix: str, schema: Any) -> Any:
    """The file of a record, in which its schema has found nothing wrong."""
    answer = client.get(f"/id/{record.uuid}.{suffix}")
    assert answer.status_code == 200
    found = etree.fromstring(b"".join(answer.streaming_content))
    schema.assertValid(found)
    return found


@pytest.fixture
def fonds(make: Any, term: Any) -> Any:
    """A fonds of two levels with works on each, and something hidden beside each."""
    author, editor = (term("contribution_role", code) for code in ("author", "editor"))
    fonds = make(
        "collection", "Papers & <letters> \x0b", level="fonds", date="1900/1940", extent="3 boxes",
        description="First.\n\nSecond.", custodial_history="Bought", access_conditions="Open",
        rights="http://rightsstatements.org/vocab/CNE/1.0/", credit_line="The Museum",
    )  # fmt: skip
    one = make("collection", "Letters", parent=fonds, position=1)
    make("collection", "File", parent=one, level="file")
    two = make("collection", "Diaries", parent=fonds, position=2)
    closed = make("collection", "Hidden series", parent=fonds, hidden=True)
    make("collection", "File of a hidden one", parent=closed)
    letter = make(
        "document", "A letter", collection=one, written="1938-07~", extent="3 leaves",
        type=term("document_type", "letter"),
    )  # fmt: skip
    leaf = make("image", "A leaf", **HELD)
    Page.objects.create(document=letter, image=leaf)
    letter.languages.add(term("language", "ru", label="Russian"))
    letter.subjects.add(term("subject", "exile"))
    for record, said in ((fonds, "Two inks"), (letter, "18 × 24 cm"), (one, "Tied")):
        Detail.objects.create(
            **{record.KIND: record}, kind=term("detail", "look", label="Look"), text=said
        )
    make("document", "Hidden letter", collection=one, hidden=True)
    make("image", "A portrait", collection=two)
    for name, role in (
        ("Leon Trotsky", author),
        ("Natalia Sedova", editor),
        ("Hidden one", author),
    ):
        person = make("person", name, hidden=name.startswith("Hidden"))
        Contribution.objects.create(person=person, document=letter, role=role)
        Contribution.objects.create(person=person, collection=fonds, role=role)
    body = make("person", "The Bureau")
    Person.objects.filter(pk=body.pk).update(kind="corporate body")
    Contribution.objects.create(
        person=body, collection=two, role=term("contribution_role", "collector")
    )
    return fonds


def tree(element: Any) -> list[Any]:
    """Level and title of each part, with the parts in it."""
    return [
        (part.get("level"), part.findtext("did/unittitle"), tree(part))
        for part in element.iterchildren("c")
    ]


PARTS: list[Any] = [
    ("series", "Letters", [("item", "A letter", []), ("file", "File", [])]),
    ("series", "Diaries", [("item", "A portrait", [])]),
]


@pytest.mark.parametrize("at_once", [1, 2, 500])
def test_a_fonds_with_its_parts(
    client: Client, fonds: Any, ead_schema: Any, monkeypatch: Any, at_once: int
) -> None:
    monkeypatch.setattr(ead, "_AT_ONCE", at_once)
    found = read(client, fonds, "ead.xml", ead_schema)
    whole = found.find("archdesc")
    assert whole.findtext("did/unittitle") == "Papers & <letters> "
    assert whole.get("level") == "fonds"
    assert whole.find("did/unitid").get("identifier") == f"http://testserver/id/{fonds.uuid}"
    assert whole.find("did/unitdate").get("normal") == "1900/1940"
    assert whole.xpath("scopecontent/p/text()") == ["First.", "Second."]
    assert whole.xpath("prefercite/p/text()") == ["The Museum"]
    assert tree(whole.find("dsc")) == PARTS
    assert whole.xpath(".//odd[head = 'Look']/p/text()") == ["Two inks", "Tied", "18 × 24 cm"]
    assert "Hidden" not in etree.tostring(found, encoding="unicode")
    (letter,) = whole.xpath("dsc/c/c[did/unittitle = 'A letter']")
    date = letter.find("did/unitdate")
    assert (date.text, date.get("normal"), date.get("certainty")) == (
        "about July 1938", "1938-07", "approximate",
    )  # fmt: skip
    # Where the catalogue has pictures of it.
    assert letter.xpath("did/dao/@href") == letter.xpath("did/unitid/@identifier")
    assert [part.findtext("did/unittitle") for part in whole.xpath("//c[did/dao]")] == ["A letter"]
    assert letter.xpath("did/origination/persname/text()") == ["Leon Trotsky"]
    assert letter.xpath("controlaccess/*/text()") == ["Natalia Sedova", "Exile"]
    # Who created the fonds, and put the series together.
    (creator,) = whole.xpath("did/origination/persname")
    assert (creator.text, creator.get("role")) == ("Leon Trotsky", "Author")
    trotsky = Person.objects.get(title="Leon Trotsky")
    assert creator.get("authfilenumber") == f"http://testserver/id/{trotsky.uuid}"
    assert whole.xpath("controlaccess/*/text()") == ["Natalia Sedova"]
    assert whole.xpath("dsc/c/did/origination/corpname/text()") == ["The Bureau"]
    assert letter.xpath("did/langmaterial/language/text()") == ["Russian"]


def test_a_series_alone_is_a_finding_aid_too(client: Client, fonds: Any, ead_schema: Any) -> None:
    series = Collection.objects.get(title="Letters")
    whole = read(client, series, "ead.xml", ead_schema).find("archdesc")
    assert (whole.get("level"), tree(whole.find("dsc"))) == ("series", PARTS[0][2])
    empty = Collection.objects.get(title="File")
    assert read(client, empty, "ead.xml", ead_schema).find("archdesc/dsc") is None


def test_the_work_for_a_large_fonds_is_done_in_batches(
    client: Client, fonds: Any, make: Any, ead_schema: Any, django_assert_max_num_queries: Any
) -> None:
    series = Collection.objects.get(title="Letters")
    for number in range(30):
        part = make("collection", f"Part {number}", parent=series, position=number)
        make("document", f"Sheet {number}", collection=part)
    with django_assert_max_num_queries(28):
        found = read(client, fonds, "ead.xml", ead_schema)
    assert len(found.xpath("//c[@level='item']")) == 32


@pytest.fixture
def trotsky(make: Any, term: Any) -> Any:
    one = make(
        "person", "Leon Trotsky", sort_name="Trotsky, Leon", born="1879-11-07", died="1940~",
        born_place=make("place", "Yanovka"), died_place=make("place", "Hidden lair", hidden=True),
        summary="Writer & <leader>", description="First.\n\nSecond.",
    )  # fmt: skip
    one.occupations.add(term("occupation", "writer"))
    PersonName.objects.create(person=one, name="Лев Троцкий")
    OutsideIdentifier.objects.create(person=one, authority="wikidata", value="Q33391")
    Detail.objects.create(person=one, kind=term("detail", "hand"), text="Small, in violet ink")
    parent = term("relationship_kind", "parent", label="parent of", inverse_label="child of")
    for hidden in (False, True):
        name = "Hidden " if hidden else ""
        son = make("person", f"{name}Lev Sedov", hidden=hidden)
        Relationship.objects.create(person=one, related=son, kind=parent, date="1906")
        book = make("document", f"{name}My Life", hidden=hidden)
        author = term("contribution_role", "author")
        Contribution.objects.create(person=one, document=book, role=author)
        papers = make("collection", f"{name}Papers", hidden=hidden)
        creator = term("contribution_role", "creator")
        Contribution.objects.create(person=one, collection=papers, role=creator)
        Topic.objects.create(image=make("image", f"{name}Tomb", hidden=hidden), about_person=one)
        raid = make("event", f"{name}Raid", date="1940-05-24", hidden=hidden)
        victim = term("participation_role", "victim")
        Participation.objects.create(person=one, event=raid, role=victim)
    return one


def test_a_person_as_an_authority_record(client: Client, trotsky: Any, eac_schema: Any) -> None:
    found = read(client, trotsky, "eac.xml", eac_schema)

    def said(path: str) -> list[str]:
        return found.xpath(path, namespaces=EAC)

    assert said("//eac:recordId/text()") == [str(trotsky.uuid)]
    assert said("//eac:entityId/text()") == ["https://www.wikidata.org/entity/Q33391"]
    assert said("//eac:nameEntry[eac:authorizedForm]/eac:part/text()") == ["Trotsky, Leon"]
    assert said("//eac:nameEntry[eac:alternativeForm]/eac:part/text()") == ["Лев Троцкий"]
    assert said("//eac:fromDate/@standardDate") == ["1879-11-07"]
    assert said("//eac:toDate/@notBefore | //eac:toDate/@notAfter") == ["1940", "1940"]
    assert said("//eac:placeEntry/text()") == ["Yanovka"]
    assert said("//eac:localDescription[@localType='Hand']//text()") == ["Small, in violet ink"]
    assert said("//eac:chronItem/eac:event/text()") == ["Raid (Victim)"]
    assert said("//eac:cpfRelation[@cpfRelationType='family']//text()") == [
        "Lev Sedov", "1906", "child of",
    ]  # fmt: skip
    works = zip(
        said("//eac:resourceRelation/@resourceRelationType"),
        said("//eac:resourceRelation/eac:relationEntry/text()"),
        strict=True,
    )
    assert list(works) == [("creatorOf", "My Life"), ("creatorOf", "Papers"), ("subjectOf", "Tomb")]
    assert "Hidden" not in etree.tostring(found, encoding="unicode")


@pytest.mark.parametrize("kind", ["family", "corporate body"])
def test_a_family_and_a_body_of_which_little_is_known(
    client: Client, make: Any, eac_schema: Any, kind: str
) -> None:
    one = make("person", "Sedov", died="193X", died_place=make("place", "Paris"))
    one.kind = kind
    one.save()
    found = read(client, one, "eac.xml", eac_schema)
    assert found.xpath("//eac:placeRole/text()", namespaces=EAC) == ["end"]
    assert found.xpath("//eac:toDate/@notAfter", namespaces=EAC) == ["1939-12-31"]


@pytest.mark.once
def test_every_record_of_the_sample_collection_is_valid(
    client: Client,
    sample_collection: None,
    db: None,
    ead_schema: Any,
    eac_schema: Any,
    settings: Any,
) -> None:
    settings.CATALOG = {"HARVESTS_A_MINUTE": 0}
    for collection in Collection.objects.visible_to(None):
        read(client, collection, "ead.xml", ead_schema)
    for person in Person.objects.visible_to(None):
        read(client, person, "eac.xml", eac_schema)
    for model in (Document, Image):
        halves = documents(model.KIND, model.objects.visible_to(None), None)
        told = [joined(as_text(base), as_text(related)).decode() for base, related in halves]
        works = [json.loads(one.replace(ORIGIN, "http://testserver")) for one in told]
        for written in lido.records(works, None):
            LIDO.assertValid(etree.fromstring(written))


def test_pages_headers_and_accept_lead_there(client: Client, fonds: Any, trotsky: Any) -> None:
    for record, suffix, media_type, name in (
        (fonds, "ead.xml", "application/ead+xml", "EAD"),
        (trotsky, "eac.xml", "application/eac-cpf+xml", "EAC-CPF"),
    ):
        file = f"/id/{record.uuid}.{suffix}"
        page = client.get(record.get_absolute_url())
        assert f'<a href="{file}">{name}</a>' in page.text
        assert f'<http://testserver{file}>; rel="describedby"; type="{media_type}"' in page["Link"]
        assert client.get(record.permanent_path, headers={"Accept": media_type})["Location"] == file
        answer = client.get(file)
        assert answer["Content-Type"] == f"{media_type}; charset=utf-8"
        assert answer["X-Robots-Tag"] == "noindex"


def test_what_has_no_such_form_or_is_hidden_is_unknown(
    client: Client, admin_client: Client, make: Any, fonds: Any, trotsky: Any
) -> None:
    for record, suffix in ((fonds, "eac.xml"), (trotsky, "ead.xml"), (trotsky, "lido.xml")):
        assert client.get(f"/id/{record.uuid}.{suffix}").status_code == 404
    hidden = make("person", "Agent", hidden=True)
    assert client.get(f"/id/{hidden.uuid}.eac.xml").status_code == 404
    seen = admin_client.get(f"/id/{hidden.uuid}.eac.xml")
    assert seen.status_code == 200 and "no-store" in seen["Cache-Control"]


def test_whoever_takes_too_many_is_asked_to_wait(
    client: Client, trotsky: Any, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR, settings.CATALOG = tmp_path, {"HARVESTS_A_MINUTE": 1}
    codes = {client.get(f"/id/{trotsky.uuid}.eac.xml").status_code for _ in range(5)}
    assert codes == {200, 429}
    assert client.get(f"/id/{trotsky.uuid}.bib").status_code == 200
