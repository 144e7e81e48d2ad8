"""Django's ``flush``, which empties history last: emptied tables number their rows from the start again."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import flush
from django.db import connections, transaction

from catalog.models import Change, ChangedRecord, ChangeSet


class Command(flush.Command):
    """Empty every table; history too, which would else tell of rows that new ones are numbered like."""

    def handle(self, **options: Any) -> None:
        """Flush, then empty what the flush itself was recorded in."""
        super().handle(**options)
        using = options["database"]
        standing = connections[using].introspection.table_names()
        with transaction.atomic(using=using):
            for model in (ChangedRecord, Change, ChangeSet):
                if model._meta.db_table in standing:
                    model._base_manager.using(using)._raw_delete(using)
