"""Originals in an object store: the same promises, against a local server that speaks S3."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import boto3
import PIL.Image
import pytest
from django.core.management import CommandError, call_command
from moto.server import ThreadedMotoServer

from catalog.iiif import make_derivatives
from catalog.models import Image
from catalog.uris import image_request_path, original_path, picture_path
from tests.iiif.conftest import drawn, encoded

ROOT = Path(__file__).parents[2]
KEYS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@pytest.fixture(scope="module")
def server():
    """The address of the object store."""
    store = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    store.start()
    host, port = store.get_host_and_port()
    yield f"http://{host}:{port}"
    store.stop()


@pytest.fixture
def bucket(server, monkeypatch):
    """An empty bucket, as boto3 sees it."""
    for name, value in KEYS.items():
        monkeypatch.setenv(name, value)
    found = boto3.resource("s3", endpoint_url=server, region_name="us-east-1").Bucket(
        f"pictures-{uuid4().hex}"
    )
    found.create()
    return found


@pytest.fixture
def _in_the_store(bucket, server, settings):
    options = {
        "bucket_name": bucket.name, "endpoint_url": server, "region_name": "us-east-1",
        "location": "archive", "addressing_style": "path", "signature_version": "s3v4",
        "file_overwrite": False, "max_memory_size": 4096,
    }  # fmt: skip
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    }


def keys(bucket):
    return sorted(found.key for found in bucket.objects.all())


@pytest.mark.django_db
@pytest.mark.usefixtures("_in_the_store")
def test_uploaded_shown_zoomed_downloaded_and_checked(client, hold, bucket, settings, capsys):
    content = encoded(drawn(1100, 700), "JPEG")
    image = hold(content)
    assert [key.split("/")[:2] for key in keys(bucket)] == [["archive", "originals"]]
    with pytest.raises(NotImplementedError):
        image.file.path  # noqa: B018 - it has no local path
    for address, size in (
        (picture_path(image.uuid, image.version, 480), (480, 305)),
        (image_request_path(image.uuid, region="0,0,512,512"), (512, 512)),
        (image_request_path(image.uuid, size="300,"), (300, 191)),
    ):
        response = client.get(address)
        assert response.status_code == 200
        assert PIL.Image.open(BytesIO(response.getvalue())).size == size
    assert client.get(original_path(image.uuid)).getvalue() == content
    assert make_derivatives(image) == 0
    assert not Path(settings.MEDIA_ROOT).exists(), "nothing of it is on the local disk"
    assert not list(Path(settings.PICTURES_DIR).rglob("*.part")), "nor a copy of the original"
    call_command("pictures", "check")
    assert "1 originals read" in capsys.readouterr().out
    image.file.storage.delete(image.file.name)
    with pytest.raises(CommandError, match="backup"):
        call_command("pictures", "check")


@pytest.mark.django_db
@pytest.mark.usefixtures("_in_the_store")
def test_a_replaced_original_stays_and_loose_files_are_swept(hold, bucket):
    image = hold(encoded(drawn()))
    make_derivatives(image)
    before = keys(bucket)
    assert len(before) == 4
    image.file.save("b.png", BytesIO(encoded(drawn(300, 200))), save=False)
    assert set(before) < set(keys(bucket))
    Image.objects.filter(pk=image.pk).update(sha256="0" * 64)
    call_command("pictures", "sweep")
    left = keys(bucket)
    assert all("originals" in key for key in left)
    assert len(left) == 2


SAVE = """
import django
django.setup()
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
print(default_storage.save("originals/a.png", ContentFile(b"one")), default_storage.open("originals/a.png").read())
"""


def run(tmp_path, **variables):
    return subprocess.run(
        [sys.executable, "-c", SAVE],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "archive_site.settings", "VAR_DIR": str(tmp_path),
            "SECRET_KEY": "of a test", "PATH": "", **KEYS, **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip


@pytest.mark.once
def test_the_variables_of_the_settings_lead_there(bucket, server, tmp_path):
    said = run(
        tmp_path, S3_BUCKET=bucket.name, S3_ENDPOINT=server, S3_REGION="us-east-1", S3_FOLDER="x"
    )
    assert said.stdout == "originals/a.png b'one'\n", said.stderr
    assert keys(bucket) == ["x/originals/a.png"]
