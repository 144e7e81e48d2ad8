"""What was written, when, by whom and why, however it was written.

    recorded     which tables and columns are recorded, and which records their rows belong to
    triggers     the database records every row that is written, in the same transaction
    recorder     change sets: what is written together, by whom, through which door
    values       values as triggers store them, and as models have them
    rows         rows as they are, and as they were
    naming       rows and values by name
    diff         what a change did, field by field and word by word
    versions     the versions of a record, and the records of a change set, page by page
    past         a record, and what belonged to it, at a moment; two moments compared
    plan         what was chosen to be undone, as one turn for each row
    deeds        what undoing does to a row, and the statements that do it
    conflicts    what stands in the way, and what a curator decides
    consistency  what undoing must not break
    judge        tells deeds from conflicts
    erasing      what is kept of a record that is gone for good
    undo         undoing a selection, batch by batch
    files        files that the history mentions, which are therefore kept

Triggers, because signals and per-model histories miss bulk writes, ``loaddata`` and SQL typed by
hand (docs/decisions/0009-history-by-triggers.md).
"""

from catalog.history.conflicts import Choice, Conflict
from catalog.history.diff import FieldChange, Piece, RowChange, row_changes, word_differences
from catalog.history.erasing import deleted_as, erase, number_of
from catalog.history.files import mentioned_files, mentions_file
from catalog.history.naming import Names
from catalog.history.past import (
    Past,
    differences,
    moment_of_date,
    moment_of_set,
    record_as_of,
)
from catalog.history.plan import Selection
from catalog.history.recorded import NOT_RECORDED, Recorded, recorded
from catalog.history.recorder import (
    LONGEST_REASON,
    Opened,
    change_set,
    count_late,
    counted,
    recording,
)
from catalog.history.rows import as_of, present, taken_back
from catalog.history.triggers import lay_triggers, row_as_json
from catalog.history.undo import (
    AT_ONCE,
    MOST_PREVIEWED,
    Progress,
    Undone,
    keep_later,
    preview,
    take_back,
    take_back_next,
)
from catalog.history.values import columns, value_of, values_of
from catalog.history.versions import (
    A_PAGE,
    MOST_SHOWN,
    TouchedRecord,
    Version,
    number_of_versions,
    records_of,
    touched,
    version_numbers,
    versions,
)

__all__ = [
    "AT_ONCE",
    "A_PAGE",
    "LONGEST_REASON",
    "MOST_PREVIEWED",
    "MOST_SHOWN",
    "NOT_RECORDED",
    "Choice",
    "Conflict",
    "FieldChange",
    "Names",
    "Opened",
    "Past",
    "Piece",
    "Progress",
    "Recorded",
    "RowChange",
    "Selection",
    "TouchedRecord",
    "Undone",
    "Version",
    "as_of",
    "change_set",
    "columns",
    "count_late",
    "counted",
    "deleted_as",
    "differences",
    "erase",
    "keep_later",
    "lay_triggers",
    "mentioned_files",
    "mentions_file",
    "moment_of_date",
    "moment_of_set",
    "number_of",
    "number_of_versions",
    "present",
    "preview",
    "record_as_of",
    "recorded",
    "recording",
    "records_of",
    "row_as_json",
    "row_changes",
    "take_back",
    "take_back_next",
    "taken_back",
    "touched",
    "value_of",
    "values_of",
    "version_numbers",
    "versions",
    "word_differences",
]
