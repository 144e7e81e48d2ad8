"""An index of persons by title: tables name them by it, while lists file them by the sort name."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0024_what_becomes_of_each_row'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['title'], name='person_by_title'),
        ),
    ]
