"""What is wrong with a table is told to the curator with its row, value and repair, and comes back mended."""

from __future__ import annotations

import csv
import io

import pytest
from django.urls import reverse

from catalog import actions, intake
from catalog.models import Document, Intake
from tests.intake.admin_door import BAD, TABLE, bring, client_of, look, page, send, sent
from tests.intake.conftest import brought


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


def test_a_missing_title_is_told_with_the_other_errors_of_its_row(cataloguer, terms):
    """Who mended the author had to send the file once more to learn of the title."""
    client = client_of(cataloguer)
    shown = look(client, sent(client, "identifier,title,author\nD.1,,Nobody\n"))
    assert "There is no person “Nobody”" in shown
    assert "A new record needs this field: title." in shown


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


def test_a_role_that_goes_meanwhile_is_told(cataloguer, terms, trotsky):
    found = brought(TABLE, "document", by=cataloguer)
    terms["author"].delete()
    with pytest.raises(actions.Refused, match="no longer exists"):
        intake.begin(found, by=cataloguer, reason="")
    page_shown = client_of(cataloguer).get(page(found)).content.decode()
    assert "contribution:author" not in page_shown


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


def test_columns_that_say_something_and_are_left_out_are_named_with_what_would_happen(cataloguer):
    client = client_of(cataloguer)
    shown = look(client, sent(client, "identifier,title,shelf mark of 1930,empty\nD.1,Letter,x,\n"))
    assert "with all that they say: shelf mark of 1930</p>" in shown
    assert "with all that they say" not in look(
        client, sent(client, "identifier,title\nD.1,Letter\n")
    )
