"""The XML of strangers: what is refused, and what is read as it was meant."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.intake import HeldFile, TableRefused
from catalog.intake.archival.dates import dated
from catalog.intake.archival.headings import heading_of
from catalog.intake.archival.markup import Element
from catalog.intake.finding_aid import FindingAid
from catalog.intake.finding_aid.components import read_components
from tests.intake.aids import aid, sample

pytestmark = pytest.mark.once

BOMB = (
    '<!DOCTYPE ead [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<ead><archdesc><did><unittitle>&b;</unittitle></did></archdesc></ead>"
)
OUTSIDE = (
    '<!DOCTYPE ead [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<ead><archdesc><did><unittitle>&x;</unittitle></did></archdesc></ead>"
)


def read(text: str | bytes) -> FindingAid:
    return FindingAid(HeldFile(text.encode() if isinstance(text, str) else text))


def test_entities_are_neither_expanded_nor_fetched():
    with pytest.raises(TableRefused, match="declares the entity “a”"):
        read(BOMB)
    with pytest.raises(TableRefused, match="stands in another file"):
        read(OUTSIDE)


def test_letters_that_the_dtd_names_are_read():
    text = aid(did="<unitid>F</unitid><unittitle>Caf&eacute; &amp; bar</unittitle>").decode()
    found = read(f'<!DOCTYPE ead SYSTEM "http://127.0.0.1:9/ead.dtd">{text}')
    assert found.top is not None and found.top.title == "Café & bar"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<ead>", "broken at line 1"),
        ("<ead><eadheader/></ead>", "archdesc"),
        ("<html/>", "first element is “html”"),
        ("<ead><archdesc><did></archdesc></ead>", "line 1, column"),
        ("<ead>" + "<x>" * 200, "within each other"),
        ("<ead><archdesc>" + "<c>" * 60, "levels of components"),
        ("<ead><archdesc><p>" + "x" * 1_000_001, "characters of its own"),
        ("<ead><c/></ead>", "does not stand within"),
        ('<?xml version="1.0" encoding="klingon"?><ead/>', "encoding|broken"),
    ],
)
def test_what_is_no_finding_aid_is_refused_with_the_line(text, said):
    with pytest.raises(TableRefused, match=said):
        read(text)


def test_more_components_than_the_limit_are_refused(monkeypatch):
    monkeypatch.setattr("catalog.intake.finding_aid.components.MOST_COMPONENTS", 3)
    with pytest.raises(TableRefused, match="more than 3 components"):
        read(aid("<c/>" * 3))


def test_components_come_before_those_below_them_and_the_whole_last():
    numbers = [
        one.number
        for one in read_components(HeldFile(sample("atom")))
        if not isinstance(one, Element)
    ]
    assert numbers == [2, 3, 4, 5, 6, 1]


def test_what_stands_behind_the_components_below_is_told():
    late = "<c level='series'><did><unittitle>S</unittitle></did><c/><scopecontent><p>Late.</p></scopecontent></c>"
    found = read(aid(late))
    assert [(number, one.element, one.value) for number, one in found.remarks] == [
        (2, "scopecontent", "Late.")
    ]
    whole = (
        aid("<c/>")
        .decode()
        .replace("</archdesc>", "<scopecontent><p>Last.</p></scopecontent></archdesc>")
    )
    top = read(whole).top
    assert top is not None and top.texts == {"description": "Last."}


@pytest.mark.parametrize(
    ("wording", "normal", "certainty", "edtf", "kept"),
    [
        ("1890-1944", "1890/1944", "", "1890/1944", ""),
        ("April 17, 1888", "1888-04-17", "", "1888-04-17", ""),
        ("1895", "1895/1895", "approximate", "1895~", ""),
        ("circa 1920s", "1920/1929", "", "192X~", ""),
        ("12 March 1901", "19010312", "", "1901-03-12", ""),
        ("1888-1934, mostly 1901", "1888/1934", "", "1888/1934", "1888-1934, mostly 1901"),
        ("since 1930", "1930/9999", "", "1930/..", ""),
        ("undated", "", "", "", ""),
        ("before the storm", "", "", "", "before the storm"),
        ("about 1890", "", "", "1890~", ""),
        ("1901", "nonsense", "", "1901", ""),
    ],
)
def test_dates_are_read_from_wording_and_normal_form(wording, normal, certainty, edtf, kept):
    attributes = {"normal": normal, "certainty": certainty}
    found = dated(Element("unitdate", attributes, 1, [wording]))
    assert (found.edtf, found.wording) == (edtf, kept)


@pytest.mark.parametrize(
    ("name", "text", "normal", "title", "filed", "lives"),
    [
        ("persname", "Quill, Ada, 1871-1944", "", "Ada Quill", "Quill, Ada", ("1871", "1944")),
        ("persname", "Leon Trotsky", "Trotsky, Leon", "Leon Trotsky", "Trotsky, Leon", ("", "")),
        ("persname", "King, Martin, Jr.", "", "Martin King, Jr.", "King, Martin, Jr.", ("", "")),
        ("persname", "Plato", "", "Plato", "", ("", "")),
        ("persname", "Doe, Jane (ca. 1800-)", "", "Jane Doe", "Doe, Jane", ("1800~", "")),
        ("name", "Hale, Miriam", "", "Miriam Hale", "Hale, Miriam", ("", "")),
        ("corpname", "Harbour Board, North", "", "Harbour Board, North", "", ("", "")),
    ],
)  # fmt: skip
def test_headings_are_names_as_they_are_said_and_filed(name, text, normal, title, filed, lives):
    found = heading_of(Element(name, {"normal": normal}, 1, [text]))
    assert found is not None
    assert (found.title, found.filed, (found.born, found.died)) == (title, filed, lives)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 4000), st.integers(0, 40))
def test_a_damaged_file_is_read_or_refused(noise, place, gone):
    """Whatever is cut out of a finding aid, and whatever is put there instead."""
    content = sample("archivesspace")
    try:
        found = read(content[:place] + noise + content[place + gone :])
    except TableRefused:
        return
    assert found.top is not None and list(found.descriptions())
