"""Finding aids become collections and documents: what goes where, what is recognised, what is told."""

from __future__ import annotations

import csv
import io

import pytest

from catalog import actions, intake
from catalog.history import Selection
from catalog.intake import Codes, Existing, Faulty
from catalog.models import (
    Collection,
    Contribution,
    Detail,
    Document,
    Image,
    OutsideIdentifier,
    Person,
    PersonKind,
    Place,
    Status,
    Term,
    Topic,
    Vocabulary,
)
from tests.intake.aids import aid, imported, looked, make_terms, sample


@pytest.fixture
def museum(db):
    make_terms()


def details(record):
    return [(one.kind.label, one.text) for one in Detail.objects.filter(**{record.KIND: record})]


def test_a_finding_aid_of_atom_becomes_a_hierarchy(museum, editor):
    found = imported(sample("atom"), by=editor, new_terms=True)
    assert "10 records were created." in found.said
    fonds = Collection.objects.get(identifier="F12")
    assert (fonds.level, fonds.title, fonds.date.edtf) == (
        "fonds",
        "Harbour Board fonds",
        "1888-01-01/1934-12-31",
    )
    assert fonds.extent == "2.4 m of textual records, 86 photographs"
    assert (
        fonds.description
        == "Minutes, letters and plans of the board.\n\nThe fonds holds:\n* minutes\n* letters"
    )
    assert (fonds.custodial_history, fonds.arrangement, fonds.access_conditions) == (
        "Kept in the customs house until 1970.", "In two series.", "Open.",
    )  # fmt: skip
    assert ("Appraisal", "Duplicates were destroyed in 1971.") in details(fonds)
    assert ("Dates in the source", "1888-1934, predominant 1901-1920") in details(fonds)
    assert [one.label for one in fonds.subjects.all()] == ["Harbours"]
    # Codes that mean something only below another were put behind it.
    letter = Document.objects.get(identifier="F12/1/1/1")
    assert letter.collection.identifier == "F12/1/1"
    assert [one.identifier for one in letter.collection.ancestors()] == ["F12", "F12/1"]
    assert (letter.written.edtf, letter.type.code, letter.link) == (
        "1888-04-17", "letter", "https://atom.example.org/uploads/letter-1.pdf",
    )  # fmt: skip
    assert letter.description == "Asks for a *berth* in North Harbour."
    assert [one.code for one in letter.languages.all()] == ["en"]
    author = Contribution.objects.get(document=letter)
    assert (author.person.title, author.person.sort_name, author.role.code) == (
        "Miriam Hale",
        "Hale, Miriam",
        "author",
    )
    assert [
        one.about_person.title
        for one in Topic.objects.filter(document=letter, about_person__isnull=False)
    ] == ["John Okafor"]
    board = Person.objects.get(title="North Harbour Board")
    creator = Contribution.objects.get(collection=fonds)
    # The catalogue had no such role; the fonds does not say the name a second time.
    assert (creator.person, creator.role.code) == (board, "creator")
    assert "Creator" not in dict(details(fonds))
    assert board.kind == PersonKind.CORPORATE_BODY and board.description.startswith(
        "The board was set up in 1888."
    )
    assert Collection.objects.get(title="Minutes of the first year").date.edtf == "1888~"
    assert not any(
        model.objects.exclude(status=Status.DRAFT)
        for model in (Collection, Document, Person, Place)
    )


