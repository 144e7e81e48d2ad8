"""What is connected with a record: the figure and the list below it say the same, and nothing hidden."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from catalog.models import Contribution, Depiction, Participation, Relationship, Topic
from catalog.pages import network

NODE = re.compile(r'<a class="network__node[^"]*" href="([^"]*)" aria-label="([^"]*)"')
ENTRY = re.compile(r'<li class="line"><a class="title" href="([^"]*)"[^>]*>(.*?)</li>', re.DOTALL)


@pytest.fixture
def trotsky(make: Any, term: Any) -> Any:
    """A person tied in every way, also to something hidden in every way."""
    parent = term("relationship_kind", "parent", label="parent of", inverse_label="child of")
    friend = term("relationship_kind", "friend", label="friend of")
    victim, author = term("participation_role", "victim"), term("contribution_role", "author")
    place = make("place", "Yanovka")
    one = make(
        "person", "Leon Trotsky", born_place=place, died_place=make("place", "Lair", hidden=True)
    )
    for hidden in (False, True):
        name = "Hidden " if hidden else ""
        son = make("person", f"{name}Sedov", hidden=hidden)
        father = make("person", f"{name}Bronstein", hidden=hidden)
        raid = make("event", f"{name}Raid", hidden=hidden, place=place)
        book = make("document", f"{name}My Life", hidden=hidden)
        told = make("document", f"{name}Report", hidden=hidden)
        photo = make("image", f"{name}Portrait", hidden=hidden)
        Relationship.objects.create(person=one, related=son, kind=parent)
        Relationship.objects.create(person=father, related=one, kind=friend)
        Participation.objects.create(person=one, event=raid, role=victim)
        Participation.objects.create(person=son, event=raid, role=victim)
        Contribution.objects.create(person=one, document=book, role=author)
        Depiction.objects.create(person=one, image=photo)
        Topic.objects.create(document=told, about_person=one)
    return one


def figure(page: str, form: str = "ring") -> str:
    """The figure as it is drawn for wide screens (the ring) or for narrow ones (the column)."""
    return page.partition(f'<svg class="network__figure network__{form}"')[2].partition("</svg>")[0]


def nodes(page: str, form: str = "ring") -> dict[str, str]:
    """Address and words of each mark of the figure."""
    return {address: unescape(words) for address, words in NODE.findall(figure(page, form))}


def entries(page: str) -> dict[str, str]:
    """Address and words of each entry of the list."""
    return {
        address: " ".join(re.sub(r"<[^>]+>", " ", unescape(words)).split())
        for address, words in ENTRY.findall(page)
    }


def test_figure_and_list_say_what_each_is_to_the_person(client: Client, trotsky: Any) -> None:
    page = client.get("/people/leon-trotsky/network/").text
    assert nodes(page) == {
        "/people/sedov/": "Sedov (Person): Child of",
        "/people/bronstein/": "Bronstein (Person): Friend of",
        "/events/raid/": "Raid (Event): Victim",
        "/documents/my-life/": "My Life (Document): Author",
        "/documents/report/": "Report (Document): Subject",
        "/images/portrait/": "Portrait (Picture): Depicted",
        "/places/yanovka/": "Yanovka (Place): Place of birth",
    }
    assert entries(page) == {
        "/people/sedov/": "Sedov Child of Connected with Raid",
        "/people/bronstein/": "Bronstein Friend of",
        "/events/raid/": "Raid Victim Connected with Sedov ; Yanovka",
        "/documents/my-life/": "My Life Author",
        "/documents/report/": "Report Subject",
        "/images/portrait/": "Portrait Depicted",
        "/places/yanovka/": "Yanovka Place of birth Connected with Raid",
    }
    # Two lines between neighbours, and one to the middle for each.
    ring = figure(page)
    assert ring.count("<path d=") == 2 and ring.count("<line ") == 7
    assert "Hidden" not in page and "Lair" not in page


@pytest.mark.once
def test_narrow_screens_have_a_column_with_whole_names(
    client: Client, trotsky: Any, make: Any
) -> None:
    """The names of the ring were cut off at the edges of a phone."""
    title = "History of the Russian Revolution, with a preface"
    Topic.objects.create(document=make("document", title), about_person=trotsky)
    page = client.get("/people/leon-trotsky/network/").text
    assert nodes(page, "column") == nodes(page)
    column = figure(page, "column")
    lines = re.findall(r'<tspan x="[^"]*"[^>]*>([^<]*)</tspan>', column)
    assert max(map(len, lines)) < 30
    assert title in " ".join(line.strip() for line in lines)
    # Two bows, and a branch from the stem for each of the eight.
    assert column.count('<path d="M66') == 2 and column.count("H66") == 8


def test_the_network_of_an_event(client: Client, trotsky: Any, make: Any) -> None:
    make("event", "First shots", part_of=trotsky.participations.first().event)
    assert nodes(client.get("/events/raid/network/").text) == {
        "/people/leon-trotsky/": "Leon Trotsky (Person): Victim",
        "/people/sedov/": "Sedov (Person): Victim",
        "/events/first-shots/": "First shots (Event): A part",
        "/places/yanovka/": "Yanovka (Place): Where it happened",
    }


def test_curators_see_what_is_hidden(admin_client: Client, trotsky: Any) -> None:
    page = admin_client.get("/people/leon-trotsky/network/")
    assert "Hidden Raid (Event): Victim" in nodes(page.text).values()
    assert "no-store" in page["Cache-Control"]


def test_what_is_not_drawn_is_counted(
    client: Client, trotsky: Any, make: Any, term: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(network, "MOST", 3)
    page = client.get("/people/leon-trotsky/network/").text
    assert len(nodes(page)) == len(entries(page)) == 3
    rest = page.partition("Not drawn")[2].partition("</ul>")[0]
    # Named with the list that has them: both kinds of documents are found there.
    assert '<a href="/documents/?person=leon-trotsky" rel="nofollow">Documents</a>' in rest
    assert "2 more" in rest
    assert client.get("/documents/?person=leon-trotsky").context["listing"].total == 2


def test_a_fonds_is_tied_to_its_creator(client: Client, trotsky: Any, make: Any, term: Any) -> None:
    papers, role = make("collection", "Papers"), term("contribution_role", "creator")
    Contribution.objects.create(person=trotsky, collection=papers, role=role)
    page = client.get("/people/leon-trotsky/network/").text
    assert 'href="/collections/papers/"' in page and "Creator" in page


def test_a_heavy_record_is_read_in_part_and_says_so(
    client: Client, trotsky: Any, make: Any, term: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr("catalog.explore.ties.TOLD", 1)
    monkeypatch.setattr(network, "TOLD", 1)
    monkeypatch.setattr(network, "MOST", 2)
    role = term("participation_role", "victim")
    for number in range(5):
        event = make("event", f"Event {number}")
        Participation.objects.create(person=trotsky, event=event, role=role)
    page = client.get("/people/leon-trotsky/network/").text
    assert "at least 2 more" in page.partition("Not drawn")[2]


def test_a_network_asks_four_questions_however_much_is_tied(
    client: Client, trotsky: Any, make: Any, term: Any, django_assert_max_num_queries: Any
) -> None:
    role = term("participation_role", "victim")
    for number in range(60):
        event = make("event", f"Event {number}")
        Participation.objects.create(person=trotsky, event=event, role=role)
    client.get("/")
    with django_assert_max_num_queries(4):
        page = client.get("/people/leon-trotsky/network/").text
    assert len(nodes(page)) == network.MOST


@pytest.mark.once
def test_the_record_leads_there_and_search_engines_do_not(
    client: Client, trotsky: Any, make: Any
) -> None:
    link = '<a class="button button--quiet" href="/people/leon-trotsky/network/" rel="nofollow">'
    assert link in client.get("/people/leon-trotsky/").text
    page = client.get("/people/leon-trotsky/network/").text
    assert '<meta name="robots" content="noindex">' in page
    assert "Disallow: /*/network/" in client.get("/robots.txt").text
    make("person", "Hermit")
    assert "/network/" not in client.get("/people/hermit/").text
    page = client.get("/people/hermit/network/").text
    assert "No connections with other records are recorded." in page
    assert "<figure" not in page


def test_spanish_numbers_do_not_break_the_figure(client: Client, trotsky: Any) -> None:
    page = client.get("/es/people/leon-trotsky/network/").text
    for form in ("ring", "column"):
        drawn = figure(page, form)
        assert 'href="/es/people/sedov/"' in drawn and 'lang="en"' in drawn
        assert not re.search(r'\b(?:[xy][12]?|width|height|d|transform)="[^"]*,', drawn)


def test_under_a_wrong_name_it_answers_as_the_record_does(
    client: Client, trotsky: Any, make: Any
) -> None:
    make("person", "Agent", hidden=True)
    assert client.get("/people/agent/network/").status_code == 404
    assert client.get("/people/nobody/network/").status_code == 404
    assert client.get("/documents/my-life/network/").status_code == 404
    trotsky.slug = "trotsky"
    trotsky.save()
    moved = client.get("/people/leon-trotsky/network/")
    assert (moved.status_code, moved["Location"]) == (301, "/people/trotsky/network/")
