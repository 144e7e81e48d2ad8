"""Pictures by the API: sent, checked, and read in parts."""

from __future__ import annotations

from io import BytesIO

import PIL.Image
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from catalog.iiif import describe_file, judged
from catalog.models import Image, Status
from tests.api.conftest import body


def picture(width=40, height=30):
    kept = BytesIO()
    PIL.Image.new("RGB", (width, height), "red").save(kept, "PNG")
    return kept.getvalue()


def test_pictures(museum, editor, api):
    image = Image.objects.create(identifier="I 1", title="A red thing", status=Status.PUBLISHED)
    path = f"/api/v1/images/{image.slug}/"

    def send(content, query=""):
        file = SimpleUploadedFile("red.gif", content, content_type="image/gif")
        from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

        sent = encode_multipart(BOUNDARY, {"file": file})
        headers = {"If-Match": editor.etag(path)}
        return editor.generic(
            "PUT", f"{path}file/{query}", sent, content_type=MULTIPART_CONTENT, headers=headers
        )

    assert send(b"<svg/>").status_code == 422
    trial = send(picture(), "?dry_run=true")
    assert trial.status_code == 200 and body(trial)["dry_run"]
    image.refresh_from_db()
    assert not image.file
    taken = send(picture())
    assert taken.status_code == 200, taken.content
    held = api.json(path)["picture"]
    assert (held["width"], held["height"], held["media_type"]) == (40, 30, "image/png")
    other = Image.objects.create(identifier="I 2", title="Another", status=Status.PUBLISHED)
    path = f"/api/v1/images/{other.slug}/"
    twice = send(picture())
    assert twice.status_code == 422 and "I 1" in body(twice)["detail"]
    path = f"/api/v1/images/{image.slug}/"
    assert editor.send("DELETE", f"{path}file/", etag=editor.etag(path)).status_code == 200
    assert api.json(path)["picture"] is None


@pytest.fixture
def negative(db, tmp_path, settings):
    """The draft of an image with a file whose rights nobody has stated."""
    settings.MEDIA_ROOT = tmp_path
    image = Image(identifier="N 1", title="Negative")
    file = SimpleUploadedFile("n.png", picture())
    describe_file(image, judged(file, image))
    image.file = file
    image.save()
    return image


def test_the_file_of_a_draft_is_read_by_curators(negative, editor, api):
    path = "/api/v1/images/negative/file/"
    answer = editor.get(path)
    assert answer.status_code == 200 and b"".join(answer) == picture()
    assert answer["Content-Type"] == "image/png" and "N-1.png" in answer["Content-Disposition"]
    assert answer["Cache-Control"] == "private, no-store"
    assert api.get(path).status_code == 404
    Image.objects.update(status=Status.PUBLISHED)
    refused = api.get(path)
    assert refused.status_code == 403 and "renditions" in body(refused)["detail"]
    Image.objects.update(rights="http://creativecommons.org/publicdomain/zero/1.0/")
    answer = api.get(path)
    assert answer.status_code == 200 and b"".join(answer) == picture()
    assert api.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert api.head(path)["Content-Length"] == str(len(picture()))


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [("0-9", 0, 9), ("10-", 10, None), ("-5", -5, None), ("3-99999999", 3, None)],
)
def test_an_interrupted_download_goes_on(negative, editor, asked, first, last):
    whole = picture()
    path = "/api/v1/images/negative/file/"
    part = editor.get(path, headers={"Range": f"bytes={asked}"})
    expected = whole[first : last + 1 if last is not None else None]
    assert part.status_code == 206 and b"".join(part) == expected
    start = first % len(whole)
    assert part["Content-Range"] == f"bytes {start}-{start + len(expected) - 1}/{len(whole)}"
    assert part["Content-Length"] == str(len(expected))


def test_a_range_that_does_not_fit(negative, editor):
    path = "/api/v1/images/negative/file/"
    for asked in ("bytes=99999999-", "bytes=-0"):
        answer = editor.get(path, headers={"Range": asked})
        assert answer.status_code == 416 and body(answer)["title"], asked
        assert answer["Content-Range"] == f"bytes */{len(picture())}"
    etag = editor.get(path)["ETag"]
    for headers, status in (
        ({"Range": "bytes=0-1,4-5"}, 200),
        ({"Range": "lines=1-2"}, 200),
        ({"Range": "bytes=9-3"}, 200),
        ({"Range": "bytes=0-1", "If-Range": '"other"'}, 200),
        ({"Range": "bytes=0-1", "If-Range": etag}, 206),
    ):
        assert editor.get(path, headers=headers).status_code == status, headers
