"""What columns are called, and what is said of wrong coordinates: nothing changes in the database."""

import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0043_storage_places"),
    ]

    operations = [
        migrations.AlterField(
            model_name="collection",
            name="slug",
            field=models.SlugField(
                allow_unicode=True,
                blank=True,
                help_text="Created from the title or name if left empty. If you change it, the old address redirects here.",
                max_length=100,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[^\\W_]+(?:-[^\\W_]+)*\\Z",
                        "A URL slug has only letters, digits and single hyphens, like “tomb-photo”.",
                    )
                ],
                verbose_name="URL slug",
            ),
        ),
        migrations.AlterField(
            model_name="document",
            name="slug",
            field=models.SlugField(
                allow_unicode=True,
                blank=True,
                help_text="Created from the title or name if left empty. If you change it, the old address redirects here.",
                max_length=100,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[^\\W_]+(?:-[^\\W_]+)*\\Z",
                        "A URL slug has only letters, digits and single hyphens, like “tomb-photo”.",
                    )
                ],
                verbose_name="URL slug",
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="slug",
            field=models.SlugField(
                allow_unicode=True,
                blank=True,
                help_text="Created from the title or name if left empty. If you change it, the old address redirects here.",
                max_length=100,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[^\\W_]+(?:-[^\\W_]+)*\\Z",
                        "A URL slug has only letters, digits and single hyphens, like “tomb-photo”.",
                    )
                ],
                verbose_name="URL slug",
            ),
        ),
        migrations.AlterField(
            model_name="exhibition",
            name="slug",
            field=models.SlugField(
                allow_unicode=True,
                blank=True,
                help_text="Created from the title or name if left empty. If you change it, the old address redirects here.",
                max_length=100,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[^\\W_]+(?:-[^\\W_]+)*\\Z",
                        "A URL slug has only letters, digits and single hyphens, like “tomb-photo”.",
                    )
                ],
                verbose_name="URL slug",
            ),
        ),
        migrations.AlterField(
            model_name="image",
            name="slug",
            field=models.SlugField(
                allow_unicode=True,
                blank=True,
                help_text="Created from the title or name if left empty. If you change it, the old address redirects here.",
                max_length=100,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[^\\W_]+(?:-[^\\W_]+)*\\Z",
                        "A URL slug has only letters, digits and single hyphens, like “tomb-photo”.",
                    )
                ],
                verbose_name="URL slug",
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="slug",
            field=models.SlugField(
                allow_unicode=True,
                blank=True,
                help_text="Created from the title or name if left empty. If you change it, the old address redirects here.",
                max_length=100,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[^\\W_]+(?:-[^\\W_]+)*\\Z",
                        "A URL slug has only letters, digits and single hyphens, like “tomb-photo”.",
                    )
                ],
                verbose_name="URL slug",
            ),
        ),
        migrations.AlterField(
            model_name="person",
            name="title",
            field=models.CharField(max_length=500, verbose_name="name"),
        ),
        migrations.AlterField(
            model_name="place",
            name="latitude",
            field=models.FloatField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(
                        -90,
                        "A latitude is from -90 (south) to 90 (north). Are latitude and longitude swapped?",
                    ),
                    django.core.validators.MaxValueValidator(
                        90,
                        "A latitude is from -90 (south) to 90 (north). Are latitude and longitude swapped?",
                    ),
                ],
                verbose_name="latitude",
            ),
        ),
        migrations.AlterField(
            model_name="place",
            name="longitude",
            field=models.FloatField(
                blank=True,
                null=True,
                validators=[
                    django.core.validators.MinValueValidator(
                        -180, "A longitude is from -180 (west) to 180 (east)."
                    ),
                    django.core.validators.MaxValueValidator(
                        180, "A longitude is from -180 (west) to 180 (east)."
                    ),
                ],
                verbose_name="longitude",
            ),
        ),
        migrations.AlterField(
            model_name="place",
            name="slug",
            field=models.SlugField(
                allow_unicode=True,
                blank=True,
                help_text="Created from the title or name if left empty. If you change it, the old address redirects here.",
                max_length=100,
                unique=True,
                validators=[
                    django.core.validators.RegexValidator(
                        "^[^\\W_]+(?:-[^\\W_]+)*\\Z",
                        "A URL slug has only letters, digits and single hyphens, like “tomb-photo”.",
                    )
                ],
                verbose_name="URL slug",
            ),
        ),
        migrations.AlterField(
            model_name="place",
            name="title",
            field=models.CharField(max_length=500, verbose_name="name"),
        ),
    ]
