"""Two writers change records at the same time, and the index follows both."""

from __future__ import annotations

from threading import Event as Signal
from threading import Thread

import pytest
from django.db import connection, transaction

from catalog import search
from catalog.models import Person, Place, Status
from catalog.search import index
from catalog.search.backends import backend_of


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite lets one write at a time")
def test_who_waited_for_another_brings_his_own_change_in_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    place = Place.objects.create(identifier="L1", title="Quetzal", status=Status.PUBLISHED)
    search.refresh()
    for number in range(3):
        # Left for the job. Whoever refreshes first takes these marks off the list, before any place.
        Person.objects.create(identifier=f"P{number}", title="Old", status=Status.PUBLISHED)
    monkeypatch.setattr(index, "BATCH", 3)
    holds, asked = Signal(), Signal()

    def first() -> None:
        try:
            with transaction.atomic():
                search.refresh(limit=3)
                holds.set()
                asked.wait(20)
        finally:
            connection.close()

    def second() -> None:
        try:
            with transaction.atomic():
                Place.objects.filter(pk=place.pk).update(description="Beside a toucan.")
                search.refresh()
        finally:
            connection.close()

    def waits() -> bool:
        found = backend_of().run("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(found[0][0])

    one, other = Thread(target=first), Thread(target=second)
    one.start()
    assert holds.wait(20)
    other.start()
    while other.is_alive() and not waits():
        other.join(0.02)
    asked.set()
    one.join(20)
    other.join(20)
    assert Place.objects.get().description == "Beside a toucan."
    assert not search.staleness()
    assert list(search.check()) == []
