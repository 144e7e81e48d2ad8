"""Tables of change sets, and who may read them and take them back. The triggers that fill them are laid after
every ``migrate`` (catalog/history/triggers.py); what stood before has no history.
"""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def let_curators_read_and_undo(apps, schema_editor):
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
    for names, codename in (
        (["Cataloguer", "Editor", "Administrator"], "view_changeset"),
        (["Editor", "Administrator"], "undo_changeset"),
    ):
        for group in groups.filter(name__in=names):
            group.permissions.add(*permissions.filter(codename=codename))


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0005_jobs'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Change',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('model', models.CharField(max_length=40)),
                ('row_id', models.BigIntegerField()),
                ('what', models.CharField(choices=[('I', 'added'), ('U', 'changed'), ('D', 'removed')], max_length=1)),
                ('before', models.TextField(null=True)),
                ('after', models.TextField(null=True)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ChangeSet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='when')),
                ('by_name', models.CharField(blank=True, default='', max_length=150, verbose_name='who')),
                ('door', models.CharField(choices=[('admin', 'Admin'), ('api', 'API'), ('command', 'Command'), ('outside', "Direct database write")], max_length=8, verbose_name="channel")),
                ('reason', models.CharField(blank=True, default='', max_length=1000, verbose_name='reason')),
                ('size', models.PositiveBigIntegerField(null=True, verbose_name='rows')),
                ('records', models.PositiveBigIntegerField(null=True, verbose_name='records')),
                ('open_until', models.FloatField(editable=False, null=True)),
                ('by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='change_sets', to=settings.AUTH_USER_MODEL, verbose_name='who')),
                ('undoes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='undone_by', to='catalog.changeset', verbose_name='takes back')),
            ],
            options={
                'verbose_name': 'change set',
                'verbose_name_plural': 'change sets',
                'ordering': ['-id'],
                'permissions': [('undo_changeset', "Can undo change sets")],
                'default_permissions': ('view',),
            },
        ),
        migrations.CreateModel(
            name='ChangedRecord',
            fields=[
                ('pk', models.CompositePrimaryKey('kind', 'record_id', 'change_set_id', 'change_id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12)),
                ('record_id', models.BigIntegerField()),
                ('change', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='records', to='catalog.change')),
                ('change_set', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, to='catalog.changeset')),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='change',
            name='change_set',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, to='catalog.changeset'),
        ),
        migrations.AddIndex(
            model_name='changeset',
            index=models.Index(fields=['made_at', 'id'], name='change_set_when'),
        ),
        migrations.AddIndex(
            model_name='changeset',
            index=models.Index(condition=models.Q(('open_until__isnull', False)), fields=['open_until'], name='change_set_open'),
        ),
        migrations.AddIndex(
            model_name='changedrecord',
            index=models.Index(fields=['change_set', 'kind', 'record_id'], name='changed_records_of_set'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['change_set', 'id'], name='change_of_set'),
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['model', 'row_id', 'id'], name='change_of_row'),
        ),
        migrations.RunPython(let_curators_read_and_undo, migrations.RunPython.noop),
    ]
