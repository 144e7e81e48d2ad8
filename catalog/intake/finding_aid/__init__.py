"""A finding aid (EAD 2002 or EAD3) into the catalogue: read as a stream, laid out as rows, judged as tables are.

components   one after the other          description  what one of them says   aid      the whole file, laid by on disk
choices      what a curator wants done    terms        which terms it uses     filing   where each thing goes
laying       rows, kind by kind
"""

from catalog.intake.finding_aid.aid import FindingAid
from catalog.intake.finding_aid.choices import AidPlan, Codes
from catalog.intake.finding_aid.components import MOST_COMPONENTS
from catalog.intake.finding_aid.laying import KINDS, Laying

__all__ = ["KINDS", "MOST_COMPONENTS", "AidPlan", "Codes", "FindingAid", "Laying"]
