"""A curator imports a table through the admin: sends it, corrects the mapping, previews, imports,
undoes.
"""

from __future__ import annotations

import csv
import io

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from catalog import actions, intake, search
from catalog.history import Selection
from catalog.jobs import work_off
from catalog.models import (
    ChangeSet,
    Collection,
    Document,
    Image,
    Intake,
    Job,
    Person,
    Status,
    StoragePlace,
    Term,
)
from tests.intake.conftest import brought

TABLE = """Reference code,Title,Date written,Author,Subjects,Tray
D.1,My Life,1929,Leon Trotsky,Exile|Show trials,A
D.2,A letter,about 1890,"Trotsky, Leon",,B
"""
BAD = "D.3,Bad,3/4/1938,Nobody,Exil,C\n"
ADD = reverse("admin:catalog_intake_add")


@pytest.fixture
def trotsky(db):
    return Person.objects.create(identifier="P.1", title="Leon Trotsky", sort_name="Trotsky, Leon")


def client_of(user):
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def send(client, text, kind="document", name="list.csv"):
    content = text.encode() if isinstance(text, str) else text
    return client.post(ADD, {"kind": kind, "file": SimpleUploadedFile(name, content)})


def sent(client, text, kind="document"):
    answer = send(client, text, kind)
    assert answer.status_code == 302, answer.content.decode()
    return Intake.objects.latest("pk")


def page(table):
    return reverse("admin:catalog_intake_change", args=[table.pk])


def entries(client, table, **choices):
    """What the page of a table would send as it is, except for some choices."""
    plan = Intake.objects.get(pk=table.pk).plan | choices
    said = {f"column-{place}": name for place, name in enumerate(plan.pop("columns"))}
    ticks = {"empties", "new_terms", "publish"}
    return said | {
        name: "on" if value is True else value
        for name, value in plan.items()
        if name != "kind" and not (name in ticks and not value)
    }


def look(client, table, **choices):
    answer = client.post(page(table), entries(client, table, **choices) | {"_look": "1"})
    assert answer.status_code == 302, answer.content.decode()
    return client.get(page(table)).content.decode()


def bring(client, table, **more):
    client.post(page(table), entries(client, table) | {"_bring": "1"} | more)
    table.refresh_from_db()
    return client.get(page(table)).content.decode()


def test_a_table_becomes_records_in_one_change_set_that_is_taken_back_as_one(
    cataloguer, terms, trotsky
):
    client = client_of(cataloguer)
    table = sent(client, TABLE)
    assert table.plan["columns"] == [
        "identifier",
        "title",
        "written",
        "contribution:author",
        "subjects",
        "",
    ]
    shown = look(client, table)
    assert "<strong>2</strong> new records" in shown
    assert "“about 1890” was read as 1890~ (about 1890)." in shown
    assert not Document.objects.exists()
    shown = bring(client, table, _reason="From the old list")
    assert "2 records were created." in shown
    life = Document.objects.get(identifier="D.1")
    assert (str(life.written), life.status) == ("1929", Status.DRAFT)
    assert [str(one.person) for one in life.contributions.all()] == ["Leon Trotsky"]
    assert {term.code for term in life.subjects.all()} == {"exile", "show-trials"}
    change_set = ChangeSet.objects.get(pk=table.change_set)
    assert (change_set.by, change_set.reason) == (cataloguer, "From the old list")
    assert change_set.records == 3, "two documents and the person who wrote them"
    assert "/documents/my-life/" in client.get("/search/?q=my+life").content.decode()
    actions.undo(Selection(change_set.pk), by=None)
    assert not Document.objects.exists()
    assert "/documents/my-life/" not in client.get("/search/?q=my+life").content.decode()
    assert "This import was undone since" in client.get(page(table)).content.decode()
    assert "Show all" not in client.get("/admin/catalog/document/").content.decode()
    assert "Show all" in client.get("/admin/catalog/document/?q=life").content.decode()


def test_missing_boxes_are_made_where_a_curator_who_may_says(editor, cataloguer):
    StoragePlace.objects.create(name="Room 2")
    client, table = client_of(editor), "Reference code,Title,Box\nD.1,My Life,Box 7\n"
    kept = sent(client, table)
    wrong = client.post(page(kept), entries(client, kept, boxes_in="Room 3") | {"_look": "1"})
    assert "There is no storage place “Room 3”" in wrong.content.decode()
    shown = look(client, kept, boxes_in="room 2")
    assert "1 storage place will be made: Room 2 / Box 7" in shown
    assert 'value="Room 2"' in shown, "the choice is told by its path"
    assert "1 record was created." in bring(client, kept)
    assert str(Document.objects.get().shelvings.get()) == "Room 2 / Box 7"
    client = client_of(cataloguer)
    assert "boxes_in" not in client.get(page(sent(client, table))).content.decode()
    client = client_of(editor)
    assert "boxes_in" not in client.get(page(sent(client, TABLE, "event"))).content.decode()


