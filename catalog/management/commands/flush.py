"""Django's ``flush``, emptying the history last, because emptied tables number their rows from 1 again."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import flush
from django.db import connections, transaction

from catalog.models import Change, ChangedRecord, ChangeSet


class Command(flush.Command):
    """Empty every table; the history too, which would otherwise describe new rows that have the
    numbers of old ones.
    """

    def handle(self, **options: Any) -> None:
        """Flush, then empty the tables in which the flush itself was recorded."""
        super().handle(**options)
        using = options["database"]
        standing = connections[using].introspection.table_names()
        with transaction.atomic(using=using):
            for model in (ChangedRecord, Change, ChangeSet):
                if model._meta.db_table in standing:
                    model._base_manager.using(using)._raw_delete(using)
