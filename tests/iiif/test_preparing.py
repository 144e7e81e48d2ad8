"""Very large pictures: stored at once, decoded by a job; until then the doors say so and nobody waits."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from io import BytesIO, StringIO

import PIL.Image
import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from catalog import actions
from catalog.iiif import describe_file, judged, picture_of, preparations
from catalog.iiif.image import pyramid_making
from catalog.iiif.image.one_maker import StillBeingMade
from catalog.iiif.image.pyramid import place_of, refusal_place
from catalog.jobs import work_off
from catalog.models import Image, Job, JobState, Status
from catalog.uris import image_request_path
from tests.iiif.conftest import FREE, drawn, encoded

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def small_is_very_large(monkeypatch):
    """As if 60,000 pixels were sixty million."""
    monkeypatch.setattr(pyramid_making, "VERY_LARGE", 60_000)
    for room in ("pyramid_making", "derivatives", "inspection"):
        monkeypatch.setattr(f"catalog.iiif.image.{room}.LARGE", 60_000)


@pytest.fixture
def curator():
    return get_user_model().objects.create_superuser("ada")


def upload(content, by, name="large.jpg", **more):
    """As every door does: inspect, describe, save."""
    file = SimpleUploadedFile(name, content)
    image = Image(identifier="TST/I 1", title="Panorama", status=Status.PUBLISHED, rights=FREE)
    for column, value in more.items():
        setattr(image, column, value)
    describe_file(image, judged(file, image))
    image.file = file
    with actions.in_step(by=by):
        actions.edit(image, by=by)
    Image.objects.filter(pk=image.pk).update(status=Status.PUBLISHED)
    return image


def noise(form="JPEG", width=400, height=300, **options):
    return encoded(PIL.Image.effect_noise((width, height), 90).convert("RGB"), form, **options)


def pyramids():
    return [path for path in place_of("00" * 32).parents[1].rglob("*") if path.is_file()]


def test_the_upload_decodes_nothing_and_the_job_makes_all(curator, client):
    image = upload(encoded(drawn(400, 300), "JPEG"), curator)
    assert not pyramids(), "the sender has the answer; nothing is decoded yet"
    assert image.file.storage.exists(image.file.name)
    (job,) = Job.objects.all()
    assert (job.state, job.by, job.subject) == (JobState.WAITING, curator, "Panorama")
    assert preparations([image])[image.pk].said.startswith("This picture is being prepared")
    assert work_off() == 1
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    assert preparations([image]) == {}
    storage = image.file.storage
    assert len(storage.listdir(f"derivatives/{image.sha256[:2]}")[1]) == 2, "widths are made too"
    assert client.get(image_request_path(image.uuid)).status_code == 200


def test_until_it_is_there_the_doors_say_when_to_ask_again(curator, client, monkeypatch):
    image = upload(noise(), curator)
    waited = []

    def busy(thing, patience):
        """As if the worker were making it."""
        waited.append(patience)
        raise StillBeingMade(thing)

    monkeypatch.setattr(pyramid_making, "one_maker", busy)
    for address in (image_request_path(image.uuid), picture_of(image).thumbnail):
        answer = client.get(address)
        assert (answer.status_code, answer["Retry-After"]) == (503, "5"), address
        assert answer["Cache-Control"] == "no-store"
    assert max(waited) <= 1, "seconds: nobody is held for as long as it takes"
    assert client.get(f"/iiif/image/{image.uuid}/info.json").status_code == 200
    assert client.get(f"/images/{image.slug}/").status_code == 200


def test_without_a_worker_the_first_who_asks_has_it_made(curator, client):
    image = upload(noise(), curator)
    deadline = time.monotonic() + 60
    while (answer := client.get(image_request_path(image.uuid))).status_code == 503:
        assert time.monotonic() < deadline
    assert answer.status_code == 200
    assert preparations([image]) == {}
    assert work_off() == 1, "the job finds it and has little to do"
    assert Job.objects.get().state == JobState.DONE


@pytest.mark.parametrize(
    ("form", "options"), [("JPEG", {}), ("PNG", {}), ("TIFF", {}), ("TIFF", {"compression": "tiff_lzw"})]
)  # fmt: skip
def test_a_cut_file_is_refused_at_once(curator, form, options):
    whole = noise(form, **options)
    with pytest.raises(ValueError, match="damaged"):
        upload(whole[: len(whole) * 4 // 5], curator)
    assert not Job.objects.exists()


def test_what_follows_the_picture_in_its_file_is_no_fault(curator):
    upload(noise() + bytes(30_000), curator)
    assert work_off() == 1
    assert Job.objects.get().state == JobState.DONE


def test_a_spoilt_picture_is_told_to_the_curator_and_not_decoded_again_and_again(
    curator, client, monkeypatch
):
    whole = bytearray(noise("TIFF", compression="tiff_lzw"))
    whole[5000:9000] = b"\xff" * 4000
    image = upload(bytes(whole), curator)
    assert work_off() == 1
    job = Job.objects.get()
    assert job.state == JobState.FAILED
    assert "damaged or incomplete" in job.error and "TST/I 1" in job.error
    assert image.file.storage.exists(image.file.name), "what came is kept"
    assert preparations([image])[image.pk].is_broken
    client.force_login(curator)
    page = client.get(f"/admin/catalog/image/{image.pk}/change/").content.decode()
    assert "damaged or incomplete" in page and f"/admin/catalog/job/{job.pk}/change/" in page
    monkeypatch.setattr(pyramid_making, "_run", lambda *_: pytest.fail("decoded once more"))
    assert client.get(image_request_path(image.uuid)).status_code == 404
    with pytest.raises(CommandError, match="1 very large ones could not be read"):
        call_command("pictures", "check", stdout=StringIO(), stderr=StringIO())
    assert refusal_place(image.derived_key).exists()


def test_check_tells_of_what_is_still_under_way_and_build_makes_it(curator):
    image = upload(noise(), curator)
    said = StringIO()
    call_command("pictures", "check", stdout=said)
    assert "1 very large pictures are still being prepared" in said.getvalue()
    call_command("derivatives", "build", stdout=StringIO())
    assert place_of(image.derived_key).exists()
    assert preparations([image]) == {}


def test_a_turned_picture_is_prepared_anew_and_a_replaced_one_is_left_alone(curator):
    image = upload(noise(), curator)
    work_off()
    image.rotation = 90
    actions.edit(image, by=curator)
    file = SimpleUploadedFile("other.jpg", noise(width=500))
    describe_file(image, judged(file, image))
    image.file = file
    actions.edit(image, by=curator)
    turned, replaced = Job.objects.order_by("id")[1:]
    assert work_off() == 2
    for job in (turned, replaced):
        job.refresh_from_db()
    assert "The record now has another picture" in turned.said
    assert "is ready to view" in replaced.said
    assert Image.objects.get().derived_key == image.sha256


def test_every_page_of_a_very_large_file_is_proved(curator):
    frames = [PIL.Image.effect_noise((300, 200), 90) for _ in range(3)]
    whole = bytearray(
        encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:], compression="tiff_lzw")
    )
    whole[len(whole) - 30_000 : len(whole) - 20_000] = b"\xff" * 10_000
    upload(bytes(whole), curator)
    work_off()
    assert Job.objects.get().state == JobState.FAILED


def test_a_job_that_is_to_stop_leaves_nothing_half(curator, monkeypatch):
    image = upload(noise(), curator)
    ended = []

    def stop():
        ended.append(len(pyramids()))
        raise KeyboardInterrupt

    slow = subprocess.Popen

    def paused(*args, **names):
        maker = slow(*args, **names)
        os.kill(maker.pid, signal.SIGSTOP)
        return maker

    monkeypatch.setattr(subprocess, "Popen", paused)
    with pytest.raises(KeyboardInterrupt):
        pyramid_making.proved_pyramid(
            image.derived_key, storage=image.file.storage, name=image.file.name, meanwhile=stop
        )
    monkeypatch.undo()
    assert ended and not pyramids()
    # No right is left behind that would keep the next attempt from it.
    assert work_off() == 1
    assert Job.objects.get().state == JobState.DONE


def test_pixels_come_out_as_they_went_in(curator, client):
    upload(encoded(drawn(400, 300), "PNG"), curator)
    work_off()
    answer = client.get(image_request_path(Image.objects.get().uuid, format="png"))
    assert PIL.Image.open(BytesIO(answer.content)).size == (400, 300)
