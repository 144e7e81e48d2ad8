"""The authority records of an import, read once: who they describe and name; their texts are read again when wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext

from catalog.intake.archival.rows import Remark
from catalog.intake.authority.description import Described, described
from catalog.intake.authority.files import files_in, record_in
from catalog.intake.authority.works import Work
from catalog.intake.characters import TableRefused
from catalog.intake.file import File
from catalog.intake.saying import say as _


class AuthorityRecords:
    """What one file, or a zip of files, says. Records are numbered from 1, in the order of their files.

    Raises TableRefused when a file is no authority record, broken, or not safe to read.
    """

    def __init__(self, file: File) -> None:
        self._file = file
        #: The records without their texts.
        self.known: list[Described] = []
        #: What is said of records that are left out.
        self.remarks: list[Remark] = []
        #: Works that the catalogue may have, by what the records say of them.
        self.works: set[Work] = set()
        for one in self._all():
            if one.heading is None:
                said = _("Left out: the record gives no name.")
                self.remarks.append(Remark(in_file("identity", one.file), one.line, "", said))
            elif one.is_gone:
                said = _("Left out: the source says that this record was deleted.")
                element = in_file("maintenanceStatus", one.file)
                self.remarks.append(Remark(element, one.line, one.heading.written, said))
            else:
                self.works.update(work for work in one.works if work.is_known)
                one.lighten()
                self.known.append(one)
        if not self.known:
            raise TableRefused(gettext("There is no authority record with a name in the file."))

    def _all(self) -> Iterator[Described]:
        for number, (name, chunks) in enumerate(files_in(self._file), 1):
            yield described(record_in(chunks, name), number, name)

    def descriptions(self) -> Iterator[Described]:
        """The records with their texts, but for those that are left out."""
        for one in self._all():
            if one.heading is not None and not one.is_gone:
                one.remarks = [
                    replace(remark, element=in_file(remark.element, one.file))
                    for remark in one.remarks
                ]
                yield one


def in_file(element: str, file: str) -> str:
    """An element, and the file in which it stands, where there are several."""
    return f"{element} ({file})" if file else element
