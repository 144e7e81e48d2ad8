"""A catalogue of records about people and what they left. This docstring is the map of its rooms.

The museum *knows* things (models), *does* things with them (work rooms) and *answers at doors*. A
room imports only from floors below its own, never from a neighbour on its floor; import-linter
checks this with the tests. Import from a room only the names in its ``__init__``.

    7  pages  api  oai  admin  management    doors: readers, programs, harvesters, curators, operators
    6  bulk  documents  intake               change many records; ready-made JSON documents; import tables
    5  actions  filters                      change one record; choose some records
    4  history  search  formats  explore  iiif    remember, find, cite, chart, show
    3  jobs  fair_use                        what takes longer than a request; how often a client may ask
    2  models                                what the museum knows
    1  values  uris                          plain values, addresses
    0  conf  sqlite  parent                  settings; Django's SQLite, where jobs see who waits; ending with a parent

Above them is ``archive_site`` (settings and URLs). ``apps`` and ``checks`` are wiring, outside the
floors. The nouns person, document, image, event, place and collection are file names in every room:
room and noun together name the file. See ``docs/architecture.md``.

This module imports nothing.
"""
