"""Files that stand in a storage whole or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage


def write_whole(storage: Storage, name: str, content: bytes) -> None:
    """Write ``content`` as ``name``, replacing what stands there; readers see the old or the new, never a part.

    On a disk it is written aside and renamed. Object stores show a file only once it is complete.
    """
    if isinstance(storage, FileSystemStorage):
        _write_aside(storage, Path(storage.path(name)), content)
        return
    storage.delete(name)
    given = storage.save(name, ContentFile(content))
    if given != name:
        # Another machine was quicker by a moment; derivatives of one original are equal.
        storage.delete(given)


def _write_aside(storage: FileSystemStorage, place: Path, content: bytes) -> None:
    place.parent.mkdir(
        mode=storage.directory_permissions_mode or 0o777, parents=True, exist_ok=True
    )
    handle, aside = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # Temporary files are their owner's alone, unlike the files of the storage.
        Path(aside).chmod(storage.file_permissions_mode or 0o644)
        Path(aside).replace(place)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
