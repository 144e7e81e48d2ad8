"""What people read before they see a picture that may distress."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0033_finding_aids_brought_in'),
    ]

    operations = [
        migrations.AddField(
            model_name='image',
            name='content_notice',
            field=models.CharField(blank=True, help_text='For pictures that may distress: what they show, “Shows a dead body”. Visitors read it first and see the picture only if they open it.', max_length=200, verbose_name='content notice'),
        ),
    ]
