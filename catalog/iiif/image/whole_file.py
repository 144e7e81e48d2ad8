"""Files that are in a storage completely or not at all, whatever happens while they are written."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage

if TYPE_CHECKING:
    from django.core.files import File


class WholeFileStorage(FileSystemStorage):
    """Files on a local disk that appear under their name once every byte of them is on the disk.

    Django's own writes them in place: a crash would leave a part of a picture that looks like one.
    """

    def _save(self, name: str, content: File[Any]) -> str:
        """Write a new file; an existing one is never touched, the new one gets another name."""
        while True:
            place = Path(self.path(name))
            try:
                _write_aside(self, place, content.chunks(), os.link)
            except FileExistsError:
                name = self.get_available_name(name)
            else:
                return name


def write_whole(storage: Storage, name: str, content: bytes) -> None:
    """Write ``content`` as ``name``, replacing what is there; readers see the old or the new, never a part.

    On a disk it is written under a temporary name and renamed. Object stores show a file only once
    it is complete.
    """
    if isinstance(storage, FileSystemStorage):
        _write_aside(storage, Path(storage.path(name)), [content], os.replace)
        return
    storage.delete(name)
    given = storage.save(name, ContentFile(content))
    if given != name:
        # Another machine was faster by a moment; derivatives of one original are equal.
        storage.delete(given)


def _write_aside(
    storage: FileSystemStorage,
    place: Path,
    content: Iterable[bytes],
    put: Callable[[str, Path], None],
) -> None:
    """Write a temporary file beside its place, and ``put`` it there when it is on the disk."""
    place.parent.mkdir(
        mode=storage.directory_permissions_mode or 0o777, parents=True, exist_ok=True
    )
    handle, aside = tempfile.mkstemp(dir=place.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in content:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        # Temporary files belong to their owner alone, unlike the files of the storage.
        Path(aside).chmod(storage.file_permissions_mode or 0o644)
        put(aside, place)
        _sync_folder(place.parent)
    finally:
        Path(aside).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    """Have the name of a new file written to the disk as well."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
