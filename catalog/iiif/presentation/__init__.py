"""Manifests, collections and annotations of the IIIF Presentation API 3.0, and Content Search 2.0.

Everything is a plain dictionary, made from the records for each request; ``catalog.uris`` makes the
addresses.

    words         language maps: a record's own words, and the interface's in each of its languages
    leaves        the pictures of a record in their order, with what is written and who is seen on them
    resources     the pieces that several answers share: thumbnail, provider, homepage, rights
    facts         the metadata of a record, through the rule of visibility
    canvas        a picture as a canvas, and its annotations
    manifest      an image, or a document with pictures
    collection    an archival collection, or any list of records
    exhibition    the works of an exhibition
    content_search  words within the transcriptions of one record
    views         the door
"""

from catalog.iiif.presentation.collection import Row, listed, with_images
from catalog.iiif.presentation.leaves import (
    Leaf,
    fill,
    leaves_of,
    page_leaves,
    transcriptions,
    with_pictures,
)
from catalog.iiif.presentation.manifest import manifest_of
from catalog.iiif.presentation.views import answered, site_of
from catalog.iiif.presentation.words import ours

__all__ = [
    "Leaf",
    "Row",
    "answered",
    "fill",
    "leaves_of",
    "listed",
    "manifest_of",
    "ours",
    "page_leaves",
    "site_of",
    "transcriptions",
    "with_images",
    "with_pictures",
]
