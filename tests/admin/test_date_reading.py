"""How dates are understood while they are typed."""

from __future__ import annotations

import pytest
from django.utils import translation

from catalog.admin.date_reading import reading_of
from catalog.models import proposed_edtf
from catalog.values import read_date
from tests.admin.conftest import form_of, messages_of

PROPOSALS = {
    "about 1890": "1890~",
    "circa 1890": "1890~",
    "c. 1890": "1890~",
    "c1890": "1890~",
    "about 13 July 1938": "1938-07-13~",
    "13 July 1938": "1938-07-13",
    "July 13, 1938": "1938-07-13",
    "1st September 1939": "1939-09-01",
    "23/8/1939": "1939-08-23",
    "23.8.1939": "1939-08-23",
    "July 1938": "1938-07",
    "summer 1938": "1938-22",
    "1890s": "189X",
    "the 1890s": "189X",
    "19th century": "18XX",
    "between 1900 and 1910": "[1900..1910]",
    "from August 1936 to March 1938": "1936-08/1938-03",
    "August 1936 – March 1938": "1936-08/1938-03",
    "1936–1938": "1936/1938",
    "before 1940": "..1940",
    "1940 or earlier": "..1940",
    "after 1940": "1940..",
    "1898 or 1899": "[1898,1899]",
    "probably 1890": "1890?",
    "1890 ?": "1890?",
    "44 BC": "-0043",
    "1 BCE": "0000",
    "about March 1938?": "1938-03%",
    "1937/38": "1937/1938",
    "[1938]": "1938",
    "[ca. 1938]": "1938~",
    "193-?": "193X?",
    "18--": "18XX",
    "March or April 1938": "[1938-03,1938-04]",
    "13-15 July 1938": "1938-07-13/1938-07-15",
    "March 5-7, 1938": "1938-03-05/1938-03-07",
    "between 5 and 7 March 1938": "[1938-03-05..1938-03-07]",
    "12 and 13 March 1938": "{1938-03-12,1938-03-13}",
    "first half of 1938": "1938-40",
}
IN_SPANISH = {
    "julio de 1938": "1938-07",
    "13 de julio de 1938": "1938-07-13",
    "hacia julio de 1938": "1938-07~",
    "Alrededor de 1890": "1890~",
    "ca. 1890": "1890~",
    "verano de 1938": "1938-22",
    "antes de 1940": "..1940",
    "después de 1940": "1940..",
    "no antes de 1940": "1940..",
    "entre 1936 y 1938": "[1936..1938]",
    "de agosto de 1936 a marzo de 1938": "1936-08/1938-03",
    "desde 1936 hasta 1938": "1936/1938",
    "1898 o 1899": "[1898,1899]",
    "probablemente 1890": "1890?",
    "siglo XVIII": "17XX",
    "siglo 19": "18XX",
    "década de 1930": "193X",
    "44 a. C.": "-0043",
    "about 1890": "1890~",
}
NOT_UNDERSTOOD = [
    "",
    "unknown",
    "Trotsky",
    "08/09/1939",  # August or September?
    "1 May",  # of which year?
    "31 February 1938",
    "1984 to 1980",
    "about about 1890",
    "1938 in Paris",
    "1938 and",
    "x" * 5000,
    "0" * 80,
    "\x00",
    "1890 " * 10,
    "before before 1940",
]


@pytest.mark.once
@pytest.mark.parametrize(("typed", "edtf"), PROPOSALS.items())
def test_everyday_english_is_proposed_as_edtf(typed, edtf):
    assert proposed_edtf(typed) == edtf
    assert read_date(edtf)
    reading = reading_of(typed)
    assert reading.proposal == edtf
    assert f"Will be saved as {edtf}: {reading.said}" in reading.words


@pytest.mark.once
@pytest.mark.parametrize(("typed", "edtf"), IN_SPANISH.items())
def test_the_language_of_the_interface_is_understood_too(typed, edtf):
    with translation.override("es"):
        assert proposed_edtf(typed) == edtf
    assert proposed_edtf("about 1890") == "1890~"


