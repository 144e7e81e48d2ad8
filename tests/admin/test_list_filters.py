"""The filters of the lists: they find what they say, and the numbers beside them are those of the lists."""

from __future__ import annotations

import datetime
import re

import pytest
from django.utils import timezone

from catalog import search
from catalog.models import (
    RECORD_MODELS,
    Citation,
    Collection,
    Document,
    Event,
    Image,
    Person,
    Status,
    Vocabulary,
)
from tests.admin.conftest import term, titles

pytestmark = pytest.mark.django_db

IN_COPYRIGHT = "http://rightsstatements.org/vocab/InC/1.0/"
NO_COPYRIGHT = "http://rightsstatements.org/vocab/NKC/1.0/"


def test_filters_find_what_they_say(editor):
    opposition = term(Vocabulary.SUBJECT, "opposition")
    left = term(Vocabulary.SUBJECT, "left", broader=opposition)
    fonds = Collection.objects.create(identifier="F", title="Fonds", level="fonds")
    series = Collection.objects.create(identifier="F.1", title="Series", parent=fonds)
    letter = Document.objects.create(
        identifier="D.1", title="Letter", collection=series, rights="", written="1938?"
    )
    letter.subjects.add(left, opposition)
    Citation.objects.create(source=letter, document=letter)
    Document.objects.create(
        identifier="D.2", title="Book", summary="A book", status=Status.PUBLISHED,
        rights="https://creativecommons.org/publicdomain/zero/1.0/",
    )  # fmt: skip
    assert titles(editor, "document", f"?subjects={opposition.pk}") == ["Letter"]
    assert titles(editor, "document", f"?collection={fonds.pk}") == ["Letter"]
    assert titles(editor, "document", "?status=published") == ["Book"]
    assert titles(editor, "document", "?rights=none") == ["Letter"]
    assert titles(editor, "document", "?missing=summary") == ["Letter"]
    assert titles(editor, "document", "?missing=subjects") == ["Book"]
    assert titles(editor, "document", "?missing=citations") == ["Book"]
    assert titles(editor, "document", "?missing=collection") == ["Book"]
    assert titles(editor, "document", "?missing=nothing") == ["Book", "Letter"]
    assert titles(editor, "document", "?missing=date") == ["Book"]
    assert titles(editor, "document", "?missing=born") == ["Book", "Letter"]


def test_images_by_their_file_and_missing_date(editor):
    Image.objects.create(identifier="I.1", title="Described", date="1938")
    Image.objects.create(
        identifier="I.2",
        title="Held",
        file="x.png",
        width=1,
        height=1,
        byte_size=1,
        sha256="a" * 64,
    )
    assert titles(editor, "image", "?file=held") == ["Held"]
    assert titles(editor, "image", "?file=none") == ["Described"]
    assert titles(editor, "image", "?missing=date") == ["Held"]


@pytest.mark.parametrize("kind", RECORD_MODELS)
def test_every_filter_of_every_list_answers(editor, kind):
    RECORD_MODELS[kind].objects.create(identifier="X.1", title="A record")
    page = editor.get(f"/admin/catalog/{kind}/")
    for spec in page.context["cl"].filter_specs:
        for choice in spec.choices(page.context["cl"]):
            assert editor.get(f"/admin/catalog/{kind}/{choice['query_string']}").status_code == 200


def test_the_way_through_the_dates_of_change(editor):
    zone = timezone.get_current_timezone()
    for number, day in enumerate([(2024, 5, 3), (2026, 1, 31), (2026, 2, 28)]):
        person = Person.objects.create(identifier=f"P.{number}", title=f"Of {day[0]}-{day[1]}")
        Person.objects.filter(pk=person.pk).update(
            modified=datetime.datetime(*day, 12, tzinfo=zone)
        )
    years = editor.get("/admin/catalog/person/").content.decode()
    assert all(f"modified__year={year}" in years for year in (2024, 2025, 2026))
    assert titles(editor, "person", "?modified__year=2026") == ["Of 2026-1", "Of 2026-2"]
    assert titles(editor, "person", "?modified__year=2026&modified__month=2") == ["Of 2026-2"]
    assert titles(editor, "person", "?modified__year=2026&modified__month=2&modified__day=28") == [
        "Of 2026-2"
    ]
    month = editor.get(
        "/admin/catalog/person/?modified__year=2026&modified__month=2"
    ).content.decode()
    assert "modified__day=28" in month
    assert "modified__day=29" not in month


