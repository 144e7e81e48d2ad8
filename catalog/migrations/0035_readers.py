"""Readers: a group that sees what curators see, and changes nothing. For interns, researchers and colleagues of other houses."""

from typing import Any

from django.db import migrations

NAME = "Reader"
#: What cataloguers see of their own work only, which readers do not have.
NOT_FOR_READERS = ("view_apitoken", "view_intake", "view_job")


def make_readers(apps: Any, schema_editor: Any) -> None:
    database = schema_editor.connection.alias
    groups = apps.get_model("auth", "Group").objects.using(database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    group, _ = groups.get_or_create(name=NAME)
    seen = permissions.filter(group__name="Cataloguer", codename__startswith="view_")
    group.permissions.add(*seen.exclude(codename__in=NOT_FOR_READERS))


def remove_readers(apps: Any, schema_editor: Any) -> None:
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name=NAME).delete()


class Migration(migrations.Migration):
    dependencies = [("catalog", "0034_content_notice")]

    operations = [migrations.RunPython(make_readers, remove_readers)]
