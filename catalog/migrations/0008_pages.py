"""Pages of documents, transcriptions of images, and the permissions of curators to write them."""

import catalog.models.record
import django.db.models.deletion
import uuid
from django.db import migrations, models


def let_curators_write(apps, schema_editor):
    from django.apps import apps as real_apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.contenttypes.management import create_contenttypes

    database = schema_editor.connection.alias
    create_contenttypes(real_apps.get_app_config("catalog"), verbosity=0, using=database)
    create_permissions(real_apps.get_app_config("catalog"), verbosity=0, using=database)
    groups = apps.get_model("auth", "Group").objects.using(database)
    permissions = apps.get_model("auth", "Permission").objects.using(database).filter(
        content_type__app_label="catalog",
        content_type__model__in=["page", "transcription"],
    )
    for group in groups.filter(name__in=["Cataloguer", "Editor", "Administrator"]):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0007_review'),
    ]

    operations = [
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveIntegerField(default=0, verbose_name='order')),
                ('label', models.CharField(blank=True, help_text="What it is labelled: “cover”, “iv”, “12 recto”. Empty: its number.", max_length=50, verbose_name='label')),
                ('document', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pages', to='catalog.document', verbose_name='document')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='page_of', to='catalog.image', verbose_name='image')),
            ],
            options={
                'verbose_name': 'page',
                'verbose_name_plural': 'pages',
                'ordering': ['position', 'id'],
                'indexes': [models.Index(fields=['document', 'position', 'id'], name='page_in_order')],
                'constraints': [models.UniqueConstraint(fields=('document', 'image'), name='page_once_a_document', violation_error_message="This image is already a page of this document.")],
            },
        ),
        migrations.CreateModel(
            name='Transcription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('text', models.TextField(help_text="As in the original, line by line. An empty line begins a new paragraph.", validators=[catalog.models.record.not_too_long], verbose_name='text')),
                ('transcribed_by', models.CharField(blank=True, help_text="Who transcribed it, or with which program.", max_length=200, verbose_name='transcribed by')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='transcriptions', to='catalog.image', verbose_name='image')),
                ('language', models.ForeignKey(blank=True, limit_choices_to={'vocabulary': 'language'}, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='transcriptions', to='catalog.term', verbose_name='language')),
            ],
            options={
                'verbose_name': 'transcription',
                'verbose_name_plural': 'transcriptions',
                'ordering': ['image', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='transcription_has_text', violation_error_message='A transcription needs its text.')],
            },
        ),
        migrations.RunPython(let_curators_write, migrations.RunPython.noop),
    ]