@pytest.mark.once
@pytest.mark.parametrize(
    "typed", [*NOT_UNDERSTOOD, "siglo iix", "siglo 99", "mayo", "1938 en París"]
)
def test_what_could_mean_two_days_is_not_guessed_in_spanish(typed):
    with translation.override("es"):
        assert proposed_edtf(typed) is None


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("08/09/1939", "can be 8 September 1939 or 9 August 1939. Write 1939-09-08 or 1939-08-09."),
        ("3.4.1938", "can be 3 April 1938 or 4 March 1938. Write 1938-04-03 or 1938-03-04."),
        ("29 February 2001", "does not exist: that month has no day 29."),
        ("31/2/1939", "“31/2/1939” does not exist: that month has no day 31."),
        ("2.30.1939", "“2.30.1939” does not exist: that month has no day 30."),
        ("undated", "is left empty"),
        ("1940/1938", "ends before it starts. Write the earlier date first: 1938/1940."),
    ],
)
def test_a_refusal_names_what_to_write(typed, words):
    reading = reading_of(typed)
    assert words in reading.refusal
    assert not reading.proposal


@pytest.mark.once
@pytest.mark.parametrize("typed", NOT_UNDERSTOOD)
def test_what_could_mean_two_days_is_not_guessed(typed):
    assert proposed_edtf(typed) is None


@pytest.mark.once
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("1938-07-13", "Understood as: 13 July 1938"),
        ("1890~", "Understood as: about 1890 (earliest 1 January 1890, latest 31 December 1890)"),
        ("1962..", "Understood as: from 1962 (earliest 1 January 1962, latest open)"),
        ("-0043", "Understood as: 44 BCE (earliest 1 January 44 BCE, latest 31 December 44 BCE)"),
        ("", ""),
    ],
)
def test_the_reading_in_words(typed, words):
    assert reading_of(typed).words == words


@pytest.mark.django_db
def test_the_view_answers_curators(cataloguer):
    answer = cataloguer.get(
        "/admin/catalog/person/date-reading/", {"text": "1936-08/1938-03"}
    ).json()
    assert answer["sentence"] == "August 1936 – March 1938"
    assert answer["earliest"] == "1 August 1936"
    assert answer["latest"] == "31 March 1938"
    assert answer["refusal"] == ""
    answer = cataloguer.get("/admin/catalog/person/date-reading/", {"text": "about 1890"}).json()
    assert (answer["proposal"], answer["sentence"]) == ("1890~", "about 1890")
    for text, writes in (("3/4/1938", ["1938-04-03", "1938-03-04"]), ("1937-38", ["1937/1938"])):
        answer = cataloguer.get("/admin/catalog/person/date-reading/", {"text": text}).json()
        assert [choice["writes"] for choice in answer["choices"]] == writes


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text", ["\x00", "x" * 50_000, "1938-02-31", "[" * 500, "Y1E99999999", "١٩٣٨", ""]
)
def test_the_view_answers_anything(cataloguer, text):
    answer = cataloguer.get("/admin/catalog/person/date-reading/", {"text": text})
    assert answer.status_code == 200
    assert answer.json()["sentence"] == ""


@pytest.mark.once
@pytest.mark.django_db
def test_the_form_shows_the_reading_without_script(cataloguer, draft):
    address = f"/admin/catalog/person/{draft.pk}/change/"
    cataloguer.post(address, form_of(cataloguer.get(address).content) | {"born": "187X"})
    html = cataloguer.get(address).content.decode()
    assert "Understood as: the 1870s (earliest 1 January 1870, latest 31 December 1879)" in html
    assert 'value="187X"' in html


@pytest.mark.django_db
def test_everyday_words_are_saved_and_said(cataloguer, draft):
    address = f"/admin/catalog/person/{draft.pk}/change/"
    entries = form_of(cataloguer.get(address).content) | {"born": "about March 1879?"}
    said = messages_of(cataloguer.post(address, entries, follow=True))
    draft.refresh_from_db()
    assert str(draft.born) == "1879-03%"
    assert "“about March 1879?” was read as 1879-03% (about March 1879 (uncertain))." in said
    entries = form_of(cataloguer.get(address).content) | {"born": "3/4/1879"}
    html = cataloguer.post(address, entries).content.decode()
    assert 'data-writes="1879-04-03">3 April 1879</button>' in html
    draft.refresh_from_db()
    assert str(draft.born) == "1879-03%"


@pytest.mark.django_db
def test_the_reading_speaks_the_language_of_the_interface(cataloguer):
    # The catalogue's own words may not be translated yet; asking in Spanish must not fail.
    with translation.override("es"):
        assert (
            cataloguer.get("/admin/catalog/person/date-reading/", {"text": "1890~"}).status_code
            == 200
        )
