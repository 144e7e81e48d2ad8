"""Labels of terms in other languages, alternatives, and these in the form used for comparing."""

from django.db import migrations

import catalog.models.labels


class Migration(migrations.Migration):
    dependencies = [("catalog", "0038_marks_of_changes")]

    operations = [
        migrations.AddField(
            model_name='term',
            name='alternatives',
            field=catalog.models.labels.LabelsField(help_text='Other words for the same thing, which the search finds and no page shows. One per line, in any language: en: writer.', several=True, verbose_name='alternative labels'),
        ),
        migrations.AddField(
            model_name='term',
            name='other_names',
            field=catalog.models.labels.FoldedLabelsField(default='', max_length=4000, sources=('labels', 'alternatives')),
        ),
        migrations.AddField(
            model_name='term',
            name='inverse_labels',
            field=catalog.models.labels.LabelsField(help_text='How the relation reads from the other end, in the same way: es: hijo o hija de.', verbose_name='inverse labels in other languages'),
        ),
        migrations.AddField(
            model_name='term',
            name='labels',
            field=catalog.models.labels.LabelsField(help_text='One per line, the language first: es: autor. Readers of that language see it.', verbose_name='labels in other languages'),
        ),
    ]
