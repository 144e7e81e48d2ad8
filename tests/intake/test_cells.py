"""A single cell: dates in words of any language of the interface, numbers, choices, and what no
cell may contain.
"""

from __future__ import annotations

import pytest
from django.utils import translation

from catalog.admin.intake_forms import PlanForm
from catalog.intake import cells
from catalog.intake.named import CellFault
from catalog.models import Collection, Document, Person, Place, says_undated

pytestmark = pytest.mark.once


def column(model, name):
    return model._meta.get_field(name)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("1890~", "1890~"),
        ("about 1890", "1890~"),
        ("hacia julio de 1938", "1938-07~"),
        ("siglo XIX", "18XX"),
        ("1939-08-23 00:00:00", "1939-08-23"),
        ("23/08/1939", "1939-08-23"),
        ("h. 1890", "1890~"),
        ("1890.0", "1890"),
        ("1905-00-00", "1905"),
        ("1905-03-00", "1905-03"),
        ("00/03/1905", "1905-03"),
    ],
)
def test_dates_are_read_in_every_language(language, text, edtf):
    with translation.override(language):
        date, remark = cells.reader_of(column(Document, "written"))(text)
    assert str(date) == edtf
    assert bool(remark) is (edtf != text.partition(" ")[0])


@pytest.mark.parametrize(
    ("name", "text", "edtf"),
    [
        ("born", "b. 1879", "1879"),
        ("born", "*1879", "1879"),
        ("born", "n. c. 1879", "1879~"),
        ("died", "†21 August 1940", "1940-08-21"),
        ("died", "d. 1940", "1940"),
        ("died", "may 1940", "1940-05"),
        ("died", "\u200e1940", "1940"),
    ],
)
def test_what_stands_before_dates_of_a_life_is_no_part_of_them(name, text, edtf):
    date, remark = cells.reader_of(column(Person, name))(text)
    assert str(date) == edtf and bool(remark) is (text != "\u200e1940")


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_date_that_can_be_two_days_is_asked_about(language: str) -> None:
    """The error names the choice of the form that settles it for all rows, as the form does."""
    with pytest.raises(CellFault) as refusal:
        cells.reader_of(column(Document, "written"))("3/4/1938")
    with translation.override(language):
        said, choice = str(refusal.value.said), str(PlanForm.base_fields["days"].label)
    assert {"en": "3 April 1938 or 4 March 1938", "es": "3 de abril"}[language] in said
    assert choice in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("32874", "1 January 1990, if it is one. Write 1990-01-01"),
        ("12.3.05", "only two digits"),
        ("12-Mar-05", "only two digits"),
        ("mar-05", "only two digits"),
    ],
)
def test_what_spreadsheets_make_of_dates_is_asked_about(text, said):
    with pytest.raises(CellFault, match=said):
        cells.reader_of(column(Document, "written"))(text)


@pytest.mark.parametrize(
    "text", ["-", "–", "s/f", "n/d", "S. D.", "0000-00-00", "0000-00-00 00:00:00"]
)
def test_signs_for_no_date_are_no_date(text):
    assert says_undated(text)


@pytest.mark.parametrize(
    ("days", "text", "edtf"),
    [
        ("first", "3/4/1938", "1938-04-03"),
        ("first", "3.4.1938", "1938-04-03"),
        ("second", "3/4/1938", "1938-03-04"),
        ("second", "23/4/1938", "1938-04-23"),
        ("first", "4/23/1938", "1938-04-23"),
    ],
)
def test_the_whole_table_says_once_which_number_is_the_day(days, text, edtf):
    date, remark = cells.reader_of(column(Document, "written"), days)(text)
    assert str(date) == edtf
    assert edtf in str(remark)


def test_two_years_are_not_a_third_of_the_first():
    date, remark = cells.reader_of(column(Document, "written"))("1937-38")
    assert str(date) == "1937/1938"
    assert "1937–1938" in str(remark)
    for month, remarked in (("1937-12", False), ("1937-21", False), ("1911-12", False)):
        date, remark = cells.reader_of(column(Document, "written"))(month)
        assert (str(date), bool(remark)) == (month, remarked)


@pytest.mark.parametrize(
    ("model", "name", "text", "value"),
    [
        (Person, "kind", "Corporate body", "corporate body"),
        (Person, "kind", "institución", "corporate body"),
        (Collection, "level", "Sub-fonds", "subfonds"),
        (Collection, "level", "serie", "series"),
        (Document, "rights", "CC BY 4.0", "http://creativecommons.org/licenses/by/4.0/"),
        (Document, "rights", "https://creativecommons.org/licenses/by/4.0", "http://creativecommons.org/licenses/by/4.0/"),
        (Place, "latitude", "19,35", 19.35),
        (Document, "position", "3.0", 3),
        (Document, "title", " two\n words ", "two words"),
        (Document, "title", "two\u00a0wo\u00adrds\ufeff", "two words"),
        (Place, "latitude", "19,35\u200b", 19.35),
        (Document, "description", "two\u00a0wo\u00adrds", "two\u00a0wo\u00adrds"),
        (Place, "latitude", "\u200e19,35", 19.35),
        (Person, "kind", "\u202aPerson\u202c", "individual"),
    ],
)  # fmt: skip
def test_values_are_read_by_their_column(model, name, text, value):
    assert cells.reader_of(column(model, name))(text)[0] == value


@pytest.mark.parametrize("text", ["=SUM(A1:A3)", "= B2", "#REF!", "#N/A", "a\x0bb"])
def test_what_no_cell_holds_is_told(text):
    with pytest.raises(CellFault):
        cells.judged(text)


@pytest.mark.parametrize("text", ["=", "= and so on", "# 5", "- a list", "+ 5"])
def test_text_that_only_looks_so_is_text(text):
    assert cells.judged(text) == text


@pytest.mark.parametrize(
    "text",
    ["Q33391", "https://www.wikidata.org/wiki/Q33391", "http://www.wikidata.org/entity/Q33391"],
)
def test_an_outside_identifier_is_read_out_of_its_address(text):
    assert cells.outside_identifier("wikidata", text) == "Q33391"
