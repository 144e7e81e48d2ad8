"""Uploaded files: where they are until their record is written, and clearing away those whose record never was."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.uploadhandler import TemporaryFileUploadHandler

#: Seconds after which nobody can still be writing a file, or waiting for it to be judged.
_ABANDONED: Final = 3600.0


def upload_folder() -> Path:
    """The folder, made when it is not there."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class UploadHandler(TemporaryFileUploadHandler):
    """Django's, for a folder that may have been deleted."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        upload_folder()
        super().new_file(*args, **kwargs)


def clear_half_files() -> int:
    """Delete what a process that was killed has left on this machine: uploads, and pictures that were half made.

    Returns the number. A duty of every worker; what is half among the originals ``pictures sweep`` deletes.
    """
    half = [*upload_folder().iterdir(), *Path(settings.PICTURES_DIR).rglob("*.part")]
    number = 0
    before = time.time() - _ABANDONED
    for file in half:
        with suppress(FileNotFoundError):
            if file.is_file() and file.stat().st_mtime < before:
                file.unlink()
                number += 1
    return number
