"""The JSON document of a record, made for many records at once with a fixed number of queries.

A document has two halves: what lists contain too, and the relations, which lists add on
``include``. :data:`OWN` says what each kind has of its own.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from django.db.models import F, Window
from django.db.models.functions import RowNumber

from catalog.conf import catalogue_settings
from catalog.documents.linked import (
    DATES,
    ORIGIN,
    Links,
    date_of,
    moment_of,
    page_path,
    rights_of,
    span_of,
    thumbnail_of,
)
from catalog.documents.relations import RELATIONS
from catalog.documents.statements import Writer
from catalog.iiif import picture_of
from catalog.models import (
    LIKENESSES,
    LINE,
    RECORD_MODELS,
    SHELVED,
    Depiction,
    Image,
    Page,
    Record,
    Shelving,
    Topic,
    sees_everything,
)
from catalog.uris import Kind, api_path, iiif_collection_path, manifest_path, permanent_path

if TYPE_CHECKING:
    from catalog.models import Reader

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class OwnFields:
    """What a kind has besides what all records share, in the order of the document."""

    #: JSON name → kind of the record that the column of this name points to.
    links: dict[str, Kind]
    #: Columns of one term, and of several.
    terms: tuple[str, ...] = ()
    term_lists: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    more: Callable[[Any], Json] = lambda record: {}


def _position(place: Any) -> Json:
    where = place.coordinates
    if where is None:
        return {"coordinates": None}
    exactness = place.precision or None
    position = {"latitude": where.latitude, "longitude": where.longitude, "precision": exactness}
    return {"coordinates": position}


def _picture(image: Any) -> Json:
    picture = picture_of(image)
    if picture is None:
        return {"picture": None}
    renditions = []
    for source in picture.srcset.split(", "):
        path, width = source.rsplit(" ", 1)
        renditions.append({"url": ORIGIN + path, "width": int(width.removesuffix("w"))})
    return {
        "picture": {
            "width": picture.width,
            "height": picture.height,
            "media_type": image.media_type,
            "byte_size": image.byte_size,
            "sha256": image.sha256,
            "renditions": renditions,
            "original": ORIGIN + picture.original if picture.original else None,
            "alt": picture.alt,
        }
    }


#: What each kind has of its own.
OWN: Final[dict[Kind, OwnFields]] = {
    "person": OwnFields(
        links={"born_place": "place", "died_place": "place"},
        term_lists=("occupations",),
        dates=("born", "died"),
        texts=("sort_name", "vital_status"),
        more=lambda person: {
            "person_kind": person.kind,
            "birth_withheld": person.withholds_birth or person.birth_is_withheld,
        },
    ),
    "document": OwnFields(
        links={"place": "place", "holding_institution": "person", "collection": "collection"},
        terms=("type",),
        term_lists=("languages",),
        dates=("written", "published"),
        texts=("original_title", "extent", "link"),
    ),
    "image": OwnFields(
        links={"place": "place", "collection": "collection"},
        terms=("type",),
        texts=("alternative_text", "content_notice", "reproduction_note"),
        more=_picture,
    ),
    "event": OwnFields(links={"place": "place", "part_of": "event"}, terms=("type",)),
    "place": OwnFields(
        links={"part_of": "place"},
        term_lists=("countries",),
        texts=("situation",),
        more=_position,
    ),
    "collection": OwnFields(
        links={"parent": "collection"},
        texts=("level", "extent", "custodial_history", "arrangement", "access_conditions"),
    ),
}


#: The kinds that have a manifest or a collection (IIIF Presentation API 3.0).
_IN_IIIF: Final[frozenset[Kind]] = frozenset({"document", "image", "collection"})


def form_of_documents() -> str:
    """A name for the shape of documents as this program version makes them: a hash of the code that
    makes them, of the code that puts dates and rights into words, and of how long people count as living.
    """
    return _form(catalogue_settings().LIVING_YEARS)


@cache
def _form(living_years: int) -> str:
    here = Path(__file__).parent
    digest = hashlib.sha256()
    for name in ("making", "linked", "relations", "statements"):
        digest.update((here / f"{name}.py").read_bytes())
    for name in ("date_sentences", "rights"):
        digest.update((here.parent / "values" / f"{name}.py").read_bytes())
    digest.update(str(living_years).encode())
    return digest.hexdigest()[:32]


def documents(kind: Kind, records: Iterable[Any], reader: Reader) -> list[tuple[Json, Json]]:
    """The two halves of the documents of some records of one kind, in their order.

    The records were read through ``visible_to`` for the same ``reader``.
    """
    rows = list(records)
    if kind == "person":
        rows = [person.known_to(reader) for person in rows]
    made = _Making(kind, rows, reader)
    return [(made.base(row), made.related(row)) for row in rows]


class _Making:
    """What the documents of some records are made of, read for all of them at once."""

    def __init__(self, kind: Kind, rows: list[Any], reader: Reader) -> None:
        self.kind, self.own = kind, OWN[kind]
        pks = [row.pk for row in rows]
        self.links = Links(reader)
        self.writer = Writer(reader, self.links)
        self.term_ids = {
            name: _term_ids(kind, name, pks) for name in (*self.own.term_lists, "subjects")
        }
        self._want(rows)
        #: For each relation, by record: how many rows there are, and the first of them.
        self.relations = [
            (
                spec,
                {
                    pk: (many, self.writer.take(spec, first))
                    for pk, (many, first) in spec.first_rows(reader, pks).items()
                },
            )
            for spec in RELATIONS[kind]
        ]
        self.writer.read()
        self.thumbnails = _thumbnails(kind, rows, reader)
        self.is_whole = sees_everything(reader)
        self.storage = _storage(kind, pks) if self.is_whole else {}

    def _want(self, rows: list[Any]) -> None:
        """Note the records and terms that the records themselves name."""
        for row in rows:
            for name, target in self.own.links.items():
                self.links.want(target, getattr(row, f"{name}_id"))
            self.writer.want_terms(getattr(row, f"{name}_id") for name in self.own.terms)
        for by_record in self.term_ids.values():
            for found in by_record.values():
                self.writer.want_terms(found)

    def base(self, row: Any) -> Json:
        """What lists contain too."""
        own, term = self.own, self.writer.term
        made = _shared(self.kind, row, self.thumbnails.get(row.pk))
        made |= {
            name: self.links.get(to, getattr(row, f"{name}_id")) for name, to in own.links.items()
        }
        made |= {name: term(getattr(row, f"{name}_id")) for name in own.terms}
        made |= {
            name: [term(pk) for pk in by_record.get(row.pk, ())]
            for name, by_record in self.term_ids.items()
        }
        made |= {name: date_of(getattr(row, name)) for name in own.dates}
        made |= {name: getattr(row, name) for name in own.texts}
        made |= own.more(row)
        if self.kind in _IN_IIIF:
            made["iiif"] = self._iiif(row)
        made["curation"] = curation_of(row, self.storage.get(row.pk)) if self.is_whole else None
        made["updated"] = moment_of(row.modified)
        return made

    def _iiif(self, row: Any) -> str | None:
        """The manifest of a record with pictures, which also has a picture that stands for it; the IIIF
        collection of a collection.
        """
        if self.kind == "collection":
            return ORIGIN + iiif_collection_path(row.uuid)
        image = self.thumbnails.get(row.pk)
        return ORIGIN + manifest_path(row.uuid) if image is not None and image.is_held else None

    def related(self, row: Any) -> Json:
        """The relations of the record."""
        found: Json = {}
        for spec, by_record in self.relations:
            many, first = by_record.get(row.pk, (0, []))
            found[spec.name] = {
                "count": many,
                "url": f"{ORIGIN}{api_path(self.kind, row.slug)}{spec.name}/",
                "results": [self.writer.written(spec, one) for one in first],
            }
        return found


def _shared(kind: Kind, row: Record, thumbnail: Image | None) -> Json:
    dates = [getattr(row, name) for name in DATES[kind]]
    return {
        "id": ORIGIN + permanent_path(row.uuid),
        "kind": kind,
        "slug": row.slug,
        "url": ORIGIN + api_path(kind, row.slug),
        "web_url": ORIGIN + page_path(kind, row.slug),
        "identifier": row.identifier,
        "title": row.title,
        "summary": row.summary,
        "description": row.description,
        "date": span_of(kind, dates),
        "thumbnail": thumbnail_of(thumbnail),
        "rights": rights_of(row.rights_statement),
        "credit_line": row.credit_line,
    }


def _storage(kind: Kind, pks: list[int]) -> dict[int, list[Json]]:
    """Where each record is kept; one query for all, none for kinds that lie nowhere."""
    if kind not in SHELVED:
        return {}
    rows = Shelving.objects.filter(**{f"{kind}__in": pks}).select_related(f"place__{LINE}")
    found: dict[int, list[Json]] = {pk: [] for pk in pks}
    for row in rows.order_by("pk"):
        kept = {"place": row.place.path, "code": row.place.code, "part": row.part}
        found[getattr(row, f"{kind}_id")].append(kept)
    return found


def curation_of(row: Record, storage: list[Json] | None = None) -> Json:
    """What only curators read and write; ``storage`` says where it is kept."""
    return {
        "status": row.status,
        "publish_from": moment_of(row.publish_from) if row.publish_from else None,
        "embargo_until": moment_of(row.embargo_until) if row.embargo_until else None,
        "internal_note": row.internal_note,
        "storage": storage,
        "created": moment_of(row.created),
    }


def _term_ids(kind: Kind, name: str, pks: list[int]) -> dict[int, list[int]]:
    """The terms of each record in a many-to-many column, in the order in which they were given."""
    column: Any = RECORD_MODELS[kind]._meta.get_field(name)
    owner, term = column.m2m_field_name(), column.m2m_reverse_field_name()
    rows = column.remote_field.through._base_manager.filter(**{f"{owner}__in": pks})
    found: dict[int, list[int]] = defaultdict(list)
    for pk, term_pk in rows.order_by("pk").values_list(f"{owner}_id", f"{term}_id"):
        found[pk].append(term_pk)
    return found


def _thumbnails(kind: Kind, rows: list[Any], reader: Reader) -> dict[int, Image]:
    """The picture that represents each record, by the rule of the public lists. One query, for
    documents two.
    """
    if kind == "image":
        return {row.pk: row for row in rows}
    pks = [row.pk for row in rows]
    likeness = {"image__type__code__in": LIKENESSES}
    found: Any
    match kind:
        case "person":
            owner = "person_id"
            found = Depiction.objects.visible_to(reader).filter(person__in=pks, **likeness)
        case "document":
            owner = "about_document_id"
            found = Topic.objects.visible_to(reader).filter(about_document__in=pks)
        case "event":
            owner = "about_event_id"
            found = Topic.objects.visible_to(reader).filter(about_event__in=pks, **likeness)
        case _:
            return {}
    order = ["position", "id"]
    rank = Window(RowNumber(), partition_by=[F(owner)], order_by=order)
    held = found.filter(image__isnull=False).exclude(image__file="")
    first = held.annotate(_rank=rank).filter(_rank=1).select_related("image")
    found_images = {getattr(row, owner): row.image for row in first}
    if kind == "document":
        # What the document itself looks like says more than a picture about it.
        return found_images | _first_pages(pks, reader)
    return found_images


def _first_pages(pks: list[int], reader: Reader) -> dict[int, Image]:
    """The first page of each document that can be viewed. One query."""
    rank = Window(RowNumber(), partition_by=[F("document_id")], order_by=["position", "id"])
    pages = Page.objects.visible_to(reader).filter(document__in=pks).exclude(image__file="")
    first = pages.annotate(_rank=rank).filter(_rank=1).select_related("image")
    return {row.document_id: row.image for row in first}


def as_text(half: Json) -> bytes:
    """One half of a document as compact JSON in UTF-8."""
    return json.dumps(half, ensure_ascii=False, separators=(",", ":")).encode()


def joined(base: bytes, relations: bytes) -> bytes:
    """Both halves as one JSON object."""
    return base if relations == b"{}" else b"%b,%b" % (base[:-1], relations[1:])
