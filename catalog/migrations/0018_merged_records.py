"""Records that were found to be others: where the addresses of those that went lead from now on."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0017_numbers_filed_by_value'),
    ]

    operations = [
        migrations.CreateModel(
            name='MergedRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12, verbose_name='kind')),
                ('record_uuid', models.UUIDField(unique=True)),
                ('into_uuid', models.UUIDField(db_index=True)),
                ('identifier', models.CharField(max_length=100, verbose_name='identifier')),
                ('title', models.CharField(max_length=500, verbose_name='title')),
                ('merged_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='merged')),
            ],
            options={
                'verbose_name': 'merged record',
                'verbose_name_plural': 'merged records',
            },
        ),
    ]
