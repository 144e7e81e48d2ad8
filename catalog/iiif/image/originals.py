"""Making a file the original of a record, and verifying later that it is unchanged."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID
from weakref import WeakKeyDictionary

from catalog.iiif.image.inspection import FilePage, PictureFacts, inspect_picture
from catalog.iiif.image.reading import FORMATS, PictureRefused
from catalog.models import Image, folder_of_originals

if TYPE_CHECKING:
    from django.core.files.base import File
    from django.core.files.storage import Storage
    from django.core.files.uploadedfile import UploadedFile

#: The columns of a record that its file fills in.
MEASURED: Final = (
    "media_type", "width", "height", "byte_size", "sha256", "colour_space", "captured", "captured_with", "file_pages",
)  # fmt: skip
_CHUNK: Final = 1024 * 1024
_SUFFIXES: Final = dict(FORMATS.values())
#: What :func:`examine` found, as long as the file that was sent lives.
_examined: Final[WeakKeyDictionary[UploadedFile[Any], PictureFacts | PictureRefused]] = (
    WeakKeyDictionary()
)


@dataclass(frozen=True, slots=True)
class Original:
    """The original file of a picture, opened for a download under ``name``."""

    file: File[Any]
    name: str
    media_type: str


def open_original(image: Image) -> Original:
    """The original of an image that holds one. Raises FileNotFoundError if the file is not there."""
    is_known = image.media_type in _SUFFIXES
    return Original(
        image.file.storage.open(str(image.file.name)),
        file_name_of(image) + _SUFFIXES.get(image.media_type, ""),
        image.media_type if is_known else "application/octet-stream",
    )


def file_name_of(image: Image) -> str:
    """The record's identifier as a file name: letters, digits, points and hyphens, and no leading point."""
    return re.sub(r"[^\w.-]+", "-", image.identifier).strip(".-_") or str(image.uuid)


class HeldAlready(PictureRefused):
    """The file is already the original of another record, ``holder``."""

    def __init__(self, holder: Image) -> None:
        super().__init__(f"{holder.identifier} already holds the same file.")
        self.holder = holder


def examine(file: UploadedFile[Any]) -> None:
    """Inspect a sent file before the transaction in which it becomes an original.

    A large one is read and decoded for seconds, and on SQLite nobody else can save while a
    transaction is open. :func:`judged` then knows the result; nothing is raised here.
    """
    try:
        _examined[file] = inspect_picture(file)
    except PictureRefused as refusal:
        _examined[file] = refusal


def judged(file: UploadedFile[Any], image: Image) -> PictureFacts:
    """What a sent file is, if it may become the original of ``image``; it is renamed accordingly.

    Call :func:`examine` before the transaction. Raises PictureRefused, or HeldAlready, which names
    the record that has the file.
    """
    if file not in _examined:
        examine(file)
    facts = _examined[file]
    if isinstance(facts, PictureRefused):
        raise facts
    holder = Image.objects.filter(sha256=facts.sha256).exclude(pk=image.pk).first()
    if holder is not None:
        raise HeldAlready(holder)
    # The suffix follows from what the file is, not from its name.
    file.name = f"{PurePosixPath(file.name or 'picture').stem[:60]}{facts.suffix}"
    return facts


def describe_file(image: Image, facts: PictureFacts | None, page: FilePage | None = None) -> None:
    """Write into the record what its new file is, or that there is none; saves nothing.

    ``page`` is the page that the record shows; None for the first.
    """
    for name in MEASURED:
        empty = "" if Image._meta.get_field(name).empty_strings_allowed else None
        setattr(image, name, getattr(facts, name) if facts else empty)
    image.rotation = 0
    image.file_page = None
    if page is not None and page.number > 1:
        image.file_page, image.width, image.height = page.number, page.width, page.height


def fault_of(storage: Storage, name: str, byte_size: int, sha256: str) -> str:
    """What is wrong with a stored original, in words; empty if every byte is as it came."""
    digest, size = hashlib.sha256(), 0
    try:
        with storage.open(name) as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                size += len(chunk)
    except OSError as fault:
        return f"cannot be read ({fault})"
    if size != byte_size:
        return f"has {size} bytes instead of {byte_size}"
    return "" if digest.hexdigest() == sha256 else "has other bytes than those that came"


def originals_of(uuid: UUID) -> list[str]:
    """Names of all files that a record ever had: those that were replaced are kept as well."""
    storage = Image._meta.get_field("file").storage
    return list(files_below(storage, folder_of_originals(uuid)))


def files_below(storage: Storage, folder: str) -> Iterator[str]:
    """Names of all files of a storage below a folder; none if there is no such folder."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in sorted(files) if name)
    for inner in sorted(folders):
        yield from files_below(storage, f"{folder}/{inner}")
