"""Reading the file: which encoding, which separator, which rows; and explaining what is not a table.

Expected is what a spreadsheet program saves: comma, semicolon or tab between cells, quotation marks
around those that contain one of these (RFC 4180). Rows are counted as spreadsheets count them, the
header being row 1.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

#: Larger files are refused, in bytes.
MOST_BYTES: Final = 20 * 1024 * 1024
MOST_ROWS: Final = 50_000
MOST_COLUMNS: Final = 200
#: Characters of a cell. No column of the catalogue holds more.
LONGEST_CELL: Final = 100_000
#: Rows from which the separator is found.
_TRIED: Final = 40
SEPARATORS: Final = {
    ",": gettext_lazy("comma"),
    ";": gettext_lazy("semicolon"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("vertical bar"),
}
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
#: How other sorts of file begin, and what they are.
_NOT_TABLES: Final = (
    (b"PK\x03\x04", gettext_lazy("a spreadsheet workbook (.xlsx or .ods), or a ZIP file")),
    (b"\xd0\xcf\x11\xe0", gettext_lazy("an old workbook (.xls)")),
    (b"%PDF", gettext_lazy("a PDF")),
    (b"{\\rtf", gettext_lazy("a formatted text (.rtf)")),
    (b"\x1f\x8b", gettext_lazy("a compressed file (.gz)")),
    (b"\x89PNG", gettext_lazy("a picture")),
    (b"\xff\xd8\xff", gettext_lazy("a picture")),
)  # fmt: skip


#: How Excel lets a file name its separator: not a row of the table, but counted as one.
_IS_TOLD: Final = re.compile(r"sep=.?")


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


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the spreadsheet, its cells (as many as the header has), and cells beyond the header.

    ``line`` is the line of the file where that is not the number; ``stays_draft``: it is not published with the others.
    """

    number: int
    cells: tuple[str, ...]
    beyond: tuple[str, ...] = ()
    line: int = 0
    stays_draft: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table that was checked before: it has a header, and its quotation marks close."""

    text: str
    encoding: str
    separator: str
    header: tuple[str, ...]
    number_of_rows: int
    remarks: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """The rows below the header, without empty ones, read one by one."""
        header_seen = False
        for number, cells in _records(self.text, self.separator):
            if _is_nothing(number, cells):
                continue
            if not header_seen:
                header_seen = True
                continue
            width = len(self.header)
            whole = tuple(plain(cell) for cell in cells[:width])
            beyond = tuple(cell for cell in cells[width:] if cell.strip())
            yield Row(number, whole + ("",) * (width - len(whole)), beyond)

    def column(self, place: int) -> set[str]:
        """All that the rows say in a column."""
        return {row.cells[place] for row in self.rows()}


def plain(cell: str) -> str:
    """A cell without the apostrophe that our own exports put before what a spreadsheet would calculate."""
    return cell[1:] if re.match(r"'+ *[=+\-@\t\r\n]", cell) else cell


def known_table(content: bytes, *, encoding: str, separator: str, rows: int) -> Table:
    """A table that :func:`read_table` has read before: only its header is read again."""
    text, _encoding = _decoded(content, encoding)
    for number, cells in _records(text, separator):
        if not _is_nothing(number, cells):
            header = _header(cells)
            return Table(text, encoding, separator, header, rows, _remarks(header))
    raise TableRefused(_("The file is empty."))


def read_table(content: bytes, *, encoding: str = "", separator: str = "") -> Table:
    """Read a file; what is not given is detected. Raises TableRefused and EncodingUnknown."""
    if len(content) > MOST_BYTES:
        raise TableRefused(
            _("The file has %(size)d MB; the limit is %(most)d MB. Import it in parts.")
            % {"size": -(-len(content) // 1024**2), "most": MOST_BYTES // 1024**2}
        )
    _refuse_other_files(content)
    text, encoding = _decoded(content, encoding)
    told = re.match(r"sep=(.)\r?\n", text)
    if told and told[1] in SEPARATORS:
        separator = separator or told[1]
    if not text.strip():
        raise TableRefused(
            _("The file is empty. Its first row must name the columns; the records follow.")
        )
    if separator and separator not in SEPARATORS:
        raise TableRefused(
            _(
                "“%(separator)s” cannot separate columns. Choose comma, semicolon, tab or vertical bar."
            )
            % {"separator": separator}
        )
    separator = separator or _separator_of(text)
    header, number = _judged(text, separator)
    return Table(text, encoding, separator, header, number, _remarks(header))


def _refuse_other_files(content: bytes) -> None:
    for beginning, what in _NOT_TABLES:
        if content.startswith(beginning):
            raise TableRefused(
                _(
                    "This file is %(what)s, whatever its name says. Open it in its own program, save the "
                    "sheet as “CSV UTF-8”, and import that."
                )
                % {"what": what}
            )
    beginning = content.lstrip(b"\xef\xbb\xbf \r\n\t")[:200].lower()
    if beginning.startswith((b"<!doctype", b"<html", b"<?xml", b"<table")):
        raise TableRefused(
            _("This file is a web page or XML, whatever its name says. Save the table as CSV and "
              "import that.")
        )  # fmt: skip


# --- Characters -------------------------------------------------------------------------------------------------


def _decoded(content: bytes, encoding: str) -> tuple[str, str]:
    """The text and its encoding. Raises EncodingUnknown if it is not given and not UTF-8."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif content.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8"
    if encoding and encoding not in ENCODINGS:
        raise TableRefused(
            _("The encoding “%(encoding)s” is not known. Choose one of: %(known)s.")
            % {"encoding": encoding, "known": ", ".join(ENCODINGS)}
        )
    try:
        text = content.decode("utf-8-sig" if encoding in {"", "utf-8"} else encoding)
    except UnicodeDecodeError as fault:
        raise _wrong_encoding(content, encoding, fault) from fault
    if "\x00" in text:
        row = text.count("\n", 0, text.index("\x00")) + 1
        raise TableRefused(
            _(
                "Line %(line)d contains a NUL byte: the file is damaged, or it is UTF-16 without its "
                "byte order mark. Save it as “CSV UTF-8” and import that."
            )
            % {"line": row}
        )
    return text, encoding or "utf-8"


