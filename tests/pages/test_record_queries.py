"""The page of a record asks the database a fixed number of questions, however much is related."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from catalog.documents import feed
from catalog.models import (
    Citation,
    Contribution,
    Depiction,
    Page,
    Participation,
    Relationship,
    Topic,
    Transcription,
)
from catalog.pages.relations import first_of_each
from catalog.uris import KINDS
from tests.pages.conftest import HELD, text_of

#: Twelve for the page, and one for similar records, which are not shown while the index is behind.
MOST_QUERIES = 12 + 1


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
