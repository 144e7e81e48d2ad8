"""References in the styles of APA, Chicago and MLA, as their manuals set an item of an archive."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from catalog.formats import STYLES, Cited, Maker
from catalog.values import read_date

pytestmark = pytest.mark.once

LETTER = Cited(
    kind="document",
    type="letter",
    sort="Letter",
    slug="letter",
    title="Letter to Max Shachtman",
    original_title="",
    makers=(Maker("Leon Trotsky", "Trotsky", "Leon"),),
    date=read_date("1938-03-03"),
    languages=("ru",),
    summary="",
    rights="",
    identifier="TSS.D.7",
    address="https://museum.example/id/465d9893",
    catalogue="Trotsky & Stalin",
    institution="The Museum",
    read_on=datetime.date(2026, 9, 28),
)
DIEGO = Maker("Diego Rivera", "Rivera", "Diego")
BRETON = Maker("André Breton", "Breton", "André")


def said(style: str, cited: Cited) -> str:
    """A reference with its italics between asterisks."""
    return "".join(f"*{run.text}*" if run.italic else run.text for run in STYLES[style](cited))


def test_a_letter() -> None:
    assert {style: said(style, LETTER) for style in STYLES} == {
        "APA": "Trotsky, L. (1938, March 3). *Letter to Max Shachtman* [Letter]. The Museum (TSS.D.7). "
        "https://museum.example/id/465d9893",
        "Chicago": "Trotsky, Leon. Letter to Max Shachtman. March 3, 1938. The Museum, TSS.D.7. "
        "https://museum.example/id/465d9893.",
        "MLA": "Trotsky, Leon. Letter to Max Shachtman. 3 Mar. 1938. The Museum, TSS.D.7. *Trotsky & Stalin*, "
        "https://museum.example/id/465d9893. Accessed 28 Sept. 2026.",
    }


def test_a_photograph_by_nobody_known() -> None:
    photograph = replace(
        LETTER, kind="image", type="photograph", sort="Photograph", title="Who Was There?", makers=(), date=None
    )  # fmt: skip
    assert {style: said(style, photograph) for style in STYLES} == {
        "APA": "*Who Was There?* [Photograph]. (n.d.). The Museum (TSS.D.7). https://museum.example/id/465d9893",
        "Chicago": "*Who Was There?* The Museum, TSS.D.7. https://museum.example/id/465d9893.",
        "MLA": "*Who Was There?* The Museum, TSS.D.7. *Trotsky & Stalin*, https://museum.example/id/465d9893. "
        "Accessed 28 Sept. 2026.",
    }


def test_a_person_is_an_entry_of_the_catalogue() -> None:
    person = replace(LETTER, kind="person", type="", sort="", title="Leon Trotsky", makers=(), date=None)  # fmt: skip
    assert {style: said(style, person) for style in STYLES} == {
        "APA": "Leon Trotsky. (n.d.). In *Trotsky & Stalin*. The Museum. Retrieved September 28, 2026, from "
        "https://museum.example/id/465d9893",
        "Chicago": "“Leon Trotsky.” In *Trotsky & Stalin*. The Museum. Accessed September 28, 2026. "
        "https://museum.example/id/465d9893.",
        "MLA": "“Leon Trotsky.” The Museum. *Trotsky & Stalin*, https://museum.example/id/465d9893. "
        "Accessed 28 Sept. 2026.",
    }


def test_a_catalogue_with_the_name_of_its_museum_names_it_once() -> None:
    person = replace(LETTER, kind="person", catalogue="The Museum", makers=(), date=None)
    assert all(said(style, person).count("The Museum") == 1 for style in STYLES)


@pytest.mark.parametrize(
    ("makers", "apa", "chicago", "mla"),
    [
        (
            (BRETON, DIEGO),
            "Breton, A., & Rivera, D. (",
            "Breton, André, and Diego Rivera. ",
            "Breton, André, and Diego Rivera. ",
        ),
        (
            (BRETON, DIEGO, *LETTER.makers),
            "Breton, A., Rivera, D., & Trotsky, L. (",
            "Breton, André, Diego Rivera, and Leon Trotsky. ",
            "Breton, André, et al. ",
        ),
        (
            (Maker("Dewey Commission"),),
            "Dewey Commission. (",
            "Dewey Commission. ",
            "Dewey Commission. ",
        ),
        (
            (Maker("Jean-Paul van den Berg", "van den Berg", "Jean-Paul M."),),
            "van den Berg, J.-P. M. (",
            "van den Berg, Jean-Paul M. ",
            "van den Berg, Jean-Paul M. ",
        ),
    ],
)
def test_names(makers: tuple[Maker, ...], apa: str, chicago: str, mla: str) -> None:
    cited = replace(LETTER, makers=makers)
    assert said("APA", cited).startswith(apa)
    assert said("Chicago", cited).startswith(chicago)
    assert said("MLA", cited).startswith(mla)


def test_very_many_makers_are_cut_as_each_style_does_it() -> None:
    many = tuple(Maker(f"A Name{number}", f"Name{number}", "A") for number in range(25))
    cited = replace(LETTER, makers=many)
    assert "Name18, A., … Name24, A. (1938" in said("APA", cited)
    assert "A Name6, et al. Letter" in said("Chicago", cited)
    assert said("MLA", cited).startswith("Name0, A, et al. Letter")


@pytest.mark.parametrize(
    ("date", "apa", "chicago", "mla"),
    [
        ("1938-03", "(1938, March)", " March 1938. ", " Mar. 1938. "),
        ("1938", "(1938)", " 1938. ", " 1938. "),
        ("1890~", "(ca. 1890)", " ca. 1890. ", " ca. 1890. "),
        ("1929/1940", "(1929–1940)", " 1929–1940. ", " 1929–1940. "),
        ("1937-04-10/1937-04-17", "(10–17 April 1937)", " 10–17 April 1937. ", " 10–17 April 1937. "),
    ],
)  # fmt: skip
def test_dates(date: str, apa: str, chicago: str, mla: str) -> None:
    cited = replace(LETTER, date=read_date(date))
    assert apa in said("APA", cited)
    assert chicago in said("Chicago", cited)
    assert mla in said("MLA", cited)


@pytest.mark.parametrize(
    ("kind", "type_", "chicago"),
    [
        ("document", "book", "*A Title.* "),
        ("document", "article", "“A Title.” "),
        ("collection", "", "A Title. "),
    ],
)
def test_titles_are_set_by_what_they_name(kind: str, type_: str, chicago: str) -> None:
    work = replace(LETTER, kind=kind, type=type_, title="A Title", makers=())  # type: ignore[arg-type]
    assert said("Chicago", work).replace("*. ", ".* ").startswith(chicago)
