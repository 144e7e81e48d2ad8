"""Plain values of the field: dates, names, identifiers, coordinates, regions, rights.

Nothing here depends on Django or a database; every value can be tested with plain Python.
"""

from catalog.values.coordinates import Coordinates, CoordinatesError, Precision
from catalog.values.date_sentences import from_to, sentence
from catalog.values.dates import MAX_LENGTH as MAX_DATE_LENGTH
from catalog.values.dates import DateError, DatePart, NoDate, UncertainDate, day_number, read_date
from catalog.values.dcmi_types import DCMI_TYPES, STILL_IMAGE
from catalog.values.identifiers import fold_identifier, slug_of
from catalog.values.iso_dates import iso_part, iso_span
from catalog.values.labels import (
    LONGEST_LABEL,
    NO_LABELS,
    Label,
    Labels,
    LabelsError,
    language_tag,
)
from catalog.values.names import fold, fold_letters, plain_line
from catalog.values.regions import Region, RegionError
from catalog.values.rights import RIGHTS_STATEMENTS, Freedom, RightsStatement, rights_statement
from catalog.values.spreadsheets import harmless_cell

__all__ = [
    "DCMI_TYPES",
    "LONGEST_LABEL",
    "MAX_DATE_LENGTH",
    "NO_LABELS",
    "RIGHTS_STATEMENTS",
    "STILL_IMAGE",
    "Coordinates",
    "CoordinatesError",
    "DateError",
    "DatePart",
    "Freedom",
    "Label",
    "Labels",
    "LabelsError",
    "NoDate",
    "Precision",
    "Region",
    "RegionError",
    "RightsStatement",
    "UncertainDate",
    "day_number",
    "fold",
    "fold_identifier",
    "fold_letters",
    "from_to",
    "harmless_cell",
    "iso_part",
    "iso_span",
    "language_tag",
    "plain_line",
    "read_date",
    "rights_statement",
    "sentence",
    "slug_of",
]
