"""Requests to erase personal data: nothing of a deleted record is kept but its permanent link."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import PIL.Image
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from catalog import actions, history
from catalog.iiif import describe_file, judged, make_derivatives, pyramid_of_image
from catalog.iiif.image.kept_answers import kept_or_made
from catalog.models import Image, Person
from tests.models.conftest import make

pytestmark = pytest.mark.django_db
NAME = "Xanthippe Quirke"


def where_it_stands(word: str) -> list[str]:
    """The tables that have a word in any column of text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("catalog_search", "search_", "sqlite")):
                continue
            columns = connection.introspection.get_table_description(cursor, table)
            texts = " || ' ' || ".join(
                f"coalesce(CAST({connection.ops.quote_name(one.name)} AS text), '')"
                for one in columns
            )
            cursor.execute(
                f"SELECT 1 FROM {connection.ops.quote_name(table)} WHERE lower({texts}) LIKE %s",
                [f"%{word.lower()}%"],
            )
            if cursor.fetchone():
                found.append(table)
    return found


def test_nothing_of_an_erased_person_is_left(client: Any, capsys: Any) -> None:
    with history.change_set(reason="entered"):
        person = make("person", title=NAME, slug="xanthippe-quirke", first_published=timezone.now())
    with history.change_set(reason="her brother"):
        same = make("person", title=f"{NAME} the Elder", slug="x-quirke")
        other = make("person", title="Somebody else")
    client.get("/api/v1/changes/")
    actions.merge(same, into=person, by=None)
    person = Person.objects.get(pk=person.pk)
    address, number = person.permanent_path, f"person:{person.pk}"
    with pytest.raises(CommandError, match="Delete it first"):
        call_command("erase", number, "--for-good")
    actions.delete(person, by=None)
    client.get("/api/v1/changes/")
    call_command("erase", number)
    assert NAME in capsys.readouterr().out
    assert where_it_stands("Quirke"), "it is only told what would be erased"
    call_command("erase", number, "--for-good")
    assert where_it_stands("Quirke") == []
    assert client.get(address).status_code == 410
    with pytest.raises(actions.Refused):
        actions.restore("person", person.pk, by=None)
    assert Person.objects.get().pk == other.pk
    assert history.number_of_versions("person", other.pk), "what others are is still known"


def test_the_file_of_an_erased_picture_is_gone_with_all_that_was_made_from_it(
    capsys: Any, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT, settings.PICTURES_DIR = tmp_path / "media", tmp_path / "pictures"
    kept, erased = (with_file(number) for number in (1, 2))
    for image in (kept, erased):
        make_derivatives(image)
        pyramid_of_image(image)
    kept_or_made(f"a tile of {erased.sha256}", lambda: b"tile")
    before = files_in(tmp_path)
    made = [name for name in before if erased.sha256[:16] in name]
    assert {Path(name).suffix for name in made} == {".png", ".webp", ".tif"}
    actions.delete(erased, by=None)
    assert files_in(tmp_path) == before, "it can still be restored"
    call_command("erase", f"image:{erased.pk}", "--for-good")
    assert str(erased.file) in capsys.readouterr().out
    left = files_in(tmp_path)
    assert not any(erased.sha256[:16] in name or "answers" in name for name in left)
    assert {name for name in before if kept.sha256[:16] in name} <= left


def test_no_file_is_left_that_was_replaced_or_came_with_a_merged_picture(
    settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT, settings.PICTURES_DIR = tmp_path / "media", tmp_path / "pictures"
    erased, merged = (with_file(number) for number in (1, 2))
    replaced, theirs = str(erased.file), str(merged.file)
    with history.change_set(reason="a better scan"):
        give_file(erased, 3)
    actions.merge(merged, into=erased, by=None)
    erased = Image.objects.get(pk=erased.pk)
    shown = str(erased.file)
    assert len({replaced, theirs, shown}) == 3
    actions.delete(erased, by=None)
    assert set(actions.erase("image", erased.pk).files) == {replaced, theirs, shown}
    assert files_in(tmp_path / "media") == set()


def test_a_file_that_another_record_shows_is_kept(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.PICTURES_DIR = tmp_path / "media", tmp_path / "pictures"
    erased = with_file(1)
    page = make("image", title="The next page", file=str(erased.file), sha256=erased.sha256)
    actions.delete(erased, by=None)
    assert actions.erase("image", erased.pk).files == ()
    assert page.file.storage.exists(page.file.name)


def with_file(number: int) -> Image:
    """An image with a file of its own."""
    with history.change_set(reason="entered"):
        image = Image(identifier=f"I.{number}", title=f"Picture {number}")
        give_file(image, number)
    return Image.objects.get(pk=image.pk)


def give_file(image: Image, number: int) -> None:
    """Save an image with another file."""
    held = io.BytesIO()
    PIL.Image.new("RGB", (600, 400), (number, 0, 0)).save(held, "PNG")
    file = SimpleUploadedFile("photo.png", held.getvalue())
    describe_file(image, judged(file, image))
    image.file = file
    image.save()


def files_in(folder: Path) -> set[str]:
    """The files in a folder, those of locks left out."""
    return {str(one) for one in folder.rglob("*") if one.is_file() and one.suffix != ".lock"}
