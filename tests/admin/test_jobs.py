"""The pages of jobs: who sees which, their progress, cancel and try again."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from catalog.jobs import enqueue, work_off
from catalog.models import Job, JobState, Person
from tests.admin.conftest import messages_of
from tests.jobs import tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def failed():
    job = enqueue(tasks.stumble, subject="Change set 12")
    work_off()
    job.refresh_from_db()
    return job


def test_a_fault_is_told_in_words_and_its_details_to_whoever_looks_after_jobs(door, failed):
    assert "Stumble: Change set 12" in door("Editor").get("/admin/catalog/job/").content.decode()
    html = door("Editor").get(f"/admin/catalog/job/{failed.pk}/change/").content.decode()
    assert "This is an error in the program, not in your request" in html
    assert "tasks.py" in html
    cataloguer = door("Cataloguer")
    Job.objects.update(by=User.objects.get(username="cataloguer"))
    html = cataloguer.get(f"/admin/catalog/job/{failed.pk}/change/").content.decode()
    assert "This is an error in the program, not in your request" in html
    assert "tasks.py" not in html


def test_a_cataloguer_sees_their_own_jobs_only(door, failed):
    client = door("Cataloguer")
    own = enqueue(tasks.refuse, by=User.objects.get(username="cataloguer"), subject="Mine")
    html = client.get("/admin/catalog/job/").content.decode()
    assert "Mine" in html
    assert "Change set 12" not in html
    for word in ("cancel", "retry", "progress"):
        assert client.post(f"/admin/catalog/job/{failed.pk}/{word}/").status_code == 404
        assert client.post(f"/admin/catalog/job/99999999999999999999/{word}/").status_code == 404
    assert "was cancelled" in messages_of(
        client.post(f"/admin/catalog/job/{own.pk}/cancel/", follow=True)
    )


def test_cancel_and_try_again(door):
    client = door("Editor")
    person = Person.objects.create(identifier="P.1", title="Somebody").pk
    job = enqueue(tasks.note_at_once, person=person, number=2)
    assert client.get(f"/admin/catalog/job/{job.pk}/cancel/").status_code == 302
    assert Job.objects.get().state == JobState.WAITING, "a link changes nothing"
    said = messages_of(client.post(f"/admin/catalog/job/{job.pk}/cancel/", follow=True))
    assert said == "“Note at once” was cancelled."
    said = messages_of(client.post(f"/admin/catalog/job/{job.pk}/retry/", follow=True))
    assert said == "1 job is waiting for the worker again."
    work_off()
    chosen = {"_selected_action": [job.pk], "index": 0}
    again = chosen | {"action": "retry_selected"}
    assert "left as it is" in messages_of(client.post("/admin/catalog/job/", again, follow=True))
    stop = chosen | {"action": "cancel_selected"}
    assert "had already ended" in messages_of(client.post("/admin/catalog/job/", stop, follow=True))


def test_a_running_job_has_a_bar_that_can_be_followed(door):
    client = door("Editor")
    job = Job.objects.create(
        task=tasks.refuse.name, state=JobState.RUNNING, steps_done=300, steps=1000
    )
    html = client.get("/admin/catalog/job/").content.decode()
    assert 'value="0.300"' in html
    assert "300 of 1000" in html
    answer = client.get(f"/admin/catalog/job/{job.pk}/progress/")
    assert answer.json() == {"state": "running", "share": 0.3, "words": "300 of 1000"}
    assert "no-store" in answer["Cache-Control"]


def test_the_list_asks_as_much_for_many_jobs_as_for_few(door, django_assert_max_num_queries):
    client = door("Editor")
    for number in range(30):
        enqueue(tasks.refuse, subject=str(number), by=User.objects.first())
    with django_assert_max_num_queries(8):
        client.get("/admin/catalog/job/")
