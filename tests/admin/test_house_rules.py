"""Cataloguing rules: who writes them, where they are read, and that they can do no harm."""

from __future__ import annotations

import json
import re

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from catalog.admin.cataloguing_rule import CataloguingRuleAdmin, RuleForm
from catalog.models import (
    RECORD_MODELS,
    CataloguingRule,
    Change,
    ChangeSet,
    Status,
    ruled_fields,
)
from tests.admin.conftest import form_of

pytestmark = [pytest.mark.django_db, pytest.mark.once]

ADD = "/admin/catalog/cataloguingrule/add/"
PAGE = "/admin/help/rules/"
LETTERS = "Titles of letters: *Sender to recipient*, date."


def rule(kind="document", field="title", text=LETTERS, **more):
    return CataloguingRule.objects.create(kind=kind, field=field, text=text, **more)


def change(one):
    return f"/admin/catalog/cataloguingrule/{one.pk}/change/"


def help_of(html, name):
    """The help text of a form's field."""
    found = re.search(rf'id="id_{name}_helptext">(.*?)</div>\s*</div>\s*</div>', html, re.S)
    return found[1] if found else ""


# --- Written by administrators --------------------------------------------------------------------


def test_an_administrator_writes_a_rule_and_a_cataloguer_reads_it_beside_the_field(
    administrator, cataloguer
):
    page = administrator.get(ADD).content.decode()
    assert '<optgroup label="Document">' in page
    entries = form_of(page) | {
        "field": "document.title",
        "text": LETTERS,
        "example": "Leon Trotsky to Natalia Sedova, 1937",
    }
    assert administrator.post(ADD, entries).status_code == 302
    said = help_of(cataloguer.get("/admin/catalog/document/add/").content.decode(), "title")
    assert "House rule" in said
    assert "<em>Sender to recipient</em>" in said
    assert "Leon Trotsky to Natalia Sedova, 1937" in said
    assert "House rule" not in cataloguer.get("/admin/catalog/person/add/").content.decode()


@pytest.mark.parametrize("group", ["Cataloguer", "Editor"])
def test_others_read_rules_and_do_not_write_them(door, group):
    one = rule(example="<b>bold</b>")
    client = door(group)
    assert client.get(ADD).status_code == 403
    assert client.post(change(one), {"field": "document.title", "text": "x"}).status_code == 403
    assert client.post(change(one).replace("change", "delete"), {"post": "yes"}).status_code == 403
    html = client.get(change(one)).content.decode()
    assert "<em>Sender to recipient</em>" in html
    assert "<b>bold</b>" not in html
    assert 'name="_save"' not in html
    assert "Title" in client.get("/admin/catalog/cataloguingrule/").content.decode()
    assert CataloguingRule.objects.get().text == LETTERS


def test_strangers_and_curators_without_a_group_read_nothing(client, door):
    rule()
    for path in (PAGE, "/admin/help/", ADD):
        assert "/login/" in client.get(path)["Location"]
    assert "Sender" not in door(None).get(PAGE).content.decode()
    assert door(None).get("/admin/catalog/cataloguingrule/").status_code == 403


def test_a_second_rule_for_a_field_leads_to_the_first(administrator):
    one = rule()
    entries = form_of(administrator.get(ADD).content) | {"field": "document.title", "text": "Other"}
    html = administrator.post(ADD, entries).content.decode()
    assert "“Document: Title” has a rule already" in html
    assert f'href="{change(one)}"' in html
    assert "Other" in html
    # Another kind, or all kinds, may have a rule of their own.
    for place in ("person.title", ".title"):
        assert administrator.post(ADD, entries | {"field": place}).status_code == 302
    # A rule is moved to another field, but not onto one that has a rule.
    assert administrator.post(change(one), entries | {"field": ".title"}).status_code == 200
    assert administrator.post(change(one), entries | {"field": "image.date"}).status_code == 302
    one.refresh_from_db()
    assert (one.kind, one.field) == ("image", "date")


