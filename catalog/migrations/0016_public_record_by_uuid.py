"""An index of the list of changes by permanent identifier: harvesters ask for single records, also gone ones."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0015_records_in_order'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='publicrecord',
            index=models.Index(fields=['uuid'], name='public_record_by_uuid'),
        ),
    ]
