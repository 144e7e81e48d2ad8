"""Django's ``dumpdata``, writing a file that another database can load completely: the way from
SQLite to PostgreSQL.
"""

from __future__ import annotations

from typing import Any

from django.core.management.commands import dumpdata

from catalog.management.staying import STAYING


class Command(dumpdata.Command):
    """Write fixtures; the history is not in them but in backups of the database."""

    def handle(self, *labels: str, **options: Any) -> None:
        """As Django's, without what stays with its database; permissions and terms are written by
        name, not by number.
        """
        own = [model._meta.label for model in STAYING]
        options["exclude"] = [*options["exclude"], *own]
        options["use_natural_foreign_keys"] = True
        super().handle(*labels, **options)
