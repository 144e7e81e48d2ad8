"""What finding aids and authority records share: both are XML from strangers, and become rows for the judges of tables.

markup     elements, read safely        prose      mixed content as Markdown     dates      dates of XML as EDTF
headings   names of people and places   access     which records they mean       terms      which terms
choices    what a curator wants done    rows       rows and their judge          looking    what would happen
"""

from catalog.intake.archival.choices import ArchivalPlan
from catalog.intake.archival.looking import look_at, report
from catalog.intake.archival.markup import CHUNK, MOST_XML_BYTES, root_of
from catalog.intake.archival.rows import Laid
from catalog.intake.archival.terms import NewTerm, make

__all__ = [
    "CHUNK",
    "MOST_XML_BYTES",
    "ArchivalPlan",
    "Laid",
    "NewTerm",
    "look_at",
    "make",
    "report",
    "root_of",
]