def _wrong_encoding(content: bytes, encoding: str, fault: UnicodeDecodeError) -> TableRefused:
    line = content.count(b"\n", 0, fault.start) + 1
    if encoding == "utf-16":
        return TableRefused(
            _("The file says that it is UTF-16 but is not (line %(line)d). Save it as “CSV UTF-8”.")
            % {"line": line}
        )  # fmt: skip
    samples = []
    for name in _LIKELY:
        text = _words_around(content, fault.start, name)
        if text and name != encoding:
            samples.append(Sample(name, str(ENCODINGS[name]), text))
    said = _(
        "The file is not %(encoding)s: line %(line)d contains a byte that is not a letter there. "
        "Choose the encoding in which the words below look right, or save the file as “CSV "
        "UTF-8”."
    ) % {"encoding": ENCODINGS[encoding or "utf-8"], "line": line}
    return EncodingUnknown(said, samples)


def _words_around(content: bytes, place: int, encoding: str) -> str:
    """Some words with letters that depend on the encoding, as they read in this one; empty if it
    has no such letters.
    """
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return ""
    # All are single-byte encodings: a position in the bytes is one in the text.
    words = re.findall(r"[^\s,;|\"]*[^\x00-\x7f][^\s,;|\"]*", text[max(place - 40, 0) :])
    return " · ".join(dict.fromkeys(word[:40] for word in words[:200]))[:160]


# --- Columns and rows -------------------------------------------------------------------------------------------


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each record. Raises TableRefused if quotation marks are broken."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as fault:
            raise _broken(fault, number, reader.line_num) from fault
        yield number, cells


