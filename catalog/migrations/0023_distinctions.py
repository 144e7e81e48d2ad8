"""That two entries which look alike are not the same; and the indexes along which entries that look alike are found."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0022_further_details'),
    ]

    operations = [
        migrations.CreateModel(
            name='Distinction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12, verbose_name='kind')),
                ('one', models.BigIntegerField(verbose_name='record')),
                ('other', models.BigIntegerField(verbose_name='other record')),
                ('note', models.CharField(blank=True, max_length=1000, verbose_name='reason')),
                ('said_by', models.CharField(blank=True, max_length=150, verbose_name='said by')),
                ('said_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='said at')),
            ],
            options={
                'verbose_name': 'statement that two are not the same',
                'verbose_name_plural': 'statements that two are not the same',
            },
        ),
        migrations.AddIndex(
            model_name='outsideidentifier',
            index=models.Index(fields=['authority', 'value'], name='outside_identifier_shared'),
        ),
        migrations.AddIndex(
            model_name='term',
            index=models.Index(fields=['vocabulary', 'sort_key', 'id'], name='term_filed'),
        ),
        migrations.AddIndex(
            model_name='distinction',
            index=models.Index(fields=['kind', 'other'], name='distinction_other'),
        ),
        migrations.AddConstraint(
            model_name='distinction',
            constraint=models.UniqueConstraint(fields=('kind', 'one', 'other'), name='distinction_said_once'),
        ),
        migrations.AddConstraint(
            model_name='distinction',
            constraint=models.CheckConstraint(condition=models.Q(('one__lt', models.F('other'))), name='distinction_in_order'),
        ),
    ]
