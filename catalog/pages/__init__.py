"""The door for readers: pages that a browser shows, and the few files that programs ask a site for.

``base`` answers the page of any record; the six nouns say what is on theirs, using ``facts``, ``relations``,
``sources``, ``hierarchy``, ``lives`` and ``citing``. ``absent`` answers when a record is not (or no longer) there,
``permanent`` under the address that never changes, and ``finishing`` says how long an answer may be kept.
"""
