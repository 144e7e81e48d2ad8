"""A person can have had a part in a collection: who created a fonds is linked, as who wrote a letter is.

No row changes: what stood before belongs to a document or an image. SQLite makes the table anew for its constraint,
which it refuses while triggers of other tables name it. They are laid again after every ``migrate``.
"""

import django.db.models.deletion
from django.db import migrations, models


def drop_triggers(apps, schema_editor):
    if schema_editor.connection.vendor != "sqlite":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%catalog_contribution%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'DROP TRIGGER "{name}"')


class Migration(migrations.Migration):
    dependencies = [("catalog", "0036_authority_records_brought_in")]

    operations = [
        migrations.RunPython(drop_triggers, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name="contribution",
            name="contribution_to_one_work",
        ),
        migrations.AddField(
            model_name="contribution",
            name="collection",
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="contributions", to="catalog.collection", verbose_name="collection"),
        ),
        migrations.AddConstraint(
            model_name="contribution",
            constraint=models.CheckConstraint(condition=models.Q(models.Q(("collection__isnull", True), ("document__isnull", False), ("image__isnull", True)), models.Q(("collection__isnull", True), ("document__isnull", True), ("image__isnull", False)), models.Q(("collection__isnull", False), ("document__isnull", True), ("image__isnull", True)), _connector="OR"), name="contribution_to_one_work", violation_error_message="A contribution belongs to one document, one image or one collection."),
        ),
    ]
