"""The same change for many records: seen before it is made, made as one change set, taken back as one.

Each record is still changed by the action, with its permission and its refusals.
"""

from catalog.bulk.field_change import FieldChange, How, changeable, ways
from catalog.bulk.making import MANY, MOST, Done, make, make_as_job, mark_of, told
from catalog.bulk.outlook import Outlook, look_ahead

__all__ = [
    "MANY",
    "MOST",
    "Done",
    "FieldChange",
    "How",
    "Outlook",
    "changeable",
    "look_ahead",
    "make",
    "make_as_job",
    "mark_of",
    "told",
    "ways",
]
