"""Uploaded files: where they are until their record is written, and removing those whose record
never was.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, NoReturn

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.utils.translation import gettext as _

#: Seconds after which nobody can still be writing a file, or waiting for its inspection.
_ABANDONED: Final = 3600.0
#: The attribute of a request with the reason why a file was not kept.
_UNKEPT: Final = "catalog_unkept_file"


def upload_folder() -> Path:
    """The folder, made if it does not exist."""
    folder = Path(settings.FILE_UPLOAD_TEMP_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


class UploadHandler(TemporaryFileUploadHandler):
    """Django's, for a folder that may have been deleted, and for curators only.

    Django reads a form before a view can refuse it, so anybody could otherwise fill the disk. Files
    that fit into memory do not come here. A file that the disk does not take is skipped, so that what
    was typed beside it is read; :func:`unkept_file` tells of it.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file. Raises PermissionDenied unless a curator sends it."""
        if not getattr(getattr(self.request, "user", None), "is_staff", False):
            raise PermissionDenied(_("Only curators who are logged in may send files."))
        try:
            upload_folder()
            super().new_file(*args, **kwargs)
        except OSError as fault:
            self._skip(fault)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write a piece of the file."""
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as fault:
            self._skip(fault)

    def _skip(self, fault: OSError) -> NoReturn:
        setattr(self.request, _UNKEPT, fault)
        # Closing writes what is still in the buffer, so it fails once more.
        with suppress(OSError):
            self.file.close()
        raise SkipFile from fault


def unkept_file(request: object) -> OSError | None:
    """Why the disk did not take a file of an HTTP request that has been read; None if it took all."""
    return getattr(request, _UNKEPT, None)


def clear_half_files() -> int:
    """Delete what a killed process has left on this machine: uploads, and half-made pictures.

    Returns their number. A duty of every worker; ``pictures sweep`` deletes what is half written
    among the originals.
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
