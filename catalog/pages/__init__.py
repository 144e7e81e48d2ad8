"""The door for readers: pages that a browser shows, and the few files that programs request from any site.

``base`` answers the page of any record; the six nouns say what is on theirs, using ``facts``,
``relations``, ``sources``, ``hierarchy``, ``lives`` and ``citing``. ``absent`` answers if a record
does not exist (any more), ``permanent`` at the address that never changes, and ``finishing`` says
how long an answer may be cached.
"""
