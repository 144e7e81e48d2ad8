"""Where things are kept: storage places, and what lies in each. For curators only."""

import catalog.models.derived
import django.db.models.deletion
import uuid
from django.db import migrations, models

SEEN = ["view_storageplace", "view_shelving"]
CATALOGUER = [*SEEN, "add_shelving", "change_shelving", "delete_shelving"]
EDITOR = [*CATALOGUER, "add_storageplace", "change_storageplace"]
GROUPS = {
    "Reader": SEEN,
    "Cataloguer": CATALOGUER,
    "Editor": EDITOR,
    "Administrator": [*EDITOR, "delete_storageplace"],
}


def let_curators_write(apps, schema_editor):
    from django.apps import apps as real_apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.contenttypes.management import create_contenttypes

    database = schema_editor.connection.alias
    create_contenttypes(real_apps.get_app_config("catalog"), verbosity=0, using=database)
    create_permissions(real_apps.get_app_config("catalog"), verbosity=0, using=database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    for group in apps.get_model("auth", "Group").objects.using(database).filter(name__in=GROUPS):
        group.permissions.add(
            *permissions.filter(content_type__app_label="catalog", codename__in=GROUPS[group.name])
        )


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0042_imported_files_whole_no_more'),
    ]

    operations = [
        migrations.CreateModel(
            name='StoragePlace',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('name', models.CharField(help_text='Like “Room 2” or “Box 12”.', max_length=200, verbose_name='name')),
                ('code', models.CharField(blank=True, error_messages={'unique': 'Another storage place has this code already.'}, help_text='As it is printed on the label. No two storage places share one.', max_length=100, null=True, unique=True, verbose_name='code or barcode')),
                ('note', models.CharField(blank=True, max_length=1000, verbose_name='note')),
                ('sort_key', catalog.models.derived.FoldedField(default='', max_length=120, sources=('name',))),
                ('find_key', catalog.models.derived.FoldedField(default='', max_length=300, sources=('name', 'code'))),
                ('part_of', models.ForeignKey(blank=True, help_text='The shelf of a box, the room of a shelf. Empty: a building, or whatever is the outermost.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='catalog.storageplace', verbose_name='stands in')),
            ],
            options={
                'verbose_name': 'storage place',
                'verbose_name_plural': 'storage places',
                'ordering': ['sort_key', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Shelving',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('part', models.CharField(blank=True, help_text='If not all of it is there: “leaves 1–40”, “boxes 1–12”.', max_length=200, verbose_name='which part')),
                ('collection', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='shelvings', to='catalog.collection')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='shelvings', to='catalog.document')),
                ('image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='shelvings', to='catalog.image')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='shelvings', to='catalog.storageplace', verbose_name='kept in')),
            ],
            options={
                'verbose_name': 'where it is kept',
                'verbose_name_plural': 'where it is kept',
                'ordering': ['id'],
            },
        ),
        migrations.AddIndex(
            model_name='storageplace',
            index=models.Index(fields=['part_of', 'sort_key', 'id'], name='storage_place_filed'),
        ),
        migrations.AddConstraint(
            model_name='storageplace',
            constraint=models.UniqueConstraint(fields=('part_of', 'name'), name='storage_place_once_in_another', violation_error_message='There is a storage place of this name there already.'),
        ),
        migrations.AddConstraint(
            model_name='storageplace',
            constraint=models.UniqueConstraint(condition=models.Q(('part_of__isnull', True)), fields=('name',), name='storage_place_once_outermost', violation_error_message='There is a storage place of this name there already.'),
        ),
        migrations.AddConstraint(
            model_name='storageplace',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='storage_place_has_name'),
        ),
        migrations.AddConstraint(
            model_name='storageplace',
            constraint=models.CheckConstraint(condition=models.Q(('code__isnull', True), models.Q(('code', ''), _negated=True), _connector='OR'), name='storage_place_code_or_none'),
        ),
        migrations.AddConstraint(
            model_name='storageplace',
            constraint=models.CheckConstraint(condition=models.Q(('part_of__isnull', True), models.Q(('part_of', models.F('id')), _negated=True), _connector='OR'), name='storage_place_not_in_itself'),
        ),
        migrations.AddConstraint(
            model_name='shelving',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('collection__isnull', True), ('document__isnull', False), ('image__isnull', True)), models.Q(('collection__isnull', True), ('document__isnull', True), ('image__isnull', False)), models.Q(('collection__isnull', False), ('document__isnull', True), ('image__isnull', True)), _connector='OR'), name='shelving_of_one_record'),
        ),
        migrations.RunPython(let_curators_write, migrations.RunPython.noop),
    ]
