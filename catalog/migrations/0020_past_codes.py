"""Codes of terms that were merged into others: where addresses with them lead from now on."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0019_tables_brought_in'),
    ]

    operations = [
        migrations.CreateModel(
            name='PastCode',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('vocabulary', models.CharField(max_length=24, verbose_name='vocabulary')),
                ('code', models.CharField(max_length=80, verbose_name='code')),
                ('into_code', models.CharField(max_length=80, verbose_name="redirects to")),
                ('label', models.CharField(max_length=200, verbose_name='label')),
                ('since', models.DateTimeField(default=django.utils.timezone.now, verbose_name='since')),
            ],
            options={
                'verbose_name': 'past code',
                'verbose_name_plural': 'past codes',
                'constraints': [models.UniqueConstraint(fields=('vocabulary', 'code'), name='past_code_leads_to_one')],
            },
        ),
    ]
