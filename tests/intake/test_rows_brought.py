"""What the rows of a table become, and what the choices on its page change in that."""

from __future__ import annotations

from catalog import actions, intake
from catalog.models import Collection, Document, Image, Status, StoragePlace, Term
from tests.intake.admin_door import TABLE, bring, client_of, entries, look, page, sent
from tests.intake.conftest import brought


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
