"""A new database is made at once; what is asked here is that it is the one that the steps made."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import RunPython
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.state import ProjectState

AT_ONCE = "0001_new_database_squashed_0044"
LAST_STEP = "0044_names_of_persons_and_places"
#: The steps that gave groups their rights, in their order.
RIGHTS = (
    ("0002_groups", "make_groups"),
    ("0004_api", "let_curators_make_tokens"),
    ("0005_jobs", "let_curators_see_jobs"),
    ("0006_change_sets", "let_curators_read_and_undo"),
    ("0008_pages", "let_curators_write"),
    ("0022_further_details", "let_curators_write"),
    ("0028_cataloguing_rules", "let_curators_read"),
    ("0031_exhibitions", "let_curators_write"),
    ("0035_readers", "make_readers"),
    ("0043_storage_places", "let_curators_write"),
)


def models_of(state: ProjectState) -> dict[str, Any]:
    """Everything that makes the tables, by model; without the order of columns, indexes and constraints."""
    return {
        name: (
            {field: column.deconstruct()[1:] for field, column in model.fields.items()},
            {
                option: {each.name: each.deconstruct() for each in value}
                if option in ("indexes", "constraints")
                else value
                for option, value in model.options.items()
            },
            model.bases,
        )
        for (app, name), model in state.models.items()
        if app == "catalog"
    }


@pytest.mark.once
def test_made_at_once_the_tables_are_those_of_the_steps() -> None:
    loader = MigrationLoader(None)
    loader.replace_migrations = False
    loader.build_graph()
    at_once = models_of(loader.project_state(("catalog", AT_ONCE)))
    steps = models_of(loader.project_state(("catalog", LAST_STEP)))
    assert at_once.keys() == steps.keys()
    for name, model in at_once.items():
        assert model == steps[name]


@pytest.mark.once
def test_made_at_once_a_database_has_taken_every_step() -> None:
    """A step that is not named would be taken again, and find its tables there."""
    migrations = MigrationLoader(None).disk_migrations
    steps = {key for key in migrations if key[0] == "catalog" and key[1] <= LAST_STEP}
    assert set(migrations["catalog", AT_ONCE].replaces) == steps - {("catalog", AT_ONCE)}


@pytest.mark.django_db
def test_made_at_once_the_groups_have_the_rights_of_the_steps() -> None:
    def rights(*given_by: tuple[str, str]) -> set[tuple[str, ...]]:
        Group.objects.all().delete()
        for module, function in given_by:
            migration = import_module(f"catalog.migrations.{module}")
            getattr(migration, function)(apps, SimpleNamespace(connection=connection))
        of_groups = ("name", "permissions__content_type__app_label", "permissions__codename")
        return set(Group.objects.values_list(*of_groups))

    assert rights((AT_ONCE, "make_groups")) == rights(*RIGHTS)


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite makes tables anew")
def test_steps_that_change_a_table_first_drop_the_triggers_that_name_it() -> None:
    """A database of yesterday has triggers, which one that was made at once has not had yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
        laid = " ".join(sql for (sql,) in cursor.fetchall())
    assert "catalog_touched" in laid
    for (app, name), step in MigrationLoader(None).disk_migrations.items():
        if app != "catalog" or name <= LAST_STEP:
            continue
        changed = {one.model_name for one in step.operations if isinstance(one, FieldOperation)}
        tables = {apps.get_model("catalog", model)._meta.db_table for model in changed}
        if any(table in laid for table in tables):
            assert isinstance(step.operations[0], RunPython), name
