"""Authority records (EAC-CPF 2010 and 2.0) into persons, families and bodies: laid out as rows, judged as tables are.

files        one file, or a zip of them      names        what somebody is called       existence  from when to when
description  what one record says            relations    how people are related        records    what all files say
filing       where each thing goes           laying       rows: places, persons that are only named, persons described
choices      what a curator wants done
"""

from catalog.intake.authority.choices import AuthorityPlan
from catalog.intake.authority.files import MOST_RECORDS, packed, root_in
from catalog.intake.authority.laying import AUTHORITY_KINDS, AuthorityLaying
from catalog.intake.authority.records import AuthorityRecords

__all__ = [
    "AUTHORITY_KINDS",
    "MOST_RECORDS",
    "AuthorityLaying",
    "AuthorityPlan",
    "AuthorityRecords",
    "packed",
    "root_in",
]
