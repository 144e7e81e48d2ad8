"""Authority records become persons, families and bodies: what goes where, what is recognised, what is told."""

from __future__ import annotations

import pytest

from catalog import actions, intake
from catalog.history import Selection
from catalog.intake import Existing, Faulty
from catalog.models import (
    Authority,
    Collection,
    Contribution,
    Detail,
    Document,
    Image,
    NameKind,
    OutsideIdentifier,
    Person,
    PersonKind,
    PersonName,
    Place,
    Relationship,
    Status,
    Term,
    Vocabulary,
)
from tests.intake.authorities import imported, looked, make_terms, record, related, sample


@pytest.fixture
def museum(db):
    make_terms()


def details(person):
    return [(one.kind.label, one.text) for one in Detail.objects.filter(person=person)]


def a_person(title, **fields):
    identifier = fields.pop("identifier", f"X.{Person.objects.count()}")
    return Person.objects.create(
        title=title, identifier=identifier, slug=identifier.lower().replace(".", "-"), **fields
    )


def remarks(found):
    return {(one.column, one.line, one.value) for one in intake.remarks_of(found)}


def relations():
    return {
        (one.person.title, one.kind.code, one.related.title) for one in Relationship.objects.all()
    }


def test_a_record_of_atom(museum, editor):
    found = imported(sample("atom"), by=editor, new_terms=True)
    board = Person.objects.get(identifier="NHB-1")
    assert (board.title, board.kind) == ("North Harbour Board", PersonKind.CORPORATE_BODY)
    assert (board.born.edtf, board.died.edtf) == ("1888", "1934")
    assert board.description == "The board was set up in 1888.\n\nIt was dissolved in 1934."
    names = PersonName.objects.filter(person=board).values_list("kind", "name", "language")
    assert set(names) == {
        ("other", "Harbour Board (North)", ""),
        ("translation", "Commission du port nord", "fre"),
    }
    assert set(details(board)) == {
        ("Sources", "Minute books, 1888-1934."),
        ("Place", "North Harbour, later the old customs house"),
        ("Legal status", "Statutory body"),
        ("Occupation or function", "Kept the harbour. Levied dues; built the mole."),
        ("Mandate", "Harbours Act 1887"),
        ("Internal structure or genealogy", "Seven members."),
        ("General context", "The years of the herring."),
        ("Other reference code", "CBN 4711"),
    }
    # With whom it was related, since when and how; what sort of person the other is was guessed.
    hale = Relationship.objects.get(related__title="Miriam Hale")
    assert (hale.person, hale.kind.code, hale.date.edtf, hale.note) == (
        board, "association", "1889/1901", "Secretary of the board.",
    )  # fmt: skip
    assert (hale.related.kind, hale.related.sort_name) == ("individual", "Hale, Miriam")
    assert Person.objects.get(title="Port Authority").kind == PersonKind.CORPORATE_BODY
    assert "creatorOf: Harbour Board fonds (http://atom.example.org" in board.internal_note
    assert ("resourceRelation", 53, "Harbour Board fonds") in remarks(found)
    assert ("conventionDeclaration", 8, "ISAAR(CPF)") in remarks(found)
    assert not Person.objects.exclude(status=Status.DRAFT).exists()


def test_a_record_of_archivesspace(museum, editor):
    mother = record("Quill, Rose", code=":agents:people:13")
    imported(sample("archivesspace"), mother, by=editor, new_terms=True)
    quill = Person.objects.get(title="Ada Quill")
    assert (quill.sort_name, quill.born.edtf, quill.died.edtf, quill.summary) == (
        "Quill, Ada", "1871-03-02", "1944", "Botanist of the fens.",
    )  # fmt: skip
    assert quill.description == "- 1895: Moved to Ely\n\n- Flora of the Fens"
    other = PersonName.objects.get(person=quill)
    assert (other.name, other.kind, other.note) == ("Fenn, Adela", NameKind.OTHER, "1890-1895")
    # The relation names "Quill" alone; its address leads to a record of the same import.
    assert relations() == {("Rose Quill", "parent", "Ada Quill")}
    assert Person.objects.count() == 2
    assert ("Other reference code", ":agents:people:12") in details(quill)


