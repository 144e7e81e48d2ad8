"""Finding aids are received beside tables, and what they say without a place for it is kept with them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0032_vital_status'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='intake',
            options={'default_permissions': (), 'ordering': ['-id'], 'verbose_name': 'imported file', 'verbose_name_plural': 'imported files'},
        ),
        migrations.AddField(
            model_name='intake',
            name='format',
            field=models.CharField(choices=[('table', 'Table'), ('aid', 'Finding aid')], default='table', max_length=5, verbose_name='format'),
        ),
        migrations.AddField(
            model_name='intake',
            name='packed_remarks',
            field=models.BinaryField(default=bytes),
        ),
    ]
