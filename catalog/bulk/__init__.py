"""Changes of many records: a field changed, words replaced, a step taken; one change set, undone as one.

    FieldChange, Replacement                         what is to be changed: one field, or words in several texts
    look_ahead, do_at_once, make_as_job              preview it, make it
    Move, move_as_job                                many submitted, published, withdrawn, deleted
    Shelve, do_at_once, shelve_as_job                many put into a storage place
    slices                                           how either is done, at once or by a job
    writing                                          new values of one record: checked, and saved by the action

Each record is still changed by the action, with its permission and its refusals.
"""

from catalog.bulk.field_change import FieldChange, How, changeable, ways
from catalog.bulk.making import MOST, Change, make_as_job, mark_of
from catalog.bulk.moving import VERBS, Move, move_as_job
from catalog.bulk.outlook import Outlook, look_ahead
from catalog.bulk.replacement import Replacement, texts_of
from catalog.bulk.shelving import Shelve, shelve_as_job
from catalog.bulk.slices import MANY, Done, do_at_once, keys_of, spans_of, told

__all__ = [
    "MANY",
    "MOST",
    "VERBS",
    "Change",
    "Done",
    "FieldChange",
    "How",
    "Move",
    "Outlook",
    "Replacement",
    "Shelve",
    "changeable",
    "do_at_once",
    "keys_of",
    "look_ahead",
    "make_as_job",
    "mark_of",
    "move_as_job",
    "shelve_as_job",
    "spans_of",
    "texts_of",
    "told",
    "ways",
]
