"""The operator's command ``search``."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from catalog.models import Place, Status
from catalog.search import SearchQuery, search
from catalog.search.backends import backend_of


def run(*words: str, **options: object) -> str:
    out = StringIO()
    call_command("search", *words, stdout=out, **options)
    return out.getvalue()


@pytest.mark.django_db
def test_the_index_is_checked_refreshed_and_rebuilt() -> None:
    Place.objects.create(identifier="P1", title="Prinkipo", status=Status.PUBLISHED)
    assert run("status").startswith("1 entries marked")
    with pytest.raises(CommandError, match="differences"):
        run("check")
    assert run("refresh").startswith("1 entries")
    assert "equal" in run("check")
    for options in ({"from_nothing": True}, {"from_nothing": False}):
        assert run("rebuild", **options).startswith("1 entries")
        assert "equal" in run("check")
        assert search(SearchQuery("prinkipo")).total == 1


@pytest.mark.django_db
def test_entries_without_a_record_are_found_and_removed() -> None:
    Place.objects.create(identifier="P1", title="Prinkipo", status=Status.PUBLISHED)
    run("refresh")
    backend = backend_of()
    backend.run("UPDATE search_entry SET record = 999999")
    with pytest.raises(CommandError):
        run("check")
    run("rebuild")
    assert "equal" in run("check")
