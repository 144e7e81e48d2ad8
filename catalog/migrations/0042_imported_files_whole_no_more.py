"""The column that held an imported file as a whole; PostgreSQL alters no table while rows that name it wait to be checked."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0041_imported_files_in_pieces")]

    operations = [
        migrations.RemoveConstraint(model_name="intake", name="intake_state_known"),
        migrations.RemoveField(model_name="intake", name="packed"),
        migrations.AlterField(
            model_name="intake",
            name="state",
            field=models.CharField(
                choices=[
                    ("reading", "Being read"),
                    ("received", "To be checked"),
                    ("looking", "Being checked"),
                    ("looked_at", "Checked"),
                    ("writing", "Being imported"),
                    ("done", "Imported"),
                ],
                default="received",
                max_length=10,
                verbose_name="state",
            ),
        ),
        migrations.AddConstraint(
            model_name="intake",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        ["reading", "received", "looking", "looked_at", "writing", "done"],
                    )
                ),
                name="intake_state_known",
            ),
        ),
    ]
