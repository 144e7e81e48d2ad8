"""The files of authority records: one, or a zip of them, read without being unpacked to disk."""

from __future__ import annotations

import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Final

from django.utils.translation import gettext as _

from catalog.intake.archival.markup import CHUNK, MOST_XML_BYTES, Element, SafeParser, root_of
from catalog.intake.characters import TableRefused
from catalog.intake.file import File, OpenFile

#: Records in one import.
MOST_RECORDS: Final = 20_000
#: Elements and characters of one record.
_MOST_ELEMENTS: Final = 100_000
_LONGEST: Final = 2_000_000
ROOTS: Final = frozenset({"eac-cpf", "eac"})
#: So much of a zip that is made stays in memory; the rest waits in a file, in bytes.
_IN_MEMORY: Final = 2 * 1024 * 1024
_ZIP: Final = b"PK\x03\x04"
_SUFFIXES: Final = (".xml", ".eac")


def packed(files: Sequence[tuple[str, File]]) -> File:
    """Several files as one: a zip, the same for the same files. A single one stays as it is."""
    if len(files) == 1:
        return files[0][1]
    held = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the object
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (name, file) in enumerate(files, 1):
            # Files of two folders may have the same name.
            info = zipfile.ZipInfo(f"{number:05d}/{PurePosixPath(name).name}")
            info.compress_type = zipfile.ZIP_DEFLATED
            with file.open() as reader, archive.open(info, "w") as written:
                shutil.copyfileobj(reader, written)
    return OpenFile(held)


def root_in(file: File) -> str:
    """The first element of the first XML file in a zip; empty for any other file."""
    if not _is_zip(file):
        return ""
    try:
        with file.open() as reader, zipfile.ZipFile(reader) as archive:
            for info in _members(archive):
                with archive.open(info) as member:
                    return root_of(member.read(4 * CHUNK))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError):
        return ""
    return ""


def _is_zip(file: File) -> bool:
    return file.part(0, len(_ZIP)) == _ZIP


def files_in(file: File) -> Iterator[tuple[str, Iterable[bytes]]]:
    """Names and contents of the XML files, one after the other; one that is no zip has no name. Raises TableRefused."""
    if not _is_zip(file):
        yield "", file.chunks(CHUNK)
        return
    unpacking = _Unpacking(MOST_XML_BYTES)
    with _damage_told(), file.open() as reader, zipfile.ZipFile(reader) as archive:
        members = list(_members(archive))
        if len(members) > MOST_RECORDS:
            raise TableRefused(
                _("There are more than %(most)d authority records. Import them in parts.")
                % {"most": MOST_RECORDS}
            )
        for info in members:
            with archive.open(info) as member:
                yield PurePosixPath(info.filename).name, unpacking.chunks(member)


@contextmanager
def _damage_told() -> Iterator[None]:
    """Raise TableRefused for a zip that cannot be read."""
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, OSError) as fault:
        raise TableRefused(
            _("The zip is damaged, or locked by a password. Make it again, or send the files.")
        ) from fault


@dataclass(slots=True)
class _Unpacking:
    """Unpacks ``left`` bytes and no more: what a zip says of sizes need not be true."""

    left: int

    def chunks(self, member: IO[bytes]) -> Iterator[bytes]:
        """What a file in the zip holds. Raises TableRefused."""
        while True:
            with _damage_told():
                chunk = member.read(CHUNK)
            if not chunk:
                return
            self.left -= len(chunk)
            if self.left < 0:
                raise TableRefused(
                    _("Unpacked, the files have more than %(most)d MB. Import them in parts.")
                    % {"most": MOST_XML_BYTES // 1024**2}
                )
            yield chunk


def _members(archive: zipfile.ZipFile) -> Iterator[zipfile.ZipInfo]:
    """The XML files of a zip by name, without what operating systems leave in one."""
    for info in sorted(archive.infolist(), key=lambda one: one.filename):
        path = PurePosixPath(info.filename)
        if path.suffix.lower() in _SUFFIXES and not any(
            part.startswith((".", "__MACOSX")) for part in path.parts
        ):
            yield info


def record_in(chunks: Iterable[bytes], file: str) -> Element:
    """The record of a file, with its names in small letters. Raises TableRefused, which names the file."""
    reader = _Reader()
    try:
        for chunk in chunks:
            reader.feed(chunk, is_last=False)
        reader.feed(b"", is_last=True)
    except TableRefused as refusal:
        raise TableRefused(f"{file}: {refusal}" if file else str(refusal)) from refusal
    assert reader.root is not None  # noqa: S101 - without one expat refuses the file
    return reader.root


class _Reader(SafeParser):
    """Reads one record whole."""

    roots = ROOTS

    def __init__(self) -> None:
        super().__init__()
        self.root: Element | None = None
        self._open: list[Element] = []
        self._elements = self._characters = 0

    def refuse_root(self, name: str) -> None:
        """Raise TableRefused: it is no authority record."""
        raise TableRefused(
            _("This is XML, but no authority record: its first element is “%(name)s”, not “eac-cpf” or “eac”.")
            % {"name": name[:60]}
        )  # fmt: skip

    def begins(self, element: Element) -> None:
        """An element of the record."""
        self._elements += 1
        if self._elements > _MOST_ELEMENTS:
            raise TableRefused(
                _("Line %(line)d: one record has more than %(most)d elements.")
                % {"line": self.line, "most": _MOST_ELEMENTS}
            )
        element.name = element.name.lower()
        element.attributes = {key.lower(): value for key, value in element.attributes.items()}
        if self._open:
            self._open[-1].content.append(element)
        else:
            self.root = element
        self._open.append(element)

    def ends(self) -> None:
        """The innermost element is complete."""
        self._open.pop()

    def characters(self, text: str) -> None:
        """Text of the record."""
        self._characters += len(text)
        if self._characters > _LONGEST:
            raise TableRefused(
                _("Line %(line)d: one record has more than %(most)d characters.")
                % {"line": self.line, "most": _LONGEST}
            )
        if self._open:
            self._open[-1].content.append(text)
