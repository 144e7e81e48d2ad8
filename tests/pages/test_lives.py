"""The life of a person, a family or a body in one phrase."""

from __future__ import annotations

import pytest
from django.test import Client

from catalog.models import Person
from catalog.pages.lives import life, years
from catalog.values import read_date


@pytest.mark.once
@pytest.mark.parametrize(
    ("kind", "born", "died", "whole", "short"),
    [
        ("individual", "1879-11-07", "1940-08-21", "7 November 1879 – 21 August 1940", "1879–1940"),
        ("individual", "1879", "1940", "1879–1940", "1879–1940"),
        ("individual", "1890~", "1938", "about 1890 – 1938", "about 1890 – 1938"),
        ("individual", "1905-03", "", "born March 1905", "born 1905"),
        ("individual", "", "1953", "died 1953", "died 1953"),
        ("corporate body", "1938", "", "founded 1938", "founded 1938"),
        ("family", "1850", "", "founded 1850", "founded 1850"),
        ("family", "", "1917", "ended 1917", "ended 1917"),
        ("individual", "", "", "", ""),
    ],
)
def test_a_life_in_words(kind: str, born: str, died: str, whole: str, short: str) -> None:
    dates = {"born": read_date(born) if born else None, "died": read_date(died) if died else None}
    person = Person(kind=kind, **dates)
    assert (life(person), years(person)) == (whole, short)


def test_a_page_that_names_a_person_says_so_too(client: Client, make, term) -> None:
    """As "from 1905" it read like a term of office."""
    author = make("person", "Lev Sedov", born="1906")
    work = make("document", "Bulletin")
    work.contributions.create(person=author, role=term("contribution_role", "author"))
    assert "(born 1906)" in client.get("/documents/bulletin/").text
    assert "Lev Sedov</cite>, born 1906." in client.get("/people/lev-sedov/").text
