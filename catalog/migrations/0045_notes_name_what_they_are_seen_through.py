"""Notes say through which records the public would see what was written; the state, when none was left.

SQLite makes both tables anew, which it refuses while triggers of other tables name them. They are laid again after every
``migrate``.
"""

import django.utils.timezone
from django.db import migrations, models


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' "
            "AND (sql LIKE '%catalog_touched%' OR sql LIKE '%catalog_feedstate%')"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0044_names_of_persons_and_places"),
    ]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.AddField(
            model_name="feedstate",
            name="whole_at",
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name="touched",
            name="through",
            field=models.CharField(db_default="", default="", max_length=200),
        ),
    ]
