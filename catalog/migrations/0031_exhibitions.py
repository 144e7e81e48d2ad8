"""Exhibitions and their parts; cataloguers write them, editors publish them, administrators may delete them."""

import catalog.models.derived
import catalog.models.record
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


def let_curators_write(apps, schema_editor):
    from django.apps import apps as real_apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.contenttypes.management import create_contenttypes

    database = schema_editor.connection.alias
    create_contenttypes(real_apps.get_app_config("catalog"), verbosity=0, using=database)
    create_permissions(real_apps.get_app_config("catalog"), verbosity=0, using=database)
    permissions = apps.get_model("auth", "Permission").objects.using(database)
    cataloguer = [
        *(f"{verb}_exhibition" for verb in ("view", "add", "change")),
        *(f"{verb}_exhibitionpart" for verb in ("view", "add", "change", "delete")),
    ]
    editor = [*cataloguer, "publish_exhibition"]
    allowed = {"Cataloguer": cataloguer, "Editor": editor, "Administrator": [*editor, "delete_exhibition"]}
    for group in apps.get_model("auth", "Group").objects.using(database).filter(name__in=allowed):
        group.permissions.add(
            *permissions.filter(content_type__app_label="catalog", codename__in=allowed[group.name])
        )


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0030_moved_holdings'),
    ]

    operations = [
        migrations.CreateModel(
            name='Exhibition',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True, verbose_name='permanent identifier')),
                ('identifier', models.CharField(error_messages={'unique': 'Another record already has this identifier. Choose the next free one.'}, help_text='Accession number or reference code. No two records share one.', max_length=100, unique=True, verbose_name='identifier')),
                ('slug', models.SlugField(allow_unicode=True, blank=True, help_text='Created from the title if left empty. If you change it, the old address redirects here.', max_length=100, unique=True, validators=[django.core.validators.RegexValidator('^[^\\W_]+(?:-[^\\W_]+)*\\Z', 'A URL slug has only letters, digits and single hyphens, like “tomb-photo”.')], verbose_name='URL slug')),
                ('title', models.CharField(max_length=500, verbose_name='title')),
                ('summary', models.CharField(blank=True, help_text='One line: who or what, when, where.', max_length=300, verbose_name='summary')),
                ('status', models.CharField(choices=[('draft', 'Draft'), ('in_review', 'In review'), ('published', 'Published'), ('withdrawn', 'Withdrawn')], default='draft', editable=False, max_length=12, verbose_name='status')),
                ('publish_from', models.DateTimeField(blank=True, help_text='Hidden before this time.', null=True, verbose_name='publish from')),
                ('embargo_until', models.DateTimeField(blank=True, help_text='Hidden until this time.', null=True, verbose_name='embargo until')),
                ('first_published', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='first published')),
                ('withdrawn_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='withdrawn')),
                ('rights', models.CharField(blank=True, choices=[('http://creativecommons.org/publicdomain/zero/1.0/', 'CC0 1.0'), ('http://creativecommons.org/publicdomain/mark/1.0/', 'Public domain'), ('http://creativecommons.org/licenses/by/4.0/', 'CC BY 4.0'), ('http://creativecommons.org/licenses/by-sa/4.0/', 'CC BY-SA 4.0'), ('http://creativecommons.org/licenses/by-nc/4.0/', 'CC BY-NC 4.0'), ('http://creativecommons.org/licenses/by-nd/4.0/', 'CC BY-ND 4.0'), ('http://creativecommons.org/licenses/by-nc-sa/4.0/', 'CC BY-NC-SA 4.0'), ('http://creativecommons.org/licenses/by-nc-nd/4.0/', 'CC BY-NC-ND 4.0'), ('http://rightsstatements.org/vocab/InC/1.0/', 'In copyright'), ('http://rightsstatements.org/vocab/InC-OW-EU/1.0/', 'In copyright – EU orphan work'), ('http://rightsstatements.org/vocab/InC-RUU/1.0/', 'In copyright – rights holder not found'), ('http://rightsstatements.org/vocab/InC-EDU/1.0/', 'In copyright – educational use permitted'), ('http://rightsstatements.org/vocab/InC-NC/1.0/', 'In copyright – non-commercial use permitted'), ('http://rightsstatements.org/vocab/NoC-CR/1.0/', 'No copyright – contractual restrictions'), ('http://rightsstatements.org/vocab/NoC-NC/1.0/', 'No copyright – non-commercial use only'), ('http://rightsstatements.org/vocab/NoC-OKLR/1.0/', 'No copyright – other legal restrictions'), ('http://rightsstatements.org/vocab/NoC-US/1.0/', 'No copyright – United States'), ('http://rightsstatements.org/vocab/CNE/1.0/', 'Copyright not evaluated'), ('http://rightsstatements.org/vocab/UND/1.0/', 'Copyright undetermined'), ('http://rightsstatements.org/vocab/NKC/1.0/', 'No known copyright')], max_length=100, verbose_name='rights statement')),
                ('internal_note', models.TextField(blank=True, help_text='Never shown to the public.', validators=[catalog.models.record.not_too_long], verbose_name='internal note')),
                ('created', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='created')),
                ('modified', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='modified')),
                ('sort_key', catalog.models.derived.FoldedField(default='', max_length=120, sources=('title',))),
                ('find_key', catalog.models.derived.FoldedField(default='', max_length=1000, sources=('title', 'identifier', 'summary'))),
                ('description', models.TextField(blank=True, help_text='What visitors read before the first section. Markdown. No HTML.', validators=[catalog.models.record.not_too_long], verbose_name='introduction')),
                ('position', models.PositiveIntegerField(default=0, help_text='Exhibitions with the lowest number come first.', verbose_name='order')),
                ('credit_line', models.TextField(blank=True, help_text='Who wrote and made the exhibition, and whom it thanks. Markdown.', max_length=2000, verbose_name='credits')),
                ('opening', models.ForeignKey(blank=True, help_text='Empty: the first picture in the exhibition that the archive holds.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='opens', to='catalog.image', verbose_name='opening picture')),
            ],
            options={
                'verbose_name': 'exhibition',
                'verbose_name_plural': 'exhibitions',
                'ordering': ['position', '-first_published', 'id'],
                'permissions': [('publish_exhibition', 'Can publish and withdraw exhibitions')],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ExhibitionPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uuid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('position', models.PositiveIntegerField(default=0, verbose_name='order')),
                ('heading', models.CharField(blank=True, help_text='Begins a new section. Leave it empty for an exhibit.', max_length=200, verbose_name='heading')),
                ('text', models.TextField(blank=True, help_text='The text of a section, or the caption of an exhibit (empty: the record’s own summary). Markdown.', validators=[catalog.models.record.not_too_long], verbose_name='text')),
                ('is_wide', models.BooleanField(default=False, help_text='Show this exhibit across the page.', verbose_name='large')),
                ('collection', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exhibited_in', to='catalog.collection', verbose_name='collection')),
                ('document', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exhibited_in', to='catalog.document', verbose_name='document')),
                ('event', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exhibited_in', to='catalog.event', verbose_name='event')),
                ('exhibition', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='catalog.exhibition', verbose_name='exhibition')),
                ('image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exhibited_in', to='catalog.image', verbose_name='image')),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exhibited_in', to='catalog.person', verbose_name='person')),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='exhibited_in', to='catalog.place', verbose_name='place')),
            ],
            options={
                'verbose_name': 'part of an exhibition',
                'verbose_name_plural': 'parts of the exhibition',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.AddIndex(
            model_name='exhibition',
            index=models.Index(fields=['status', 'sort_key', 'id'], name='exhibition_filed'),
        ),
        migrations.AddIndex(
            model_name='exhibition',
            index=models.Index(fields=['sort_key', 'id'], name='exhibition_alphabetical'),
        ),
        migrations.AddIndex(
            model_name='exhibition',
            index=models.Index(fields=['status', 'modified', 'id'], name='exhibition_changed'),
        ),
        migrations.AddIndex(
            model_name='exhibition',
            index=models.Index(condition=models.Q(('publish_from__isnull', False)), fields=['publish_from'], name='exhibition_scheduled'),
        ),
        migrations.AddIndex(
            model_name='exhibition',
            index=models.Index(condition=models.Q(('embargo_until__isnull', False)), fields=['embargo_until'], name='exhibition_embargoed'),
        ),
        migrations.AddConstraint(
            model_name='exhibition',
            constraint=models.CheckConstraint(condition=models.Q(('identifier', ''), _negated=True), name='exhibition_has_identifier'),
        ),
        migrations.AddConstraint(
            model_name='exhibition',
            constraint=models.CheckConstraint(condition=models.Q(('slug', ''), _negated=True), name='exhibition_has_slug'),
        ),
        migrations.AddConstraint(
            model_name='exhibition',
            constraint=models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='exhibition_has_title'),
        ),
        migrations.AddConstraint(
            model_name='exhibition',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['draft', 'in_review', 'published', 'withdrawn'])), name='exhibition_status_known'),
        ),
        migrations.AddIndex(
            model_name='exhibitionpart',
            index=models.Index(fields=['exhibition', 'position', 'id'], name='exhibition_part_in_order'),
        ),
        migrations.AddConstraint(
            model_name='exhibitionpart',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('person__isnull', True), ('document__isnull', True), _connector='OR'), models.Q(('person__isnull', True), ('image__isnull', True), _connector='OR'), models.Q(('person__isnull', True), ('event__isnull', True), _connector='OR'), models.Q(('person__isnull', True), ('place__isnull', True), _connector='OR'), models.Q(('person__isnull', True), ('collection__isnull', True), _connector='OR'), models.Q(('document__isnull', True), ('image__isnull', True), _connector='OR'), models.Q(('document__isnull', True), ('event__isnull', True), _connector='OR'), models.Q(('document__isnull', True), ('place__isnull', True), _connector='OR'), models.Q(('document__isnull', True), ('collection__isnull', True), _connector='OR'), models.Q(('image__isnull', True), ('event__isnull', True), _connector='OR'), models.Q(('image__isnull', True), ('place__isnull', True), _connector='OR'), models.Q(('image__isnull', True), ('collection__isnull', True), _connector='OR'), models.Q(('event__isnull', True), ('place__isnull', True), _connector='OR'), models.Q(('event__isnull', True), ('collection__isnull', True), _connector='OR'), models.Q(('place__isnull', True), ('collection__isnull', True), _connector='OR')), name='exhibition_part_of_one_record', violation_error_message='A part shows one record. Add another part for each further one.'),
        ),
        migrations.AddConstraint(
            model_name='exhibitionpart',
            constraint=models.CheckConstraint(condition=models.Q(('heading', ''), models.Q(('collection__isnull', True), ('document__isnull', True), ('event__isnull', True), ('image__isnull', True), ('person__isnull', True), ('place__isnull', True)), _connector='OR'), name='exhibition_part_heads_or_shows', violation_error_message='A part either begins a section or shows a record. Put the record into a part of its own, below the heading.'),
        ),
        migrations.AddConstraint(
            model_name='exhibitionpart',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('heading', ''), ('text', ''), _negated=True), models.Q(('person__isnull', False)), models.Q(('document__isnull', False)), models.Q(('image__isnull', False)), models.Q(('event__isnull', False)), models.Q(('place__isnull', False)), models.Q(('collection__isnull', False)), _connector='OR'), name='exhibition_part_not_empty', violation_error_message='An empty part shows nothing. Give it a heading, a record or a text, or remove it.'),
        ),
        migrations.RunPython(let_curators_write, migrations.RunPython.noop),
    ]
