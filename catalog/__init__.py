"""A catalogue of records about people and what they left. This docstring is the map of the house.

The museum *knows* things (models), *does* things with them (workrooms) and *answers at doors*.
A room imports only from floors below its own, never from a neighbour on its floor; import-linter
holds this with the tests. A room is imported by the names in its ``__init__``.

    6  pages  api  admin  management    doors: readers, programs, curators, operators
    5  bulk  oai  documents              move many records; serve harvesters; ready JSON documents
    4  actions  filters                 change one record; choose some records
    3  history  search  formats  explore  iiif    remember, find, describe, chart, show
    2  models                           what the museum knows
    1  values  uris  conf               plain values, addresses, settings

Above them stands ``archive_site`` (settings and the address book). ``apps`` and ``checks`` are
wiring and stand outside the floors. The nouns person, document, image, event, place and collection
are file names in every room: room and noun together name the file. A room is opened when its first
file is needed, so not every room drawn here exists yet.

This module imports nothing.
"""