def test_a_rule_in_another_language_stands_beside_the_first(administrator):
    one = rule()
    entries = form_of(administrator.get(ADD).content) | {
        "field": "document.title",
        "text": "Cartas",
    }
    assert administrator.post(ADD, entries | {"language": "es"}).status_code == 302
    html = administrator.post(ADD, entries | {"language": "es"}).content.decode()
    other = CataloguingRule.objects.get(language="es")
    assert "has a rule already" in html and f'href="{change(other)}"' in html
    assert administrator.post(ADD, entries | {"language": "xx"}).status_code == 200
    with pytest.raises(ValidationError, match="language of the interface"):
        CataloguingRule(kind="document", field="title", language="xx", text="x").full_clean()
    assert {*CataloguingRule.objects.all()} == {one, other}


def test_two_administrators_who_add_the_same_rule_at_once(administrator, monkeypatch):
    entries = form_of(administrator.get(ADD).content) | {"field": "document.title", "text": "Mine"}
    judged = RuleForm.clean_field
    overtaken = []

    def refused_by_the_database(*_args):
        overtaken.append(True)
        raise IntegrityError("UNIQUE constraint failed")

    def clean_field(form):
        # By the second check the other has saved.
        if overtaken:
            rule(text="Theirs")
        return judged(form)

    monkeypatch.setattr(CataloguingRuleAdmin, "save_model", refused_by_the_database)
    monkeypatch.setattr(RuleForm, "clean_field", clean_field)
    answer = administrator.post(ADD, entries)
    assert answer.status_code == 200
    html = answer.content.decode()
    assert "has a rule already" in html
    assert "Mine" in html
    assert CataloguingRule.objects.get().text == "Theirs"


@pytest.mark.parametrize("place", ["document.sort_name", "letter.title", "document", "x" * 500, ""])
def test_a_field_that_does_not_exist_is_refused(administrator, place):
    entries = form_of(administrator.get(ADD).content) | {"field": place, "text": "x"}
    answer = administrator.post(ADD, entries)
    assert answer.status_code == 200
    assert "Please correct the error" in answer.content.decode()
    assert not CataloguingRule.objects.exists()


def test_the_model_names_the_fields_that_there_are():
    with pytest.raises(ValidationError, match=r"has no field “colour”. The fields are: .*title"):
        CataloguingRule(kind="document", field="colour", text="x").full_clean()
    rule()
    with pytest.raises(ValidationError, match="has a rule already"):
        CataloguingRule(kind="document", field="title", text="x").full_clean()
    with pytest.raises(ValidationError, match="no such kind"):
        CataloguingRule(kind="letter", field="title", text="x").full_clean()
    CataloguingRule(field="sort_name", text="of the one kind that has it").full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        rule()


def test_a_rule_for_a_field_that_is_gone_can_be_opened_and_moved(administrator):
    one = rule(field="watermark")
    entries = form_of(administrator.get(change(one)).content)
    assert entries["field"] == "document.watermark"
    assert "There is no field" not in str(one)
    assert administrator.get(PAGE).status_code == 200
    assert administrator.get("/admin/catalog/document/add/").status_code == 200
    assert (
        administrator.post(change(one), entries | {"field": "document.extent"}).status_code == 302
    )


def test_history_records_a_rule(administrator):
    entries = form_of(administrator.get(ADD).content) | {"field": "document.title", "text": LETTERS}
    administrator.post(ADD, entries | {"_reason": "As agreed on Monday"})
    made = ChangeSet.objects.first()
    assert (made.by_name, made.reason) == ("administrator", "As agreed on Monday")
    assert Change.objects.get(change_set=made).model == "cataloguingrule"
    one = CataloguingRule.objects.get()
    administrator.post(change(one), entries | {"text": "Spoilt"})
    number = ChangeSet.objects.first().pk
    address = f"/admin/catalog/changeset/{number}/undo/"
    root = User.objects.get(username="administrator")
    assert root.has_perm("catalog.undo_changeset")
    assert administrator.post(address).status_code == 302
    one.refresh_from_db()
    assert one.text == LETTERS


# --- Read beside the fields -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", RECORD_MODELS)
def test_every_field_of_every_form_can_show_its_rule(cataloguer, administrator, kind):
    page = administrator.get(ADD)
    groups = dict(page.context["adminform"].form.fields["field"].choices[2:])
    heading = RECORD_MODELS[kind]._meta.verbose_name.capitalize()
    names = [place.partition(".")[2] for place, _label in groups[heading]]
    assert set(names) <= set(ruled_fields(kind))
    for name in names:
        rule(kind, name, f"How we fill in {name}.")
    html = cataloguer.get(f"/admin/catalog/{kind}/add/").content.decode()
    for name in names:
        assert html.count(f"How we fill in {name}.") == 1, name