def test_a_record_of_eac_cpf_2(museum, editor):
    imported(sample("eac2"), by=editor, new_terms=True)
    family = Person.objects.get(title="Mozart")
    assert (family.kind, family.born.edtf, family.died) == ("family", "[1600..1650]", None)
    outside = OutsideIdentifier.objects.filter(person=family).values_list("authority", "value")
    assert set(outside) == {(Authority.GND, "118584618"), (Authority.VIAF, "12345")}
    assert family.born_place == Place.objects.get(title="Augsburg")
    assert [one.code for one in family.occupations.all()] == ["musician"]
    assert ("Place", "Residence: Salzburg") in details(family)
    assert ("Languages used", "German") in details(family)
    assert ("Note", "area: Austria") in details(family)
    wolfgang = Person.objects.get(title="Wolfgang Amadeus Mozart")
    assert (wolfgang.born.edtf, wolfgang.died.edtf) == ("1756", "1791")
    assert relations() == {("Mozart", "member", "Wolfgang Amadeus Mozart")}
    assert "Family letters" in family.internal_note


@pytest.mark.parametrize("name", ["atom", "archivesspace", "eac2"])
def test_the_same_record_again_creates_and_changes_nothing(museum, editor, name):
    imported(sample(name), by=editor, new_terms=True)
    for existing in Existing:
        again = looked(sample(name), by=editor, new_terms=True, existing=existing)
        fates = again.outlook["fates"]
        assert fates["new"] == fates["changed"] == fates["faulty"] == fates["several"] == 0, (
            again.outlook
        )
        assert not again.outlook["may_begin"] and not again.outlook["new_terms"]


def test_it_is_taken_back_as_one(museum, editor):
    terms = Term.objects.count()
    found = imported(sample("atom"), sample("eac2"), by=editor, new_terms=True)
    assert Relationship.objects.count() == 3
    actions.undo(Selection(found.change_set), by=None)
    assert not Person.objects.exists() and not Place.objects.exists()
    assert Term.objects.count() == terms


# --- Who is who -------------------------------------------------------------------------------------------------


def test_known_persons_are_recognised_and_left_or_updated_as_chosen(museum, editor):
    known = a_person("Miriam Hale", born="1850", died="1920")
    OutsideIdentifier.objects.create(person=known, authority="viaf", value="99")
    a_person("John Smith", born="1700")
    told = (
        "<existDates><dateRange><fromDate>{}</fromDate><toDate>{}</toDate></dateRange></existDates>"
    )
    files = [
        # By the identifier in another catalogue, whatever the name is.
        record("Hale, M.", identity="<entityId>https://viaf.org/viaf/99</entityId>",
               description="<biogHist><p>Kept the minutes.</p></biogHist>",
               relations=related("Nobody Yet")),
        # The same name, and another life.
        record("Smith, John", description=told.format("1880", "1950")),
    ]  # fmt: skip
    left = imported(*files, by=editor, new_terms=True)
    assert left.outlook["fates"]["left"] == 1 and left.outlook["fates"]["new"] == 1
    known.refresh_from_db()
    # What is left as it is makes no other records either.
    assert known.description == "" and not Person.objects.filter(title="Nobody Yet").exists()
    assert Person.objects.filter(title="John Smith").count() == 2
    imported(*files, by=editor, new_terms=True, existing=Existing.UPDATE)
    known.refresh_from_db()
    assert known.description == "Kept the minutes." and known.born.edtf == "1850"
    assert relations() == {("M. Hale", "association", "Nobody Yet")}


def test_a_code_of_another_archive_never_means_another_name(museum, editor):
    a_person("Rosa Lind", identifier="A-7")
    imported(record("Quill, Ada", code="A-7"), by=editor, new_terms=True)
    quill = Person.objects.get(title="Ada Quill")
    assert quill.identifier != "A-7" and details(quill) == [("Other reference code", "A-7")]
    # By that code it is told from its namesakes afterwards.
    a_person("Ada Quill")
    again = looked(record("Quill, Ada", code="A-7"), by=editor, new_terms=True)
    assert again.outlook["fates"]["left"] == 1


def test_a_name_that_can_be_several_is_refused_and_the_others_are_written(museum, editor):
    a_person("Ada Quill")
    a_person("Ada Quill")
    files = [record("Quill, Ada"), record("Fenn, Adela", relations=related("Quill, Ada"))]
    found = looked(*files, by=editor)
    assert found.outlook["fates"]["several"] == 1 and not found.outlook["may_begin"]
    (fault,) = intake.faults_of(found)
    assert "matches several records" in str(fault.said) and fault.column == "nameEntry (1.xml)"
    imported(*files, by=editor, faulty=Faulty.SOUND)
    fenn = Person.objects.get(title="Adela Fenn")
    assert "Quill, Ada" in fenn.internal_note and not Relationship.objects.exists()


