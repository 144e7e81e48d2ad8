"""`manage.py prepare`: everything that a first start makes, without serving."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from catalog.management.first_start import (
    collect_static,
    load_sample,
    load_vocabularies,
    make_curator,
    make_tables,
    size_pictures,
)
from catalog.management.refusal import CannotStart
from catalog.management.surroundings import check_database, check_folders, check_settings


class Command(BaseCommand):
    """Make what is missing; a second run changes nothing. `serve` does this by itself."""

    help = (
        "Makes tables, sample collection, curator account and static files where they are missing."
    )
    # Checks use the database; if it cannot be reached, that is reported first, in one line.
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, or end with one line and exit code 1."""
        try:
            self.prepare()
        except CannotStart as reason:
            raise CommandError(str(reason)) from None

    def prepare(self) -> None:
        """All steps in order; raises CannotStart."""
        check_folders()
        check_database()
        make_tables(self.say)
        check_settings(self.say)
        if not settings.SAMPLE_COLLECTION:
            load_vocabularies(self.say)
        elif load_sample(self.say):
            size_pictures(self.say)
        make_curator(self.say)
        collect_static(self.say)

    def say(self, sentence: str) -> None:
        """Tell the operator at once, also through a pipe."""
        self.stdout.write(sentence)
        self.stdout.flush()
