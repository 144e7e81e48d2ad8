"""The relations of records, in both directions: which there are, and how each is read in bulk.

A relation consists either of statements (contributions, names, citations …), which have identifiers
of their own and can be written, or of records that point here (the parts of an event). Each is read
for many records at once, its first rows with their total; :mod:`catalog.api.nested` has the rest.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from django.db.models import Count, F, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from catalog.documents.linked import DATES, FACE
from catalog.models import (
    CITABLE_RECORDS,
    CITABLE_RELATIONS,
    Citation,
    Collection,
    Contribution,
    Depiction,
    Detail,
    Document,
    Event,
    Image,
    OutsideIdentifier,
    Page,
    Participation,
    Person,
    PersonName,
    Place,
    PlaceName,
    Relationship,
    Statement,
    Topic,
    Transcription,
    birth_withheld,
)
from catalog.uris import Kind

if TYPE_CHECKING:
    from catalog.models import Reader

#: Rows of a relation in the document of a record; the relation's own address has all.
SHOWN: Final = 50


@dataclass(frozen=True, slots=True)
class StatementSort:
    """A sort of statement: its columns, the records and terms that it names, how it is written out."""

    model: type[Statement]
    #: JSON name → column and kind of the records that it names.
    ends: dict[str, tuple[tuple[str, Kind], ...]]
    #: JSON name → column of the terms that it names.
    terms: tuple[str, ...] = ()
    #: Plain columns, written as they are.
    plain: tuple[str, ...] = ()
    is_relation: bool = False
    #: Groups of columns of which each row fills exactly one.
    one_of: tuple[tuple[str, ...], ...] = ()

    @property
    def name(self) -> str:
        """The model's name: "contribution"."""
        return str(self.model._meta.model_name)

    def columns(self) -> list[str]:
        """The columns that are read."""
        ends = [f"{column}_id" for pairs in self.ends.values() for column, _ in pairs]
        terms = [f"{name}_id" for name in self.terms]
        dated = ["date"] if self.is_relation else []
        return ["pk", "uuid", *ends, *terms, *self.plain, *dated]


def _end(name: str, kind: Kind, column: str = "") -> tuple[str, tuple[tuple[str, Kind], ...]]:
    return name, ((column or name, kind),)


_RELATION: Final = ("note", "certainty", "position")
CITATIONS: Final = StatementSort(
    Citation,
    {
        "source": (("source", "document"),),
        "record": tuple((kind, kind) for kind in CITABLE_RECORDS),  # type: ignore[misc]
    },
    plain=("field", "bearing", "followed", "locator", "note", "certainty"),
    one_of=((*CITABLE_RECORDS, *CITABLE_RELATIONS),),
)
PERSON_NAMES: Final = StatementSort(PersonName, {}, plain=("name", "kind", "language", "note"))
PLACE_NAMES: Final = StatementSort(PlaceName, {}, plain=("name", "period"))
IDENTIFIERS: Final = StatementSort(
    OutsideIdentifier,
    {},
    plain=("authority", "value", "verified_on"),
    one_of=(OutsideIdentifier.RECORDS,),
)
DETAILS: Final = StatementSort(
    Detail, {}, ("kind",), ("text", "position"), one_of=(Detail.RECORDS,)
)
CONTRIBUTIONS: Final = StatementSort(
    Contribution,
    {
        "person": (("person", "person"),),
        "document": (("document", "document"),),
        "image": (("image", "image"),),
        "collection": (("collection", "collection"),),
    },
    ("role",),
    _RELATION,
    True,
    one_of=(Contribution.WORKS,),
)
PARTICIPATIONS: Final = StatementSort(
    Participation,
    dict([_end("person", "person"), _end("event", "event")]),
    ("role",),
    _RELATION,
    True,
)
DEPICTIONS: Final = StatementSort(
    Depiction,
    dict([_end("person", "person"), _end("image", "image")]),
    (),
    ("caption", "left", "top", "width", "height", *_RELATION),
    True,
)
RELATIONSHIPS: Final = StatementSort(
    Relationship,
    dict([_end("person", "person"), _end("related", "person")]),
    ("kind",),
    _RELATION,
    True,
)
TOPICS: Final = StatementSort(
    Topic,
    {
        "document": (("document", "document"),),
        "image": (("image", "image"),),
        "about": (
            ("about_person", "person"),
            ("about_event", "event"),
            ("about_place", "place"),
            ("about_document", "document"),
        ),
    },
    (),
    _RELATION,
    True,
    one_of=(("document", "image"), Topic.ABOUT),
)
PAGES: Final = StatementSort(
    Page,
    dict([_end("document", "document"), _end("image", "image")]),
    plain=("label", "position"),
)
TRANSCRIPTIONS: Final = StatementSort(
    Transcription, dict([_end("image", "image")]), ("language",), ("text", "transcribed_by")
)


