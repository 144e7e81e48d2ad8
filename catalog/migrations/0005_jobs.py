"""The table of jobs; every curator may see their own, editors and administrators all."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def let_curators_see_jobs(apps, schema_editor):
    from django.apps import apps as real_apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.contenttypes.management import create_contenttypes

    database = schema_editor.connection.alias
    create_contenttypes(real_apps.get_app_config("catalog"), verbosity=0, using=database)
    create_permissions(real_apps.get_app_config("catalog"), verbosity=0, using=database)
    groups = apps.get_model("auth", "Group").objects.using(database)
    permissions = apps.get_model("auth", "Permission").objects.using(database).filter(
        content_type__app_label="catalog"
    )
    for name, codenames in {
        "Cataloguer": ["view_job"],
        "Editor": ["view_job", "change_job"],
        "Administrator": ["view_job", "change_job"],
    }.items():
        for group in groups.filter(name=name):
            group.permissions.add(*permissions.filter(codename__in=codenames))


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0004_api'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Job',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('task', models.CharField(max_length=200, verbose_name='task')),
                ('arguments', models.JSONField(default=dict, verbose_name='arguments')),
                ('subject', models.CharField(blank=True, max_length=300, verbose_name='what it is about')),
                ('key', models.CharField(blank=True, max_length=100)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('running', 'Running'), ('done', 'Done'), ('failed', 'Failed'), ('cancelled', 'Cancelled')], default='waiting', max_length=9, verbose_name='state')),
                ('language', models.CharField(blank=True, max_length=10)),
                ('created', models.DateTimeField(default=django.utils.timezone.now, verbose_name="requested")),
                ('due', models.DateTimeField(default=django.utils.timezone.now, verbose_name='not before')),
                ('started', models.DateTimeField(blank=True, null=True, verbose_name='started')),
                ('finished', models.DateTimeField(blank=True, null=True, verbose_name='ended')),
                ('attempt', models.PositiveIntegerField(default=0)),
                ('tries', models.PositiveIntegerField(default=0, verbose_name='tries')),
                ('worker', models.CharField(blank=True, max_length=100, verbose_name='worker')),
                ('seen_alive', models.DateTimeField(blank=True, null=True)),
                ('cancel_asked', models.BooleanField(default=False)),
                ('place', models.JSONField(default=dict)),
                ('steps_done', models.PositiveBigIntegerField(default=0)),
                ('steps', models.PositiveBigIntegerField(blank=True, null=True)),
                ('said', models.CharField(blank=True, max_length=1000, verbose_name='result')),
                ('error', models.CharField(blank=True, max_length=1000, verbose_name='what went wrong')),
                ('traceback', models.TextField(blank=True, verbose_name='details for the operator')),
                ('by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name="requested by")),
            ],
            options={
                'verbose_name': 'job',
                'verbose_name_plural': 'jobs',
                'ordering': ['-id'],
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due', 'id'], name='job_waiting'), models.Index(condition=models.Q(('state', 'running')), fields=['id'], name='job_running'), models.Index(condition=models.Q(('state', 'failed')), fields=['id'], name='job_failed')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'running', 'done', 'failed', 'cancelled'])), name='job_state_known'), models.UniqueConstraint(condition=models.Q(('state', 'waiting'), models.Q(('key', ''), _negated=True)), fields=('key',), name='job_waits_once')],
            },
        ),
        migrations.RunPython(let_curators_see_jobs, migrations.RunPython.noop),
    ]
