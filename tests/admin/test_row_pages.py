"""Forms of records with very many rows: a part is shown and said, and saving keeps the rest."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import Contribution, Document, Person
from tests.admin.conftest import form_of, term

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def author(trotsky: Person) -> Person:
    role = term("contribution_role", "author", label="Author")
    works = Document.objects.bulk_create(
        Document(identifier=f"D.{n}", title=f"Letter {n:03}", slug=f"d-{n}") for n in range(130)
    )
    Contribution.objects.bulk_create(
        Contribution(person=trotsky, document=work, role=role) for work in works
    )
    return trotsky


def address(person: Person, query: str = "") -> str:
    return f"/admin/catalog/person/{person.pk}/change/{query}"


def letters(page: Any) -> list[str]:
    return sorted(set(re.findall(r"Letter \d{3}", page.content.decode())))


def links(page: Any) -> dict[str, str]:
    found = re.findall(
        r'<a href="(\?[^"]*)">(Rows (?:before|after) these)</a>', page.content.decode()
    )
    return {words: unescape(link) for link, words in found}


def test_a_part_is_shown_and_leads_to_the_others(editor: Client, author: Person) -> None:
    page = editor.get(address(author))
    assert letters(page) == [f"Letter {n:03}" for n in range(25)]
    assert "Rows 1 to 25 of 130 are shown" in page.content.decode()
    seen = letters(page)
    while after := links(page).get("Rows after these"):
        page = editor.get(address(author, after))
        seen += letters(page)
    assert seen == [f"Letter {n:03}" for n in range(130)]
    # The last part takes in what would be a part of five rows.
    assert "Rows 101 to 130 of 130 are shown" in page.content.decode()
    before = editor.get(address(author, links(page)["Rows before these"]))
    assert letters(before) == [f"Letter {n:03}" for n in range(75, 100)]


def test_up_to_fifty_rows_are_shown_without_a_word(editor: Client, author: Person) -> None:
    Contribution.objects.filter(document__title__gte="Letter 050").delete()
    page = editor.get(address(author))
    assert len(letters(page)) == 50 and "are shown" not in page.content.decode()


@pytest.mark.parametrize("odd", ["1000", "x", "-5", "9" * 40, "²"])
def test_an_odd_part_is_the_first(editor: Client, author: Person, odd: str) -> None:
    page = editor.get(address(author, f"?rows-contributions={odd}"))
    assert letters(page) == [f"Letter {n:03}" for n in range(25)]


def test_saving_a_part_keeps_all_rows(editor: Client, author: Person) -> None:
    there = address(author, "?rows-contributions=50")
    page = form_of(editor.get(there).content)
    answer = editor.post(there, page | {"summary": "Writer", "contributions-3-DELETE": "on"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    author.refresh_from_db()
    assert author.summary == "Writer"
    kept = set(author.contributions.values_list("document__title", flat=True))
    assert kept == {f"Letter {n:03}" for n in range(130)} - {"Letter 053"}


def test_rows_that_have_moved_to_another_part_are_still_meant(
    editor: Client, author: Person
) -> None:
    """Another curator removes rows in between, so that the parts begin elsewhere."""
    there = address(author, "?rows-contributions=50")
    page = form_of(editor.get(there).content)
    Contribution.objects.filter(document__title__lt="Letter 030").delete()
    Contribution.objects.filter(document__title="Letter 060").delete()
    answer = editor.post(there, page | {"summary": "Writer", "contributions-0-DELETE": "on"})
    assert answer.status_code == 302, answer.content.decode()[:2000]
    kept = set(author.contributions.values_list("document__title", flat=True))
    assert kept == {f"Letter {n:03}" for n in range(30, 130)} - {"Letter 050", "Letter 060"}


def test_a_form_that_comes_back_shows_what_was_sent(editor: Client, author: Person) -> None:
    there = address(author, "?rows-contributions=50")
    page = form_of(editor.get(there).content)
    answer = editor.post(there, page | {"title": ""})
    assert answer.status_code == 200
    assert letters(answer) == [f"Letter {n:03}" for n in range(50, 75)]


def test_its_size_and_questions_do_not_grow_with_the_rows(editor: Client, author: Person) -> None:
    def asked() -> tuple[int, int]:
        editor.get(address(author))
        with CaptureQueriesContext(connection) as queries:
            page = editor.get(address(author))
        return len(queries), len(page.content)

    many = asked()
    Contribution.objects.filter(document__title__gte="Letter 051").delete()
    few = asked()
    assert many[0] == few[0] and many[1] < few[1] + 2000
