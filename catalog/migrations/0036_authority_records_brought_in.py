"""An import may bring authority records (EAC-CPF)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("catalog", "0035_readers")]

    operations = [
        migrations.AlterField(
            model_name="intake",
            name="format",
            field=models.CharField(
                choices=[
                    ("table", "Table"),
                    ("aid", "Finding aid"),
                    ("eac", "Authority records"),
                ],
                default="table",
                max_length=5,
                verbose_name="format",
            ),
        ),
    ]