def counts_beside(page):
    """The numbers beside the filters of a list, by filter and choice."""
    shown = page.context["cl"]
    return {
        (spec.parameter_name, number): int(str(choice["display"]).rsplit("(", 1)[1].rstrip(")"))
        for spec in shown.filter_specs
        for number, choice in enumerate(list(spec.choices(shown))[1:])
    }


def test_counts_beside_the_filters_are_those_of_the_lists(editor):
    opposition = term(Vocabulary.SUBJECT, "opposition")
    left = term(Vocabulary.SUBJECT, "left", broader=opposition)
    fonds = Collection.objects.create(identifier="F", title="Fonds", level="fonds")
    series = Collection.objects.create(identifier="F.1", title="Series", parent=fonds)
    for number in range(5):
        letter = Document.objects.create(
            identifier=f"D.{number}", title="Letter", collection=series if number else fonds
        )
        letter.subjects.set([left, opposition] if number > 2 else [opposition])
    search.refresh()
    page = editor.get("/admin/catalog/document/?_facets=True&status=draft")
    seen = 0
    for spec in page.context["cl"].filter_specs:
        for choice in list(spec.choices(page.context["cl"]))[1:]:
            said = int(str(choice["display"]).rsplit("(", 1)[1].rstrip(")"))
            if said:
                rows = editor.get(f"/admin/catalog/document/{choice['query_string']}").context["cl"]
                assert rows.result_count == said, choice["display"]
                seen += 1
    assert seen >= 8


@pytest.mark.parametrize("kind", ["document", "collection"])
def test_counts_beside_the_filters_are_the_same_while_the_index_is_behind(editor, kind):
    model = RECORD_MODELS[kind]
    wide = term(Vocabulary.SUBJECT, "wide")
    narrow = term(Vocabulary.SUBJECT, "narrow", broader=wide)
    fonds = Collection.objects.create(identifier="F", title="Letters", level="fonds")
    series = Collection.objects.create(identifier="F.1", title="Letters", parent=fonds)
    for number in range(6):
        record = model.objects.create(
            identifier=f"R.{number}",
            title="Letter",
            status=[Status.DRAFT, Status.PUBLISHED][number % 2],
            rights=[IN_COPYRIGHT, "", NO_COPYRIGHT][number % 3],
        )
        record.subjects.set([[narrow], [wide, narrow], []][number % 3])
        if kind == "document":
            model.objects.filter(pk=record.pk).update(collection=[fonds, series, None][number % 3])
    search.refresh()
    for query in ("", "&status=draft", "&q=letter&missing=subjects", "&status=nothing"):
        address = f"/admin/catalog/{kind}/?_facets=True{query}"
        by_index = counts_beside(editor.get(address))
        Event.objects.create(identifier=f"E{query}", title="Not indexed yet")
        assert search.staleness()
        assert counts_beside(editor.get(address)) == by_index
        assert any(by_index.values()) or "nothing" in query
        search.refresh()


@pytest.mark.parametrize(
    "query",
    [
        "subjects=x",
        "subjects=-1",
        "status=unknown",
        "missing=x",
        "kind=x",
        "o=99.x.-7",
        "all=",
        "p=x",
    ],
)
def test_a_filter_that_nobody_offered_finds_nothing_or_everything(editor, trotsky, query):
    assert editor.get(f"/admin/catalog/person/?{query}").status_code == 200


def test_a_long_filter_is_folded_unless_something_of_it_is_chosen(editor):
    def folded(query):
        html = editor.get(f"/admin/catalog/document/{query}").content.decode()
        by_title = dict(re.findall(r'<details data-filter-title="([a-z ]+)"( open)?>', html))
        return {title for title, opened in by_title.items() if not opened}

    assert "rights" in folded("")
    assert "status" not in folded("")
    assert "rights" not in folded("?rights=none")
