"""Fair use: how many requests one client may make in a minute, so that no program starves the visitors.

``allowance`` says what a client may still do; ``counters`` counts for all processes of a machine,
or of several. The API and the harvesting ask here before they work.
"""

from catalog.fair_use.allowance import Allowance, address_of, counted

__all__ = ["Allowance", "address_of", "counted"]
