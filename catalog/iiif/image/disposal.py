"""Deleting an original for good: the only way in which the catalogue ever deletes one."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import suppress
from typing import Final

from catalog.iiif.image import kept_answers, pyramid
from catalog.iiif.image.originals import files_below
from catalog.models import Image

_CHUNK: Final = 1024 * 1024


def dispose_of(name: str) -> bool:
    """Delete an original and everything that was made from it. Returns whether there was one.

    The caller has made sure that no record shows it and that the history cannot restore it. What
    is made from an original is named after the hash of its content, except the answers of the image
    service: all of them are dropped, because they come again. Further machines keep what they made
    on disks of their own, which are not reached from here.
    """
    storage = Image._meta.get_field("file").storage
    try:
        with storage.open(name) as file:
            digest = hashlib.sha256()
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except FileNotFoundError:
        return False
    sha256 = digest.hexdigest()
    for made in files_below(storage, f"derivatives/{sha256[:2]}"):
        if made.rpartition("/")[2].startswith(sha256):
            storage.delete(made)
    for path in pyramid.place_of(sha256).parent.glob(f"{sha256}*"):
        path.unlink(missing_ok=True)
    with suppress(FileNotFoundError):
        shutil.rmtree(kept_answers.folder())
    # Last, so that a killed command can be run again.
    storage.delete(name)
    return True
