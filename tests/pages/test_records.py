"""The page of each kind of record shows what it should, in words, with few database queries."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from catalog.documents import feed
from catalog.models import (
    Bearing,
    Citation,
    Contribution,
    Depiction,
    Detail,
    OutsideIdentifier,
    Page,
    Participation,
    PersonName,
    PlaceName,
    Relationship,
    Topic,
    Transcription,
)
from catalog.pages.relations import first_of_each
from catalog.uris import KINDS, PLURALS

#: Twelve for the page, and one for similar records, which are not shown while the index is behind.
MOST_QUERIES = 12 + 1

HELD = {
    "file": "originals/x.png",
    "media_type": "image/png",
    "width": 800,
    "height": 600,
    "byte_size": 100,
    "sha256": "a" * 64,
}


def text_of(response) -> str:
    assert response.status_code == 200, response
    return response.content.decode()


def plain(html: str) -> str:
    """The words of a page, without tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


def test_a_person_with_life_names_works_events_and_relationships(
    client: Client, make, term
) -> None:
    yanovka = make("place", "Yanovka")
    trotsky = make(
        "person",
        "Leon Trotsky",
        sort_name="Trotsky, Leon",
        born="1879-11-07",
        died="1940-08-21~",
        born_place=yanovka,
        summary="Revolutionary",
        description="He wrote *My Life*. <script>alert(1)</script>",
    )
    trotsky.occupations.add(term("occupation", "writer"))
    PersonName.objects.create(person=trotsky, name="Троцкий", kind="transliteration", language="ru")
    sedov = make("person", "Lev Sedov", born="1906", died="1938")
    kind = term("relationship_kind", "parent", label="parent of", inverse_label="child of")
    Relationship.objects.create(person=trotsky, related=sedov, kind=kind, certainty="disputed")
    book = make("document", "My Life", written="1929")
    Contribution.objects.create(
        person=trotsky, document=book, role=term("contribution_role", "author")
    )
    raid = make("event", "Raid", date="1940-05-24")
    Participation.objects.create(
        person=trotsky, event=raid, role=term("participation_role", "victim"), note="He was unhurt."
    )
    OutsideIdentifier.objects.create(person=trotsky, authority="wikidata", value="Q33391")

    html = text_of(client.get("/people/leon-trotsky/"))
    words = plain(html)
    assert html.count("<h1") == 1
    assert "about 21 August 1940" in words and "1940-08-21~" in words
    assert 'href="/places/yanovka/"' in html
    assert '<span class="serif" lang="ru">Троцкий</span>' in html
    assert "<em>My Life</em>" in html and "<script>alert" not in html
    for said in ("Parent of", "Lev Sedov", "(1906–1938)", "Disputed", "Author", "My Life", "1929"):
        assert said in words, said
    assert "Victim" in words and "He was unhurt." in words
    assert "https://www.wikidata.org/entity/Q33391" in html
    assert "Leon Trotsky , 1879 – about 1940." in words  # the ready-made citation

    assert "Child of" in plain(text_of(client.get("/people/lev-sedov/")))


def test_an_image_without_a_file_says_why_in_words(client: Client, make) -> None:
    make("image", "Tomb", reproduction_note="It belongs to others.", alternative_text="A stele.")
    words = plain(text_of(client.get("/images/tomb/")))
    assert "holds no copy" in words and "It belongs to others." in words and "A stele." in words


def test_a_held_image_has_sizes_outlines_and_its_original(client: Client, make) -> None:
    image = make(
        "image",
        "Signing",
        alternative_text="Three men",
        rights="http://creativecommons.org/publicdomain/zero/1.0/",
        credit_line="Made here",
        **HELD,
    )
    stalin = make("person", "Joseph Stalin")
    Depiction.objects.create(
        image=image, person=stalin, caption="Standing", left=12.5, top=0, width=20, height=90
    )
    html = text_of(client.get("/images/signing/"))
    assert 'alt="Three men"' in html and "srcset=" in html and 'width="800" height="600"' in html
    assert '<rect x="12.5%" y="0%" width="20%" height="90%"/>' in html
    assert 'href="#outline-1"' in html and 'id="outline-1"' in html and 'id="person-1"' in html
    assert "Standing" in html and f"/pictures/{image.uuid}/original" in html
    assert "You may use this freely" in html and ">Made here<" in html
    assert 'alt="Three men" lang="en"' in text_of(client.get("/es/images/signing/"))


