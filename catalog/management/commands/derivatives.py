"""``manage.py derivatives build``: make every missing derivative of the held pictures."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from catalog.iiif import NotMade, StillBeingMade, make_derivatives, pyramid_of_image
from catalog.models import Image


class Command(BaseCommand):
    """Make what is missing; existing files are kept, so that a stopped run can be started again."""

    help = (
        "Makes the missing pyramids and smaller copies of all held pictures. Pictures that "
        "cannot be read are named; the others are still made, and the exit code is 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """One verb so far."""
        parser.add_argument("verb", choices=["build"], help="build: make what is missing")

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the held pictures, hidden ones too. Raises CommandError if some could not be made."""
        held = Image.objects.exclude(file="").order_by("pk")
        number, made, failed = held.count(), 0, 0
        for place, image in enumerate(held.iterator(chunk_size=200), start=1):
            try:
                pyramid_of_image(image, patience=None)
                done = make_derivatives(image)
            except (NotMade, StillBeingMade, OSError) as fault:
                failed += 1
                self.stderr.write(f"{place}/{number} {image.identifier}: {fault}")
                continue
            made += done
            if done and options["verbosity"] > 0:
                self.stdout.write(f"{place}/{number} {image.identifier}: {done}")
        if options["verbosity"] > 0:
            self.stdout.write(
                _("%(number)d pictures held, %(made)d derivatives created.")
                % {"number": number, "made": made}
            )
        if failed:
            raise CommandError(
                _(
                    "%(failed)d pictures could not be read; they are listed above. Replace their files."
                )
                % {"failed": failed}
            )
