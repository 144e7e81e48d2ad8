"""Records as JSON documents: made in bulk, kept ready, never out of date.

    linked, statements   pieces of documents: dates, terms, links, rows of relations
    relations            the relations of each kind, in both directions
    making               documents of many records at once, with a fixed number of queries
    triggers             the database notes every row that is written, by whichever door
    marks                how a copy can tell that the numbers of that order ran back
    dropping             documents that another program version stored go, some in a transaction
    moved                what is held elsewhere since a collection moved, told slice by slice
    clock, neighbours, numbering, feed   the changes that the public could see, in an order without gaps
    store                ready-made documents beside that list
    kept                 answers in a process's memory, for as long as they are current
    dumps, renewing      all documents as files; those that show what was withdrawn are written again

The API sends them; the stored ones can be dropped and made again at any time (``manage.py dumps
documents``).
"""

from catalog.documents import dumps, feed, renewing, store
from catalog.documents.kept import Kept, Memory
from catalog.documents.linked import (
    ORIGIN,
    Links,
    moment_of,
    page_path,
    rights_of,
    term_of,
    thumbnail_of,
)
from catalog.documents.making import as_text, curation_of, documents, form_of_documents, joined
from catalog.documents.marks import begin_anew, mark_at
from catalog.documents.moved import number_moved
from catalog.documents.relations import (
    CITATIONS,
    CONTRIBUTIONS,
    DEPICTIONS,
    DETAILS,
    IDENTIFIERS,
    PAGES,
    PARTICIPATIONS,
    PERSON_NAMES,
    PLACE_NAMES,
    RELATIONS,
    RELATIONSHIPS,
    TOPICS,
    TRANSCRIPTIONS,
    RelationSpec,
    StatementSort,
    relation,
)
from catalog.documents.statements import Writer
from catalog.documents.store import Document, etag_of
from catalog.documents.triggers import lay_triggers, watched

__all__ = [
    "CITATIONS",
    "CONTRIBUTIONS",
    "DEPICTIONS",
    "DETAILS",
    "IDENTIFIERS",
    "ORIGIN",
    "PAGES",
    "PARTICIPATIONS",
    "PERSON_NAMES",
    "PLACE_NAMES",
    "RELATIONS",
    "RELATIONSHIPS",
    "TOPICS",
    "TRANSCRIPTIONS",
    "Document",
    "Kept",
    "Links",
    "Memory",
    "RelationSpec",
    "StatementSort",
    "Writer",
    "as_text",
    "begin_anew",
    "curation_of",
    "documents",
    "dumps",
    "etag_of",
    "feed",
    "form_of_documents",
    "joined",
    "lay_triggers",
    "mark_at",
    "moment_of",
    "number_moved",
    "page_path",
    "relation",
    "renewing",
    "rights_of",
    "store",
    "term_of",
    "thumbnail_of",
    "watched",
]
