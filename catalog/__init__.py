"""A catalogue of records about people and what they left. This docstring is the map of the house.

The museum *knows* things (models), *does* things with them (workrooms) and *answers at doors*.
A room imports only from floors below its own, never from a neighbour on its floor; import-linter
holds this with the tests. A room is imported by the names in its ``__init__``.

    7  pages  api  oai  admin  management    doors: readers, programs, harvesters, curators, operators
    6  bulk  documents                       change many records; ready JSON documents
    5  actions  filters                      change one record; choose some records
    4  history  search  formats  explore  iiif    remember, find, cite, chart, show
    3  jobs  fair_use                        what takes longer than a request; how often a client may ask
    2  models                                what the museum knows
    1  values  uris                          plain values, addresses
    0  conf                                  settings

Above them stands ``archive_site`` (settings and the address book). ``apps`` and ``checks`` are
wiring and stand outside the floors. The nouns person, document, image, event, place and collection
are file names in every room: room and noun together name the file. ``docs/architecture.md`` tells
the rest.

This module imports nothing.
"""