def test_a_column_can_be_given_another_field_and_two_cannot_fill_one(cataloguer, terms, trotsky):
    client = client_of(cataloguer)
    table = sent(client, TABLE)
    columns = ["identifier", "title", "written", "contribution:author", "subjects", "title"]
    answer = client.post(page(table), entries(client, table, columns=columns) | {"_look": "1"})
    assert "“Title”, “Tray” would fill the same field" in answer.content.decode()
    columns[-1] = "internal_note"
    look(client, table, columns=columns)
    bring(client, table)
    assert Document.objects.get(identifier="D.1").internal_note == "A"


def test_faults_are_told_with_row_column_value_and_repair_and_nothing_is_written(
    cataloguer, terms, trotsky
):
    client = client_of(cataloguer)
    table = sent(client, TABLE + BAD)
    shown = look(client, table)
    assert "<strong>1</strong> row with errors" in shown
    assert "Nothing can be imported yet." in shown
    for word in (
        "can be 3 April 1938 or 4 March 1938",
        "There is no person “Nobody”",
        "“Exil” is not a term of this vocabulary. Similar: “Exile”.",
    ):
        assert word in shown, word
    bring(client, table)
    assert not Document.objects.exists(), "all or nothing was chosen"
    rows = list(
        csv.reader(
            io.StringIO(
                client.get(reverse("admin:catalog_intake_faults", args=[table.pk]))
                .getvalue()
                .decode("utf-8-sig")
            )
        )
    )
    assert rows[0] == [
        "What is wrong",
        "Reference code",
        "Title",
        "Date written",
        "Author",
        "Subjects",
        "Tray",
    ]
    assert [row[1:] for row in rows[1:]] == [["D.3", "Bad", "3/4/1938", "Nobody", "Exil", "C"]]
    assert "Date written: “3/4/1938”" in rows[1][0]
    look(client, table, faulty="sound")
    bring(client, table)
    assert set(Document.objects.values_list("identifier", flat=True)) == {"D.1", "D.2"}


def test_a_file_that_was_checked_in_another_language_is_told_in_the_readers(
    cataloguer, terms, trotsky
):
    client = client_of(cataloguer)
    table = sent(client, TABLE + BAD)
    assert "There is no person “Nobody”" in look(client, table)
    rows = reverse("admin:catalog_intake_rows", args=[table.pk])
    faults = reverse("admin:catalog_intake_faults", args=[table.pk])
    whole = f"/es{page(table)}"
    stored = Intake.objects.values().get(pk=table.pk)
    assert "No existe «Nobody» (persona)." in client.get(f"/es{rows}").text
    spanish = client.get(whole).text
    assert "No existe «Nobody» (persona)." in spanish
    assert "otro idioma" not in spanish and "There is no person" not in spanish
    assert "se leyó" in spanish, "what was understood from plain words is told too"
    assert "There is no person" in client.get(faults).getvalue().decode()
    assert Intake.objects.values().get(pk=table.pk) == stored, "looking writes nothing"


def test_a_new_record_without_a_name_is_told_what_is_missing(cataloguer):
    client = client_of(cataloguer)
    table = sent(client, "identifier,name\nP.1,\n", kind="person")
    assert "A new record needs this field: name." in look(client, table)


def test_mended_rows_come_back_with_their_column_of_reasons(cataloguer, terms, trotsky):
    client = client_of(cataloguer)
    table = sent(client, TABLE + BAD)
    look(client, table)
    text = client.get(reverse("admin:catalog_intake_faults", args=[table.pk])).getvalue().decode()
    mended = text.replace("3/4/1938,Nobody,Exil,", "1938-04-03,P.1,Exile,")
    again = sent(client, mended)
    assert again.plan["columns"][0] == ""
    look(client, again)
    bring(client, again)
    assert str(Document.objects.get(identifier="D.3").written) == "1938-04-03"


def test_the_same_error_in_many_rows_is_told_once(cataloguer, terms):
    client = client_of(cataloguer)
    rows = "".join(f"D.{number},Title {number},Nobody At All\n" for number in range(1, 8))
    shown = look(client, sent(client, f"identifier,title,author\n{rows}D.9,Last,Somebody Else\n"))
    repeated = shown[shown.index("The same error in several rows") : shown.index("Row by row")]
    assert "<strong>7</strong> (2, 3, 4, 5, 6 …)" in repeated
    assert "Somebody Else" not in repeated


