"""Building an index while another is live: what changes meanwhile, and what a killed build leaves
behind.
"""

from __future__ import annotations

import time
from typing import Any

import pytest
from django.db import connection

from catalog import search
from catalog.models import Contribution, Document, Person, Status, Term
from catalog.search import SearchQuery, builder, building, index
from catalog.search.backends import backend_of
from catalog.search.index import SILENT


def found(text: str) -> list[str]:
    return [hit.record.slug for hit in search.search(SearchQuery(text)).hits]


@pytest.fixture
def letter(db: None) -> Document:
    """A document that names two people."""
    role = Term.objects.create(vocabulary="contribution_role", code="author", label="author")
    document = Document.objects.create(identifier="D1", title="A letter", status=Status.PUBLISHED)
    for number, name in enumerate(("Rakovsky", "Joffe")):
        person = Person.objects.create(identifier=f"P{number}", title=name, status=Status.PUBLISHED)
        Contribution.objects.create(document=document, person=person, role=role)
    search.refresh()
    return document


def rebuilt_while(monkeypatch: Any, meanwhile: Any) -> None:
    """Rebuild, and call ``meanwhile`` when the first batch has been written."""
    monkeypatch.setattr(building, "TOGETHER", 1)
    seen: list[int] = []

    def between(done: int, _total: int) -> None:
        if not seen:
            meanwhile()
        seen.append(done)

    search.rebuild(progress=between)
    assert len(seen) > 1


def test_it_answers_and_follows_while_another_is_built(letter: Document, monkeypatch: Any) -> None:
    def meanwhile() -> None:
        person = Person.objects.get(title="Rakovsky")
        person.title = "Quetzalcoatl"
        person.save()
        search.refresh()
        assert found("quetzalcoatl")
        assert "a-letter" not in found("rakovsky")
        assert set(found("joffe")) == {"joffe", "a-letter"}

    rebuilt_while(monkeypatch, meanwhile)
    assert set(found("quetzalcoatl")) == {"rakovsky", "a-letter"}
    assert found("rakovsky") == ["rakovsky"], "by its address"
    assert not search.staleness()
    assert list(search.check()) == []


def test_what_is_deleted_or_written_past_every_door_meanwhile_is_noticed(
    letter: Document, monkeypatch: Any
) -> None:
    def meanwhile() -> None:
        Person.objects.filter(title="Joffe").delete()
        Document.objects.filter(pk=letter.pk).update(description="quetzalcoatl")

    rebuilt_while(monkeypatch, meanwhile)
    assert found("quetzalcoatl") == ["a-letter"]
    assert not found("joffe")
    assert list(search.check()) == []


def test_two_are_not_built_at_once(letter: Document, monkeypatch: Any) -> None:
    def meanwhile() -> None:
        with pytest.raises(search.AlreadyBuilding, match="Wait until"):
            search.rebuild()

    rebuilt_while(monkeypatch, meanwhile)
    assert list(search.check()) == []


def test_a_building_that_was_killed_loses_no_mark(letter: Document) -> None:
    backend = backend_of()
    Document.objects.filter(pk=letter.pk).update(description="quetzalcoatl")
    new_index = backend.under_new_names()
    with builder.building(backend.connection, new_index.prefix):
        building._begin(backend, new_index)
        assert search.staleness().set_aside == 1
        assert search.refresh(limit=None) == 0, "it is still alive"
    if builder.is_alive(backend.connection, new_index.prefix) is None:
        backend.run("UPDATE search_state SET seen = %s", [int(time.time()) - SILENT - 1])
    assert search.refresh(limit=None) == 1
    assert found("quetzalcoatl") == ["a-letter"]
    names = backend.connection.introspection.table_names()
    assert not [name for name in names if name.startswith(new_index.prefix)]


