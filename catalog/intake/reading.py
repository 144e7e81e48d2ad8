"""Reading the file: which separator, which rows; and explaining what is not a table.

Expected is what a spreadsheet program saves: comma, semicolon or tab between cells, quotation marks
around those that contain one of these (RFC 4180). Rows are counted as spreadsheets count them, the
header being row 1. A file is read line by line: memory does not grow with its size.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.intake.characters import TableRefused, encoding_of, lines_in
from catalog.intake.file import File, HeldFile

#: Larger files are refused, in bytes.
MOST_BYTES: Final = 100 * 1024 * 1024
MOST_ROWS: Final = 50_000
#: The lowest row that can name the columns.
MOST_HEADER_ROW: Final = 1000
MOST_COLUMNS: Final = 200
#: Characters of a cell. No column of the catalogue holds more.
LONGEST_CELL: Final = 100_000
#: Rows from which the separator is found.
_TRIED: Final = 40
#: Lines above a table that can be its title, at most.
_TITLES: Final = 5
#: Rows that are judged when only the beginning of a file is read.
JUDGED_FIRST: Final = 500
SEPARATORS: Final = {
    ",": gettext_lazy("comma"),
    ";": gettext_lazy("semicolon"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("vertical bar"),
}
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
    """A table that was checked before: it has a header, and its quotation marks close.

    ``number_of_rows`` is 0 as long as only the beginning was read. Rows above ``header_row`` do not count; 0: the first
    row that says anything names the columns.
    """

    file: File
    encoding: str
    separator: str
    header: tuple[str, ...]
    number_of_rows: int
    remarks: list[str] = field(default_factory=list)
    header_row: int = 0

    def rows(self) -> Iterator[Row]:
        """The rows below the header, without empty ones, read one by one."""
        header_seen = False
        for number, cells in _records(self.file, self.encoding, self.separator):
            if number < self.header_row or _is_nothing(number, cells):
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


def known_table(
    file: File, *, encoding: str, separator: str, rows: int, header_row: int = 0
) -> Table:
    """A table that :func:`read_table` has read before: only its header is read again."""
    for number, cells in _records(file, encoding, separator):
        if number >= header_row and not _is_nothing(number, cells):
            header = _header(cells)
            remarks = _remarks(header, header_row)
            return Table(file, encoding, separator, header, rows, remarks, header_row)
    raise TableRefused(_("The file is empty."))


def read_table(
    content: File | bytes,
    *,
    encoding: str = "",
    separator: str = "",
    header_row: int | None = None,
    whole: bool = True,
) -> Table:
    """Read a file; what is not given is detected. Raises TableRefused and EncodingUnknown.

    Unless it is to be read ``whole``, its characters are checked to the end, but rows only at the beginning.
    """
    file = content if isinstance(content, File) else HeldFile(content)
    if file.size > MOST_BYTES:
        raise TableRefused(
            _("The file has %(size)d MB; the limit is %(most)d MB. Import it in parts.")
            % {"size": -(-file.size // 1024**2), "most": MOST_BYTES // 1024**2}
        )
    _refuse_other_files(file)
    encoding = encoding_of(file, encoding)
    first = next(lines_in(file, encoding), "")
    told = re.match(r"sep=(.)\r?\n", first)
    if told and told[1] in SEPARATORS:
        separator = separator or told[1]
    if separator and separator not in SEPARATORS:
        raise TableRefused(
            _(
                "“%(separator)s” cannot separate columns. Choose comma, semicolon, tab or vertical bar."
            )
            % {"separator": separator}
        )
    separator = separator or _separator_of(file, encoding, header_row or 0)
    if header_row is None:
        header_row = _header_row_of(file, encoding, separator)
    most = None if whole else JUDGED_FIRST
    header, number = _judged(file, encoding, separator, header_row, most)
    remarks = _remarks(header, header_row)
    return Table(file, encoding, separator, header, number if whole else 0, remarks, header_row)


def _refuse_other_files(file: File) -> None:
    content = file.part(0, 1024)
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


# --- Columns and rows -------------------------------------------------------------------------------------------


def _records(file: File, encoding: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Number and cells of each record. Raises TableRefused if quotation marks are broken."""
    reader = csv.reader(lines_in(file, encoding), delimiter=separator, strict=True)
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


def _separator_of(file: File, encoding: str, header_row: int) -> str:
    """The separator that splits the first rows into the largest equal number of columns."""
    best, found = (0.0, 0), ","
    for separator in SEPARATORS:
        widths = []
        try:
            for number, cells in _records(file, encoding, separator):
                if number >= header_row and not _is_nothing(number, cells):
                    widths.append(len(cells))
                if len(widths) >= _TRIED:
                    break
        except TableRefused:
            # Broken further down: what was read before is enough.
            if not widths:
                continue
        widths = _below_titles(widths)
        if not widths or widths[0] < 2:
            continue
        alike = sum(1 for width in widths if width == widths[0]) / len(widths)
        if (alike, widths[0]) > best:
            best, found = (alike, widths[0]), separator
    return found


def _below_titles(widths: list[int]) -> list[int]:
    """Widths of rows without those above a table that are not separated at all, where all the rest are alike."""
    first = next((place for place, width in enumerate(widths) if width > 1), 0)
    rest = widths[first:]
    is_table = first <= _TITLES and len(rest) > 1 and rest[0] > 2 and len(set(rest)) == 1
    return rest if is_table else widths


def _header_row_of(file: File, encoding: str, separator: str) -> int:
    """The row that names the columns, if lines with a single cell stand above it, such as the title of a list;
    otherwise 0.
    """
    titles = 0
    for number, cells in _records(file, encoding, separator):
        if _is_nothing(number, cells):
            continue
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) == 1 and titles < _TITLES:
            titles += 1
            continue
        # A row with numbers is a record already, and two names are too few to tell.
        is_header = len(filled) > 2 and not any(re.search(r"[0-9]", cell) for cell in filled)
        return number if titles and is_header else 0
    return 0


def _judged(
    file: File, encoding: str, separator: str, header_row: int, most: int | None
) -> tuple[tuple[str, ...], int]:
    """The header, and the number of rows below it, of which ``most`` are read. Raises TableRefused for what exceeds a
    limit.
    """
    header: tuple[str, ...] = ()
    rows = 0
    for number, cells in _records(file, encoding, separator):
        if number < header_row or _is_nothing(number, cells):
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
        if rows == most:
            break
        if rows > MOST_ROWS:
            raise TableRefused(
                _("The table has more than %(most)d rows. Import it in parts.")
                % {"most": MOST_ROWS}
            )
    if not header and header_row > 1:
        raise TableRefused(
            _("The file has nothing from row %(row)d on. Choose the row that names the columns.")
            % {"row": header_row}
        )
    if not header:
        raise TableRefused(
            _("The file is empty. Its first row must name the columns; the records follow.")
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


def _remarks(header: tuple[str, ...], header_row: int) -> list[str]:
    """What is odd about a header, but tolerable."""
    said = []
    if header_row > 1:
        said.append(
            _("Row %(row)d names the columns. What stands above it is left out.")
            % {"row": header_row}
        )
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
