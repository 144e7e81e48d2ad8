"""A curator imports a table through the admin: sends it, corrects the mapping, previews, imports,
undoes.
"""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from catalog import actions, intake, search
from catalog.history import Selection
from catalog.jobs import work_off
from catalog.models import ChangeSet, Document, Intake, Job, Person, Status
from tests.intake.admin_door import ADD, TABLE, bring, client_of, entries, look, page, send, sent


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
