"""What a curator says of a person without a recorded death, and the index that the rule for living people asks."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0031_exhibitions'),
    ]

    operations = [
        migrations.AddField(
            model_name='person',
            name='vital_status',
            field=models.CharField(blank=True, choices=[('living', 'Treat as living'), ('dead', 'Treat as dead')], help_text='Only where no death is recorded. If empty, anyone born recently enough counts as living. The public does not see when and where living people were born. It does see what the summary and the description say.', max_length=8, verbose_name='living or dead'),
        ),
        migrations.AddIndex(
            model_name='person',
            index=models.Index(condition=models.Q(('died__isnull', True), ('died_place__isnull', True)), fields=['born_latest'], name='person_perhaps_living'),
        ),
    ]
