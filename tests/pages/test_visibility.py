"""Hidden records do not show through the records that point to them; curators see them, marked."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from catalog.models import Citation, Contribution, Participation, Relationship, Topic

MARK = "Quokka"


@pytest.fixture
def pages(make, term) -> list[str]:
    """Addresses of public records, each of which is tied to hidden ones in every way."""
    hidden = {
        kind: make(kind, f"{MARK} {kind}", hidden=True)
        for kind in ("person", "document", "image", "event", "place", "collection")
    }
    person = make(
        "person", "Person", born_place=hidden["place"], died_place=hidden["place"], born="1900"
    )
    event = make("event", "Event", place=hidden["place"], part_of=hidden["event"], date="1930")
    document = make(
        "document",
        "Document",
        place=hidden["place"],
        collection=hidden["collection"],
        holding_institution=hidden["person"],
    )
    image = make("image", "Image", place=hidden["place"], collection=hidden["collection"])
    place = make("place", "Place", part_of=hidden["place"])
    collection = make("collection", "Collection", parent=hidden["collection"])
    author = term("contribution_role", "author")
    Contribution.objects.create(person=hidden["person"], document=document, role=author)
    Contribution.objects.create(person=person, document=hidden["document"], role=author)
    Contribution.objects.create(person=hidden["person"], collection=collection, role=author)
    Contribution.objects.create(person=person, collection=hidden["collection"], role=author)
    victim = term("participation_role", "victim")
    Participation.objects.create(person=hidden["person"], event=event, role=victim)
    Participation.objects.create(person=person, event=hidden["event"], role=victim)
    friend = term("relationship_kind", "friend")
    Relationship.objects.create(person=person, related=hidden["person"], kind=friend)
    Topic.objects.create(document=hidden["document"], about_event=event)
    Topic.objects.create(image=image, about_event=hidden["event"])
    Citation.objects.create(source=hidden["document"], person=person)
    make("document", f"{MARK} at place", place=place, hidden=True)
    make("event", f"{MARK} part", part_of=event, hidden=True)
    make("document", f"{MARK} member", collection=collection, hidden=True)
    return [r.get_absolute_url() for r in (person, event, document, image, place, collection)]


def test_visitors_see_no_hidden_record(client: Client, pages) -> None:
    for address in [*pages, "/", "/about/"]:
        answer = client.get(address)
        assert answer.status_code == 200
        assert MARK not in answer.content.decode() and MARK.lower() not in answer.content.decode()
        assert "no-cache" in answer["Cache-Control"]
        assert client.get(address, headers={"if-none-match": answer["ETag"]}).status_code == 304


def test_the_staff_sees_them_marked_and_nobody_keeps_the_page(client: Client, pages, make) -> None:
    user = get_user_model().objects.create_user("curator", is_staff=True)
    client.force_login(user)
    for address in pages:
        answer = client.get(address)
        assert MARK in answer.content.decode(), address
        assert "private" in answer["Cache-Control"] and "no-store" in answer["Cache-Control"]
    draft = client.get("/people/quokka-person/").content.decode()
    assert "Draft – not public" in draft


def test_a_hidden_ancestor_ends_the_line(client: Client, make) -> None:
    top = make("place", "Top country")
    middle = make("place", f"{MARK} region", part_of=top, hidden=True)
    make("place", "Village", part_of=middle)
    page = client.get("/places/village/").content.decode()
    assert "Top country" not in page.split("<main")[0] and MARK not in page
