"""Importing a museum's tables, finding aids, authority records: previewed before anything is written, undone as one.

    file       the bytes: sent, on disk, or kept in the catalogue in pieces
    characters             their encoding     reading    a table: separator, quotation marks, limits
    targets    what a column can fill       headers   which of these a header means
    plan       what a curator wants done with the table
    cells, several     a cell's text into a value, or into several
    naming             what a cell refers to
    listed             the values of a list pasted into a form
    recognising, entitled      which record a row is about (not_recognised: why that is not clear)
    likeness                   which records it resembles
    judged, judging, putting, rules, hanging, numbering      what a row would become, or what is wrong with it
    saying     what is said of rows, put into words when it is read
    outlook, stored            what the whole table would do; the rows with errors as a file
    writing    valid rows by the actions
    receiving, bringing    received; previewed, imported: at once or as a job
    blanks     empty tables to fill in
    archival, finding_aid, authority   XML, EAD and EAC-CPF, into such rows
    sources, parts     whichever a file holds, in the order of writing
    laying_out records as such a table, to be corrected in a spreadsheet and imported again

Previewing and importing use the same judgement: a preview counts the results, an import carries
them out.
"""

from catalog.intake.archival import MOST_XML_BYTES, ArchivalPlan, report
from catalog.intake.authority import MOST_RECORDS, AuthorityPlan, packed
from catalog.intake.blanks import blank
from catalog.intake.bringing import (
    MANY,
    begin,
    clear_away,
    faults_of,
    free,
    is_on_its_way,
    keep_look,
    lines_of,
    look,
    remarks_of,
    unfinished,
    why,
)
from catalog.intake.characters import ENCODINGS, EncodingUnknown, Sample, TableRefused
from catalog.intake.file import DiskFile, File, HeldFile, OpenFile
from catalog.intake.finding_aid import MOST_COMPONENTS, AidPlan, Codes
from catalog.intake.judged import Fate, Line, Note
from catalog.intake.judging import Judge, in_blocks
from catalog.intake.laying_out import as_table
from catalog.intake.listed import listed
from catalog.intake.named import CellFault, Named
from catalog.intake.naming import Names
from catalog.intake.outlook import Outlook, faulty_rows, look_ahead
from catalog.intake.plan import Alike, Days, Existing, Faulty, Plan, Recognise, Several, usual
from catalog.intake.reading import (
    MOST_BYTES,
    MOST_HEADER_ROW,
    MOST_ROWS,
    SEPARATORS,
    Table,
    read_table,
)
from catalog.intake.receiving import first_plan, read_again, receive, samples_of
from catalog.intake.sources import (
    faults_of_plan,
    format_of,
    kinds_of_format,
    may_bring,
    may_bring_format,
    outlook_of,
    plan_of,
    put_together,
    table_of,
)
from catalog.intake.stored import told_outlook
from catalog.intake.storing import path_of_boxes, place_meant
from catalog.intake.targets import Target, targets_of
from catalog.intake.writing import Done, NotWhole, told, write_block

__all__ = [
    "ENCODINGS",
    "MANY",
    "MOST_BYTES",
    "MOST_COMPONENTS",
    "MOST_HEADER_ROW",
    "MOST_RECORDS",
    "MOST_ROWS",
    "MOST_XML_BYTES",
    "SEPARATORS",
    "AidPlan",
    "Alike",
    "ArchivalPlan",
    "AuthorityPlan",
    "CellFault",
    "Codes",
    "Days",
    "DiskFile",
    "Done",
    "EncodingUnknown",
    "Existing",
    "Fate",
    "Faulty",
    "File",
    "HeldFile",
    "Judge",
    "Line",
    "Named",
    "Names",
    "NotWhole",
    "Note",
    "OpenFile",
    "Outlook",
    "Plan",
    "Recognise",
    "Sample",
    "Several",
    "Table",
    "TableRefused",
    "Target",
    "as_table",
    "begin",
    "blank",
    "clear_away",
    "faults_of",
    "faults_of_plan",
    "faulty_rows",
    "first_plan",
    "format_of",
    "free",
    "in_blocks",
    "is_on_its_way",
    "keep_look",
    "kinds_of_format",
    "lines_of",
    "listed",
    "look",
    "look_ahead",
    "may_bring",
    "may_bring_format",
    "outlook_of",
    "packed",
    "path_of_boxes",
    "place_meant",
    "plan_of",
    "put_together",
    "read_again",
    "read_table",
    "receive",
    "remarks_of",
    "report",
    "samples_of",
    "table_of",
    "targets_of",
    "told",
    "told_outlook",
    "unfinished",
    "usual",
    "why",
    "write_block",
]
