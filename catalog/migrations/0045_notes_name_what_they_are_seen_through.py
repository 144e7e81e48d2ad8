"""Notes say through which records the public would see what was written; the state, when none was left."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0044_names_of_persons_and_places"),
    ]

    operations = [
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
