"""``manage.py pictures``: originals unchanged, and derived files that belong to something."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command

from catalog.iiif import make_derivatives
from catalog.iiif.image.held import picture_for
from catalog.models import Image
from tests.iiif.conftest import drawn, encoded, hold, storage_of_its_own  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def image(hold):  # noqa: F811
    image = hold(encoded(drawn()))
    make_derivatives(image)
    from django.contrib.auth import get_user_model

    curator = get_user_model().objects.create_user("ada", password="x", is_staff=True)
    picture_for(image.uuid, curator).pyramid()
    return image


def check(capsys):
    """What the check prints, and whether it succeeds."""
    try:
        call_command("pictures", "check")
    except CommandError as fault:
        said = capsys.readouterr()
        return False, said.out + said.err + str(fault)
    return True, capsys.readouterr().out


def test_all_is_well(image, capsys):
    Image.objects.create(identifier="TST/I 9", title="Not held")
    well, said = check(capsys)
    assert well, said
    assert "1 originals read. 0 more" in said


@pytest.mark.parametrize(
    ("spoil", "word"),
    [
        (lambda path: path.unlink(), "cannot be read"),
        (lambda path: path.write_bytes(path.read_bytes() + b"x"), "bytes instead of"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1] + b"x"), "other bytes"),
    ],
)
def test_an_original_that_is_not_as_it_came(image, capsys, spoil, word):
    spoil(Path(image.file.path))
    well, said = check(capsys)
    assert not well
    assert "TST/I 1" in said
    assert word in said
    assert "backup" in said


def test_derived_files_of_nothing_are_found_and_swept(image, capsys, settings):
    before = {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}
    replaced = str(image.file.name)
    other = encoded(drawn(300, 200))
    from io import BytesIO

    from catalog.iiif import describe_file, inspect_picture

    describe_file(image, inspect_picture(BytesIO(other)))
    image.file.save("other.png", ContentFile(other))
    make_derivatives(image)
    well, said = check(capsys)
    assert not well
    assert said.count("belongs to no picture") == 4, (
        "three widths and a pyramid of what was replaced"
    )
    call_command("pictures", "sweep")
    well, said = check(capsys)
    assert well, said
    assert "1 more are kept" in said, "an original is never deleted"
    assert image.file.storage.exists(replaced)
    assert len(before) == 4


def test_the_rest_of_a_crash_is_swept_when_it_is_old(image, capsys):
    rest = Path(image.file.path).with_name(".x.part")
    rest.write_bytes(b"half")
    assert check(capsys)[0], "somebody may be writing it"
    os.utime(rest, (0, 0))
    assert not check(capsys)[0]
    call_command("pictures", "sweep")
    assert not rest.exists()
    assert Path(image.file.path).exists()
