"""The tables and triggers of the search index, and a mark on every record that stands already.

They hold nothing that the records do not say, and the room that uses them makes them: a later change of their
shape raises `FORMAT` in `catalog/search/backends/base.py`, and an index of another shape is emptied after migrating.
The entries of a museum that has records already are made by `manage.py search refresh` (or, quicker, `search rebuild`)
once all migrations are through.
"""

from typing import Any

from django.db import migrations


def make(apps: Any, schema_editor: Any) -> None:
    from catalog.search.backends import backend_of
    from catalog.search.index import mark_all

    using = schema_editor.connection.alias
    backend = backend_of(using)
    backend.create()
    # They may name columns that a later migration adds, and SQLite then alters no table. After the last
    # migration they are laid again, and every record is marked.
    backend.lift_triggers()
    mark_all(using)


def remove(apps: Any, schema_editor: Any) -> None:
    from catalog.search.backends import backend_of

    backend_of(schema_editor.connection.alias).drop()


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_groups")]

    operations = [migrations.RunPython(make, remove, elidable=False)]
