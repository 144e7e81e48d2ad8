"""The three groups of curators, and what each may do.

Permissions are made here, before Django's own ``post_migrate`` makes them, because a group can only be
given permissions that exist.
"""

from typing import Any

from django.db import migrations

RECORDS = ["person", "document", "image", "event", "place", "collection"]
STATEMENTS = [
    "personname", "placename", "contribution", "participation", "depiction", "relationship", "topic",
    "citation", "outsideidentifier",
]  # fmt: skip

CATALOGUER = [
    *(f"{verb}_{model}" for model in RECORDS for verb in ("view", "add", "change")),
    *(f"{verb}_{model}" for model in STATEMENTS for verb in ("view", "add", "change", "delete")),
    "view_term",
]
EDITOR = [
    *CATALOGUER,
    *(f"publish_{model}" for model in RECORDS),
    "add_term",
    "change_term",
    "view_pastslug",
    "view_tombstone",
]
ADMINISTRATOR = [*EDITOR, *(f"delete_{model}" for model in RECORDS), "delete_term"]
GROUPS = {"Cataloguer": CATALOGUER, "Editor": EDITOR, "Administrator": ADMINISTRATOR}


def make_groups(apps: Any, schema_editor: Any) -> None:
    from django.apps import apps as real_apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.contenttypes.management import create_contenttypes

    database = schema_editor.connection.alias
    for label in ("auth", "catalog"):
        create_contenttypes(real_apps.get_app_config(label), verbosity=0, using=database)
        create_permissions(real_apps.get_app_config(label), verbosity=0, using=database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    groups = apps.get_model("auth", "Group").objects.using(database)
    for name, codenames in GROUPS.items():
        group, _ = groups.get_or_create(name=name)
        group.permissions.add(
            *permissions.filter(content_type__app_label="catalog", codename__in=codenames)
        )
    users = ("add_user", "change_user", "view_user", "view_group")
    groups.get(name="Administrator").permissions.add(
        *permissions.filter(content_type__app_label="auth", codename__in=users)
    )


def remove_groups(apps: Any, schema_editor: Any) -> None:
    groups = apps.get_model("auth", "Group").objects.using(schema_editor.connection.alias)
    groups.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0001_records"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, remove_groups)]