def _is_nothing(number: int, cells: list[str]) -> bool:
    """Whether a record does not count: empty, or the line that names the separator."""
    if number == 1 and _IS_TOLD.fullmatch("".join(cells)):
        return True
    return not any(cell.strip() for cell in cells)


def _broken(fault: csv.Error, number: int, line: int) -> TableRefused:
    where = {"row": number, "line": line}
    if "field limit" in str(fault):
        return TableRefused(
            _(
                "Row %(row)d (line %(line)d) has a cell of more than 100,000 characters. Most often a "
                "quotation mark was never closed. Look for it there."
            )
            % where
        )
    return TableRefused(
        _(
            "The quotation marks of row %(row)d (line %(line)d) do not match: a cell that begins "
            "with one must end with one, and those inside are doubled. Correct the row, or save the "
            "table again from a spreadsheet program."
        )
        % where
    )


def _separator_of(text: str) -> str:
    """The separator that splits the first rows into the largest equal number of columns."""
    best, found = (0.0, 0), ","
    for separator in SEPARATORS:
        widths = []
        try:
            for number, cells in _records(text, separator):
                if not _is_nothing(number, cells):
                    widths.append(len(cells))
                if len(widths) >= _TRIED:
                    break
        except TableRefused:
            # Broken further down: what was read before is enough.
            if not widths:
                continue
        if not widths or widths[0] < 2:
            continue
        alike = sum(1 for width in widths if width == widths[0]) / len(widths)
        if (alike, widths[0]) > best:
            best, found = (alike, widths[0]), separator
    return found


def _judged(text: str, separator: str) -> tuple[tuple[str, ...], int]:
    """The header, and the number of rows below it. Raises TableRefused for what exceeds a limit."""
    header: tuple[str, ...] = ()
    rows = 0
    for number, cells in _records(text, separator):
        if _is_nothing(number, cells):
            continue
        longest = max(map(len, cells))
        if longest > LONGEST_CELL:
            raise TableRefused(
                _("Row %(row)d has a cell of %(number)d characters; the limit is %(most)d. Shorten it.")
                % {"row": number, "number": longest, "most": LONGEST_CELL}
            )  # fmt: skip
        if not header:
            header = _header(cells)
            continue
        rows += 1
        if rows > MOST_ROWS:
            raise TableRefused(
                _("The table has more than %(most)d rows. Import it in parts.")
                % {"most": MOST_ROWS}
            )
    if not rows:
        raise TableRefused(
            _("There are no records below the row that names the columns. Fill in at least one.")
        )
    return header, rows


def _header(cells: list[str]) -> tuple[str, ...]:
    """The names of the columns, without empty ones at the end. Raises TableRefused if there are too
    many.
    """
    names = [" ".join(cell.split()) for cell in cells]
    while names and not names[-1]:
        names.pop()
    if len(names) > MOST_COLUMNS:
        raise TableRefused(
            _("The table has %(number)d columns; the limit is %(most)d. Leave out those you do not "
              "need.")
            % {"number": len(names), "most": MOST_COLUMNS}
        )  # fmt: skip
    return tuple(names)


def _remarks(header: tuple[str, ...]) -> list[str]:
    """What is odd about a header, but tolerable."""
    said = []
    named = [name.casefold() for name in header if name]
    for name in dict.fromkeys(header):
        if name and named.count(name.casefold()) > 1:
            places = [
                str(place)
                for place, one in enumerate(header, 1)
                if one.casefold() == name.casefold()
            ]
            said.append(
                _(
                    "“%(name)s” is the heading of several columns (%(places)s). Say what each of them holds."
                )
                % {"name": name, "places": ", ".join(places)}
            )
    for place, name in enumerate(header, 1):
        if not name:
            said.append(
                _("Column %(place)d has no name. It is left out unless you say what it holds.")
                % {"place": place}
            )
    return list(dict.fromkeys(said))
