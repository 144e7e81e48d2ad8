"""What looking at a table found that becomes of each of its rows."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0023_distinctions'),
    ]

    operations = [
        migrations.AddField(
            model_name='intake',
            name='packed_lines',
            field=models.BinaryField(default=bytes),
        ),
    ]
