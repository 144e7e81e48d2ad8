"""What was written, when, by whom and why - below every way of writing.

    recorded   which tables and columns are recorded, and to which records their rows belong
    triggers   the database records every row that is written, in the transaction that writes it
    recorder   change sets: what is written together, by whom, through which door
    values     values as triggers keep them, and as models have them
    rows       rows as they are, and as they were
    naming     rows and values by name
    diff       what a change did, field by field and word by word
    versions   the versions of a record, the records of a change set, a page at a time
    past       a record and what hung on it as of a moment; two moments compared
    plan       what was chosen to be taken back, folded to one turn for each row
    conflicts  what stands in the way
    undo       taking back
    files      files that history mentions, and that therefore stay

Triggers, not signals or a history of each model: bulk writes, ``loaddata`` and SQL typed by hand leave
signals out (docs/decisions/0009-history-by-triggers.md).
"""

from catalog.history.conflicts import Choice, Conflict
from catalog.history.diff import FieldChange, Piece, RowChange, row_changes, word_differences
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
    MOST_PREVIEWED,
    Progress,
    Undone,
    keep_later,
    preview,
    take_back,
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
    "differences",
    "keep_later",
    "lay_triggers",
    "mentioned_files",
    "mentions_file",
    "moment_of_date",
    "moment_of_set",
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
    "taken_back",
    "touched",
    "value_of",
    "values_of",
    "version_numbers",
    "versions",
    "word_differences",
]
