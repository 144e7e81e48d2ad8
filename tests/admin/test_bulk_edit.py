"""Changing one field of many records from the list: previewed, one change set, undone as one."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from catalog import actions, bulk, history
from catalog.history import Selection
from catalog.jobs import work_off
from catalog.models import ChangeSet, Document, Image, Job, JobState, Person, Status
from tests.admin.conftest import form_of, make_curator
from tests.models.conftest import make, term

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:catalog_document_bulk")
LIST = reverse("admin:catalog_document_changelist")


@pytest.fixture
def documents():
    """Three drafts and one published document."""
    drafts = [
        make(
            "document", title=f"Letter {n}", status=Status.DRAFT, credit_line=f"Coll. Trotsky, {n}"
        )
        for n in range(3)
    ]
    return [*drafts, make("document", title="Public")]


def keys_of(records):
    return [record.pk for record in records]


def ask(client, records, **said):
    """The page and the form that answer a change that was typed in."""
    keys = ",".join(map(str, keys_of(records)))
    answer = client.post(PAGE, {"keys": keys, **said})
    html = answer.content.decode()
    return html, form_of(html)


def do(client, records, **said):
    """Preview it, then do it."""
    _html, form = ask(client, records, **said)
    return client.post(PAGE, form | {"_sure": "x"}, follow=True).content.decode()


def test_from_the_list_to_the_change_set_and_back(door, documents):
    editor = door("Editor")
    chosen = {"action": "change_field", "_selected_action": keys_of(documents)}
    html = editor.post(f"{LIST}?status=draft", chosen | {"select_across": 0}).content.decode()
    assert "3 records are selected" in html, "the list was narrowed to drafts"
    form = form_of(html) | {"field": "credit_line"}
    html = editor.post(PAGE, form).content.decode()
    assert "Replace some words" in html
    typed = {"how": "find", "find": "Coll.", "value": "Collection of", "_reason": "Written out"}
    html, form = ask(editor, documents[:3], filters="status=draft", field="credit_line", **typed)
    assert "3 records will change" in html
    assert "Collection of Trotsky, 1" in html
    assert not Document.objects.filter(credit_line__startswith="Collection").exists()

    answer = editor.post(PAGE, form | {"_sure": "x"}, follow=True)
    assert answer.redirect_chain == [(f"{LIST}?status=draft", 302)]
    change_set = ChangeSet.objects.get(reason="Written out")
    assert (change_set.records, change_set.by_name) == (3, "editor")
    assert (
        reverse("admin:catalog_changeset_change", args=[change_set.pk]) in answer.content.decode()
    )
    written = set(Document.objects.exclude(title="Public").values_list("credit_line", flat=True))
    assert written == {f"Collection of Trotsky, {n}" for n in range(3)}
    actions.undo(Selection(change_set.pk), by=None)
    assert Document.objects.filter(credit_line__startswith="Coll. Trotsky").count() == 3


def test_terms_are_added_and_taken_away_beside_the_others(door, documents):
    exile, war = term("subject", "exile"), term("subject", "war")
    documents[0].subjects.add(war)
    editor = door("Editor")
    do(editor, documents, field="subjects", how="add", value=[exile.pk])
    assert all(exile in document.subjects.all() for document in documents)
    assert list(documents[0].subjects.order_by("code")) == [exile, war]
    said = do(editor, documents, field="subjects", how="remove", value=[war.pk])
    assert "1 record was changed" in said
    assert "3 needed no change" in said
    assert list(documents[0].subjects.all()) == [exile]


@pytest.mark.parametrize(
    ("field", "typed", "expected"),
    [
        ("rights", "http://creativecommons.org/publicdomain/zero/1.0/", None),
        ("written", "1938-07~", "1938-07~"),
        ("position", "7", 7),
    ],
)
def test_a_value_is_put_in_as_its_own_form_reads_it(door, documents, field, typed, expected):
    do(door("Editor"), documents, field=field, how="set", value=typed)
    for document in Document.objects.all():
        value = getattr(document, field)
        assert (value if isinstance(value, int) else str(value)) == (expected or typed)
    assert field != "written" or Document.objects.first().written_earliest == 19380701


def test_a_field_is_emptied_and_a_link_set(door, documents):
    place = make("place")
    editor = door("Editor")
    do(editor, documents, field="place", how="set", value=place.pk)
    assert Document.objects.filter(place=place).count() == 4
    do(editor, documents, field="place", how="empty")
    do(editor, documents, field="credit_line", how="empty")
    assert Document.objects.filter(place=None, credit_line="").count() == 4


def test_who_may_not_is_told_record_by_record_and_keeps_none_of_the_others(door, documents):
    cataloguer = door("Cataloguer")
    html, form = ask(cataloguer, documents, field="extent", how="set", value="1 leaf")
    assert "1 will be left as it is" in html
    assert "only an editor can make this change" in html
    said = cataloguer.post(PAGE, form | {"_sure": "x"}, follow=True).content.decode()
    assert "3 records were changed" in said
    assert documents[3].identifier in said
    assert Document.objects.filter(extent="1 leaf").count() == 3


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"field": "credit_line", "how": "set", "value": ""}, "Enter a value"),
        (
            {"field": "credit_line", "how": "find", "value": "x"},
            "Enter the words to replace",
        ),
        ({"field": "credit_line", "how": "set", "value": "x" * 301}, "at most 300"),
        ({"field": "written", "how": "set", "value": "1938-13"}, "month 13"),
        (
            {"field": "place", "how": "set", "value": "99999999999999999999"},
            "not one of the available",
        ),
        ({"field": "subjects", "how": "add", "value": ["x"]}, "is not"),
        ({"field": "title", "how": "set", "value": "x"}, "not one of the available"),
        ({"field": "title", "how": "find", "find": "Letter 0", "value": ""}, "cannot be blank"),
        (
            {"field": "credit_line", "how": "find", "find": "Trotsky", "value": "x" * 299},
            "at most 300",
        ),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(door, documents, said, words):
    html, _form = ask(door("Editor"), documents, **said)
    assert words in html
    assert "_sure" not in html or "will be left" in html
    assert Document.objects.filter(title__startswith="Letter").count() == 3


@pytest.mark.parametrize("field", ["identifier", "slug", "status", "uuid", "id", "nonsense", ""])
def test_fields_that_name_one_record_are_not_offered(door, documents, field):
    html, _form = ask(door("Editor"), documents, field=field, how="set", value="x")
    assert "Which field?" in html
    assert f'value="{field}"' not in html or not field


def test_what_changed_since_it_was_looked_at_is_looked_at_again(door, documents):
    editor = door("Editor")
    _html, form = ask(editor, documents, field="credit_line", how="set", value="Ours")
    documents[1].credit_line = "Theirs"
    actions.edit(documents[1], by=None)
    html = editor.post(PAGE, form | {"_sure": "x"}).content.decode()
    assert "Nothing has been changed yet" in html
    assert "Theirs" in html
    assert not Document.objects.filter(credit_line="Ours").exists()
    # Nor can another value be slipped in after the preview.
    assert (
        "Nothing has been changed yet"
        in editor.post(PAGE, form | {"_sure": "x", "value": "Else"}).content.decode()
    )


@pytest.mark.parametrize(
    "keys", ["", "x", "1,,2", "1;2", "9" * 30, "5-1", "1-2-3", "-1", "1-", "1-2000000", "²"]
)
def test_without_records_the_page_leads_to_the_list(door, keys):
    answer = door("Editor").post(PAGE, {"keys": keys, "field": "extent"})
    assert (answer.status_code, answer["Location"]) == (302, LIST)


def test_very_many_are_carried_along_as_ranges(door, documents, monkeypatch):
    editor = door("Editor")
    first, last = documents[0].pk, documents[-1].pk
    _html, form = ask(editor, documents, field="extent", how="set", value="1 leaf")
    assert form["keys"] == f"{first}-{last}", "the tests' records follow each other"
    do(editor, documents[:1], field="extent", how="set", value="2 leaves")
    answer = editor.post(PAGE, {"keys": form["keys"], "field": "extent", "how": "empty"})
    answer = editor.post(PAGE, form_of(answer.content) | {"_sure": "x"}, follow=True)
    assert "1 record was changed. 3 needed no change." in answer.content.decode()
    monkeypatch.setattr(bulk, "MOST", 3)
    chosen = {"action": "change_field", "_selected_action": keys_of(documents), "select_across": 0}
    answer = editor.post(LIST, chosen, follow=True)
    assert "Too many records are selected" in answer.content.decode()


# --- Words in several texts ---


def test_words_are_replaced_in_the_texts_that_were_ticked(door, documents):
    first = documents[0]
    first.summary, first.extent = "Letter to Natalia", "1 Letter"
    first.description = "A Letter.\nLetter and letter"
    first.save()
    editor = door("Editor")
    html, form = ask(editor, documents, field="several_texts")
    assert "In which fields" in html
    assert {"title", "summary", "description", "internal_note"} <= {*form["texts"]}
    assert not {"identifier", "slug", "rights", "written"} & {*form["texts"]}
    typed = {"texts": ["title", "summary", "description"], "find": "Letter", "value": "Missive"}
    html, form = ask(editor, documents, field="several_texts", **typed)
    assert "3 records will change" in html
    assert "Missive to Natalia" in html
    assert html.count('rowspan="3"') == 1, "the three texts of one record stand together"
    assert not Document.objects.filter(title__startswith="Missive").exists()
    answer = editor.post(PAGE, form | {"_sure": "x", "_reason": "One word"}, follow=True)
    assert "3 records were changed. 1 needed no change." in answer.content.decode()
    first.refresh_from_db()
    assert (first.title, first.summary) == ("Missive 0", "Missive to Natalia")
    assert first.description == "A Missive.\nMissive and letter", "capitals count"
    assert first.extent == "1 Letter", "it was not ticked"
    assert first.sort_key == "missive 00000000"
    actions.undo(Selection(ChangeSet.objects.get(reason="One word").pk), by=None)
    assert Document.objects.filter(title__startswith="Letter").count() == 3


def test_a_text_that_would_be_too_long_or_empty_keeps_its_record_alone(door, documents):
    typed = {"texts": ["title", "credit_line"], "find": "Letter 0", "value": ""}
    html, _form = ask(door("Editor"), documents, field="several_texts", **typed)
    assert "cannot be blank" in html
    assert "_sure" not in html
    typed = {"texts": ["credit_line"], "find": "Coll.", "value": "x" * 299}
    html, _form = ask(door("Editor"), documents, field="several_texts", **typed)
    assert "at most 300" in html


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"find": "x"}, "Select at least one field"),
        ({"texts": ["title"], "find": ""}, "Enter the words to replace"),
        ({"texts": ["identifier"], "find": "x"}, "not one of the available"),
        ({"texts": ["title"], "find": "\x00"}, "Null characters"),
        ({"texts": ["title"], "find": "Letter", "value": "Letter"}, "0 records will change"),
    ],
)
def test_a_replacement_that_makes_no_sense_is_refused_in_words(door, documents, typed, words):
    html, _form = ask(door("Editor"), documents, field="several_texts", **typed)
    assert words in html
    assert "_sure" not in html


def test_very_many_texts_are_changed_by_a_job(door, documents, monkeypatch):
    monkeypatch.setattr(bulk, "MANY", 3)
    typed = {"texts": ["title", "credit_line"], "find": "Letter", "value": "Missive"}
    do(door("Editor"), documents, field="several_texts", **typed)
    job = Job.objects.get()
    assert job.subject == "“Letter” replaced by “Missive” (4)"
    work_off()
    job.refresh_from_db()
    assert (job.state, job.said) == (
        JobState.DONE,
        "3 records were changed. 1 needed no change.",
    )
    assert Document.objects.filter(title__startswith="Missive").count() == 3


def test_strangers_and_accounts_without_a_group_do_not_come_in(client, door, documents):
    assert client.post(PAGE, {"keys": "1"}).status_code == 302
    assert door(None).post(PAGE, {"keys": "1"}).status_code == 403


@pytest.mark.parametrize("kind", ["person", "document", "image", "event", "place", "collection"])
def test_every_field_of_every_kind_has_its_page(door, kind):
    record = make(kind)
    editor = door("Editor")
    address = reverse(f"admin:catalog_{kind}_bulk")
    for column in bulk.changeable(type(record)):
        answer = editor.post(address, {"keys": record.pk, "field": column.name})
        assert answer.status_code == 200
        assert bulk.ways(column)
        emptied = editor.post(address, {"keys": record.pk, "field": column.name, "how": "empty"})
        assert emptied.status_code == 200


@pytest.mark.parametrize("field", ["subjects", "credit_line", "place", "written"])
def test_the_page_asks_as_much_for_forty_records_as_for_four(
    door, documents, field, django_assert_max_num_queries
):
    put_in = {
        "subjects": [term("subject", "exile").pk],
        "credit_line": "Ours",
        "place": make("place").pk,
        "written": "1938",
    }
    more = [make("document") for _ in range(36)]
    editor = door("Editor")
    with django_assert_max_num_queries(18):
        html, _form = ask(editor, [*documents, *more], field=field, how="set", value=put_in[field])
    assert "40 records will change" in html


def test_a_rule_between_two_fields_is_told_before_and_kept(door):
    young, old = make("person", born="1880", died="1940"), make("person", born="1879")
    editor = door("Editor")
    address = reverse("admin:catalog_person_bulk")
    typed = {"keys": f"{young.pk},{old.pk}", "field": "born", "how": "set", "value": "1950"}
    html = editor.post(address, typed).content.decode()
    assert "1 record will change" in html
    assert "would have died before being born" in html
    change = bulk.FieldChange("person", "born", bulk.How.SET, "1950")
    done = bulk.do_at_once(change, keys_of([young, old]), by=None)
    assert (done.changed, done.refused) == (1, 1)
    assert "would have died before being born" in done.refusals[0]


def test_one_more_record_costs_six_statements(documents):
    # The search follows once for all of them.
    more = [make("document") for _ in range(10)]
    asked = []
    for number, records in enumerate((more[:4], more)):
        change = bulk.FieldChange("document", "internal_note", bulk.How.SET, f"Noted {number}")
        with CaptureQueriesContext(connection) as queries:
            assert bulk.do_at_once(change, keys_of(records), by=None).changed == len(records)
        asked.append(sum("search_" not in one["sql"] for one in queries))
    assert asked[1] - asked[0] <= 6 * 6


def test_a_record_whose_terms_cannot_be_set_is_left_as_it_was(documents, monkeypatch):
    edit, first = actions.edit, documents[0]

    def refused_after_saving(record, **how):
        edit(record, **how)
        if record.pk == first.pk:
            raise actions.Refused("Not these.")

    monkeypatch.setattr(actions, "edit", refused_after_saving)
    change = bulk.FieldChange("document", "subjects", bulk.How.SET, [term("subject", "exile").pk])
    done = bulk.do_at_once(change, keys_of(documents), by=None)
    assert (done.changed, done.refused) == (3, 1)
    assert Document.objects.get(pk=first.pk).modified == first.modified


def test_many_are_changed_by_a_job(door, documents, monkeypatch):
    monkeypatch.setattr(bulk, "MANY", 3)
    said = do(
        door("Editor"), documents, field="extent", how="set", value="1 leaf", _reason="Counted"
    )
    job = Job.objects.get()
    assert "runs as a job" in said
    work_off()
    job.refresh_from_db()
    assert (job.state, job.said) == (JobState.DONE, "4 records were changed.")
    assert Document.objects.filter(extent="1 leaf").count() == 4
    change_set = ChangeSet.objects.get(reason="Counted")
    assert (change_set.records, change_set.by_name, change_set.door) == (4, "editor", "admin")


def test_a_loop_in_a_hierarchy_is_refused_for_its_record_alone():
    above, below, other = make("place"), make("place"), make("place")
    below.part_of = above
    below.save()
    change = bulk.FieldChange("place", "part_of", bulk.How.SET, below.pk)
    with history.change_set(by=make_curator("anna", "Editor")):
        done = bulk.do_at_once(change, keys_of([above, other]), by=None)
    assert (done.changed, done.refused) == (1, 1)
    above.refresh_from_db()
    other.refresh_from_db()
    assert (above.part_of, other.part_of) == (None, below)


def test_records_that_went_meanwhile_are_counted(documents):
    keys = keys_of(documents)
    actions.delete(documents[0], by=None)
    done = bulk.do_at_once(
        bulk.FieldChange("document", "extent", bulk.How.SET, "1 leaf"), keys, by=None
    )
    assert (done.changed, done.gone) == (3, 1)


def test_no_file_and_no_worked_out_column_is_offered():
    names = {column.name for column in bulk.changeable(Image)} | {
        c.name for c in bulk.changeable(Person)
    }
    assert not names & {"file", "sha256", "width", "sort_key", "born_earliest", "modified"}
    assert {"rights", "born", "subjects", "collection"} <= names
