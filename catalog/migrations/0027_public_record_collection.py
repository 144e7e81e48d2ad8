"""The list of changes knows in which collection a record stands, so that harvesters can ask for one collection."""

from django.db import migrations, models


def _fill(kind: str, column: str) -> migrations.RunSQL:
    """What is public today gets its collection; what is gone stays without, as nobody remembers where it stood."""
    return migrations.RunSQL(
        f"UPDATE catalog_publicrecord SET collection_id = (SELECT {column} FROM catalog_{kind} AS own"
        f" WHERE own.id = catalog_publicrecord.record_id) WHERE kind = '{kind}'",
        migrations.RunSQL.noop,
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0026_kept_columns")]

    operations = [
        migrations.AddField(
            "publicrecord", "collection_id", models.BigIntegerField(db_index=True, null=True)
        ),
        _fill("document", "collection_id"),
        _fill("image", "collection_id"),
        _fill("collection", "parent_id"),
    ]
