"""What a museum tells of a record beyond its fields, the vocabulary of its sorts, and the permissions of curators."""

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
        content_type__model="detail",
    )
    for group in groups.filter(name__in=["Cataloguer", "Editor", "Administrator"]):
        group.permissions.add(*permissions)


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0021_kept_filters'),
    ]

    operations = [
        migrations.AlterField(
            model_name='term',
            name='vocabulary',
            field=models.CharField(choices=[('document_type', 'Document types'), ('image_type', 'Image types'), ('event_type', 'Event types'), ('contribution_role', 'Roles of contributors'), ('participation_role', 'Roles in events'), ('relationship_kind', 'Kinds of relationship'), ('occupation', 'Occupations and functions'), ('subject', 'Subjects'), ('language', 'Languages'), ('country', 'Countries'), ('detail', "Kinds of further detail")], max_length=24, verbose_name='vocabulary'),
        ),
        migrations.CreateModel(
            name='Detail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('text', models.CharField(help_text='Like “18 × 24 cm” or “gelatin silver print”.', max_length=2000, verbose_name='text')),
                ('position', models.PositiveIntegerField(default=0, verbose_name='order')),
                ('collection', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='details', to='catalog.collection')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='details', to='catalog.document')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='details', to='catalog.event')),
                ('image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='details', to='catalog.image')),
                ('kind', models.ForeignKey(limit_choices_to={'vocabulary': 'detail'}, on_delete=django.db.models.deletion.PROTECT, related_name='details', to='catalog.term', verbose_name="kind of detail")),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='details', to='catalog.person')),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='details', to='catalog.place')),
            ],
            options={
                'verbose_name': 'further detail',
                'verbose_name_plural': 'further details',
                'ordering': ['position', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('collection__isnull', True), ('document__isnull', True), ('event__isnull', True), ('image__isnull', True), ('person__isnull', False), ('place__isnull', True)), models.Q(('collection__isnull', True), ('document__isnull', False), ('event__isnull', True), ('image__isnull', True), ('person__isnull', True), ('place__isnull', True)), models.Q(('collection__isnull', True), ('document__isnull', True), ('event__isnull', True), ('image__isnull', False), ('person__isnull', True), ('place__isnull', True)), models.Q(('collection__isnull', True), ('document__isnull', True), ('event__isnull', False), ('image__isnull', True), ('person__isnull', True), ('place__isnull', True)), models.Q(('collection__isnull', True), ('document__isnull', True), ('event__isnull', True), ('image__isnull', True), ('person__isnull', True), ('place__isnull', False)), models.Q(('collection__isnull', False), ('document__isnull', True), ('event__isnull', True), ('image__isnull', True), ('person__isnull', True), ('place__isnull', True)), _connector='OR'), name='detail_of_one_record'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='detail_has_text', violation_error_message='A detail needs its text.')],
            },
        ),
        migrations.RunPython(let_curators_write, migrations.RunPython.noop),
    ]