def test_an_original_that_rights_forbid_is_not_offered(client: Client, make) -> None:
    image = make("image", "Kept", rights="http://rightsstatements.org/vocab/InC/1.0/", **HELD)
    html = text_of(client.get("/images/kept/"))
    assert f"/pictures/{image.uuid}/original" not in html
    assert "Ask the rights holder" in html


def test_a_document_stands_in_its_collection(client: Client, make, term) -> None:
    fonds = make("collection", "Fonds", level="fonds")
    series = make("collection", "Letters", parent=fonds)
    place = make("place", "Prinkipo")
    for number, title in enumerate(["First", "Second", "Third"]):
        make("document", title, collection=series, position=number, place=place)
    html = text_of(client.get("/documents/second/"))
    down = html[html.index('class="breadcrumb"') : html.index("<main")]
    assert [title for title in ("Fonds", "Letters") if title in down] == ["Fonds", "Letters"]
    before, after = html.index('rel="prev"'), html.index('rel="next"')
    assert "First" in html[before:after] and "Third" in html[after:]
    assert "Collection Letters" in plain(html[html.index('class="facts"') :])
    assert "Second" in text_of(client.get("/collections/letters/"))
    assert "Letters" in text_of(client.get("/collections/fonds/"))
    assert "Second" in text_of(client.get("/places/prinkipo/"))


def test_the_words_of_the_source_stand_below_the_date(client: Client, make, term) -> None:
    letter = make("document", "A letter", written="1938-22", extent="1 leaf")
    said = term("detail", "dates", label="Dates in the source")
    words = "“Mexico, in the summer of that year”"
    Detail.objects.create(document=letter, kind=said, text=words)
    facts = plain(text_of(client.get("/documents/a-letter/")))
    assert f"summer 1938 EDTF 1938-22 Dates in the source {words} Extent 1 leaf" in facts


@pytest.mark.parametrize("kind", ["document", "image"])
def test_a_work_does_not_tell_of_a_hidden_collection(client: Client, make, kind: str) -> None:
    make(kind, "Sheet", collection=make("collection", "Secret", hidden=True))
    assert "Secret" not in text_of(client.get(f"/{PLURALS[kind]}/sheet/"))


def test_an_event_between_others_in_time(client: Client, make) -> None:
    purge = make("event", "Purge", date="1936/1938")
    make("event", "Before", date="1935")
    make("event", "Trial", date="1937-01", part_of=purge)
    make("event", "After", date="1940")
    html = text_of(client.get("/events/purge/"))
    assert "1936–1938" in html
    assert "Before" in html[html.index('rel="prev"') :]
    assert "Trial" in html
    trial = text_of(client.get("/events/trial/"))
    assert 'href="/events/purge/"' in trial[trial.index('class="breadcrumb"') :]


def test_neighbours_of_one_title_stand_in_order_and_hidden_ones_are_passed_by(
    client: Client, make
) -> None:
    for slug, status in (("one", "published"), ("two", "draft"), ("three", "published")):
        make("person", "Namesake", slug=slug, status=status)
    make("person", "Zola", slug="zola")
    beside = {
        slug: re.findall(
            r'<a href="/people/([^/"]+)/" rel="(prev|next)"',
            text_of(client.get(f"/people/{slug}/")),
        )
        for slug in ("one", "three", "zola")
    }
    assert beside == {
        "one": [("three", "next")],
        "three": [("one", "prev"), ("zola", "next")],
        "zola": [("three", "prev")],
    }


def test_a_place_with_names_and_position(client: Client, make, term) -> None:
    place = make("place", "Oslo", latitude=59.91, longitude=10.75, precision="city")
    PlaceName.objects.create(place=place, name="Kristiania", period="to 1924")
    place.countries.add(term("country", "no", label="Norway"))
    make("person", "Native", born_place=place)
    html = text_of(client.get("/places/oslo/"))
    words = plain(html)
    assert "Kristiania" in words and "to 1924" in words and "Norway" in words and "Native" in words
    assert 'href="geo:59.91,10.75"' in html and "59.910° N, 10.750° E" in words
    assert "Born or founded here" in words


