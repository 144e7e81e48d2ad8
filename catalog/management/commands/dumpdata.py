"""Django's ``dumpdata`` without history: it belongs to its database, and whoever loads the file begins another."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import dumpdata

from catalog.models import Change, ChangedRecord, ChangeSet


class Command(dumpdata.Command):
    """Write fixtures; history is kept by a backup of the database."""

    def handle(self, *labels: str, **options: Any) -> None:
        """As Django's, with the tables of history left out."""
        own = [model._meta.label for model in (ChangeSet, Change, ChangedRecord)]
        options["exclude"] = [*options["exclude"], *own]
        super().handle(*labels, **options)
