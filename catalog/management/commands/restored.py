"""``manage.py restored``: after restoring a backup, tell it to those who keep copies."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from catalog.documents import begin_anew


class Command(BaseCommand):
    """Date every public record as changed now, under numbers that no copy knows."""

    help = (
        "After restoring a backup: everything public counts as changed now, so that harvesters and "
        "programs that keep a copy get all of it again."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say for how many records."""
        number = begin_anew()
        self.stdout.write(f"{number} records will be given again to those who keep copies.")