def test_sources_tell_what_is_stated_and_what_is_reference_knowledge(
    client: Client, make, term
) -> None:
    article = make("document", "The article")
    raid = make("event", "Raid", date="1940-05-24")
    person = make("person", "Somebody")
    part = Participation.objects.create(
        person=person, event=raid, role=term("participation_role", "victim")
    )
    Citation.objects.create(source=article, event=raid)
    Citation.objects.create(
        source=article,
        event=raid,
        field="date",
        bearing=Bearing.DIFFERS,
        followed=False,
        note="It names the night of 23 May.",
    )
    Citation.objects.create(source=article, participation=part, bearing=Bearing.SILENT)
    html = text_of(client.get("/events/raid/"))
    words = plain(html)
    assert "states what this record says" in words
    assert "It names the night of 23 May. The catalogue does not follow it here." in words
    assert "source differs" in words and "reference knowledge" in words
    assert html.count('href="#source-1"') == 2
    page = text_of(client.get("/es/events/raid/"))
    assert 'title="It names the night of 23 May." lang="en"><span lang="es">' in page


@pytest.mark.once
@pytest.mark.parametrize("kind", KINDS)
def test_the_head_names_the_page_for_machines(client: Client, make, kind) -> None:
    title = 'A "title" & </script><b>'
    record = make(kind, title, slug="it", summary="One line", internal_note="hush")
    html = text_of(client.get(record.get_absolute_url()))
    assert "hush" not in html
    assert f"<title>{escape(title)} – " in html
    assert f'<link rel="canonical" href="http://testserver{record.get_absolute_url()}">' in html
    assert f'hreflang="es" href="http://testserver/es{record.get_absolute_url()}"' in html
    assert '<meta name="description" content="One line">' in html
    assert '<meta property="og:title"' in html
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.S)
    assert found and json.loads(found[1])["name"] == title
    assert f"http://testserver/id/{record.uuid}" in html and record.identifier in html


def linked_data(client: Client, path: str) -> dict[str, Any]:
    """What the page of a record tells search engines."""
    page = client.get(path).text
    script = re.search(r'<script type="application/ld\+json">(.*?)</script>', page)
    assert script, path
    said: dict[str, Any] = json.loads(script[1])
    return said


def test_search_engines_are_told_when_and_where_it_happened(client: Client, make) -> None:
    mexico = make("place", "Mexico", latitude=23, longitude=-102)
    house = make("place", "House </script><b>", part_of=mexico, latitude=19.3, longitude=-99.2)
    exile = make("event", "Exile", date="1929-02/1940-08-21")
    make("event", "Hearings", date="1937-04-10/1937-04-17", place=house, part_of=exile)
    said = linked_data(client, "/events/hearings/")
    assert (said["startDate"], said["endDate"]) == ("1937-04-10", "1937-04-17")
    assert said["location"] == {"@type": "Place", "name": "House </script><b>"}
    assert said["superEvent"] == {"@type": "Event", "name": "Exile"}
    said = linked_data(client, house.get_absolute_url())
    assert said["geo"] == {"@type": "GeoCoordinates", "latitude": 19.3, "longitude": -99.2}
    assert said["containedInPlace"] == {"@type": "Place", "name": "Mexico"}


@pytest.mark.once
@pytest.mark.parametrize(
    ("date", "start", "end"),
    [
        ("1917", "1917", None),
        ("1937-04/..", "1937-04", None),
        ("../1940", None, "1940"),
        ("[1936,1938]", None, None),
        ("1936-21/1938", None, "1938"),
        ("", None, None),
    ],
)
def test_a_date_that_search_engines_cannot_read_is_left_out(
    client: Client, make, date: str, start: str | None, end: str | None
) -> None:
    make("event", "Happening", date=date)
    said = linked_data(client, "/events/happening/")
    assert (said.get("startDate"), said.get("endDate")) == (start, end)


def test_search_engines_are_told_nothing_hidden(client: Client, make) -> None:
    hidden = make("place", "Secret", hidden=True)
    make("event", "Meeting", place=hidden, part_of=make("event", "Plot", hidden=True))
    make("place", "Room", part_of=hidden)
    for path in ("/events/meeting/", "/places/room/"):
        assert not {"location", "superEvent", "containedInPlace"} & set(linked_data(client, path))