@dataclass(frozen=True, slots=True)
class RelationSpec:
    """A relation of one kind of record. ``own`` are the columns that name the record itself."""

    name: str
    own: tuple[str, ...]
    help: str
    sort: StatementSort | None = None
    #: The kind of record that points here, if the relation does not consist of statements.
    pointing: Kind | None = None
    order: tuple[Any, ...] = ("id",)

    @property
    def model(self) -> Any:
        """The model whose rows make up the relation."""
        if self.sort is not None:
            return self.sort.model
        return _POINTING[self.pointing]  # type: ignore[index]

    @property
    def is_writable(self) -> bool:
        """Whether curators add and remove its rows here."""
        return self.sort is not None and self.name not in {"cited_in"}

    @property
    def _seen(self) -> tuple[str, ...]:
        """Columns for which the rule need not be asked again: that of the record itself, and those that
        are empty beside it.
        """
        if self.sort is None or len(self.own) > 1:
            return ()
        if self.name == "cited_in":
            return (*self.own, *CITABLE_RELATIONS)
        return next((group for group in self.sort.one_of if self.own[0] in group), self.own)

    def of(self, reader: Reader, pks: Iterable[int]) -> QuerySet[Any]:
        """Every visible row of the relation for some records, which were read through ``visible_to``
        for the same reader.
        """
        wanted = Q()
        for column in self.own:
            wanted |= Q(**{f"{column}__in": list(pks)})
        rows: QuerySet[Any]
        if self.sort is None:
            rows = self.model.objects.visible_to(reader)
        else:
            rows = self.model.objects.visible_to(reader, seen_from=self._seen)
        if self.name == "births":
            rows = rows.exclude(birth_withheld(reader))
        if self.name == "cited_in":
            ours = Q()
            for name in CITABLE_RECORDS:
                ours |= Q(**{f"{name}__isnull": False})
            rows = rows.filter(ours)
        return rows.filter(wanted).order_by(*self.order)

    def first_rows(self, reader: Reader, pks: list[int]) -> dict[int, tuple[int, list[Any]]]:
        """For each record: how many rows there are, and the first of them as values. One query per
        column.
        """
        found: dict[int, tuple[int, list[Any]]] = {}
        for column in self.own:
            rows = self.of(reader, pks).filter(**{f"{column}__in": pks})
            window: dict[str, Any] = {"partition_by": [F(column)]}
            ranked = rows.annotate(
                _many=Window(Count("*"), **window),
                _rank=Window(RowNumber(), order_by=list(self.order), **window),
            ).filter(_rank__lte=SHOWN)
            here: dict[int, tuple[int, list[Any]]] = {}
            # Each column once: the record's own is often among those of the row.
            names = list(dict.fromkeys([*self.columns(), f"{column}_id", "_many"]))
            own, width = names.index(f"{column}_id"), len(self.columns())
            for row in ranked.order_by("_rank").values_list(*names):
                here.setdefault(row[own], (row[-1], []))[1].append(row[:width])
            # No row names one record in both columns, so the numbers can be added.
            for pk, (many, added) in here.items():
                before, first = found.get(pk, (0, []))
                found[pk] = (before + many, [*first, *added][:SHOWN])
        return found

    def columns(self) -> list[str]:
        """The columns that are read of each row."""
        if self.sort is not None:
            return self.sort.columns()
        assert self.pointing is not None  # noqa: S101 - a relation is one of the two
        return [*FACE, *DATES[self.pointing]]


_POINTING: Final[dict[Kind, Any]] = {
    "person": Person,
    "document": Document,
    "image": Image,
    "event": Event,
    "place": Place,
    "collection": Collection,
}
_PLACED: Final = ("position", "id")
_FILED: Final = ("sort_key", "id")
_IN_COLLECTION: Final = ("position", "sort_key", "id")


def _stated(name: str, own: str, sort: StatementSort, text: str) -> RelationSpec:
    order = _PLACED if "position" in sort.plain else ("id",)
    return RelationSpec(name, (own,), text, sort=sort, order=order)


