"""An image record may show another page of its file than the first."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0013_change_sets_without_constraints'),
    ]

    operations = [
        migrations.AddField(
            model_name='image',
            name='file_page',
            field=models.PositiveIntegerField(blank=True, editable=False, help_text="Which page of a multi-page file is shown. Empty: the first.", null=True, verbose_name='page of the file'),
        ),
    ]