def test_a_finding_aid_of_archivesspace_keeps_what_is_internal(museum, editor):
    imported(sample("archivesspace"), by=editor, new_terms=True)
    papers = Collection.objects.get(identifier="MSS.042")
    assert (papers.summary, papers.extent) == (
        "Papers of a botanist.",
        "3.5 Linear Feet (7 document boxes)",
    )
    assert papers.description == (
        "The papers hold *Flora of the Fens*, see [the edition](https://example.org/flora):\n\n"
        "1. notebooks\n2. letters\n\nFormats\n\nPaper only."
    )
    assert (
        "Stack 4, shelf 12" in papers.internal_note
        and "Reboxed by a student." in papers.internal_note
    )
    public = [text for _label, text in details(papers)]
    assert "1901-1910 (bulk)" in public and not any(
        "shelf" in text or "Reboxed" in text for text in public
    )
    assert papers.credit_line == "Ada Quill papers, University Library."
    quill = Person.objects.get(title="Ada Quill")
    assert (quill.born.edtf, quill.died.edtf) == ("1871", "1944")
    assert OutsideIdentifier.objects.get(person=quill).value == "n79012345"
    notes = Collection.objects.get(title="Field notes")
    # No code of its own: its place behind the code above.
    assert (notes.identifier, notes.level, notes.date.edtf) == (
        "MSS.042/Series I/1",
        "file",
        "1895~",
    )
    # Where things are kept is not public, whatever the file says of it.
    assert not details(notes) and "Kept in: Box 1 / Folder 3" in notes.internal_note
    assert "https://example.org/scan/1" in notes.internal_note
    sketch = Document.objects.get()
    assert (sketch.title, sketch.written.edtf) == ("Sketch of a Drosera", "1899-06-02")
    assert Contribution.objects.get(document=sketch).person == quill


@pytest.mark.parametrize("name", ["atom", "archivesspace"])
def test_the_same_file_again_creates_and_changes_nothing(museum, editor, name):
    imported(sample(name), by=editor, new_terms=True)
    for existing in Existing:
        again = looked(sample(name), by=editor, new_terms=True, existing=existing)
        fates = again.outlook["fates"]
        assert fates["new"] == fates["changed"] == fates["faulty"] == fates["several"] == 0, (
            again.outlook["shown"]
        )
        assert not again.outlook["may_begin"] and not again.outlook["new_terms"]


def test_it_is_taken_back_as_one(museum, editor):
    found = imported(sample("atom"), by=editor, new_terms=True)
    terms = Term.objects.count()
    actions.undo(Selection(found.change_set), by=None)
    assert not any(
        model.objects.exists() for model in (Collection, Document, Person, Place, Detail)
    )
    assert Term.objects.count() < terms


def test_a_changed_file_updates_what_it_made(museum, editor):
    imported(sample("atom"), by=editor, new_terms=True)
    changed = sample("atom").replace(b"Letter to the harbour master", b"Letter to Captain Bligh")
    found = imported(changed, by=editor, new_terms=True, existing=Existing.UPDATE)
    assert found.outlook["fates"]["changed"] == 1
    assert Document.objects.get().title == "Letter to Captain Bligh"


def test_persons_are_recognised_by_name_dates_and_other_catalogues(museum, editor):
    hale = Person.objects.create(
        identifier="P.7", title="Miriam Hale", sort_name="Hale, Miriam", born="1850-03-01"
    )
    quill = Person.objects.create(identifier="P.8", title="A. Quill")
    OutsideIdentifier.objects.create(person=quill, authority="lcnaf", value="n79012345")
    for number in (1, 2):
        Person.objects.create(identifier=f"S.{number}", title="John Smith")
    names = (
        "<persname>Hale, Miriam, 1850-1921</persname><persname>Hale, Miriam, 1790-1840</persname>"
        '<persname authfilenumber="n79012345" source="lcnaf">Quill, Ada</persname><persname>Smith, John</persname>'
    )
    content = aid(
        '<c level="item"><did><unitid>F/1</unitid><unittitle>Letter</unittitle></did>'
        f"<controlaccess>{names}</controlaccess></c>"
    )
    found = imported(content, by=editor)
    letter = Document.objects.get()
    meant = [one.about_person for one in Topic.objects.filter(document=letter).order_by("pk")]
    assert hale in meant and quill in meant and len(meant) == 3
    # Another Miriam Hale, who died before the first was born.
    assert {one.born.edtf for one in meant if one.title == "Miriam Hale"} == {"1850-03-01", "1790"}
    (told,) = [one for one in intake.remarks_of(found) if "Smith" in one.value]
    assert (
        "John Smith (S.1); John Smith (S.2)" in str(told.said)
        and "Smith, John" in letter.internal_note
    )


