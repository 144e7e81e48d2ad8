"""What was written, when, by whom and why - below every way of writing.

    recorded   which tables and columns are recorded, and to which records their rows belong
    triggers   the database records every row that is written, in the transaction that writes it
    recorder   change sets: what is written together, by whom, through which door
    values     values as triggers keep them, and as models have them
    rows       rows as they are, and as they were

Triggers, not signals or a history of each model: bulk writes, ``loaddata`` and SQL typed by hand leave
signals out (docs/decisions/).
"""

from catalog.history.recorded import NOT_RECORDED, Recorded, recorded
from catalog.history.recorder import Opened, change_set, counted, recording
from catalog.history.rows import as_of, present, taken_back
from catalog.history.triggers import lay_triggers, row_as_json
from catalog.history.values import columns, value_of, values_of

__all__ = [
    "NOT_RECORDED",
    "Opened",
    "Recorded",
    "as_of",
    "change_set",
    "columns",
    "counted",
    "lay_triggers",
    "present",
    "recorded",
    "recording",
    "row_as_json",
    "taken_back",
    "value_of",
    "values_of",
]