def test_curators_read_rules_in_their_language_where_they_are_written_in_it(cataloguer):
    rule(text="Sender to recipient.")
    rule(text="Remitente a destinatario.", language="es")
    rule(field="extent", text="Count leaves.")
    rule(field="written", text="La fecha del documento.", language="es")
    for path in ("/admin/catalog/document/add/", PAGE):
        english = cataloguer.get(path).content.decode()
        spanish = cataloguer.get(f"/es{path}").content.decode()
        assert "Sender to" in english and "Remitente" not in english
        assert "Remitente" in spanish and "Sender to" not in spanish
        for html in (english, spanish):
            assert re.search(r'<div class="house-rule-said" lang="en"><p>Count leaves', html)
            assert re.search(r'<div class="house-rule-said" lang="es"><p>La fecha', html)


def test_the_general_rule_comes_before_that_of_the_kind(cataloguer):
    rule("image", "title", "Second of the two.")
    rule("", "title", "First of the two.")
    said = cataloguer.get("/admin/catalog/image/add/").content.decode()
    assert said.index("First of the two.") < said.index("Second of the two.")
    assert '<details class="house-rule">' in said
    other = cataloguer.get("/admin/catalog/place/add/").content.decode()
    assert "First of the two." in other
    assert "Second of the two." not in other


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        '<img src="x" onerror="alert(1)">',
        "[x](javascript:alert(1))",
        '</details></div><form action="//evil.example">',
        "{{ request.user.password }}{% load x %}",
    ],
)
def test_a_rule_can_do_no_harm(cataloguer, text):
    rule(text=text, example=text)
    rule(field="contributions", text=text, example=text)
    for path in ("/admin/catalog/document/add/", PAGE):
        html = cataloguer.get(path).content.decode()
        assert "<script>alert" not in html
        assert '<img src="x"' not in html
        assert 'href="javascript' not in html
        assert '<form action="//evil' not in html
    assert "{{ request.user.password }}" in html or "{" not in text


def test_who_only_reads_a_record_is_not_told_how_to_fill_it_in(cataloguer, trotsky):
    rule("person", "title", "Preferred name.")
    rule("person", "names", "Every spelling.")
    address = f"/admin/catalog/person/{trotsky.pk}/change/"
    assert trotsky.status == Status.PUBLISHED
    html = cataloguer.get(address).content.decode()
    assert "Preferred name." not in html
    assert "Every spelling." not in html


def test_rules_cost_a_form_one_query_however_many_there_are(cataloguer):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            cataloguer.get("/admin/catalog/document/add/")
        return [one["sql"] for one in queries]

    few = len(asked())
    for name in ruled_fields("document"):
        rule("document", name)
    many = asked()
    assert len(many) == few
    assert len([one for one in many if 'FROM "catalog_cataloguingrule"' in one]) == 1


# --- All on one page ------------------------------------------------------------------------------


def test_the_page_has_all_rules_in_the_order_of_the_forms(editor, administrator):
    rule("document", "contributions", "Sender and recipient.")
    rule("document", "extent", "Count leaves.")
    rule("document", "title", LETTERS, example="Leon Trotsky to Natalia Sedova, 1937")
    rule("", "rights", "Ask the head of the archive.")
    html = editor.get(PAGE).content.decode()
    order = ["Ask the head", "<em>Sender to recipient", "Natalia", "Count leaves", "Sender and rec"]
    places = [html.index(words) for words in order]
    assert places == sorted(places)
    assert ADD not in html
    assert ADD in administrator.get(PAGE).content.decode()
    with override("es"):
        assert "Todos los tipos de registro" in editor.get("/es" + PAGE).content.decode()


def test_a_rule_goes_out_and_in_as_a_fixture(tmp_path):
    rule("document", "title")
    file = tmp_path / "rules.json"
    call_command(
        "dumpdata", "catalog.cataloguingrule", natural_primary=True, output=str(file), verbosity=0
    )
    rows = json.loads(file.read_text())
    rows[0]["fields"]["text"] = "Mended elsewhere"
    file.write_text(json.dumps(rows))
    call_command("loaddata", str(file), verbosity=0)
    assert CataloguingRule.objects.get().text == "Mended elsewhere"
