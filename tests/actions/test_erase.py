"""Requests to erase personal data: nothing of a deleted record is kept but its permanent link."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from catalog import actions, history
from catalog.models import Person
from tests.models.conftest import make

pytestmark = pytest.mark.django_db
NAME = "Xanthippe Quirke"


def where_it_stands(word: str) -> list[str]:
    """The tables that have a word in any column of text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table.startswith(("catalog_search", "search_", "sqlite")):
                continue
            columns = connection.introspection.get_table_description(cursor, table)
            texts = " || ' ' || ".join(
                f"coalesce(CAST({connection.ops.quote_name(one.name)} AS text), '')"
                for one in columns
            )
            cursor.execute(
                f"SELECT 1 FROM {connection.ops.quote_name(table)} WHERE lower({texts}) LIKE %s",
                [f"%{word.lower()}%"],
            )
            if cursor.fetchone():
                found.append(table)
    return found


def test_nothing_of_an_erased_person_is_left(client: Any, capsys: Any) -> None:
    with history.change_set(reason="entered"):
        person = make("person", title=NAME, slug="xanthippe-quirke", first_published=timezone.now())
    with history.change_set(reason="her brother"):
        same = make("person", title=f"{NAME} the Elder", slug="x-quirke")
        other = make("person", title="Somebody else")
    client.get("/api/v1/changes/")
    actions.merge(same, into=person, by=None)
    person = Person.objects.get(pk=person.pk)
    address, number = person.permanent_path, f"person:{person.pk}"
    with pytest.raises(CommandError, match="Delete it first"):
        call_command("erase", number, "--for-good")
    actions.delete(person, by=None)
    client.get("/api/v1/changes/")
    call_command("erase", number)
    assert NAME in capsys.readouterr().out
    assert where_it_stands("Quirke"), "it is only told what would be erased"
    call_command("erase", number, "--for-good")
    assert where_it_stands("Quirke") == []
    assert client.get(address).status_code == 410
    with pytest.raises(actions.Refused):
        actions.restore("person", person.pk, by=None)
    assert Person.objects.get().pk == other.pk
    assert history.number_of_versions("person", other.pk), "what others are is still known"