def _pointing(name: str, kind: Kind, column: str, text: str, *order: str) -> RelationSpec:
    return RelationSpec(name, (column,), text, pointing=kind, order=order or _FILED)


def _of_every_kind(kind: Kind) -> tuple[RelationSpec, ...]:
    return (
        _stated("details", kind, DETAILS, "Further details, each with its kind."),
        _stated("citations", kind, CITATIONS, "Sources for this record, with what each says."),
        _stated(
            "outside_identifiers",
            kind,
            IDENTIFIERS,
            "The same entity in other catalogues, as verified.",
        ),
    )


_MENTIONS: Final = "Documents and images that are about this record."

#: The relations of each kind, in the order in which a document has them.
RELATIONS: Final[dict[Kind, tuple[RelationSpec, ...]]] = {
    "person": (
        _stated("names", "person", PERSON_NAMES, "Other names, each with its kind."),
        RelationSpec(
            "relationships",
            ("person", "related"),
            "How this person is related to others. Read each as: person is KIND of related.",
            sort=RELATIONSHIPS,
            order=_PLACED,
        ),
        _stated(
            "participations", "person", PARTICIPATIONS, "Events in which the person took part."
        ),
        _stated(
            "contributions",
            "person",
            CONTRIBUTIONS,
            "Documents, images and collections that the person had a part in, in which role.",
        ),
        _stated("depictions", "person", DEPICTIONS, "Images in which the person appears."),
        _stated("mentions", "about_person", TOPICS, _MENTIONS),
        _pointing("holdings", "document", "holding_institution", "Documents held by this body."),
        *_of_every_kind("person"),
    ),
    "document": (
        _stated("pages", "document", PAGES, "Its pages in order, each with its text."),
        _stated(
            "contributions", "document", CONTRIBUTIONS, "Who made the document, in which role."
        ),
        _stated("topics", "document", TOPICS, "What the document is about."),
        _stated("mentions", "about_document", TOPICS, _MENTIONS),
        RelationSpec(
            "cited_in",
            ("source",),
            "Records that cite this document as their source.",
            sort=CITATIONS,
        ),
        *_of_every_kind("document"),
    ),
    "image": (
        _stated("contributions", "image", CONTRIBUTIONS, "Who made the image, in which role."),
        _stated("depictions", "image", DEPICTIONS, "Who appears, and where in the picture."),
        _stated("topics", "image", TOPICS, "What the image shows or is about."),
        _stated("transcriptions", "image", TRANSCRIPTIONS, "The text in the picture."),
        _stated("page_of", "image", PAGES, "Documents of which the image is a page."),
        *_of_every_kind("image"),
    ),
    "event": (
        _stated("participations", "event", PARTICIPATIONS, "Who took part, in which role."),
        _pointing(
            "parts", "event", "part_of", "Events that are parts of this one.", "date_earliest", "id"
        ),
        _stated("mentions", "about_event", TOPICS, _MENTIONS),
        *_of_every_kind("event"),
    ),
    "place": (
        _stated("names", "place", PLACE_NAMES, "Names the place has or has had."),
        _pointing("parts", "place", "part_of", "Places directly within this one."),
        _pointing("births", "person", "born_place", "Who was born or founded here."),
        _pointing("deaths", "person", "died_place", "Who died or ended here."),
        _pointing("events", "event", "place", "What happened here.", "date_earliest", "id"),
        _pointing("documents", "document", "place", "Documents written here."),
        _pointing("images", "image", "place", "Images that show the place."),
        _stated("mentions", "about_place", TOPICS, _MENTIONS),
        *_of_every_kind("place"),
    ),
    "collection": (
        _stated(
            "contributions",
            "collection",
            CONTRIBUTIONS,
            "Who created or collected it, in which role.",
        ),
        _pointing(
            "children", "collection", "parent", "What is directly below it.", *_IN_COLLECTION
        ),
        _pointing("documents", "document", "collection", "Documents in it.", *_IN_COLLECTION),
        _pointing("images", "image", "collection", "Images in it.", *_IN_COLLECTION),
        *_of_every_kind("collection"),
    ),
}


def relation(kind: Kind, name: str) -> RelationSpec | None:
    """The relation of a kind that has this name."""
    return next((spec for spec in RELATIONS[kind] if spec.name == name), None)
