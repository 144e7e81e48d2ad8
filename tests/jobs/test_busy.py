"""Writers beside a job that holds the database for long: they wait and succeed, or are told, and
lose nothing.
"""

from __future__ import annotations

import json

import pytest
from django.db import connection
from django.test import Client

from catalog.jobs import enqueue
from catalog.models import Job, JobState, Person
from tests.admin.conftest import form_of, make_curator
from tests.api.conftest import Asking, key_of
from tests.jobs import tasks
from tests.jobs.test_killed import wait_until


def wait_for_writers(milliseconds: int) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA busy_timeout = {milliseconds}")
        else:
            cursor.execute(f"SET lock_timeout = {milliseconds}")


@pytest.fixture
def held(start_worker):
    """A person whose row a long job writes, and two who want to change it: by form and by program."""
    user = make_curator("editor", "Editor")
    person = Person.objects.create(identifier="P.1", title="Somebody")
    browser, program = Client(), Asking(key_of(user))
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    address = f"/admin/catalog/person/{person.pk}/change/"
    entries = form_of(browser.get(address).content) | {"summary": "Typed <b>", "_continue": "x"}

    def begin(seconds: float) -> Job:
        job = enqueue(tasks.change_and_wait, person=person.pk, seconds=seconds)
        start_worker()
        wait_until(lambda: Job.objects.filter(pk=job.pk, state=JobState.RUNNING).exists())
        wait_until(lambda: tasks.is_held(person.pk))
        return job

    return begin, person, browser, address, entries, program


def test_who_waits_long_enough_succeeds(held):
    begin, person, browser, address, entries, _program = held
    begin(2)
    wait_for_writers(20_000)
    answer = browser.post(address, entries)
    # The job changed another field of the same row: both stand.
    assert answer.status_code == 302
    person.refresh_from_db()
    assert (person.summary, person.credit_line) == ("Typed <b>", "By the job")


def test_who_waited_too_long_is_told_and_sends_it_again(held):
    begin, person, browser, address, entries, program = held
    begin(6)
    wait_for_writers(300)
    path = person.get_absolute_url()
    told = browser.post(address, entries)
    assert told.status_code == 503
    assert told["Retry-After"] == "5"
    html = told.content.decode()
    assert "nothing is lost" in html
    assert 'value="Typed &lt;b&gt;"' in html
    problem = program.send("PATCH", f"/api/v1{path}", {"title": "By a program"}, etag="*")
    assert problem.status_code == 503
    assert problem["Retry-After"] == "5"
    assert "Yours was not saved" in json.loads(problem.content)["detail"]
    if connection.vendor == "sqlite":
        preview = browser.get("/admin/catalog/person/")
        assert preview.status_code == 200, "readers go on"
    wait_for_writers(20_000)
    assert browser.post(address, hidden_of(html)).status_code == 302
    person.refresh_from_db()
    assert (person.summary, person.credit_line) == ("Typed <b>", "By the job")


def hidden_of(html):
    """What the button of the page sends."""
    found = form_of(html.replace('<form method="post"', '<form id="again_form" method="post"'))
    assert found["summary"] == "Typed <b>"
    return found