def test_search_engines_are_told_of_what_a_collection_is_a_part(client: Client, make) -> None:
    fonds, hidden = make("collection", "Fonds"), make("collection", "Secret", hidden=True)
    make("collection", "Letters", parent=fonds)
    make("collection", "Papers", parent=hidden)
    said = linked_data(client, "/collections/letters/")
    assert said["@type"] == "ArchiveComponent"
    assert said["isPartOf"] == {"@type": "Collection", "name": "Fonds"}
    said = linked_data(client, "/collections/papers/")
    assert said["@type"] == "Collection" and "isPartOf" not in said


def test_a_fonds_and_its_creator_lead_to_each_other(client: Client, make, term) -> None:
    trotsky = make("person", "Leon Trotsky", born="1879", died="1940")
    papers, heirs = make("collection", "Papers", level="fonds"), make("person", "His heirs")
    for person, code, note in ((trotsky, "creator", "In exile"), (heirs, "donor", "")):
        role = term("contribution_role", code)
        Contribution.objects.create(person=person, collection=papers, role=role, note=note)
    page = text_of(client.get("/collections/papers/"))
    facts = plain(page.split("<dl")[1].split("</dl>")[0])
    assert "Created by Leon Trotsky" in facts and "His heirs" not in facts
    assert 'href="/people/leon-trotsky/"' in page.split("<dl")[1].split("</dl>")[0]
    had_part = plain(page.split("Who had a part in it")[1].split("</section>")[0])
    assert "Creator Leon Trotsky (1879–1940) In exile" in had_part and "Donor His heirs" in had_part
    # He stands first where the fonds is cited, and in what search engines read.
    assert "Leon Trotsky. <cite>Papers</cite>" in page
    assert linked_data(client, "/collections/papers/")["creator"] == [{"name": "Leon Trotsky"}]
    theirs = text_of(client.get("/people/leon-trotsky/"))
    assert "Creator Papers" in plain(theirs.split(">Collections</h2>")[1].split("</section>")[0])
    assert "Works</h2>" not in theirs


def test_a_collection_names_its_parts_with_their_dates(client: Client, make) -> None:
    fonds = make("collection", "Fonds", date="1906/1972")
    make("collection", "Letters", parent=fonds, date="1917/1940")
    assert "Letters (1917–1940)" in plain(text_of(client.get("/collections/fonds/")))
    assert "Fonds</cite>, 1906–1972" in text_of(client.get("/collections/fonds/"))


def test_a_record_is_cited_in_the_styles_of_lists_of_references(client: Client, make, term) -> None:
    letter = make("document", "Letter to <Max>", written="1938-03-03", identifier="D.7")
    author = make("person", "Leon Trotsky", sort_name="Trotsky, Leon")
    draft = make("person", "Hidden Hand", sort_name="Hand, Hidden", status="draft")
    for person in (author, draft):
        Contribution.objects.create(
            document=letter, person=person, role=term("contribution_role", "author")
        )
    html = text_of(client.get(letter.get_absolute_url()))
    styles = html[html.index("cite__styles") : html.index("Z3988")]
    assert "Trotsky, L. (1938, March 3). <cite" in styles
    assert "Letter to &lt;Max&gt;</cite>" in styles
    assert "3 Mar. 1938." in styles
    assert "Hand" not in styles


def test_search_engines_are_told_the_picture_of_a_record(client: Client, make) -> None:
    make("image", "Portrait", **HELD)
    image = linked_data(client, "/images/portrait/")["image"]
    assert image.startswith("http://testserver/pictures/")
    make("image", "Not held")
    assert "image" not in linked_data(client, "/images/not-held/")


def test_in_another_language_record_text_says_its_own(client: Client, make) -> None:
    make("person", "Leon Trotsky", description="He was born.")
    html = text_of(client.get("/es/people/leon-trotsky/"))
    assert '<html lang="es">' in html and '<h1 lang="en">' in html
    assert 'class="prose" lang="en"' in html
    assert (
        'lang="en"'
        not in text_of(client.get("/people/leon-trotsky/")).split("<main")[1].split("</main>")[0]
    )


