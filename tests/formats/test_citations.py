"""Citations as files: what reference managers read from them."""

from __future__ import annotations

import datetime
import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.formats import CITATION_FORMATS, Cited, Maker
from catalog.values import read_date

pytestmark = pytest.mark.once

MY_LIFE = Cited(
    kind="document",
    type="book",
    sort="Book",
    slug="my-life",
    title="My Life",
    original_title="Моя жизнь",
    makers=(Maker("Leon Trotsky", "Trotsky", "Leon"),),
    date=read_date("1929"),
    languages=("ru",),
    summary="Autobiography",
    rights="",
    identifier="TSS.D.006",
    address="https://museum.example/id/465d9893-e5dd-5099-9944-135f5166a672",
    catalogue="Trotsky & Stalin",
    institution="The Museum",
    read_on=datetime.date(2026, 11, 27),
)


def bibtex(cited: Cited) -> str:
    return CITATION_FORMATS["bib"].write(cited)


def ris(cited: Cited) -> list[str]:
    return CITATION_FORMATS["ris"].write(cited).split("\r\n")


def csl(cited: Cited) -> dict[str, object]:
    (item,) = json.loads(CITATION_FORMATS["csl.json"].write(cited))
    return item  # type: ignore[no-any-return]


def test_a_book_in_bibtex() -> None:
    assert bibtex(MY_LIFE) == (
        "@book{my-life,\n"
        "  author = {Trotsky, Leon},\n"
        "  title = {{My Life}},\n"
        "  year = {1929},\n"
        "  howpublished = {The Museum, TSS.D.006},\n"
        "  note = {Моя жизнь},\n"
        "  language = {ru},\n"
        "  url = {https://museum.example/id/465d9893-e5dd-5099-9944-135f5166a672},\n"
        "  urldate = {2026-11-27},\n"
        "}\n"
    )


def test_a_book_in_ris() -> None:
    assert ris(MY_LIFE) == [
        "TY  - BOOK",
        "AU  - Trotsky, Leon",
        "TI  - My Life",
        "OP  - Моя жизнь",
        "PY  - 1929",
        "DA  - 1929///",
        "LA  - ru",
        "AB  - Autobiography",
        "DB  - Trotsky & Stalin",
        "DP  - The Museum",
        "AN  - TSS.D.006",
        "UR  - https://museum.example/id/465d9893-e5dd-5099-9944-135f5166a672",
        "Y2  - 2026/11/27/",
        "ER  - ",
        "",
    ]


def test_a_book_in_csl_json() -> None:
    assert csl(MY_LIFE) == {
        "id": MY_LIFE.address,
        "type": "book",
        "title": "My Life",
        "original-title": "Моя жизнь",
        "author": [{"family": "Trotsky", "given": "Leon"}],
        "issued": {"date-parts": [[1929]]},
        "language": "ru",
        "abstract": "Autobiography",
        "archive": "The Museum",
        "archive_location": "TSS.D.006",
        "source": "Trotsky & Stalin",
        "URL": MY_LIFE.address,
        "accessed": {"date-parts": [[2026, 11, 27]]},
    }


@pytest.mark.parametrize(
    ("edtf", "in_bibtex", "in_ris", "in_csl"),
    [
        ("1938-07", ["year = {1938}", "month = jul"], "1938/07//", {"date-parts": [[1938, 7]]}),
        (
            "1938-07-13",
            ["year = {1938}", "month = jul", "note = {13 July 1938}"],
            "1938/07/13/",
            {"date-parts": [[1938, 7, 13]]},
        ),
        (
            "1929/1932",
            ["year = {1929--1932}"],
            "///1929–1932",
            {"date-parts": [[1929], [1932]]},
        ),
        (
            "1890~",
            ["year = {1890}", "note = {about 1890}"],
            "///about 1890",
            {"literal": "about 1890"},
        ),
        ("[..1940]", ["year = {before 1940}"], "///before 1940", {"literal": "before 1940"}),
        ("-0043", ["year = {44 BCE}"], "///44 BCE", {"literal": "44 BCE"}),
        (
            "[1936,1938]",
            ["year = {1936--1938}", "note = {1936 or 1938}"],
            "///1936 or 1938",
            {"literal": "1936 or 1938"},
        ),
        ("1938-21", ["year = {1938}"], "///spring 1938", {"literal": "spring 1938"}),
    ],
)
def test_a_date_says_no_more_than_is_known(
    edtf: str, in_bibtex: list[str], in_ris: str, in_csl: dict[str, object]
) -> None:
    cited = replace(MY_LIFE, date=read_date(edtf), original_title="")
    written = re.findall(r"(?:year|month|note) = [^\n]+(?=,\n)", bibtex(cited))
    assert set(in_bibtex) <= set(written)
    assert f"DA  - {in_ris}" in ris(cited)
    assert csl(cited)["issued"] == in_csl


def test_bodies_and_single_names_are_not_taken_apart() -> None:
    cited = replace(MY_LIFE, makers=(Maker("Museum and Archive"), Maker("Maria Sklodowska")))
    assert "author = {{Museum and Archive} and {Maria Sklodowska}}," in bibtex(cited)
    assert [line for line in ris(cited) if line.startswith("AU")] == [
        "AU  - Museum and Archive",
        "AU  - Maria Sklodowska",
    ]
    assert csl(cited)["author"] == [
        {"literal": "Museum and Archive"},
        {"literal": "Maria Sklodowska"},
    ]


def test_what_nobody_made_is_an_entry_of_the_catalogue() -> None:
    cited = replace(MY_LIFE, kind="event", type="", makers=(), date=None, original_title="")
    assert bibtex(cited).startswith("@misc{my-life,\n  title")
    assert "TY  - ENCYC" in ris(cited)
    assert "T2  - Trotsky & Stalin" in ris(cited)
    assert csl(cited)["type"] == "entry"
    assert csl(cited)["container-title"] == "Trotsky & Stalin"


def test_a_slug_that_bibtex_cannot_read_is_no_key() -> None:
    key = "465d9893-e5dd-5099-9944-135f5166a672"
    assert bibtex(replace(MY_LIFE, slug="моя-жизнь")).startswith(f"@book{{{key},")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_no_title_breaks_out_of_its_field(title: str) -> None:
    cited = replace(MY_LIFE, title=title, original_title="")
    entry = bibtex(cited)
    assert entry.count("{") == entry.count("}")
    assert entry.count("\n") == bibtex(replace(MY_LIFE, original_title="")).count("\n")
    tags = [line[:6] for line in ris(cited)]
    assert [tag for tag in tags if tag not in {"TI  - "}] == [
        line[:6] for line in ris(replace(MY_LIFE, original_title="")) if not line.startswith("TI")
    ]
    assert csl(cited)["title"] == title
