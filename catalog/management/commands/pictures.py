"""``manage.py pictures check``: every original is unchanged, every derived file belongs to a held
picture.
"""

from __future__ import annotations

import time
from argparse import ArgumentParser
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.core.files.storage import Storage
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from catalog.iiif import derived_files, fault_of, files_below, preparations, pyramid_files
from catalog.models import Image

#: Pictures that are examined together, and after which progress is reported.
_STEP: Final = 500
#: Seconds after which a half-written file is considered left over from a crash.
_LONGEST_WRITING: Final = 24 * 3600


class Command(BaseCommand):
    """`pictures check` and `pictures sweep`."""

    help = (
        "check: read every original and compare it with its checksum, name very large ones that "
        "their job could not decode, and find derived files that belong to no picture; the exit "
        "code is 1 if something is wrong. sweep: delete those derived files; never an original."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do."""
        parser.add_argument("what", choices=("check", "sweep"))

    def handle(self, *args: Any, **options: Any) -> None:
        """Report line by line. Raises CommandError, so that the exit code is 1, if something is wrong."""
        if options["what"] == "sweep":
            self._sweep()
            return
        faults = self._check_originals(options["verbosity"])
        broken = self._check_prepared()
        loose = sorted(str(name) for name in self._loose())
        for name in loose:
            self.stderr.write(f"{name}: belongs to no picture")
        if faults or loose or broken:
            raise CommandError(
                f"{faults} originals have changed: restore them from a backup. "
                f"{broken} very large ones could not be read: replace their files. "
                f"{len(loose)} derived files belong to no picture: “manage.py pictures sweep” deletes them."
            )
        self.stdout.write(
            "Every original is unchanged and every derived file belongs to a picture."
        )

    def _check_originals(self, verbosity: int) -> int:
        held = Image.objects.exclude(file="").order_by("pk")
        number, faults = held.count(), 0
        names: dict[str, tuple[int, str]] = {}
        for place, image in enumerate(held.iterator(chunk_size=200), start=1):
            name, is_to_be = str(image.file.name), (image.byte_size or 0, image.sha256)
            # Several records may show pages of one file: it is read once.
            if names.get(name) == is_to_be:
                continue
            names[name] = is_to_be
            fault = fault_of(_storage(), name, *is_to_be)
            if fault:
                faults += 1
                self.stderr.write(f"{image.identifier}: {name} {fault}")
            if place % _STEP == 0 and verbosity > 0:
                self.stdout.write(f"{place}/{number}")
        kept = sum(
            name not in names and not _is_part(name)
            for name in files_below(_storage(), "originals")
        )
        self.stdout.write(
            f"{len(names)} originals read. {kept} more are kept that no record shows any more."
        )
        return faults

    def _check_prepared(self) -> int:
        """List which very large pictures a job still has to prepare; returns how many it could not read."""
        broken = waiting = 0
        held = Image.objects.exclude(file="").iterator(chunk_size=_STEP)
        while images := {image.pk: image for image in islice(held, _STEP)}:
            for key, preparation in preparations(images.values()).items():
                if preparation.is_broken:
                    broken += 1
                    self.stderr.write(f"{images[key].identifier}: {preparation.said}")
                else:
                    waiting += 1
        if waiting:
            self.stdout.write(f"{waiting} very large pictures are still being prepared by a job.")
        return broken

    def _sweep(self) -> None:
        loose = self._loose()
        for name in loose:
            if isinstance(name, Path):
                name.unlink(missing_ok=True)
            else:
                _storage().delete(name)
        self.stdout.write(f"{len(loose)} files that belonged to no picture were deleted.")

    @staticmethod
    def _loose() -> list[str | Path]:
        """Derived files of no picture, and half-written files left by a crash: names in the
        storage, and paths here.
        """
        belonging: set[str | Path] = set()
        for image in Image.objects.exclude(file="").iterator(chunk_size=200):
            belonging.update(derived_files(image))
        derived: list[str | Path] = [*files_below(_storage(), "derivatives"), *pyramid_files()]
        half: list[str | Path] = [
            name for name in files_below(_storage(), "originals") if _is_part(name)
        ]
        return [
            name for name in derived + half if name not in belonging and not _is_under_way(name)
        ]


def _storage() -> Storage:
    return Image._meta.get_field("file").storage


def _is_part(name: str | Path) -> bool:
    return str(name).endswith(".part")


def _is_under_way(name: str | Path) -> bool:
    """Whether somebody may still be writing it."""
    if not _is_part(name):
        return False
    try:
        if isinstance(name, Path):
            return time.time() - name.stat().st_mtime < _LONGEST_WRITING
        written = _storage().get_modified_time(name)
    except FileNotFoundError:
        return True
    return (timezone.now() - written).total_seconds() < _LONGEST_WRITING
