"""What an entry is made of beside the record's own row: the one list of the tables that feed the index.

From it come the texts and facets of an entry (:mod:`catalog.search.entries`), the triggers that notice a
change of any of these tables, and the answer to "which entries name this record". To make a new relation or
column searchable or countable, add a line here and a migration that lays the triggers again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from catalog.models import (
    Collection,
    Contribution,
    Depiction,
    Detail,
    Document,
    Event,
    Exhibition,
    ExhibitionPart,
    Image,
    OutsideIdentifier,
    Page,
    Participation,
    Person,
    PersonName,
    Place,
    PlaceName,
    Relationship,
    Term,
    Topic,
    Transcription,
)
from catalog.uris import KINDS, Kind

#: What an entry can be tied to: another record, or a term of a vocabulary.
Target = Kind | Literal["term"]

#: The small numbers that stand for kinds in the tables of the index.
NUMBERS: Final[dict[str, int]] = {"term": 0, **{kind: n for n, kind in enumerate(KINDS, 1)}}
KIND_OF: Final[dict[int, str]] = {number: kind for kind, number in NUMBERS.items()}
#: Stands for exhibitions among the stale marks. They have words of their own and no entries (exhibited.py).
EXHIBITION_NUMBER: Final = len(NUMBERS)
#: The tables that have these words, as in :func:`watched`.
EXHIBITED: Final[dict[str, set[tuple[str, int]]]] = {
    Exhibition._meta.db_table: {("id", EXHIBITION_NUMBER)},
    ExhibitionPart._meta.db_table: {("exhibition_id", EXHIBITION_NUMBER)},
}

TABLES: Final[dict[str, str]] = {
    model.KIND: model._meta.db_table
    for model in (Person, Document, Image, Event, Place, Collection)
} | {"term": Term._meta.db_table}

#: The column by which a row stands under another of its table.
PARENTS: Final[dict[str, str]] = {
    "event": "part_of_id",
    "place": "part_of_id",
    "collection": "parent_id",
    "term": "broader_id",
}

#: Precedes the name of a facet in values that an entry has only through what the public may not see.
HIDDEN: Final = "hidden."
#: Precedes a role in the name of the facet that has the persons with this role (``parts``).
PART: Final = "part."


@dataclass(frozen=True, slots=True)
class Tie:
    """Rows of ``table`` in which the record in column ``owner`` names the ``target`` in column ``to``.

    The target counts in ``facet``. ``role`` is a column with a term that counts in the facet "role".
    ``picture`` says that a target image with a file gives the owner a picture, ``named`` that the owner can
    be found by the target's title.
    """

    kind: Kind
    table: str
    owner: str
    target: Target
    to: str
    facet: str = ""
    role: str = ""
    picture: bool = False
    named: bool = True


def _column(kind: Kind, name: str, target: Target, facet: str = "") -> Tie:
    return Tie(kind, TABLES[kind], "id", target, f"{name}_id", facet)


def _terms(kind: Kind, name: str, facet: str = "") -> Tie:
    return Tie(kind, f"{TABLES[kind]}_{name}", f"{kind}_id", "term", "term_id", facet)


def _topics(work: Kind) -> list[Tie]:
    table = Topic._meta.db_table
    return [
        Tie(work, table, f"{work}_id", "person", "about_person_id", "person"),
        Tie(work, table, f"{work}_id", "event", "about_event_id", "event"),
        Tie(work, table, f"{work}_id", "place", "about_place_id", "place"),
        Tie(work, table, f"{work}_id", "document", "about_document_id"),
    ]


_CONTRIBUTION: Final = Contribution._meta.db_table
_PARTICIPATION: Final = Participation._meta.db_table
_DEPICTION: Final = Depiction._meta.db_table
_RELATIONSHIP: Final = Relationship._meta.db_table
#: The table of a document's pages, whose words it is found by, and the table of these words.
PAGES: Final = Page._meta.db_table
TRANSCRIPTIONS: Final = Transcription._meta.db_table

#: Where a person was born, which the public may not learn of the living.
BIRTHPLACE: Final = _column("person", "born_place", "place", "place")

TIES: Final[tuple[Tie, ...]] = (
    BIRTHPLACE,
    _column("person", "died_place", "place", "place"),
    _terms("person", "occupations", "occupation"),
    Tie("person", _RELATIONSHIP, "person_id", "person", "related_id", "person"),
    Tie("person", _RELATIONSHIP, "related_id", "person", "person_id", "person"),
    Tie("person", _DEPICTION, "person_id", "image", "image_id", picture=True, named=False),
    _column("document", "type", "term", "type"),
    _column("document", "place", "place", "place"),
    _column("document", "collection", "collection", "collection"),
    _column("document", "holding_institution", "person", "person"),
    _terms("document", "languages", "language"),
    Tie("document", _CONTRIBUTION, "document_id", "person", "person_id", "person", "role_id"),
    *_topics("document"),
    Tie("document", PAGES, "document_id", "image", "image_id", picture=True, named=False),
    _column("image", "type", "term", "type"),
    _column("image", "place", "place", "place"),
    _column("image", "collection", "collection", "collection"),
    Tie("image", _CONTRIBUTION, "image_id", "person", "person_id", "person", "role_id"),
    Tie("image", _DEPICTION, "image_id", "person", "person_id", "person"),
    *_topics("image"),
    _column("event", "type", "term", "type"),
    _column("event", "place", "place", "place"),
    _column("event", "part_of", "event"),
    Tie("event", _PARTICIPATION, "event_id", "person", "person_id", "person", "role_id"),
    _column("place", "part_of", "place", "place"),
    _terms("place", "countries", "country"),
    _column("collection", "parent", "collection", "collection"),
    Tie("collection", _CONTRIBUTION, "collection_id", "person", "person_id", "person", "role_id"),
    *(_terms(kind, "subjects", "subject") for kind in KINDS),
    *(
        Tie(kind, Topic._meta.db_table, f"about_{kind}_id", "image", "image_id", picture=True, named=False)
        for kind in ("person", "event", "place", "document")
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnRows:
    """Rows of ``table`` that carry text of the record in their column ``owner``.

    The text in ``column`` goes to a ``field`` of the entry: "names", "identifiers", or "details",
    which are read with the description.
    """

    kind: Kind
    table: str
    owner: str
    column: str
    field: Literal["names", "identifiers", "details"]


OWN_ROWS: Final[tuple[OwnRows, ...]] = (
    OwnRows("person", PersonName._meta.db_table, "person_id", "name", "names"),
    OwnRows("place", PlaceName._meta.db_table, "place_id", "name", "names"),
    *(
        OwnRows(kind, OutsideIdentifier._meta.db_table, f"{kind}_id", "value", "identifiers")
        for kind in KINDS
    ),
    *(OwnRows(kind, Detail._meta.db_table, f"{kind}_id", "text", "details") for kind in KINDS),
)

TIES_OF: Final[dict[Kind, tuple[Tie, ...]]] = {
    kind: tuple(tie for tie in TIES if tie.kind == kind) for kind in KINDS
}


def watched() -> dict[str, set[tuple[str, int]]]:
    """Every table that feeds entries: its columns that name an entry (or a term), each with its
    kind's number.
    """
    tables: dict[str, set[tuple[str, int]]] = {
        table: {("id", NUMBERS[kind])} for kind, table in TABLES.items()
    }
    for tie in TIES:
        if tie.table != TABLES[tie.kind]:
            tables.setdefault(tie.table, set()).add((tie.owner, NUMBERS[tie.kind]))
    for rows in OWN_ROWS:
        tables.setdefault(rows.table, set()).add((rows.owner, NUMBERS[rows.kind]))
    tables.setdefault(TRANSCRIPTIONS, set()).add(("image_id", NUMBERS["image"]))
    return tables


def naming(target: str) -> list[tuple[int, str, str, str]]:
    """Where a kind of target is named: the owner's kind, the table, the owner's column and the target's."""
    places = [
        (NUMBERS[tie.kind], tie.table, tie.owner, tie.to) for tie in TIES if tie.target == target
    ]
    if target == "term":
        places += [(NUMBERS[tie.kind], tie.table, tie.owner, tie.role) for tie in TIES if tie.role]
    return places
