"""Titles that hold numbers are filed by their value: "page 2" before "page 10".

Only the derived column is written. The triggers note the rows, so that the search follows by itself.
"""

from django.db import migrations

from catalog.models.derived import FoldedField

NAMES = {
    "person": ("sort_name", "title"),
    "document": ("title",),
    "image": ("title",),
    "event": ("title",),
    "place": ("title",),
    "collection": ("title",),
}
AT_ONCE = 2000


def file_anew(apps, schema_editor):
    """Work the keys out anew that hold a digit, a block of rows at a time."""
    for name, sources in NAMES.items():
        field = FoldedField(sources=sources, first_only=True, by_value=True, max_length=120)
        rows = apps.get_model("catalog", name)._base_manager.using(schema_editor.connection.alias)
        numbered = rows.filter(sort_key__regex="[0-9]").only("sort_key", *sources).order_by("pk")
        last = 0
        while block := list(numbered.filter(pk__gt=last)[:AT_ONCE]):
            last = block[-1].pk
            changed = []
            for row in block:
                key = field.derive(row)
                if key != row.sort_key:
                    row.sort_key = key
                    changed.append(row)
            rows.bulk_update(changed, ["sort_key"], batch_size=200)


class Migration(migrations.Migration):

    dependencies = [
        ("catalog", "0016_public_record_by_uuid"),
    ]

    operations = [
        migrations.RunPython(file_anew, migrations.RunPython.noop),
    ]
