"""``manage.py import_table``: previewed, imported, refused, from a shell."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog import actions
from catalog.history import Selection
from catalog.models import ChangeSet, Document, Person, StoragePlace

TABLE = "Accession number;Title;Written;Author;Tray\nD.1;My Life;1929;P.1;A\nD.2;Other;1936;P.1;B\n"


@pytest.fixture
def file(tmp_path, terms):
    Person.objects.create(identifier="P.1", title="Leon Trotsky")
    found = tmp_path / "list.csv"
    found.write_text(TABLE)
    return found


def run(file, *words, **options: Any):
    out = io.StringIO()
    call_command(
        "import_table",
        *([file] if file else []),
        *words,
        kind="document",
        stdout=out,
        stderr=out,
        **options,
    )
    return out.getvalue()


def test_it_looks_and_then_writes_one_change_set(file, cataloguer):
    said = run(file, "--dry-run")
    assert "Author -> contribution:author" in said and "new 2" in said
    assert not Document.objects.exists()
    said = run(file, "--column", "Tray=internal_note", "--by", "cato", "--reason", "The list")
    assert "2 records were created." in said
    change_set = ChangeSet.objects.latest("pk")
    assert (change_set.by, change_set.door, change_set.reason) == (
        cataloguer,
        "command",
        "The list",
    )
    assert Document.objects.get(identifier="D.2").internal_note == "B"
    assert "left 2" in run(file)
    actions.undo(Selection(change_set.pk), by=None)
    assert not Document.objects.exists()


def test_missing_boxes_are_made_in_a_place(file):
    StoragePlace.objects.create(name="Room 2", code="R2")
    with pytest.raises(CommandError, match="boxes-in: There is no storage place “Room 3”"):
        run(file, "--boxes-in", "Room 3")
    said = run(file, "--column", "Tray=storage", "--boxes-in", "R2")
    assert "New storage places: Room 2 / A; Room 2 / B." in said
    assert str(Document.objects.get(identifier="D.2").shelvings.get()) == "Room 2 / B"


def test_faults_keep_all_out_or_their_rows(file, tmp_path):
    file.write_text(f"{TABLE}D.3;Bad;sometime;P.9;C\n")
    with pytest.raises(CommandError, match="Nothing was written"):
        run(file)
    assert not Document.objects.exists()
    faults = tmp_path / "faults.csv"
    said = run(file, "--sound-rows", "--faults", faults)
    assert "row 4, Written: 'sometime'" in said and "There is no person “P.9”" in said
    assert "D.3;Bad;sometime" in faults.read_text()
    assert Document.objects.count() == 2


def test_an_empty_table_can_be_had(db, file):
    assert run(None, "--blank").startswith("\ufeffidentifier,title")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--by", "nobody"], "There is no account nobody"),
        (["--column", "Tray=colour"], "There is no field “colour”"),
        (["--column", "Colour=title"], "Columns: Accession number, Title"),
        (["--separator", "x"], "cannot separate columns"),
    ],
)
def test_what_is_asked_wrongly_is_told(file, words, said):
    with pytest.raises(CommandError, match=said):
        run(file, *words)


def test_an_encoding_that_is_not_told_is_proposed(file):
    file.write_bytes("identifier,title\nD.1,León\n".encode("windows-1252"))
    with pytest.raises(CommandError, match="not UTF-8"):
        run(file)
    run(file, "--encoding", "windows-1252")
    assert Document.objects.get().title == "León"
