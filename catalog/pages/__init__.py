"""The door for readers: pages that a browser shows, and the few files that programs ask a site for.

``base`` is how every record's page is answered; the six nouns say what is on theirs, with the pieces
``facts``, ``relations``, ``sources``, ``hierarchy`` and ``citing``. ``absent`` answers where no record is
(any more), ``permanent`` where one always will be.
"""