def test_who_had_a_part_in_a_collection_is_linked_by_the_role_given(museum, editor):
    Term.objects.create(vocabulary="contribution_role", code="collector", label="Collector")
    for number in (1, 2):
        Person.objects.create(identifier=f"S.{number}", title="John Smith")
    did = (
        "<unitid>F</unitid><unittitle>The fonds</unittitle>"
        '<origination label="Collector"><famname>Okafor family</famname></origination>'
        "<origination><persname>Smith, John</persname></origination>"
    )
    names = '<persname role="pht">Hale, Miriam</persname><persname>Quill, Ada</persname>'
    content = aid(did=did, more=f"<controlaccess>{names}</controlaccess>")
    found = imported(content, by=editor, new_terms=True)
    fonds = Collection.objects.get()
    assert {(one.person.title, one.role.code) for one in fonds.contributions.all()} == {
        ("Okafor family", "collector"),
        ("Miriam Hale", "photographer"),
    }
    # Of two John Smiths it cannot tell which; Ada Quill has no part in it.
    assert details(fonds) == [("Creator", "Smith, John"), ("Name", "Quill, Ada")]
    (told,) = intake.remarks_of(found)
    assert told.column == "origination" and "several records" in str(told.said)


def test_no_names_and_terms_are_made_where_none_are_wanted(museum, cataloguer):
    found = imported(sample("atom"), by=cataloguer, new_names=False, new_terms=False)
    assert not Person.objects.exists() and not Place.objects.exists()
    assert not Term.objects.filter(vocabulary=Vocabulary.SUBJECT).exists()
    fonds, letter = Collection.objects.get(identifier="F12"), Document.objects.get()
    assert (
        "Subject: Harbours" in fonds.internal_note
        and "Appraisal: Duplicates" in fonds.internal_note
    )
    assert "Okafor, John" in letter.internal_note
    assert {"subject", "controlaccess", "origination"} <= {
        one.column for one in intake.remarks_of(found)
    }


def test_what_has_no_place_is_told_with_its_line(museum, editor):
    found = looked(sample("atom"), by=editor, new_terms=True)
    told = {(one.line, one.column) for one in intake.remarks_of(found)}
    assert {(7, "author"), (25, "odd"), (78, "unitdate"), (80, "@level")} <= told
    text = "".join(
        intake.report(intake.lines_of(found), intake.faults_of(found), intake.remarks_of(found))
    )
    rows = list(csv.reader(io.StringIO(text.lstrip("\ufeff"))))
    assert len(rows) == 1 + len(intake.remarks_of(found))
    assert ["78", "unitdate", "F12/2", "Plans", "before the great storm"] in [
        row[:5] for row in rows
    ]


def test_codes_of_another_fonds_are_never_taken_for_those_of_this_one(museum, editor):
    other = Collection.objects.create(identifier="1", title="Series of another fonds")
    content = aid(
        '<c level="series"><did><unitid>1</unitid><unittitle>Minutes</unittitle></did></c>'
    )
    found = looked(content, by=editor, codes=Codes.WHOLE)
    (fault,) = intake.faults_of(found)
    assert fault.column == "unitid" and "stands outside this finding aid" in str(fault.said)
    imported(content, by=editor, codes=Codes.JOINED)
    assert Collection.objects.get(title="Minutes").parent.identifier == "F"
    assert not other.children.exists()


def test_what_stands_below_a_component_with_errors_waits_for_it(museum, editor):
    long = "x" * 101
    content = aid(
        f'<c level="series"><did><unitid>{long}</unitid><unittitle>Series</unittitle></did>'
        '<c level="file"><did><unitid>F/2</unitid><unittitle>File</unittitle></did></c></c>'
        '<c level="file"><did><unitid>F/3</unitid><unittitle>Other</unittitle></did></c>'
    )
    found = looked(content, by=editor, codes=Codes.WHOLE)
    assert found.outlook["fates"]["faulty"] == 2 and not found.outlook["may_begin"]
    assert intake.faults_of(found)[0].column == "unitid"
    imported(content, by=editor, codes=Codes.WHOLE, faulty=Faulty.SOUND)
    assert set(Collection.objects.values_list("identifier", flat=True)) == {"F", "F/3"}


def test_a_component_without_a_code_is_not_taken_for_what_stands_in_its_place_now(museum, editor):
    first = '<c level="file"><did><unittitle>Letters</unittitle></did></c>'
    imported(aid(first), by=editor)
    found = looked(
        aid('<c level="file"><did><unittitle>Diaries</unittitle></did></c>' + first), by=editor
    )
    assert "no reference code of its own" in str(intake.faults_of(found)[0].said)


