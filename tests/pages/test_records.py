"""The page of each kind of record shows what it should, in words."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from catalog import search
from catalog.models import (
    Bearing,
    Citation,
    Contribution,
    Depiction,
    Detail,
    OutsideIdentifier,
    Participation,
    Person,
    PersonName,
    PlaceName,
    Relationship,
)
from catalog.uris import PLURALS
from tests.pages.conftest import HELD, linked_data, plain, text_of


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
    assert "Born here" in words


def test_a_place_says_once_where_it_lies(client: Client, make) -> None:
    whole = make("place", "Mexico City")
    make("place", "Coyoacán", slug="coyoacan", part_of=whole, situation="Mexico City")
    assert "Situation" not in text_of(client.get("/places/coyoacan/"))
    make("place", "Tampico", slug="tampico", part_of=whole, situation="on the coast")
    assert "Situation" in text_of(client.get("/places/tampico/"))


def test_a_place_says_who_was_born_and_what_was_founded_there(client: Client, make) -> None:
    oslo, bergen = make("place", "Oslo"), make("place", "Bergen")
    make("person", "Native", born_place=oslo, died_place=bergen)
    club = make("person", "Club", born_place=oslo, died_place=oslo)
    Person.objects.filter(pk=club.pk).update(kind="corporate body")
    words = plain(text_of(client.get("/places/oslo/")))
    assert "Born or founded here" in words and "Ended here" in words
    words = plain(text_of(client.get("/places/bergen/")))
    assert "Died here" in words and "ended here" not in words


def test_a_body_is_not_called_a_person(client: Client, make) -> None:
    club = make("person", "Club", born="1938")
    club.kind = "corporate body"
    club.save()
    search.refresh()
    Citation.objects.create(source=make("document", "The article"), person=club, field="born")
    page = text_of(client.get("/people/club/"))
    assert '<p class="kicker">Organisation</p>' in page
    assert "Founded The source states it" in plain(page)
    assert "<span>Organisation</span></p>" in text_of(client.get("/search/?q=club"))
    assert (
        client.get("/search/suggestions?q=clu").json()["suggestions"][0]["kind"] == "Organisation"
    )


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
    assert "Connected records</a>" in page
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
