"""The same for many records: a field changed, or a step taken; one change set, taken back as one.

    FieldChange, look_ahead, make, make_as_job       one field of many, seen before it is made
    Move, move_as_job                                many submitted, published, withdrawn, deleted
    slices                                           how either is done, at once or by a job

Each record is still changed by the action, with its permission and its refusals.
"""

from catalog.bulk.field_change import FieldChange, How, changeable, ways
from catalog.bulk.making import MOST, make, make_as_job, mark_of
from catalog.bulk.moving import VERBS, Move, move_as_job
from catalog.bulk.outlook import Outlook, look_ahead
from catalog.bulk.slices import MANY, Done, told

__all__ = [
    "MANY",
    "MOST",
    "VERBS",
    "Done",
    "FieldChange",
    "How",
    "Move",
    "Outlook",
    "changeable",
    "look_ahead",
    "make",
    "make_as_job",
    "mark_of",
    "move_as_job",
    "told",
    "ways",
]