def test_a_lock_that_outlived_its_builder_does_not_block_the_next(letter: Document) -> None:
    backend = backend_of()
    gone = backend.under_new_names()
    pooled = backend.connection.copy()
    with builder.building(pooled, gone.prefix):
        building._begin(backend, gone)
        backend.run("UPDATE search_state SET seen = %s", [int(time.time()) - SILENT - 1])
        search.rebuild()
    pooled.close()
    assert found("joffe")
    assert list(search.check()) == []


def test_an_index_of_an_older_shape_is_made_anew(letter: Document) -> None:
    backend = backend_of()
    backend.run("UPDATE search_state SET format = 1")
    backend.run("CREATE TABLE search_misspelling (written text NOT NULL, word text NOT NULL)")
    search.after_migrate()
    assert "search_misspelling" not in backend.connection.introspection.table_names()
    assert set(found("joffe")) == {"joffe", "a-letter"}
    assert list(search.check()) == []


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("DELETE FROM search_start WHERE start = 'joffe'", "suggestions shown while typing"),
        ("DELETE FROM search_word WHERE word = 'joffe'", "as corrections"),
        ("DELETE FROM search_facet WHERE facet = 'kind:1'", "facet value kind:1"),
        ("UPDATE search_entry SET digest = 'x' WHERE kind = 2", "document"),
        ("DELETE FROM search_entry WHERE kind = 2", "no entry"),
    ],
)
def test_the_check_names_what_is_wrong(letter: Document, damage: str, said: str) -> None:
    assert list(search.check()) == []
    backend_of().run(damage)
    assert said in " ".join(map(str, search.check()))


def test_the_check_looks_at_the_words_of_curators(letter: Document) -> None:
    Document.objects.filter(pk=letter.pk).update(internal_note="quetzalcoatl")
    search.refresh()
    assert list(search.check()) == []
    backend = backend_of()
    (one,) = backend.run("SELECT id FROM search_entry WHERE staff = 1")[0]
    backend.delete_texts([one], staff=True)
    assert "words" in " ".join(map(str, search.check()))


@pytest.mark.parametrize(
    ("written", "first", "last", "is_there"),
    [
        ("1937-05-14", 19370514, 19370514, True),
        ("1937-05-14", 19370515, 19371231, False),
        ("1937-05-14", 19370101, 19370513, False),
        ("1937", 19370515, None, True),
        ("1930/1940", 19350101, 19351231, True),
        ("1930/1940", 19400101, None, True),
        ("1930/1940", 19410101, None, False),
        ("1930/..", 19990101, 19990102, True),
        ("1930/..", None, 19291231, False),
        ("../1930", 18000101, 18000102, True),
        ("../1930-05", 19300601, None, False),
        ("", 18000101, None, False),
        ("-0044-03-15", -440101, -431231, True),
    ],
)
def test_time(db: None, written: str, first: int, last: int, is_there: bool) -> None:
    Document.objects.create(
        identifier="D1", title="A letter", written=written, status=Status.PUBLISHED
    )
    search.refresh()
    query = SearchQuery("letter", date_from=first, date_to=last)
    assert search.search(query).total == is_there


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="the full text of SQLite")
def test_a_building_of_any_length_leaves_few_pieces_to_be_merged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for number in range(12):
        Person.objects.create(
            identifier=f"P{number}", title=f"Rakovsky {number}", status=Status.PUBLISHED
        )
    search.refresh()
    monkeypatch.setattr(index, "BATCH", 1)
    monkeypatch.setattr(building, "TOGETHER", 1)
    monkeypatch.setattr(building, "PIECES", 4)
    pieces: list[int] = []

    def look(_done: int, _total: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE name LIKE 'search%_text_idx'"
                " AND name NOT LIKE '%staff%' ORDER BY length(name) DESC"
            )
            cursor.execute(f"SELECT count(DISTINCT segid) FROM {cursor.fetchone()[0]}")
            pieces.append(cursor.fetchone()[0])

    search.rebuild(progress=look)
    assert pieces[:4] == [1, 2, 3, 4]
    assert max(pieces) == 5
    assert list(search.check()) == []
