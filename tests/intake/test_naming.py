"""What cells refer to: records by every name they have, a merged one through the one it became;
unknown names.
"""

from __future__ import annotations

import pytest

from catalog import actions, intake, search
from catalog.intake.named import CellFault
from catalog.intake.naming import Names
from catalog.models import Document, Person, PersonName, Place, PlaceName, Term
from tests.intake.conftest import brought


@pytest.fixture
def trotsky(db):
    found = Person.objects.create(identifier="P.1", title="Leon Trotsky", sort_name="Trotsky, Leon")
    PersonName.objects.create(person=found, name="Pero")
    return found


@pytest.mark.parametrize(
    "text",
    ["P.1", "Leon Trotsky", "Trotsky, Leon", "TROTSKY, León", "Pero", "pero", "leon-trotsky"],
)
def test_a_person_is_found_by_every_name(trotsky, text):
    assert Names(None).record("person", text).pk == trotsky.pk
    assert Names(None).record("person", str(trotsky.uuid)).pk == trotsky.pk
    assert Names(None).record("person", f"http://x.org{trotsky.permanent_path}").pk == trotsky.pk


def test_namesakes_are_named_and_the_unknown_is_told(trotsky):
    Person.objects.create(identifier="P.2", title="Leon Trotsky")
    with pytest.raises(CellFault, match=r"P\.1\); Leon Trotsky \(P\.2\)"):
        Names(None).record("person", "Leon Trotsky")
    with pytest.raises(CellFault, match="There is no person “Lenin”"):
        Names(None).record("person", "Lenin")


def test_near_names_are_proposed(trotsky, editor, terms):
    search.refresh()
    with pytest.raises(
        CellFault, match=r"There is no person “Lev Trotzky”. Similar: Leon Trotsky \(P\.1\)"
    ):
        Names(editor).record("person", "Lev Trotzky")
    with pytest.raises(CellFault, match="Similar: “Show trials”"):
        Names(editor).term("subject", "Show trial")


def test_names_as_the_catalogue_writes_them_are_understood(trotsky, editor):
    """Curators copy what a list of similar records says, and what boxes of forms say."""
    town = Place.objects.create(identifier="L.1", title="Mexico City")
    Place.objects.create(identifier="L.2", title="Coyoacán", part_of=town)
    search.refresh()
    assert Names(editor).record("person", "Leon Trotsky (P.1)").pk == trotsky.pk
    for text, similar in (
        ("Lenin (P.1)", ""),
        ("L. Trotsky", r"Similar: Leon Trotsky \(P\.1\)"),
    ):
        with pytest.raises(CellFault, match=similar or "There is no person"):
            Names(editor).record("person", text)
    with pytest.raises(CellFault, match=r"Similar: Coyoacán \(L\.2\)"):
        Names(editor).record("place", "Coyoacán (Mexico City)")


def test_a_term_is_found_by_label_and_code_and_by_what_it_was_merged_from(terms):
    names = Names(None)
    for text in ("Show trials", "show TRIALS", "show-trials"):
        assert names.term("subject", text).pk == terms["show-trials"].pk
    assert names.term("country", "MX").pk == terms["mx"].pk
    twin = Term.objects.create(vocabulary="subject", code="exile-2", label="EXILE")
    with pytest.raises(CellFault, match="you mean: exile, exile-2"):
        Names(None).term("subject", "Exile")
    actions.merge_terms(twin, into=terms["exile"], by=None)
    assert Names(None).term("subject", "exile-2").pk == terms["exile"].pk
    assert Names(None).term("subject", "Exile").pk == terms["exile"].pk


def test_a_title_counts_before_the_other_names_of_others(db):
    home = Place.objects.create(identifier="L.1", title="St Petersburg")
    other = Place.objects.create(identifier="L.2", title="Leningrad Oblast")
    PlaceName.objects.create(place=other, name="St Petersburg")
    PlaceName.objects.create(place=home, name="Leningrad")
    assert Names(None).record("place", "St Petersburg").pk == home.pk
    assert Names(None).record("place", "Leningrad").pk == home.pk


def test_a_merged_record_is_the_one_that_it_became(trotsky, editor, terms):
    twin = Person.objects.create(identifier="P.9", title="Lev Bronstein")
    uuid = twin.uuid
    actions.merge(twin, into=trotsky, by=None)
    assert Names(None).record("person", "P.9").pk == trotsky.pk
    assert Names(None).record("person", str(uuid)).pk == trotsky.pk
    found = brought("identifier,title\nP.9,Lev Bronstein\n", "person", by=editor)
    assert "was merged into “Leon Trotsky” (P.1)" in str(intake.faults_of(found)[0].said)


def test_a_line_break_separates_names_and_terms_and_not_what_a_detail_says(trotsky, editor, terms):
    Person.objects.create(identifier="P.2", title="Natalia Sedova")
    text = (
        "identifier,title,author,subjects,technique\n"
        'D.1,Letter,"Leon Trotsky\nNatalia Sedova","Exile\r\nShow trials","Ink\non paper"\n'
    )
    found = brought(text, "document", by=editor)
    intake.begin(found, by=editor, reason="")
    letter = Document.objects.get()
    assert [one.person.title for one in letter.contributions.all()] == [
        "Leon Trotsky",
        "Natalia Sedova",
    ]
    assert (letter.subjects.count(), letter.details.get().text) == (2, "Ink on paper")


@pytest.mark.parametrize(
    ("cell", "is_told"),
    [
        ("Leon Trotsky, Natalia Sedova", True),
        ("Leon Trotsky & Natalia", True),
        ("Leon Trotsky; Natalia", True),
        ("León Trotski y Natalia", True),
        ("Nobody, John", False),
        ("Leon Trotsky|Natalia & Co", False),
    ],
)
def test_who_names_several_in_one_cell_is_told_how(cell, is_told, trotsky, editor, terms):
    found = brought(
        f'identifier,title,author\nD.1,Letter,"{cell}"\n', "document", by=editor, inside="|"
    )
    assert ("separate them with “|”" in str(intake.faults_of(found)[0].said)) is is_told


def test_what_stands_beyond_the_header_is_told_and_not_lost(editor):
    found = brought("identifier,title,\nD.1,Letter,loose note\n", "document", by=editor)
    (fault,) = intake.faults_of(found)
    assert fault.value == "loose note" and "a column has no name" in str(fault.said)
