"""A cataloguing rule may be written in every language of the interface.

SQLite makes the table anew, which it refuses while triggers of other tables name it. They are laid again after every
``migrate``.
"""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def drop_triggers(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the triggers that name the table."""
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%catalog_cataloguingrule%'"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0047_changes"),
    ]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.AlterModelOptions(
            name="cataloguingrule",
            options={
                "ordering": ["kind", "field", "language"],
                "verbose_name": "cataloguing rule",
                "verbose_name_plural": "cataloguing rules",
            },
        ),
        migrations.RemoveConstraint(
            model_name="cataloguingrule",
            name="cataloguing_rule_once_a_field",
        ),
        migrations.AddField(
            model_name="cataloguingrule",
            name="language",
            field=models.CharField(
                blank=True,
                default="",
                help_text="Empty: the catalogue’s own.",
                max_length=10,
                verbose_name="language",
            ),
        ),
        migrations.AddConstraint(
            model_name="cataloguingrule",
            constraint=models.UniqueConstraint(
                fields=("kind", "field", "language"),
                name="cataloguing_rule_once_a_field",
                violation_error_message="This field has a rule already. Change that one.",
            ),
        ),
    ]