def test_dates_are_read_as_the_table_writes_them(cataloguer):
    client = client_of(cataloguer)
    table = sent(
        client, "identifier,title,written\nD.1,One,3.4.1938\nD.2,Two,n.d.\nD.3,Three,sin fecha\n"
    )
    shown = look(client, table)
    assert "can be 3 April 1938 or 4 March 1938" in shown
    assert "so the cell counts as empty" in shown
    look(client, table, days="first")
    bring(client, table, days="first")
    dates = Document.objects.order_by("identifier").values_list("written", flat=True)
    assert [str(date or "") for date in dates] == ["1938-04-03", "", ""]
    again = sent(client, "identifier,written\nD.1,n.d.\n")
    look(client, again, existing="update")
    assert str(Document.objects.get(identifier="D.1").written) == "1938-04-03"


def test_records_that_are_there_are_left_or_changed_and_never_doubled(cataloguer, terms, trotsky):
    client = client_of(cataloguer)
    for _time in range(2):
        table = sent(client, TABLE)
        shown = look(client, table)
        bring(client, table)
    assert "existing records, left as they are" in shown
    assert Document.objects.count() == 2
    changed = TABLE.replace("1929", "1930").replace("Exile|Show trials", "Exile")
    table = sent(client, changed)
    shown = look(client, table, existing="update")
    assert "<strong>1</strong> record that changes" in shown
    assert "<strong>1</strong> record already up to date" in shown
    assert "<del>1929</del> <ins>1930</ins>" in shown
    bring(client, table)
    life = Document.objects.get(identifier="D.1")
    assert (str(life.written), [term.code for term in life.subjects.all()]) == ("1930", ["exile"])
    assert life.contributions.count() == 1


def test_empty_cells_leave_or_empty_and_values_are_added_where_that_is_chosen(
    cataloguer, terms, trotsky
):
    client = client_of(cataloguer)
    table = sent(client, TABLE)
    look(client, table)
    bring(client, table)
    life = Document.objects.get(identifier="D.1")
    update = "identifier,written,subjects,author\nD.1,,Exile,\n"
    table = sent(client, update)
    look(client, table, existing="update", several="add")
    bring(client, table)
    life.refresh_from_db()
    assert str(life.written) == "1929"
    assert (life.subjects.count(), life.contributions.count()) == (2, 1)
    table = sent(client, update)
    look(client, table, existing="update", empties=True)
    bring(client, table)
    life.refresh_from_db()
    assert (life.written, life.subjects.count(), life.contributions.count()) == (None, 1, 0)


def test_what_was_looked_at_is_what_is_brought_in(cataloguer, terms, trotsky):
    client = client_of(cataloguer)
    table = sent(client, TABLE)
    look(client, table)
    shown = client.post(
        page(table),
        entries(client, table, columns=["identifier", "title", "", "", "", ""]) | {"_bring": "1"},
        follow=True,
    ).content.decode()
    assert "has changed since you checked" in shown
    assert not Document.objects.exists()
    bring(client, table)
    bring(client, table)
    assert Document.objects.count() == 2, "pressed twice"


def test_a_row_that_someone_took_meanwhile_keeps_the_whole_table_out(cataloguer, terms, trotsky):
    client = client_of(cataloguer)
    table = sent(client, TABLE)
    look(client, table)
    Person.objects.create(identifier="P.2", title="Leon Trotsky")
    shown = bring(client, table)
    assert "Nothing was written. Something has changed since you checked" in shown
    assert not Document.objects.exists()


def test_a_large_table_is_looked_at_and_brought_in_by_jobs(cataloguer, terms, trotsky):
    client = client_of(cataloguer)
    rows = "".join(f"D.{number},Letter {number},P.1\n" for number in range(301))
    table = sent(client, f"identifier,title,author\n{rows}")
    shown = look(client, table)
    assert "a job is checking it" in shown
    assert work_off() == 1
    shown = client.get(page(table)).content.decode()
    assert "<strong>301</strong> new record" in shown
    bring(client, table)
    assert not Document.objects.exists()
    assert work_off() == 1
    table.refresh_from_db()
    assert Document.objects.count() == 301, Job.objects.latest("pk").traceback
    assert ChangeSet.objects.get(pk=table.change_set).size == 301 * 2, "record and contribution"
    actions.undo(Selection(table.change_set), by=None)
    assert not Document.objects.exists()


