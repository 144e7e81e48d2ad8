"""The characters of a text file: in which encoding its bytes are some, and line by line."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.intake.file import File

#: Characters of a line. A cell may have several lines, a row several cells.
_LONGEST_LINE: Final = 4_000_000
#: Bytes that are decoded at a time, and that are shown of a file in an unknown encoding.
_CHUNK: Final = 256 * 1024
_SHOWN: Final = 64 * 1024
_BYTE_ORDER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
#: Encodings that can be chosen, by their names in Python.
ENCODINGS: Final = {
    "utf-8": gettext_lazy("UTF-8"),
    "windows-1252": gettext_lazy("Windows, Western Europe (windows-1252)"),
    "iso8859-15": gettext_lazy("Latin with euro (ISO 8859-15)"),
    "mac-roman": gettext_lazy("Macintosh (Mac Roman)"),
    "windows-1250": gettext_lazy("Windows, Central Europe (windows-1250)"),
    "windows-1251": gettext_lazy("Windows, Cyrillic (windows-1251)"),
    "koi8-r": gettext_lazy("Cyrillic (KOI8-R)"),
    "cp850": gettext_lazy("DOS, Western Europe (code page 850)"),
    "utf-16": gettext_lazy("UTF-16"),
}
#: Those in which a file that is not UTF-8 is shown, to choose from.
_LIKELY: Final = ("windows-1252", "mac-roman", "windows-1250", "windows-1251", "cp850")


class TableRefused(Exception):
    """A file that is not a table. The text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Sample:
    """How the same words read in one encoding."""

    encoding: str
    label: str
    text: str


class EncodingUnknown(TableRefused):
    """A file that is not UTF-8; ``samples`` show how it reads in other encodings, to choose from."""

    def __init__(self, said: str, samples: list[Sample]) -> None:
        super().__init__(said)
        self.samples = samples


def encoding_of(file: File, encoding: str) -> str:
    """The encoding, in which all characters of the file were found to be some. Raises EncodingUnknown if it is not
    given and the file is not UTF-8.
    """
    beginning = file.part(0, 3)
    if beginning.startswith(_BYTE_ORDER_MARKS) or (not encoding and _wide(file)):
        encoding = "utf-16"
    elif beginning.startswith(codecs.BOM_UTF8):
        encoding = "utf-8"
    if encoding and encoding not in ENCODINGS:
        raise TableRefused(
            _("The encoding “%(encoding)s” is not known. Choose one of: %(known)s.")
            % {"encoding": encoding, "known": ", ".join(ENCODINGS)}
        )
    decoder = codecs.getincrementaldecoder(_codec(file, encoding or "utf-8"))()
    line, read = 1, 0
    for chunk in file.chunks(_CHUNK):
        # What the decoder kept of a character that the chunk before did not end.
        kept = len(decoder.getstate()[0])
        read += len(chunk)
        try:
            text = decoder.decode(chunk, final=read >= file.size)
        except UnicodeDecodeError as fault:
            place = read - len(chunk) - kept + fault.start
            line += chunk.count(b"\n", 0, max(fault.start - kept, 0))
            raise _wrong_encoding(file, encoding, place, line) from fault
        if "\x00" in text:
            raise TableRefused(
                _(
                    "Line %(line)d contains a NUL byte: the file is damaged, or it is UTF-16 without its "
                    "byte order mark. Save it as “CSV UTF-8” and import that."
                )
                % {"line": line + text.count("\n", 0, text.index("\x00"))}
            )
        line += text.count("\n")
    return encoding or "utf-8"


def _codec(file: File, encoding: str) -> str:
    """Python's name of an encoding, with or without a mark at the beginning of the file."""
    if encoding == "utf-16" and not file.part(0, 2).startswith(_BYTE_ORDER_MARKS):
        return _wide(file) or "utf-16-le"
    return "utf-8-sig" if encoding == "utf-8" else encoding


def _wide(file: File) -> str:
    """Python's name for UTF-16 without a mark: every other byte of Latin letters, signs and separators is zero.
    Empty if it is none.
    """
    beginning = file.part(0, 1024)
    high, low = beginning[::2].count(0), beginning[1::2].count(0)
    if max(high, low) * 4 < len(beginning) or min(high, low):
        return ""
    return "utf-16-be" if high else "utf-16-le"


def _wrong_encoding(file: File, encoding: str, place: int, line: int) -> TableRefused:
    if encoding == "utf-16":
        return TableRefused(
            _("The file says that it is UTF-16 but is not (line %(line)d). Save it as “CSV UTF-8”.")
            % {"line": line}
        )  # fmt: skip
    with file.open() as reader:
        reader.seek(max(place - 40, 0))
        around = reader.read(_SHOWN)
    samples = []
    for name in _LIKELY:
        text = _words_around(around, name)
        if text and name != encoding:
            samples.append(Sample(name, str(ENCODINGS[name]), text))
    said = _(
        "The file is not %(encoding)s: line %(line)d contains a byte that is not a letter there. "
        "Choose the encoding in which the words below look right, or save the file as “CSV "
        "UTF-8”."
    ) % {"encoding": ENCODINGS[encoding or "utf-8"], "line": line}
    return EncodingUnknown(said, samples)


def _words_around(content: bytes, encoding: str) -> str:
    """The words with letters that depend on the encoding, as they read in this one; empty if it has no
    such letters.
    """
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return ""
    words = re.findall(r"[^\s,;|\"]*[^\x00-\x7f][^\s,;|\"]*", text)
    return " · ".join(dict.fromkeys(word[:40] for word in words[:200]))[:160]


def lines_in(file: File, encoding: str) -> Iterator[str]:
    """The lines of a file, with what ends them. Raises TableRefused for one that is too long."""
    with io.TextIOWrapper(file.open(), _codec(file, encoding), newline="") as text:
        number = 0
        while line := text.readline(_LONGEST_LINE + 1):
            number += 1
            if len(line) > _LONGEST_LINE:
                raise TableRefused(
                    _("Line %(line)d has more than %(most)d characters. Is this a table?")
                    % {"line": number, "most": _LONGEST_LINE}
                )
            yield line
