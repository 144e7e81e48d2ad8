"""What harvesters are still to be told of after a collection moved: its records, numbered slice by slice."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0029_tables_of_the_server")]

    operations = [
        migrations.CreateModel(
            "MovedHolding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "public_record",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="catalog.publicrecord",
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
    ]
