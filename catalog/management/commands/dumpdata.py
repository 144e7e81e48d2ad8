"""Django's ``dumpdata``, whose whole file another database can load: the way from SQLite to PostgreSQL."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import dumpdata

from catalog.management.staying import STAYING


class Command(dumpdata.Command):
    """Write fixtures; history is kept by a backup of the database."""

    def handle(self, *labels: str, **options: Any) -> None:
        """As Django's, without what stays with its database; permissions and terms are named, not numbered."""
        own = [model._meta.label for model in STAYING]
        options["exclude"] = [*options["exclude"], *own]
        options["use_natural_foreign_keys"] = True
        super().handle(*labels, **options)
