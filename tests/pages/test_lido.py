"""A document and an image as LIDO: valid by the grammar of the standard, complete, and only what the
reader may know.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from catalog.models import (
    Citation,
    Contribution,
    Depiction,
    Detail,
    Document,
    Image,
    OutsideIdentifier,
    Page,
    Topic,
    Transcription,
)
from tests.pages.conftest import HELD

GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).parents[1] / "formats" / "lido.rng"))
LIDO = {"l": "http://www.lido-schema.org", "xml": "http://www.w3.org/XML/1998/namespace"}
CC0 = "http://creativecommons.org/publicdomain/zero/1.0/"
IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/"

# Files are made from the API's documents, which are asked of both databases; so are harvests of LIDO.
pytestmark = pytest.mark.once


def read(client: Client, record: Any) -> Any:
    """The file of a record, in which the grammar has found nothing wrong."""
    answer = client.get(f"/id/{record.uuid}.lido.xml")
    assert answer.status_code == 200
    return valid(answer.content)


def valid(file: bytes) -> Any:
    found = etree.fromstring(file)
    GRAMMAR.assertValid(found)
    return found


def words(element: Any, path: str) -> list[str]:
    """The texts at a path anywhere below an element."""
    steps = "/".join(step and f"l:{step}" for step in path.split("/"))
    return element.xpath(f".//{steps}//text()", namespaces=LIDO)


def part(element: Any, name: str, holding: str) -> Any:
    """The one element of a name below another that has a certain text in it."""
    (found,) = element.xpath(f".//l:{name}[.//text() = '{holding}']", namespaces=LIDO)
    return found


def address(record: Any) -> str:
    return f"http://testserver/id/{record.uuid}"


@pytest.fixture
def m(make: Any, term: Any) -> SimpleNamespace:
    """A letter and a photograph tied to everything, with something hidden beside each thing."""
    m = SimpleNamespace()
    m.papers = make("collection", "Papers & <letters>")
    m.town = make("place", "Coyoacán")
    m.archive = make("person", "The Archive")
    m.letter = make(
        "document", "A letter", identifier="L 7", written="1938-07~", published="1940", place=m.town,
        extent="3 leaves", original_title="Письмо", summary="What he wrote", description="On <terror> \x0b& courage",
        collection=m.papers, holding_institution=m.archive, rights=IN_COPYRIGHT, credit_line="The Archive",
        type=term("document_type", "letter", uri="http://vocab.getty.edu/aat/300026879", labels={"es": "Carta"}),
    )  # fmt: skip
    m.letter.languages.add(term("language", "ru", label="Russian"))
    m.letter.subjects.add(term("subject", "exile", labels={"es": "Exilio"}))
    m.photograph = make(
        "image", "A portrait", date="1937/1938", place=m.town, rights=CC0, alternative_text="Two people at a table",
        **HELD,
    )  # fmt: skip
    m.author = make("person", "Leon Trotsky", born="1879-11-07", died="1940-08-21")
    m.living = make("person", "Living One", born="1990-02-03")
    m.hidden = make("person", "Hidden one", hidden=True)
    m.event = make("event", "The hearings", date="1937-04")
    m.book = make("document", "My Life")
    for person in (m.author, m.living, m.hidden):
        Depiction.objects.create(person=person, image=m.photograph)
        for role in ("author", "publisher", "recipient"):
            one = term("contribution_role", role)
            Contribution.objects.create(person=person, document=m.letter, role=one)
        OutsideIdentifier.objects.create(person=person, authority="viaf", value=f"9{person.pk}")
    Contribution.objects.filter(person=m.living).update(certainty="probable")
    OutsideIdentifier.objects.create(place=m.town, authority="tgn", value="7005560")
    OutsideIdentifier.objects.create(document=m.letter, authority="wikidata", value="Q7")
    Topic.objects.create(image=m.photograph, about_event=m.event)
    Topic.objects.create(image=m.photograph, about_document=m.book)
    Topic.objects.create(image=m.photograph, about_event=make("event", "Hidden", hidden=True))
    Topic.objects.create(document=m.book, about_document=m.letter)
    Citation.objects.create(document=m.letter, source=m.book, bearing="states")
    Page.objects.create(document=m.letter, image=m.photograph)
    Transcription.objects.create(
        image=m.photograph, text="Dear friend", language=term("language", "en", label="English")
    )
    Detail.objects.create(
        document=m.letter, kind=term("detail", "look", label="Look"), text="Two inks"
    )
    return m


def test_a_document(client: Client, m: SimpleNamespace) -> None:
    found = read(client, m.letter)
    assert words(found, "lidoRecID") == [address(m.letter)]
    assert words(found, "objectPublishedID") == [
        address(m.letter), "https://www.wikidata.org/entity/Q7",
    ]  # fmt: skip
    assert words(found, "objectWorkType") == [
        "http://vocab.getty.edu/aat/300026879", "Letter", "Carta",
    ]  # fmt: skip
    assert words(found, "classification") == ["TEXT", "Russian"]
    titles = found.xpath("//l:titleSet/l:appellationValue", namespaces=LIDO)
    named = [(one.text, one.get(f"{{{LIDO['xml']}}}lang")) for one in titles]
    assert named == [("A letter", "en"), ("Письмо", "ru")]
    keeper = part(found, "repositorySet", "The Archive")
    assert words(keeper, "legalBodyID") == [address(m.archive)]
    assert words(keeper, "workID") == ["L 7"]
    assert words(found, "descriptiveNoteValue") == [
        "What he wrote", "On <terror> & courage", "Two inks",
    ]  # fmt: skip
    assert words(found, "displayObjectMeasurements") == ["3 leaves"]
    assert words(found, "subjectConcept") == ["Exile", "Exilio"]
    assert words(part(found, "relatedWorkSet", "is documented in"), "objectName") == ["My Life"]
    assert words(part(found, "relatedWorkSet", "is the subject of"), "objectName") == ["My Life"]
    assert words(found, "recordWrap/recordID") == ["L 7"]
    assert words(found, "recordInfoLink") == [f"http://testserver/documents/{m.letter.slug}/"]
    assert words(found, "collection//objectName") == ["Papers & <letters>"]
    assert words(found, "rightsWorkSet/rightsType/conceptID") == [IN_COPYRIGHT]
    assert words(found, "rightsWorkSet/creditLine") == ["The Archive"]
    assert "Hidden" not in etree.tostring(found, encoding="unicode")


def test_who_made_it_when_and_where(client: Client, m: SimpleNamespace) -> None:
    found = read(client, m.letter)
    creation, publication, other = found.xpath("//l:eventSet/l:event", namespaces=LIDO)
    assert words(creation, "eventType/term") == ["Creation"]
    assert words(creation, "displayDate") == ["about July 1938"]
    assert words(creation, "date/earliestDate") == ["1938-07-01"]
    assert words(creation, "date/latestDate") == ["1938-07-31"]
    assert words(creation, "eventPlace//placeID") == [
        address(m.town), "http://vocab.getty.edu/tgn/7005560",
    ]  # fmt: skip
    author, guess = creation.xpath("l:eventActor", namespaces=LIDO)
    assert words(author, "displayActorInRole") == ["Leon Trotsky (Author)"]
    assert words(author, "actorID") == [
        address(m.author),
        f"https://viaf.org/viaf/9{m.author.pk}",
    ]
    assert words(author, "vitalDatesActor/earliestDate") == ["1879-11-07"]
    assert words(author, "vitalDatesActor/latestDate") == ["1940-08-21"]
    assert words(author, "roleActor") == ["Author"]
    assert words(author, "attributionQualifierActor") == []
    assert words(guess, "attributionQualifierActor") == ["probable"]
    assert words(publication, "eventType/term") == ["Publication"]
    assert words(publication, "earliestDate")[-1] == "1940-01-01"
    assert words(publication, "roleActor") == ["Publisher", "Publisher"]
    assert words(other, "roleActor") == ["Recipient", "Recipient"]


def test_an_image(client: Client, m: SimpleNamespace) -> None:
    found = read(client, m.photograph)
    assert words(found, "objectWorkType") == ["Image"]
    assert words(found, "inscriptionTranscription") == ["Dear friend"]
    assert words(found, "subjectActor//appellationValue") == ["Leon Trotsky", "Living One"]
    assert words(found, "subjectEvent//appellationValue") == ["The hearings"]
    # The place of a picture is what it shows, and not where it was made.
    assert words(found, "subjectPlace//appellationValue") == ["Coyoacán"]
    assert words(found, "eventPlace") == []
    assert words(found, "subjectObject//appellationValue") == ["My Life"]
    page = part(found, "relatedWorkSet", "is a page of")
    assert words(page, "objectName") == ["A letter"]
    preview, provided, manifest = words(found, "linkResource")
    assert preview.endswith(".webp")
    assert provided == f"http://testserver/pictures/{m.photograph.uuid}/original"
    assert manifest == f"http://testserver/iiif/manifest/{m.photograph.uuid}"
    assert words(found, "resourceDescription") == ["Two people at a table"]
    assert words(found, "rightsResource//conceptID") == [CC0]
    # A document is seen by its first page.
    assert preview in words(read(client, m.letter), "linkResource")


def test_a_picture_with_a_notice_or_a_hidden_one_is_not_handed_on(
    client: Client, admin_client: Client, m: SimpleNamespace
) -> None:
    Image.objects.filter(pk=m.photograph.pk).update(content_notice="A dead body")
    assert words(read(client, m.photograph), "resourceWrap") == []
    assert words(read(client, m.letter), "resourceWrap") == []
    later = timezone.now() + timedelta(days=1)
    Image.objects.filter(pk=m.photograph.pk).update(content_notice="", embargo_until=later)
    assert client.get(f"/id/{m.photograph.uuid}.lido.xml").status_code == 404
    assert words(read(client, m.letter), "resourceWrap") == []
    kept = admin_client.get(f"/id/{m.photograph.uuid}.lido.xml")
    assert kept.status_code == 200 and "no-store" in kept["Cache-Control"]


def test_a_picture_in_copyright_is_given_in_the_size_that_everybody_sees(
    client: Client, m: SimpleNamespace
) -> None:
    Image.objects.filter(pk=m.photograph.pk).update(rights=IN_COPYRIGHT)
    links = words(read(client, m.photograph), "linkResource")
    assert not any(one.endswith("/original") for one in links)
    assert len(links) == 3


def test_dates_of_living_people_are_for_curators(
    client: Client, admin_client: Client, m: SimpleNamespace
) -> None:
    public, curators = (
        part(read(one, m.photograph), "actor", "Living One") for one in (client, admin_client)
    )
    assert words(public, "vitalDatesActor") == []
    assert words(curators, "vitalDatesActor/earliestDate") == ["1990-02-03"]


def test_a_bare_record_has_what_the_standard_demands(client: Client, make: Any) -> None:
    for kind, sort in (("document", "Document"), ("image", "Image")):
        found = read(client, make(kind, "Bare"))
        assert words(found, "objectWorkType") == [sort]
        for absent in ("eventWrap", "objectRelationWrap", "repositoryWrap", "resourceWrap"):
            assert not found.xpath(f"//l:{absent}", namespaces=LIDO)


def test_what_is_in_a_collection_is_kept_by_the_museum(
    client: Client, m: SimpleNamespace, settings: Any
) -> None:
    settings.CATALOG = {"INSTITUTION": "Museum of the City", "RECORD_RIGHTS": CC0}
    Document.objects.filter(pk=m.letter.pk).update(holding_institution=None)
    found = read(client, m.letter)
    assert words(found, "repositoryName//appellationValue") == ["Museum of the City"]
    assert words(found, "recordSource//appellationValue") == ["Museum of the City"]
    assert words(found, "recordRights//conceptID") == [CC0]


def test_pages_headers_and_accept_lead_there(client: Client, m: SimpleNamespace) -> None:
    for record in (m.letter, m.photograph):
        file = f"/id/{record.uuid}.lido.xml"
        page = client.get(record.get_absolute_url())
        assert f'<a href="{file}">LIDO</a>' in page.text
        said = f'<http://testserver{file}>; rel="describedby"; type="application/lido+xml"'
        assert said in page["Link"]
        accept = {"Accept": "application/lido+xml"}
        assert client.get(record.permanent_path, headers=accept)["Location"] == file
        answer = client.get(file)
        assert answer["Content-Type"] == "application/lido+xml; charset=utf-8"
        assert answer["X-Robots-Tag"] == "noindex"
        seen = {"If-None-Match": answer["ETag"]}
        assert client.get(file, headers=seen).status_code == 304
    for record in (m.author, m.papers):
        assert client.get(f"/id/{record.uuid}.lido.xml").status_code == 404


def test_whoever_takes_too_many_is_asked_to_wait(
    client: Client, m: SimpleNamespace, settings: Any, tmp_path: Path
) -> None:
    settings.VAR_DIR, settings.CATALOG = tmp_path, {"HARVESTS_A_MINUTE": 1}
    codes = {client.get(f"/id/{m.letter.uuid}.lido.xml").status_code for _ in range(5)}
    assert codes == {200, 429}


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b"<lido:category>", b"<lido:category/><lido:category>"),
        (b"lido:type=", b"type="),
        (b"lido:eventActor>", b"lido:eventPerson>"),
        (b"<lido:earliestDate>1938-07-01", b"<lido:earliestDate>July 1938"),
        (b"lido:recordType>", b"lido:recordKind>"),
        (b' xml:lang="en"><lido:objectClass', b"><lido:objectClass"),
        (b"lido:nameActorSet>", b"lido:name>"),
        (b"lido-v1.1.xsd", b"lido-v1.0.xsd"),
    ],
)
def test_the_grammar_refuses_what_the_standard_does(
    client: Client, m: SimpleNamespace, was: bytes, becomes: bytes
) -> None:
    file = client.get(f"/id/{m.letter.uuid}.lido.xml").content
    assert was in file
    with pytest.raises(etree.DocumentInvalid):
        valid(file.replace(was, becomes))
