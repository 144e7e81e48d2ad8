"""The files of strangers, one by one and in zips: what is refused, and with which reason."""

from __future__ import annotations

import io
import zipfile

import pytest

from catalog.intake import HeldFile, TableRefused, packed
from catalog.intake.authority import AuthorityRecords
from tests.intake.authorities import record

pytestmark = pytest.mark.once


def zipped(*files: tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return held.getvalue()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<!DOCTYPE x [<!ENTITY a "b">]><eac-cpf><control/></eac-cpf>', "declares the entity “a”"),
        ('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><eac-cpf>&a;</eac-cpf>', "in another file"),
        ("<eac-cpf>" + "<x>" * 200, "within each other"),
        ("<eac-cpf>" + "<x/>" * 100_001, "more than 100000 elements"),
        ("<eac-cpf>" + "x" * 2_000_001, "more than 2000000 characters"),
        ("<ead/>", "first element is “ead”"),
        ("<eac-cpf>", "broken at line 1"),
        ("<eac-cpf/>", "no authority record with a name"),
    ],
)  # fmt: skip
def test_what_is_not_safe_or_no_record_is_refused(text, said):
    with pytest.raises(TableRefused, match=said):
        AuthorityRecords(HeldFile(text.encode()))


def test_a_zip_is_read_without_what_systems_leave_in_it():
    content = zipped(
        ("b/2.xml", record("Fenn, Jo")),
        ("a/1.XML", record("Quill, Ada")),
        ("readme.txt", b"Hello"),
        ("__MACOSX/a/._1.xml", b"\x00"),
    )
    names = [one.heading.title for one in AuthorityRecords(HeldFile(content)).known]
    assert names == ["Ada Quill", "Jo Fenn"]


def test_a_broken_file_in_a_zip_is_named():
    with pytest.raises(TableRefused, match=r"^2\.xml: The XML is broken"):
        AuthorityRecords(HeldFile(zipped(("1.xml", record("Quill, Ada")), ("2.xml", b"<eac-cpf>"))))


def test_no_more_is_unpacked_than_is_accepted(monkeypatch):
    monkeypatch.setattr("catalog.intake.authority.files.MOST_XML_BYTES", 5_000)
    bomb = zipped(("1.xml", b"<eac-cpf>" + b" " * 10_000_000 + b"</eac-cpf>"))
    assert len(bomb) < 20_000
    with pytest.raises(TableRefused, match="Unpacked"):
        AuthorityRecords(HeldFile(bomb))


def test_a_damaged_zip_and_too_many_records_are_refused(monkeypatch):
    content = zipped(("1.xml", record("Quill, Ada")), ("2.xml", record("Fenn, Jo")))
    with pytest.raises(TableRefused, match="damaged"):
        AuthorityRecords(HeldFile(content[:-30]))
    monkeypatch.setattr("catalog.intake.authority.files.MOST_RECORDS", 1)
    with pytest.raises(TableRefused, match="more than 1"):
        AuthorityRecords(HeldFile(content))


def test_files_that_are_sent_together_are_always_packed_alike():
    files = [("1.xml", HeldFile(record(name))) for name in ("Quill, Ada", "Fenn, Jo")]
    assert packed(files).is_like(packed(files))
    assert len(AuthorityRecords(packed(files)).known) == 2
    assert packed(files[:1]) is files[0][1]