def test_only_whoever_sent_a_table_sees_it(cataloguer, editor, terms, trotsky):
    mine, other = client_of(cataloguer), client_of(editor)
    table = sent(mine, TABLE)
    look(mine, table)
    bring(mine, table)
    faults = reverse("admin:catalog_intake_faults", args=[table.pk])
    delete = reverse("admin:catalog_intake_delete", args=[table.pk])
    root = client_of(User.objects.create_superuser("root", password="a long password"))
    for client in (other, root):
        for address in (page(table), faults, delete):
            for answer in (client.get(address), client.post(address, {"post": "yes"})):
                assert answer.status_code in {302, 403, 404}, address
                assert "list.csv" not in answer.content.decode()
        assert (
            "list.csv"
            not in client.get(reverse("admin:catalog_intake_changelist")).content.decode()
        )
    assert Intake.objects.filter(pk=table.pk).exists()
    assert Client().get(page(table)).status_code == 302


def test_who_may_not_make_records_may_not_bring_tables(terms):
    nobody = User.objects.create_user("visitor", password="a long password", is_staff=True)
    client = client_of(nobody)
    assert client.get(ADD).status_code == 403
    assert send(client, TABLE).status_code == 403
    blank = reverse("admin:catalog_intake_blank", args=["person"])
    assert client.get(blank).status_code == 403


def test_drafts_unless_an_editor_says_publish(cataloguer, editor, terms, trotsky):
    client = client_of(cataloguer)
    table = sent(client, TABLE)
    assert 'name="publish"' not in client.get(page(table)).content.decode()
    look(client, table, publish=True)
    bring(client, table)
    assert set(Document.objects.values_list("status", flat=True)) == {Status.DRAFT}
    actions.publish(Document.objects.get(identifier="D.1"), by=None)
    table = sent(client, TABLE.replace("1929", "1930"))
    assert "only an editor can make this change" in look(client, table, existing="update")
    client = client_of(editor)
    table = sent(client, TABLE.replace("D.", "E."))
    look(client, table, publish=True)
    bring(client, table)
    published = Document.objects.filter(identifier__startswith="E.", status=Status.PUBLISHED)
    assert published.count() == 2


def test_new_terms_are_made_by_who_may(editor, cataloguer, terms, trotsky):
    text = "identifier,title,subjects\nD.1,My Life,Exile|Purges\nD.2,Other,purges\n"
    client = client_of(cataloguer)
    table = sent(client, text)
    assert 'name="new_terms"' not in client.get(page(table)).content.decode()
    assert "“Purges” is not a term" in look(client, table, new_terms=True)
    client = client_of(editor)
    table = sent(client, text)
    assert "Purges (Subjects)" in look(client, table, new_terms=True)
    bring(client, table)
    assert Document.objects.filter(subjects=Term.objects.get(code="purges")).count() == 2


def test_a_term_made_for_a_row_that_is_refused_is_made_for_the_next(editor, terms, monkeypatch):
    text = "identifier,title,subjects\nD.1,Refused,Purges\nD.2,Other,purges\n"
    found = brought(text, "document", by=editor, new_terms=True, faulty="sound")
    kept = actions.edit_whole

    def refusing(record, **more):
        if record.title == "Refused":
            raise actions.Refused("Not this one.")
        return kept(record, **more)

    monkeypatch.setattr(actions, "edit_whole", refusing)
    intake.begin(found, by=editor, reason="")
    found.refresh_from_db()
    assert "Row 2: Not this one." in found.said
    assert [str(term) for term in Document.objects.get().subjects.all()] == ["Purges"]


def test_a_role_that_goes_meanwhile_is_told(cataloguer, terms, trotsky):
    found = brought(TABLE, "document", by=cataloguer)
    terms["author"].delete()
    with pytest.raises(actions.Refused, match="no longer exists"):
        intake.begin(found, by=cataloguer, reason="")
    page_shown = client_of(cataloguer).get(page(found)).content.decode()
    assert "contribution:author" not in page_shown


def test_further_details_have_a_column_for_each_sort(cataloguer, terms):
    text = "identifier,title,Technique\nI.1,Portrait,gelatin silver print|toned\n"
    found = brought(text, "image", by=cataloguer)
    assert found.plan["columns"] == ["identifier", "title", "detail:technique"]
    intake.begin(found, by=cataloguer, reason="")
    assert [str(one) for one in Image.objects.get().details.all()] == [
        "technique: gelatin silver print",
        "technique: toned",
    ]


