"""Uploads: leftovers of a crash are deleted, and a full disk is not blamed on the file."""

from __future__ import annotations

import errno
import os
import time
from types import SimpleNamespace

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler
from django.core.management import call_command
from django.test import Client

from catalog.iiif import clear_half_files, inspect_picture
from catalog.iiif.image import inspection
from catalog.iiif.image.uploads import UploadHandler, upload_folder
from tests.admin.test_picture_upload import picture

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _elsewhere(settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.PICTURES_DIR = tmp_path / "pictures"


def test_the_folder_comes_again_and_what_was_left_goes(tmp_path):
    handler = UploadHandler(SimpleNamespace(user=SimpleNamespace(is_staff=True)))
    assert isinstance(handler, TemporaryFileUploadHandler)
    handler.new_file("file", "photo.png", "image/png", 5, None)
    handler.receive_data_chunk(b"whole", 0)
    handler.upload_interrupted()
    left, fresh = upload_folder() / "left.upload.png", upload_folder() / "fresh.upload.png"
    half, whole = (tmp_path / "pictures" / "ab" / name for name in (".x.tif.9.part", "x.tif"))
    half.parent.mkdir(parents=True)
    for file in (left, fresh, half, whole):
        file.write_bytes(b"half")
    hours_ago = time.time() - 7200
    for file in (left, half, whole):
        os.utime(file, (hours_ago, hours_ago))
    assert clear_half_files() == 2
    assert whole.exists() and not half.exists()
    assert [file.name for file in upload_folder().iterdir()] == ["fresh.upload.png"]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/admin/login/", "/oai", "/api/v1/imports/"])
def test_nobody_can_fill_the_disk_with_files_without_an_account(path):
    """Django reads a form before a view refuses it: to look for the token against forgery, say."""
    visitor = Client(enforce_csrf_checks=True)
    visitor.cookies["csrftoken"] = "a" * 32
    large = ContentFile(b"x" * (3 * 1024 * 1024), name="large.bin")
    assert visitor.post(path, {"file": large}).status_code in {401, 403}
    assert not upload_folder().exists() or not list(upload_folder().iterdir())


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EROFS])
def test_a_disk_that_takes_nothing_is_not_called_a_broken_picture(monkeypatch, code):
    def fail(*_args):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(inspection, "_decode", fail)
    with pytest.raises(OSError) as fault:
        inspect_picture(ContentFile(picture(), name="photo.png"))
    assert fault.value.errno == code


def test_a_new_catalogue_has_no_such_folder_and_nothing_complains():
    call_command("check")
