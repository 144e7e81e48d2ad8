"""The rules of the house for its fields, read by curators and written by administrators."""

from django.db import migrations, models


def let_curators_read(apps, schema_editor):
    from django.apps import apps as real_apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.contenttypes.management import create_contenttypes

    database = schema_editor.connection.alias
    create_contenttypes(real_apps.get_app_config("catalog"), verbosity=0, using=database)
    create_permissions(real_apps.get_app_config("catalog"), verbosity=0, using=database)
    groups = apps.get_model("auth", "Group").objects.using(database)
    permissions = apps.get_model("auth", "Permission").objects.using(database).filter(
        content_type__app_label="catalog",
        content_type__model="cataloguingrule",
    )
    for group in groups.filter(name__in=["Cataloguer", "Editor", "Administrator"]):
        writes = group.name == "Administrator"
        group.permissions.add(*(permissions if writes else permissions.filter(codename__startswith="view_")))


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0027_public_record_collection'),
    ]

    operations = [
        migrations.CreateModel(
            name='CataloguingRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(blank=True, help_text='Empty: all kinds.', max_length=12, verbose_name='kind of record')),
                ('field', models.CharField(max_length=40, verbose_name='field')),
                ('text', models.TextField(help_text='What to write, and how. Markdown: *emphasis*, lists, links.', max_length=4000, verbose_name='rule')),
                ('example', models.TextField(blank=True, help_text='An entry as it should look, such as “Leon Trotsky to Natalia Sedova, 1937”.', max_length=1000, verbose_name='example')),
            ],
            options={
                'verbose_name': 'cataloguing rule',
                'verbose_name_plural': 'cataloguing rules',
                'ordering': ['kind', 'field'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'field'), name='cataloguing_rule_once_a_field', violation_error_message='This field has a rule already. Change that one.'), models.CheckConstraint(condition=models.Q(('kind__in', ['', 'person', 'document', 'image', 'event', 'place', 'collection'])), name='cataloguing_rule_kind_known', violation_error_message='There is no such kind of record.'), models.CheckConstraint(condition=models.Q(models.Q(('field', ''), _negated=True), models.Q(('text', ''), _negated=True)), name='cataloguing_rule_has_field_and_text', violation_error_message='A rule needs its field and its text.')],
            },
        ),
        migrations.RunPython(let_curators_read, migrations.RunPython.noop),
    ]
