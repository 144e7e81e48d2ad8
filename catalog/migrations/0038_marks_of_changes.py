"""Numbers of the list of changes have marks, by which a copy notices that a backup was restored."""

from typing import Any

from django.db import migrations, models

from catalog.models.public_record import new_mark


def mark_what_was_given(apps: Any, schema_editor: Any) -> None:
    """All numbers given so far have one mark."""
    state = apps.get_model("catalog", "FeedState").objects.filter(pk=1).first()
    if state is not None and state.last_sequence:
        marks = apps.get_model("catalog", "FeedMark").objects
        marks.create(sequence=state.last_sequence, mark=state.mark)


class Migration(migrations.Migration):
    dependencies = [("catalog", "0037_contributions_to_collections")]

    operations = [
        migrations.CreateModel(
            name="FeedMark",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("mark", models.CharField(max_length=16)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddField(
            model_name="feedstate",
            name="mark",
            field=models.CharField(default=new_mark, max_length=16),
        ),
        migrations.RunPython(mark_what_was_given, migrations.RunPython.noop),
    ]
