"""The strict client from outside finds nothing, over HTTP, on a museum of some dozens of records."""

from __future__ import annotations

import pytest

from catalog.actions import delete, publish, withdraw
from catalog.models import Event, Person
from tests.api.outside.check import CHECKS
from tests.api.outside.site import Site
from tests.filters.small_museum import small_museum


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_a_strict_reader_finds_nothing(live_server, transactional_db, caplog):
    caplog.set_level("CRITICAL", logger="django.request")
    small_museum()
    for number in range(15):
        Person(
            identifier=f"X{number}", title=f"Person {number}", born="1879" if number % 3 else ""
        ).save()
        Event(identifier=f"X{number}", title=f"Same title {number // 6}").save()
    for record in [*Person.objects.filter(identifier__startswith="X"), *Event.objects.all()]:
        if record.identifier.startswith("X"):
            publish(record, by=None)
    site = Site(live_server.url)
    # Those who keep a copy have seen these two, and learn that they were removed.
    site.ask("/api/v1/stats/")
    withdraw(Person.objects.get(identifier="X3"), by=None)
    delete(Event.objects.get(identifier="X4"), by=None)
    found = [f"{check.__name__}: {one}" for check in CHECKS for one in check(site)]
    assert not found, "\n".join(found[:40])