def test_two_records_of_one_import_with_one_name_are_two_persons(museum, editor):
    imported(record("Smith, John", code="1"), record("Smith, John", code="2"), by=editor)
    assert set(Person.objects.values_list("identifier", flat=True)) == {"1", "2"}


# --- Relations --------------------------------------------------------------------------------------------------


def test_relations_are_made_once_whichever_record_tells_them(museum, editor):
    mother = record(
        "Quill, Rose", code="1",
        relations=related("Quill, Ada", "child of", "family") + related("Fenn, Jo", "spouse of"),
    )  # fmt: skip
    daughter = record(
        "Quill, Ada", code="2", relations=related("Quill, Rose", "parent of. Adopted", "family")
    )
    other = record(
        "Fenn, Jo", code="3", relations=related("x", "spouse of", href="http://a.example.org/1")
    )
    found = imported(mother, daughter, other, by=editor)
    assert relations() == {
        ("Rose Quill", "parent", "Ada Quill"),
        ("Rose Quill", "spouse", "Jo Fenn"),
    }
    assert Relationship.objects.get(kind__code="parent").note == "Adopted"
    assert not intake.remarks_of(found)
    for existing in Existing:
        again = looked(mother, daughter, other, by=editor, existing=existing)
        assert not again.outlook["may_begin"], again.outlook["shown"]


def test_what_cannot_be_related_is_kept_in_the_internal_note_and_told(museum, editor):
    file = record("Quill, Ada", relations=related("Fenn, Jo", "friend of") + related("Quill, Ada"))
    found = imported(file, by=editor, new_terms=False)
    quill = Person.objects.get(title="Ada Quill")
    assert "Fenn, Jo (friend of)" in quill.internal_note
    assert {one.column for one in intake.remarks_of(found)} == {"cpfRelation"}
    unnamed = imported(
        record("Lind, Rosa", relations=related("Fenn, Al", "child of")), by=editor, new_names=False
    )
    assert len(intake.remarks_of(unnamed)) == 1
    assert not Person.objects.filter(title="Al Fenn").exists()


def test_records_that_were_deleted_or_have_no_name_are_left_out(museum, editor):
    gone = record("Quill, Ada", control="<maintenanceStatus>deletedMerged</maintenanceStatus>")
    nameless = b"<eac-cpf><cpfDescription><identity/></cpfDescription></eac-cpf>"
    found = imported(record("Fenn, Jo"), gone, nameless, by=editor)
    assert [one.title for one in Person.objects.all()] == ["Jo Fenn"]
    assert {one.column for one in intake.remarks_of(found)} == {
        "maintenanceStatus (2.xml)",
        "identity (3.xml)",
    }


@pytest.mark.parametrize(
    ("dates", "born", "died", "kept"),
    [
        ("<date>1871-1944</date>", "1871", "1944", []),
        ("<date>b. 1871</date>", "1871", None, []),
        ("<date>1888-</date>", "1888", None, []),
        ("<date>17 April 1871 - 3 May 1944</date>", "1871-04-17", "1944-05-03", []),
        ("<date>active 1890-1910</date>", None, None, ["active 1890-1910"]),
        ("<date>in the days of herring</date>", None, None, ["in the days of herring"]),
        ('<dateRange><fromDate notBefore="1870" notAfter="1872"/><toDate>1944</toDate></dateRange>',
         "[1870..1872]", "1944", []),
        ("<dateRange localType='active'><fromDate>1890</fromDate><toDate>1910</toDate></dateRange>",
         None, None, ["1890 – 1910"]),
    ],
)  # fmt: skip
def test_dates_of_existence(museum, editor, dates, born, died, kept):
    imported(
        record("Quill, Ada", description=f"<existDates>{dates}</existDates>"), by=editor, new_terms=True
    )  # fmt: skip
    quill = Person.objects.get()
    assert (quill.born and quill.born.edtf, quill.died and quill.died.edtf) == (born, died)
    assert [text for _label, text in details(quill)] == kept


def test_what_archives_write_beyond_the_standard(museum, editor):
    told = (
        b"<eac-cpf><control><recordId>NP_1</recordId></control><cpfDescription><identity>"
        b"<entityId>ISNI 0000 0001 2151 7779</entityId><entityType>person</entityType>"
        b"<nameEntry><part>Leniaud, J.</part><useDates><dateRange><fromDate>1970</fromDate><toDate>1980</toDate>"
        b'</dateRange></useDates></nameEntry><nameEntry localType="autoris\xc3\xa9e">'
        b"<part>Leniaud, Jean-Michel (1951-....)</part></nameEntry></identity><relations>"
        b'<cpfRelation cpfRelationType="identity" href="https://data.bnf.example/cb1"><relationEntry>Leniaud'
        b"</relationEntry></cpfRelation></relations></cpfDescription></eac-cpf>"
    )
    imported(told, by=editor, new_terms=True)
    # Another catalogue's record of the same person is an address, no other person.
    one = Person.objects.get()
    assert (one.title, one.sort_name, one.born.edtf) == (
        "Jean-Michel Leniaud",
        "Leniaud, Jean-Michel",
        "1951",
    )
    assert OutsideIdentifier.objects.get(person=one).value == "0000000121517779"
    assert PersonName.objects.get(person=one).note == "1970 – 1980"
    assert details(one) == [("Other reference code", "https://data.bnf.example/cb1")]