def test_a_record_leads_to_the_search_among_all_that_names_it(client: Client, make, term) -> None:
    person = make("person", "Ana Writer")
    assert "/search/?person=" not in text_of(client.get(person.get_absolute_url()))
    work = make("document", "Her letter")
    role = term("contribution_role", "author")
    Contribution.objects.create(document=work, person=person, role=role)
    page = text_of(client.get(person.get_absolute_url()))
    assert f'href="/search/?person={person.slug}"' in page
    assert "Search the records with this name" in page
    fonds = make("collection", "Her papers")
    make("document", "Her diary", collection=fonds)
    page = text_of(client.get(fonds.get_absolute_url()))
    assert f'href="/search/?collection={fonds.slug}"' in page
    assert "Search in this collection" in page


@pytest.mark.once
def test_a_long_page_begins_with_links_to_its_parts(client: Client, make, term) -> None:
    person = make("person", "Ana Writer")
    author, guest = term("contribution_role", "author"), term("participation_role", "guest")
    for number in range(3):
        event = make("event", f"Meeting {number}")
        Participation.objects.create(event=event, person=person, role=guest)
    assert "On this page" not in text_of(client.get(person.get_absolute_url()))
    for number in range(18):
        work = make("document", f"Letter {number}")
        Contribution.objects.create(document=work, person=person, role=author)
    page = text_of(client.get(person.get_absolute_url()))
    parts = re.search(r'<nav class="page-parts".*?</nav>', page, re.S)[0]
    links = re.findall(r'href="#([^"]+)">([^<]+)</a>(?: <span[^>]*>([^<]+))?', parts)
    assert {(title, number) for _, title, number in links} >= {("Works", "18"), ("Events", "3")}
    assert all(f'id="{target}"' in page for target, _, _ in links)


def test_capital_letters_in_an_address_are_forgiven(client: Client, make) -> None:
    person = make("person", "Ana Writer")
    answer = client.get("/people/Ana-Writer/")
    assert (answer.status_code, answer["Location"]) == (301, person.get_absolute_url())
    make("person", "Eva Hidden", hidden=True)
    assert client.get("/people/Eva-Hidden/").status_code == 404


def test_those_who_receive_are_not_said_to_have_made_it(client: Client, make, term) -> None:
    letter = make("document", "A letter")
    role = term("contribution_role", "recipient")
    Contribution.objects.create(document=letter, person=make("person", "Ana"), role=role)
    page = text_of(client.get(letter.get_absolute_url()))
    assert "Who had a part in it" in page
    assert "Who made it" not in page


def test_who_can_permit_the_use_of_a_picture_that_is_not_held(client: Client, make) -> None:
    advice = "Ask whoever is named in the credit line."
    rights = "http://rightsstatements.org/vocab/CNE/1.0/"
    image = make("image", "Not held", credit_line="Ana Photographer", rights=rights)
    assert advice in text_of(client.get(image.get_absolute_url()))
    free = "http://creativecommons.org/publicdomain/zero/1.0/"
    image = make("image", "Not held but free", credit_line="Ana Photographer", rights=free)
    assert advice not in text_of(client.get(image.get_absolute_url()))


def test_a_life_within_one_year_names_it_once(client: Client, make) -> None:
    make("person", "Brief Life", born="1905-10", died="1905-12")
    assert ">1905<" in re.sub(r"\s+", "", text_of(client.get("/people/")))


def test_unknown_parameters_change_nothing(client: Client, make) -> None:
    make("person", "Leon Trotsky")
    page = client.get("/people/leon-trotsky/").content
    assert client.get("/people/leon-trotsky/?utm=x&page=99999999999999999999").content == page
    assert client.get("/people/leon-trotsky/?q=%00%ff").content == page


def _statements(kind: str, record, n: int, make, term) -> list:
    """One relation of every sort that a kind can have, to records made for it."""
    author = term("contribution_role", "author")
    victim = term("participation_role", "victim")
    friend = term("relationship_kind", "friend")
    person = make("person", f"Person {n}")
    event = make("event", f"Event {n}", date=f"19{n:02d}")
    document = make("document", f"Document {n}")
    image = make("image", f"Image {n}", **HELD)
    match kind:
        case "person":
            return [
                Contribution(person=record, document=document, role=author),
                Contribution(
                    person=record, collection=make("collection", f"Papers {n}"), role=author
                ),
                Participation(person=record, event=event, role=victim),
                Relationship(person=record, related=person, kind=friend),
                Depiction(person=record, image=image),
                Topic(document=document, about_person=record),
            ]
        case "document":
            return [
                Contribution(person=person, document=record, role=author),
                Topic(document=record, about_person=person),
                Topic(image=image, about_document=record),
            ]
        case "image":
            return [
                Contribution(person=person, image=record, role=author),
                Depiction(image=record, person=person),
                Topic(image=record, about_event=event),
            ]
        case "event":
            return [
                Participation(person=person, event=record, role=victim),
                Topic(document=document, about_event=record),
                Topic(image=image, about_event=record),
            ]
        case "place":
            return [Topic(document=document, about_place=record)]
        case "collection":
            return [Contribution(person=person, collection=record, role=author)]
    return []


