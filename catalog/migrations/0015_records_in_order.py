"""An index of each kind in the order of its titles: curators read lists whatever the status of what stands in them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0014_page_of_the_file'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='collection',
            index=models.Index(fields=['sort_key', 'id'], name='collection_alphabetical'),
        ),
        migrations.AddIndex(
            model_name='document',
            index=models.Index(fields=['sort_key', 'id'], name='document_alphabetical'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['sort_key', 'id'], name='event_alphabetical'),
        ),
        migrations.AddIndex(
            model_name='image',
            index=models.Index(fields=['sort_key', 'id'], name='image_alphabetical'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(fields=['sort_key', 'id'], name='person_alphabetical'),
        ),
        migrations.AddIndex(
            model_name='place',
            index=models.Index(fields=['sort_key', 'id'], name='place_alphabetical'),
        ),
    ]