def test_a_whole_without_a_code_is_given_one(museum, editor):
    content = aid(did="<unittitle>The fonds</unittitle>")
    found = intake.receive(content, "aid.xml", "collection", by=editor)
    assert intake.faults_of_plan(found, intake.plan_of(found))
    imported(content, by=editor, whole="MSS.9")
    assert Collection.objects.get().identifier == "MSS.9"


def test_ead3_is_read_too(museum, editor):
    content = (
        b'<ead xmlns="http://ead3.archivists.org/schema/"><control><recordid>E3</recordid></control>'
        b'<archdesc level="fonds"><did><unitid>E3</unitid><unittitle>Papers</unittitle>'
        b'<unitdatestructured><daterange><fromdate standarddate="1920">1920</fromdate>'
        b'<todate standarddate="1931">1931</todate></daterange></unitdatestructured>'
        b"<physdescstructured><quantity>3</quantity><unittype>boxes</unittype></physdescstructured>"
        b'<origination><persname relator="aut"><part>Quill, Ada</part></persname></origination></did>'
        b'<dsc><c01 level="item"><did><unittitle>Diary</unittitle></did><controlaccess>'
        b"<persname><part>Quill, Ada</part>"
        b"</persname></controlaccess></c01></dsc></archdesc></ead>"
    )
    imported(content, by=editor, new_terms=True)
    papers = Collection.objects.get()
    assert (papers.date.edtf, papers.extent) == ("1920/1931", "3 boxes")
    assert Person.objects.get().title == "Ada Quill"


def test_whole_fonds_can_be_published_but_for_what_is_internal(museum, editor):
    imported(sample("archivesspace"), by=editor, new_terms=True, publish=True)
    drafts = Collection.objects.filter(status=Status.DRAFT)
    assert [one.title for one in drafts] == ["Medical notes"]
    assert Collection.objects.filter(status=Status.PUBLISHED).count() == 3


def test_a_cataloguer_needs_leave_for_all_four_kinds(museum, django_user_model):
    visitor = django_user_model.objects.create_user("vi", is_staff=True)
    with pytest.raises(actions.Refused):
        intake.receive(sample("atom"), "a.xml", "collection", by=visitor)


def test_an_item_that_says_it_is_a_still_image_becomes_an_image(museum, editor):
    Term.objects.create(vocabulary=Vocabulary.IMAGE_TYPE, code="photograph", label="Photograph")
    still = '<genreform source="dcmitype">Still image</genreform>'

    def item(number, genres, where="physdesc"):
        said = f"<{where}>{genres}</{where}>"
        inside, behind = (said, "") if where == "physdesc" else ("", said)
        date = "<unitdate normal='1936'>1936</unitdate>"
        return (
            f"<c level='item'><did><unitid>F/{number}</unitid><unittitle>Quay {number}</unittitle>{date}"
            f"{inside}</did>{behind}</c>"
        )

    parts = (
        item(1, f"<extent>2 prints</extent>{still}<genreform>Photograph</genreform>"),
        item(2, f"{still}<genreform>Glass plate</genreform>", where="controlaccess"),
        item(3, "<genreform>Still image</genreform>"),
        f"<c level='file'><did><unitid>F/4</unitid><unittitle>Album</unittitle><physdesc>{still}</physdesc></did></c>",
    )
    found = imported(aid("".join(parts)), by=editor, new_terms=True)
    shown = {one.identifier: one for one in Image.objects.all()}
    assert shown.keys() == {"F/1", "F/2"}
    one = shown["F/1"]
    assert (one.title, one.type.code, one.date.edtf, one.collection.identifier, one.position) == (
        "Quay 1", "photograph", "1936", "F", 1,
    )  # fmt: skip
    assert details(one) == [("Extent", "2 prints")]
    assert details(shown["F/2"]) == [("Genre or form", "Glass plate")] and shown["F/2"].type is None
    assert Document.objects.get().identifier == "F/3", (
        "a genre of that name means no kind of record"
    )
    assert Collection.objects.filter(identifier="F/4").exists()
    again = looked(aid("".join(parts)), by=editor, new_terms=True, existing=Existing.UPDATE)
    assert again.outlook["fates"]["new"] == again.outlook["fates"]["changed"] == 0
    actions.undo(Selection(found.change_set), by=None)
    assert not Image.objects.exists()
