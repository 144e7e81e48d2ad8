"""What is known of originals: colours, capture, pages; and how a picture is turned where it is shown."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0008_pages'),
    ]

    operations = [
        migrations.AddField(
            model_name='image',
            name='captured',
            field=models.CharField(blank=True, editable=False, help_text='When the camera or scanner says it made the file, by its own clock.', max_length=19, verbose_name='captured'),
        ),
        migrations.AddField(
            model_name='image',
            name='captured_with',
            field=models.CharField(blank=True, editable=False, max_length=120, verbose_name='captured with'),
        ),
        migrations.AddField(
            model_name='image',
            name='colour_space',
            field=models.CharField(blank=True, editable=False, max_length=120, verbose_name='colour space'),
        ),
        migrations.AddField(
            model_name='image',
            name='file_pages',
            field=models.PositiveIntegerField(blank=True, editable=False, null=True, verbose_name='pages in the file'),
        ),
        migrations.AddField(
            model_name='image',
            name='rotation',
            field=models.PositiveSmallIntegerField(choices=[(0, '0°'), (90, '90°'), (180, '180°'), (270, '270°')], default=0, help_text="Clockwise, wherever the picture is shown. The file itself is not changed.", verbose_name="rotation"),
        ),
        migrations.AddConstraint(
            model_name='image',
            constraint=models.CheckConstraint(condition=models.Q(('rotation__in', (0, 90, 180, 270))), name='image_turned_by_right_angles'),
        ),
    ]
