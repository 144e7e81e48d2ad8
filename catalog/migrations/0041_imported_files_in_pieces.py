"""An imported file is kept in pieces, so that no process holds it in memory as a whole; "being read" is a state of it."""

import zlib

import django.db.models.deletion
from django.db import migrations, models

PIECE = 1024 * 1024


def into_pieces(apps, editor):
    """Cut the files that are there."""
    intakes = apps.get_model("catalog", "Intake").objects.using(editor.connection.alias)
    pieces = apps.get_model("catalog", "IntakePiece").objects.using(editor.connection.alias)
    for pk in list(intakes.values_list("pk", flat=True)):
        content = zlib.decompress(intakes.values_list("packed", flat=True).get(pk=pk))
        intakes.filter(pk=pk).update(size=len(content))
        for number, start in enumerate(range(0, len(content), PIECE)):
            packed = zlib.compress(content[start : start + PIECE], 1)
            pieces.create(intake_id=pk, number=number, packed=packed)


def together(apps, editor):
    """Put them together again."""
    intakes = apps.get_model("catalog", "Intake").objects.using(editor.connection.alias)
    pieces = apps.get_model("catalog", "IntakePiece").objects.using(editor.connection.alias)
    for pk in list(intakes.values_list("pk", flat=True)):
        rows = pieces.filter(intake_id=pk).order_by("number").values_list("packed", flat=True)
        intakes.filter(pk=pk).update(
            packed=zlib.compress(b"".join(zlib.decompress(packed) for packed in rows))
        )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0039_terms_by_language")]

    operations = [
        migrations.AddField(
            model_name="intake",
            name="size",
            field=models.PositiveIntegerField(default=0, verbose_name="size in bytes"),
        ),
        migrations.CreateModel(
            name="IntakePiece",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("packed", models.BinaryField()),
                (
                    "intake",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="pieces",
                        to="catalog.intake",
                    ),
                ),
            ],
            options={
                "ordering": ["number"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(fields=["intake", "number"], name="intake_piece_once")
                ],
            },
        ),
        migrations.RunPython(into_pieces, together),
    ]
