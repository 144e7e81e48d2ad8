"""Fair use: how many requests one client may make in a minute, so that no program starves the visitors.

``allowance`` says what a client may still do; ``counters`` counts for all processes of a machine,
or of several. The API, the harvesting and the files for
programs ask here, with the request, before they work.
"""

from catalog.fair_use.allowance import Allowance, counted

__all__ = ["Allowance", "counted"]
