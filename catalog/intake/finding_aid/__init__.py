"""A finding aid (EAD 2002 or EAD3) into the catalogue: read as a stream, laid out as rows, judged as tables are.

markup       XML from strangers, safely: components one after the other
prose        mixed content as Markdown        dates      unitdate as EDTF        headings   names of people and places
description  what one component says          aid        what the whole file says, laid by on disk
choices      what a curator wants done        access     which persons and places are meant    terms   which terms
filing       where each thing goes            laying     rows, kind by kind      looking    what would happen
"""

from catalog.intake.finding_aid.aid import FindingAid
from catalog.intake.finding_aid.choices import AidPlan, Codes
from catalog.intake.finding_aid.laying import KINDS, Laying
from catalog.intake.finding_aid.looking import look_at_aid, report
from catalog.intake.finding_aid.markup import MOST_AID_BYTES, MOST_COMPONENTS, root_of
from catalog.intake.finding_aid.terms import NewTerm, make

__all__ = [
    "KINDS",
    "MOST_AID_BYTES",
    "MOST_COMPONENTS",
    "AidPlan",
    "Codes",
    "FindingAid",
    "Laying",
    "NewTerm",
    "look_at_aid",
    "make",
    "report",
    "root_of",
]
