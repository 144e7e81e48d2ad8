"""Whatever a spreadsheet program saves is read unchanged; anything else is refused in words, and
quickly.
"""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from catalog.intake import EncodingUnknown, HeldFile, TableRefused, read_table
from catalog.intake.reading import LONGEST_CELL, MOST_COLUMNS, known_table, plain

pytestmark = pytest.mark.once

CELLS = st.text(
    st.characters(blacklist_categories=("Cs",), blacklist_characters="\x00"), max_size=12
)
#: A header and rows of its width; the first column is never empty, so that no row is.
NAMES = st.text("abcdefghijklmnopqrstuvwxyzáñЖ 0123456789", min_size=1, max_size=8).filter(
    str.strip
)


@st.composite
def tables(draw):
    width = draw(st.integers(2, 5))
    header = draw(st.lists(NAMES, min_size=width, max_size=width, unique=True))
    rows = draw(
        st.lists(st.tuples(NAMES, *[CELLS] * (width - 1)).map(list), min_size=1, max_size=6)
    )
    return [header, *rows]


def saved(rows, separator=",", end="\r\n"):
    text = io.StringIO()
    # Python 3.11 leaves a carriage return unquoted, which no spreadsheet program does.
    every = any("\r" in cell for row in rows for cell in row)
    quoting = csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue()


@given(
    tables(),
    st.sampled_from(",;\t"),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
@settings(max_examples=150, deadline=None)
def test_a_saved_table_is_read_as_it_was(rows, separator, end, encoding):
    content = saved(rows, separator, end).encode(encoding)
    table = read_table(content, separator=separator)
    assert table.header == tuple(" ".join(name.split()) for name in rows[0])
    assert table.number_of_rows == len(rows) - 1
    assert [list(row.cells) for row in table.rows()] == [
        [plain(cell) for cell in row] for row in rows[1:]
    ]
    assert not any(row.beyond for row in table.rows())
    again = known_table(
        HeldFile(content), encoding=table.encoding, separator=separator, rows=table.number_of_rows
    )
    assert (again.header, list(again.rows())) == (table.header, list(table.rows()))


@given(
    st.one_of(
        st.binary(max_size=200),
        st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")),
    )
)
@example(b'a,b\n"')
@example(b"sep=;\n")
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf")
@example(b"a\rb\rc")
@settings(max_examples=300, deadline=None)
def test_anything_is_read_or_refused_in_words(content):
    try:
        table = read_table(content)
    except EncodingUnknown as refusal:
        assert all(sample.text for sample in refusal.samples)
    except TableRefused as refusal:
        assert len(str(refusal)) > 10
    else:
        assert len(list(table.rows())) == table.number_of_rows > 0
        assert all(len(row.cells) == len(table.header) for row in table.rows())


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_found(separator):
    rows = [
        ["identifier", "title", "subjects"],
        ["D.1", "One, two; three", "a|b"],
        ["D.2", "Four", ""],
    ]
    assert read_table(saved(rows, separator).encode()).separator == separator
    assert read_table(f"sep={separator}\r\n{saved(rows, separator)}".encode()).header == tuple(
        rows[0]
    )


def test_rows_are_counted_as_a_spreadsheet_counts_them():
    text = 'identifier,title\n\nP.1,"two\nlines"\nP.2,short,beyond\nP.3\n,,\n'
    rows = list(read_table(text.encode()).rows())
    assert [(row.number, row.cells, row.beyond) for row in rows] == [
        (3, ("P.1", "two\nlines"), ()),
        (4, ("P.2", "short"), ("beyond",)),
        (5, ("P.3", ""), ()),
    ]


TITLED = (
    "List of persons;;;\nas of May 2020;;;\n;;;\nIdentifier;Name;Born;Died\nP.1;Anna;1900;1950\n"
)


@pytest.mark.parametrize("text", [TITLED, TITLED.replace(";;;\n", "\n")])
def test_a_title_above_the_table_is_left_out_and_told(text):
    table = read_table(text.encode())
    assert table.header == ("Identifier", "Name", "Born", "Died")
    assert [row.number for row in table.rows()] == [5]
    assert table.number_of_rows == 1 and "Row 4 names the columns" in table.remarks[0]


@pytest.mark.parametrize(
    "text",
    [
        "title\nOne; or two\nThree; or four\n",
        "title\nA;B\nC;D\n",
        "name\nAnna;Kiev;1900\nBoris;Kiev;1901\n",
        "identifier;title;written\nD.1;Letter;1937\n",
    ],
)
def test_the_first_row_is_no_title_without_a_table_below_it(text):
    table = read_table(text.encode())
    assert table.header_row == 0 and table.header[0] in {"title", "name", "identifier"}


def test_the_row_that_names_the_columns_can_be_said():
    text = b"Person,,Dates,\nIdentifier,Name,Born,Died\nP.1,Anna,1900,1950\n"
    table = read_table(text, header_row=2)
    assert table.header[3] == "Died" and table.number_of_rows == 1
    with pytest.raises(TableRefused, match="nothing from row 9 on"):
        read_table(text, header_row=9)


def test_odd_headers_are_told_and_lived_with():
    table = read_table(b"Title,title,,Place,\nA,B,C,D,\n")
    assert table.header == ("Title", "title", "", "Place")
    assert "is the heading of several columns (1, 2)" in table.remarks[0]
    assert any("Column 3 has no name" in remark for remark in table.remarks)


@pytest.mark.parametrize("encoding", ["windows-1252", "mac-roman", "cp850", "windows-1251"])
def test_another_encoding_is_asked_for_and_then_read(encoding):
    word = "Троцкий" if encoding == "windows-1251" else "León Núñez"
    content = f"identifier,title\nP.1,{word}\n".encode(encoding)
    with pytest.raises(EncodingUnknown) as asked:
        read_table(content)
    shown = {sample.encoding: sample.text for sample in asked.value.samples}
    assert word.split()[0] in shown[encoding]
    assert next(read_table(content, encoding=encoding).rows()).cells[1] == word


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_found_without_its_mark(encoding):
    table = read_table("identifier,title\nP.1,León Троцкий\n".encode(encoding))
    assert (table.encoding, [row.cells for row in table.rows()]) == (
        "utf-16",
        [("P.1", "León Троцкий")],
    )


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'a,b\n1,"x"y\n', "quotation marks of row 2"),
        (b'a,b\n1,"never\n' + b"x,y\n" * 10, "do not match"),
        (b"a,b\n" + b"x" * (LONGEST_CELL + 1) + b",y\n", "the limit is 100000"),
        (b"a,b\n" + b"x" * 140_000 + b",y\n", "more than 100,000 characters"),
        (
            b",".join(b"c%d" % number for number in range(MOST_COLUMNS + 1)) + b"\n1,2\n",
            "201 columns",
        ),
        (b"a,b\n" + b"1,2\n" * 50_001, "more than 50000 rows"),
        (b"\xff\xfea", "UTF-16"),
        (b"a,b\n\xd0\xcf\x11\xe0"[4:] + b"rest", "an old workbook"),
    ],
)
def test_what_is_beyond_every_bound_is_refused(content, said):
    with pytest.raises(TableRefused, match=said):
        read_table(content)
