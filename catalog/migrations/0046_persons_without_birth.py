"""The persons whose birth is not known can be counted without reading all persons."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0045_notes_name_what_they_are_seen_through"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                condition=models.Q(("born__isnull", True)),
                fields=["id"],
                name="person_without_birth",
            ),
        ),
    ]
