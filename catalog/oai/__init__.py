"""Harvesting by OAI-PMH 2.0, the protocol by which union catalogues and search services collect records.

    arguments     what a request may contain, parsed and checked
    holdings      the sets by collection
    selection     the records that it asks for, page by page, including deleted ones
    forms         the formats in which records are given
    dublin_core   a record as the fifteen elements of Dublin Core
    envelope      the XML around everything
    verbs         what each of the six verbs answers
    views, urls   the door

It serves the public documents of the API, from the same list of changes. Standard:
https://www.openarchives.org/OAI/openarchivesprotocol.html
"""
