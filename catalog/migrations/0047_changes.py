"""What a curator sees is called a change; the code's word for it, "change set", is shown nowhere."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

#: Names of permissions, as the form of groups shows them: before and after.
_NAMES = {
    "view_changeset": ("Can view change set", "Can view change"),
    "undo_changeset": ("Can undo change sets", "Can undo changes"),
}


def rename_permissions(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Django names permissions when it makes them, and never again."""
    permissions = apps.get_model("auth", "Permission").objects.using(schema_editor.connection.alias)
    for codename, (before, after) in _NAMES.items():
        permissions.filter(
            content_type__app_label="catalog", codename=codename, name=before
        ).update(name=after)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("catalog", "0046_persons_without_birth"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="changeset",
            options={
                "default_permissions": ("view",),
                "ordering": ["-id"],
                "permissions": [("undo_changeset", "Can undo changes")],
                "verbose_name": "change",
                "verbose_name_plural": "changes",
            },
        ),
        migrations.AlterField(
            model_name="intake",
            name="change_set",
            field=models.BigIntegerField(blank=True, null=True, verbose_name="change"),
        ),
        migrations.RunPython(rename_permissions, migrations.RunPython.noop),
    ]
