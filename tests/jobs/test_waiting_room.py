"""On SQLite a job lets those write first who wait, however slow they are to notice that they may."""

from __future__ import annotations

import time
from threading import Thread

import pytest
from django.db import connection, connections, transaction

from catalog.jobs import let_others_write, run
from catalog.sqlite import others_wait

pytestmark = pytest.mark.skipif(
    "connection.vendor != 'sqlite'", reason="PostgreSQL has many writers"
)


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch, shared_database):
    """The pause that every job makes could be long enough by chance."""
    monkeypatch.setattr(run, "_PAUSE", 0.0)


def until_someone_waits():
    until = time.monotonic() + 10
    while not others_wait(connection):
        assert time.monotonic() < until
        time.sleep(0.001)


def test_whoever_waits_writes_before_the_next_slice():
    order = []
    beside = connection.copy()

    def write():
        connections["default"] = beside
        beside.inc_thread_sharing()
        with transaction.atomic():
            order.append("other")
        beside.close()

    other = Thread(target=write)
    with transaction.atomic():
        other.start()
        until_someone_waits()
    let_others_write()
    with transaction.atomic():
        order.append("job")
    other.join()
    assert order == ["other", "job"]
    assert not others_wait(connection)


def test_a_job_goes_on_in_the_end_although_others_still_wait(monkeypatch):
    monkeypatch.setattr(run, "_LONGEST_PAUSE", 0.05)
    beside = connection.copy()
    with beside.waiting_room.waiting():
        assert others_wait(connection)
        let_others_write()
        assert others_wait(connection)
    assert not others_wait(connection)
    beside.close()