def _with_a_page(make, kind: str, record) -> None:
    """Make a document of one page, or an image a page of a document: with a transcription, and
    somebody outlined.
    """
    shown = record if kind == "image" else make("image", "Leaf", **HELD)
    work = record if kind == "document" else make("document", "Bound")
    Page.objects.create(document=work, image=shown)
    Transcription.objects.create(image=shown, text="As it stands there")
    Depiction.objects.create(
        image=shown, person=make("person", "Outlined"), left=1, top=1, width=9, height=9
    )
    Citation.objects.create(source=work, person=make("person", "Told of"))


def _with_relations(make, term, kind: str, number: int):
    """A record of a kind with ``number`` relations of every sort that the kind can have."""
    parent = {"event": "part_of", "place": "part_of", "collection": "parent"}.get(kind)
    above = make(kind, f"Top {kind}") if parent else None
    middle = make(kind, f"Middle {kind}", **{parent: above}) if parent else None
    article = make("document", "Article")
    held_in = make("collection", "Series", parent=make("collection", "Fonds"))
    place = make("place", "Somewhere")
    own = {
        "person": {"born_place": place, "died_place": place, "born": "1900"},
        "document": {
            "collection": held_in,
            "place": place,
            "holding_institution": make("person", "Archive"),
        },
        "image": {"collection": held_in, "place": place, **HELD},
        "event": {"place": place, "date": "1930"},
    }.get(kind, {})
    record = make(kind, "Centre", **own, **({parent: middle} if parent else {}))
    record.subjects.add(term("subject", "exile"))
    Citation.objects.create(source=article, **{kind: record})
    if kind in {"document", "image"}:
        _with_a_page(make, kind, record)
    for n in range(number):
        for row in _statements(kind, record, n, make, term):
            row.save()
            Citation.objects.create(source=article, **{row._meta.model_name: row})
        if kind == "place":
            make("event", f"There {n}", place=record)
            make("image", f"Image there {n}", place=record, **HELD)
            make("document", f"Document there {n}", place=record)
            make("person", f"Native {n}", born_place=record)
        if parent:
            make(kind, f"Part {n}", **{parent: record})
        if kind == "collection":
            make("document", f"Held {n}", collection=record)
    return record


@pytest.mark.once
@pytest.mark.parametrize("kind", KINDS)
def test_queries_do_not_grow_with_relations(
    client: Client, make, term, kind, django_assert_max_num_queries
) -> None:
    few = _with_relations(make, term, kind, 2)
    few.slug, few.title = "few", "Few"
    few.save()
    feed.current(patiently=True)
    with django_assert_max_num_queries(MOST_QUERIES) as with_few:
        assert client.get(few.get_absolute_url()).status_code == 200
    many = _with_relations(make, term, kind, 51)
    feed.current(patiently=True)
    with django_assert_max_num_queries(MOST_QUERIES) as with_many:
        html = text_of(client.get(many.get_absolute_url()))
    assert len(with_few) == len(with_many)
    # Fifty are shown, and a link to the rest.
    assert "The first 50 are shown here" in html
    assert html.count('<li class="line') + html.count('<li class="card') <= 50 * 8
    for more in set(re.findall(r'class="group__more"><a href="([^"]+)"', html)):
        assert client.get(more.replace("&amp;", "&")).status_code == 200, more


def test_the_first_of_each_group_are_ranked_by_bare_keys():
    """Somebody may have 20,000 works: only the keys of those go through the sort, not their texts."""
    rows = Contribution.objects.filter(person=1).select_related("document", "role")
    sql = str(first_of_each(rows, "role", "document__sort_key", "id").query)
    shown, ranked = sql.split(" IN (", 1)
    assert "ROW_NUMBER" in ranked and '"description"' in shown
    assert '"description"' not in ranked and '"label"' not in ranked