def test_rows_may_name_rows_above_them(cataloguer, terms):
    text = (
        "identifier,title,level,parent\n"
        "C.1,Papers,fonds,\nC.2,Letters,series,C.1\nC.3,To Stalin,Expediente,Letters\n"
        "C.4,Lost,file,C.5\nC.5,Late,file,\n"
    )
    client = client_of(cataloguer)
    table = sent(client, text, "collection")
    assert "There is no collection “C.5”" in look(client, table, faulty="sound")
    bring(client, table)
    assert [str(one) for one in Collection.objects.get(identifier="C.3").ancestors()] == [
        "Papers",
        "Letters",
    ]
    assert not Collection.objects.filter(identifier="C.4").exists()


@pytest.mark.once
def test_a_file_that_is_not_utf_8_asks_for_its_encoding(cataloguer, terms):
    client = client_of(cataloguer)
    text = "identifier;title;summary\nP.1;León Trotsky;“exiliado”\n"
    table = sent(client, text.encode("windows-1252"), "person")
    shown = client.get(page(table)).content.decode()
    assert "León" in shown and "LeÛn" in shown
    client.post(page(table), {"_read": "1", "encoding": "windows-1252"})
    look(client, table)
    bring(client, table)
    assert Person.objects.get().title == "León Trotsky"


@pytest.mark.once
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"\n\n", "The file is empty"),
        (b"identifier,title\n", "There are no records"),
        (b"PK\x03\x04rest", "a spreadsheet workbook"),
        (b"identifier,title\nP.1,\x00\n", "contains a NUL byte"),
        (b'identifier,title\nP.1,"never closed\n', "do not match"),
        (b"<html><table>", "a web page"),
        (b"\xff\xfei\x00d", "UTF-16"),
    ],
)
def test_what_is_no_table_is_told_in_words(cataloguer, content, said):
    answer = send(client_of(cataloguer), content, "person")
    if answer.status_code == 302:
        pytest.fail("it was taken for a table")
    assert said in answer.content.decode()


def test_the_blank_tables_come_in_as_they_are(cataloguer, terms):
    client = client_of(cataloguer)
    for kind in ("person", "document", "image", "event", "place", "collection"):
        blank = client.get(reverse("admin:catalog_intake_blank", args=[kind])).getvalue()
        table = sent(client, blank, kind)
        assert all(table.plan["columns"]), (kind, table.plan["columns"])
        assert "1</strong> new record" in look(client, table), kind


def test_the_results_of_a_search_come_in_again(cataloguer, terms, trotsky):
    trotsky.summary = "-Revolutionary"
    trotsky.save()
    search.refresh()
    curated = client_of(cataloguer)
    text = b"".join(curated.get("/search/?q=trotsky&format=csv").streaming_content)
    table = sent(curated, text, "person")
    planned = dict(
        zip(text.decode("utf-8-sig").splitlines()[0].split(","), table.plan["columns"], strict=True)
    )
    assert planned["kind"] == "@kind" and planned["permanent_url"] == "@uuid"
    assert "<strong>1</strong> record already up to date" in look(curated, table, existing="update")


def test_the_desk_and_the_lists_lead_to_it(cataloguer, terms):
    client = client_of(cataloguer)
    wanted = f"{ADD}?kind=person"
    assert wanted in client.get(reverse("admin:index")).content.decode()
    assert wanted in client.get(reverse("admin:catalog_person_changelist")).content.decode()
    term_list = client.get(reverse("admin:catalog_term_changelist")).content.decode()
    assert ADD not in term_list


def test_columns_that_say_something_and_are_left_out_are_named_with_what_would_happen(cataloguer):
    client = client_of(cataloguer)
    shown = look(client, sent(client, "identifier,title,shelf mark of 1930,empty\nD.1,Letter,x,\n"))
    assert "with all that they say: shelf mark of 1930</p>" in shown
    assert "with all that they say" not in look(
        client, sent(client, "identifier,title\nD.1,Letter\n")
    )


def test_the_row_that_names_the_columns_is_chosen_on_the_page(cataloguer):
    client = client_of(cataloguer)
    table = sent(client, "Document,,Dates\nIdentifier,Title,Written\nD.1,Letter,1937\n")
    client.post(
        page(table), {"_read": "1", "encoding": "utf-8", "separator": ",", "header_row": "2"}
    )
    shown = client.get(page(table)).text
    assert "Row 2 names the columns" in shown and 'name="header_row" value="2"' in shown
    assert "1</strong> new record" in look(client, table)
    table.refresh_from_db()
    intake.begin(table, by=cataloguer, reason="")
    assert (Document.objects.get().identifier, Document.objects.get().written.edtf) == (
        "D.1",
        "1937",
    )