def made(title, href, words="", sort="creatorOf", date=""):
    """That somebody had a part in a work."""
    return (
        f'<resourceRelation resourceRelationType="{sort}" href="{href}"><relationEntry>{title}</relationEntry>{date}'
        f"<descriptiveNote><p>{words}</p></descriptiveNote></resourceRelation>"
    )


@pytest.fixture
def works(museum):
    """A letter, a photograph with an identifier of Wikidata, and a fonds, with roles for each."""
    for code, label in (("author", "Author"), ("recipient", "Recipient"), ("creator", "Creator")):
        Term.objects.create(vocabulary=Vocabulary.CONTRIBUTION_ROLE, code=code, label=label)
    letter = Document.objects.create(identifier="D.1", slug="letter", title="Letter")
    photograph = Image.objects.create(identifier="I.1|a", slug="photograph", title="Photograph")
    OutsideIdentifier.objects.create(image=photograph, authority=Authority.WIKIDATA, value="Q42")
    fonds = Collection.objects.create(identifier="F.1", slug="fonds", title="Papers")
    return letter, photograph, fonds


def parts_of(person):
    rows = Contribution.objects.filter(person=person).order_by("pk")
    return {(one.work.title, one.role.code, one.date and one.date.edtf, one.note) for one in rows}


def test_a_work_that_the_catalogue_has_gets_its_contribution(works, editor):
    letter, photograph, fonds = works
    ours = "https://example.org/id/"
    when = "<date standardDate='1901'>1901</date>"
    one = record(
        "Hale, Miriam",
        relations=made("Letter", f"{ours}{letter.uuid}", "Author. In her own hand.", date=when)
        + made("Letter", f"{ours}{letter.uuid}", "Recipient", sort="other")
        + made("Photograph", "https://www.wikidata.org/entity/Q42")
        + made("Papers", f"{ours}{fonds.uuid}")
        + made("Herself", f"{ours}{photograph.uuid}", sort="subjectOf")
        + made("Elsewhere", "https://www.wikidata.org/entity/Q43")
        + made("On her", "https://www.wikidata.org/entity/Q42", sort="subjectOf"),
    )
    found = imported(one, by=editor)
    hale = Person.objects.get()
    assert parts_of(hale) == {
        ("Letter", "author", "1901", "In her own hand."),
        ("Letter", "recipient", None, ""),
        ("Photograph", "creator", None, ""),
        ("Papers", "creator", None, ""),
    }
    # What the catalogue lacks, and what is no role, is kept as it was.
    assert "creatorOf: Elsewhere" in hale.internal_note and "On her" in hale.internal_note
    assert {value for column, _line, value in remarks(found) if "resourceRelation" in column} == {
        "Elsewhere", "On her",
    }  # fmt: skip
    again = looked(one, by=editor, existing=Existing.UPDATE)
    assert again.outlook["fates"]["same"] == 1, again.outlook["shown"]
    actions.undo(Selection(found.change_set), by=None)
    assert not Contribution.objects.exists() and Document.objects.exists()


def test_a_work_that_can_be_several_or_has_no_role_stays_a_note(works, editor):
    _letter, _photograph, fonds = works
    OutsideIdentifier.objects.create(collection=fonds, authority=Authority.WIKIDATA, value="Q42")
    imported(
        record("Hale, Miriam", relations=made("One", "https://www.wikidata.org/entity/Q42")),
        by=editor,
    )
    assert not Contribution.objects.exists() and "One" in Person.objects.get().internal_note
    OutsideIdentifier.objects.filter(collection=fonds).delete()
    Term.objects.filter(vocabulary=Vocabulary.CONTRIBUTION_ROLE).delete()
    imported(
        record("Fenn, Adela", relations=made("Two", "https://www.wikidata.org/entity/Q42")),
        by=editor,
    )
    assert "Two" in Person.objects.get(title="Adela Fenn").internal_note
