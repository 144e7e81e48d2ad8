"""A cataloguing rule may be written in every language of the interface."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalog', '0047_changes'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='cataloguingrule',
            options={'ordering': ['kind', 'field', 'language'], 'verbose_name': 'cataloguing rule', 'verbose_name_plural': 'cataloguing rules'},
        ),
        migrations.RemoveConstraint(
            model_name='cataloguingrule',
            name='cataloguing_rule_once_a_field',
        ),
        migrations.AddField(
            model_name='cataloguingrule',
            name='language',
            field=models.CharField(blank=True, default='', help_text='Empty: the catalogue’s own.', max_length=10, verbose_name='language'),
        ),
        migrations.AddConstraint(
            model_name='cataloguingrule',
            constraint=models.UniqueConstraint(fields=('kind', 'field', 'language'), name='cataloguing_rule_once_a_field', violation_error_message='This field has a rule already. Change that one.'),
        ),
    ]
