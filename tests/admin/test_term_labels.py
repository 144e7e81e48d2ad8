"""Labels of terms in other languages: the form, the history, undoing, choosing."""

from __future__ import annotations

import pytest

from catalog.models import Change, ChangeSet, Term, Vocabulary
from tests.admin.conftest import form_of, term


@pytest.fixture
def letter(db) -> Term:
    return term(Vocabulary.DOCUMENT_TYPE, "letter", label="Letter", labels="es: carta")


def page(client, address: str) -> str:
    return client.get(address).content.decode()


def send(client, letter: Term, **fields: str) -> str:
    address = f"/admin/catalog/term/{letter.pk}/change/"
    sent = form_of(client.get(address).content) | fields
    return client.post(address, sent, follow=True).content.decode()


def test_the_form_keeps_labels_and_the_history_takes_them_back(editor, letter):
    assert "es: carta" in page(editor, f"/admin/catalog/term/{letter.pk}/change/")
    send(editor, letter, labels="es: Carta\n pt-br:Carta", alternatives="en: missive\nes: misiva")
    letter.refresh_from_db()
    assert str(letter.labels) == "es: Carta\npt-BR: Carta"
    assert letter.other_names == "carta\nmissive\nmisiva"
    made = ChangeSet.objects.latest("pk")
    changed = Change.objects.get(change_set=made, model="term")
    assert "pt-BR" in str(changed.after)
    assert "es: misiva" in page(editor, f"/admin/catalog/changeset/{made.pk}/change/")
    editor.post(f"/admin/catalog/changeset/{made.pk}/undo/", {"_reason": "wrong"})
    letter.refresh_from_db()
    assert str(letter.labels) == "es: carta" and not letter.alternatives
    assert letter.other_names == "carta"


def test_a_code_left_empty_is_made_from_the_label(editor, letter):
    """Nobody who adds “Postcard” knows what a code is for; only standards give some."""
    address = "/admin/catalog/term/add/"

    def add(vocabulary: str, label: str) -> str:
        sent = form_of(editor.get(address).content)
        sent |= {"vocabulary": vocabulary, "label": label, "code": ""}
        return editor.post(address, sent, follow=True).content.decode()

    for label in ("Carta postal ilustrada", "Letter"):
        assert "was added successfully" in add("document_type", label)
    codes = Term.objects.filter(vocabulary="document_type").values_list("code", flat=True)
    assert {*codes} == {"letter", "letter-2", "carta-postal-ilustrada"}
    assert "Enter the code that the standard gives" in add("language", "Nahuatl")
    assert not Term.objects.filter(label="Nahuatl").exists()


@pytest.mark.once
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"labels": "carta"}, "“carta” is not a language and a label."),
        ({"labels": "spanish: carta"}, "does not begin with a language tag"),
        ({"labels": "es: carta\nes: misiva"}, "“es” has two labels."),
        ({"labels": "en: missive"}, "“en” is the catalogue&#x27;s language"),
        ({"inverse_labels": "es: carta de"}, "Give the inverse label"),
        ({"alternatives": f"es: {'a' * 201}"}, "a label has at most 200 letters"),
    ],
)
def test_what_is_no_label_is_refused_with_a_repair(editor, letter, fields, said):
    assert said in send(editor, letter, **fields)
    letter.refresh_from_db()
    assert str(letter.labels) == "es: carta"


def test_a_term_is_chosen_by_any_of_its_labels_and_named_in_the_curators_language(editor, letter):
    query = {
        "app_label": "catalog", "model_name": "document", "field_name": "type", "term": "cart",
    }  # fmt: skip
    for prefix, name in (("", "Letter"), ("/es", "carta")):
        found = editor.get(f"{prefix}/admin/catalog/document/choices/", query).json()["results"]
        assert [one["text"] for one in found] == [name]
