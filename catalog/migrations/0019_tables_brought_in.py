"""Tables that curators bring in wait here, until they are records."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0018_merged_records'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Intake',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=12, verbose_name='kind')),
                ('received', models.DateTimeField(default=django.utils.timezone.now, verbose_name='received')),
                ('filename', models.CharField(max_length=200, verbose_name='file')),
                ('packed', models.BinaryField()),
                ('encoding', models.CharField(max_length=20, verbose_name='encoding')),
                ('separator', models.CharField(max_length=1, verbose_name='separator of columns')),
                ('rows', models.PositiveIntegerField(verbose_name='rows')),
                ('plan', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('received', "To be checked"), ('looking', "Being checked"), ('looked_at', "Checked"), ('writing', "Being imported"), ('done', "Imported")], default='received', max_length=10, verbose_name='state')),
                ('outlook', models.JSONField(default=dict)),
                ('seen_plan', models.CharField(blank=True, max_length=64)),
                ('packed_faults', models.BinaryField(default=bytes)),
                ('reason', models.CharField(blank=True, max_length=1000, verbose_name='reason')),
                ('change_set', models.BigIntegerField(blank=True, null=True, verbose_name='change set')),
                ('said', models.TextField(blank=True, verbose_name='result')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name="uploaded by")),
                ('job', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='catalog.job')),
            ],
            options={
                'verbose_name': "imported table",
                'verbose_name_plural': "imported tables",
                'ordering': ['-id'],
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['received', 'looking', 'looked_at', 'writing', 'done'])), name='intake_state_known')],
            },
        ),
    ]
