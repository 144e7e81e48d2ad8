"""Change sets name their curator and what they take back without constraints of the database.

Only PostgreSQL is altered: it is the one that empties tables by TRUNCATE. SQLite would have to make the table anew,
which it refuses while the triggers of every other table name it, and a constraint there does no harm.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class AlterFieldOnPostgreSQL(migrations.AlterField):
    """AlterField that leaves the tables of other databases as they are."""

    def database_forwards(self, app_label, schema_editor, from_state, to_state):
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0012_api_counter"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        AlterFieldOnPostgreSQL(
            model_name="changeset",
            name="by",
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="change_sets", to=settings.AUTH_USER_MODEL, verbose_name="who"),
        ),
        AlterFieldOnPostgreSQL(
            model_name="changeset",
            name="undoes",
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="undone_by", to="catalog.changeset", verbose_name="takes back"),
        ),
    ]
