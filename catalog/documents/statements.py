"""Rows of relations as JSON: statements with their sources, and links to records that point here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from catalog.documents.linked import Links, date_of, link, term_of
from catalog.documents.relations import CITATIONS, TRANSCRIPTIONS, RelationSpec, StatementSort
from catalog.models import (
    CITABLE_RECORDS,
    CITABLE_RELATIONS,
    Citation,
    OutsideIdentifier,
    Term,
    Transcription,
)

if TYPE_CHECKING:
    from catalog.models import Reader

Row = dict[str, Any]


class Writer:
    """Turns rows of any number of relations into JSON with a fixed number of queries.

    Pass every row to :meth:`take`; after :meth:`read`, :meth:`written` returns them as JSON.
    """

    def __init__(self, reader: Reader, links: Links) -> None:
        self.reader = reader
        self.links = links
        self._terms: set[int] = set()
        self._found_terms: dict[int, Term] = {}
        self._citable: dict[str, set[int]] = defaultdict(set)
        self._citations: dict[tuple[str, int], list[Row]] = defaultdict(list)
        self._leaves: set[int] = set()
        self._written_on: dict[int, list[Row]] = defaultdict(list)

    def take(self, spec: RelationSpec, rows: Iterable[Any]) -> list[Row]:
        """Rows as values by column; what they name is noted for :meth:`read`."""
        columns = spec.columns()
        taken = [dict(zip(columns, row, strict=True)) for row in rows]
        if spec.sort is not None:
            for row in taken:
                self._note(spec.sort, row)
        return taken

    def want_terms(self, pks: Iterable[int | None]) -> None:
        """Note terms that a document names."""
        self._terms.update(pk for pk in pks if pk is not None)

    def term(self, pk: int | None) -> Row | None:
        """A term as JSON."""
        return term_of(self._found_terms.get(pk)) if pk is not None else None

    def _note(self, sort: StatementSort, row: Row) -> None:
        for pairs in sort.ends.values():
            for column, kind in pairs:
                self.links.want(kind, row[f"{column}_id"])
        self.want_terms(row[f"{name}_id"] for name in sort.terms)
        if sort.name in CITABLE_RELATIONS:
            self._citable[sort.name].add(row["pk"])
        if sort.name == "page":
            self._leaves.add(row["image_id"])

    def read(self) -> None:
        """Read citations and the texts of pages (a query each), terms (one), linked records (one
        per kind).
        """
        self._read_citations()
        if self._leaves:
            self._read_transcriptions()
        self._found_terms |= Term.objects.in_bulk(self._terms - self._found_terms.keys())
        self.links.read()

    def _read_citations(self) -> None:
        columns = CITATIONS.columns()
        for name, pks in self._citable.items():
            # The relation itself was read through visible_to, and a citation is of nothing beside it;
            # its source has to be visible too.
            seen = Citation.objects.visible_to(
                self.reader, seen_from=[*CITABLE_RECORDS, *CITABLE_RELATIONS]
            )
            rows = seen.filter(**{f"{name}__in": pks})
            for row in rows.order_by("id").values_list(f"{name}_id", *columns):
                values = dict(zip(columns, row[1:], strict=True))
                self._note(CITATIONS, values)
                self._citations[name, row[0]].append(values)

    def _read_transcriptions(self) -> None:
        columns = TRANSCRIPTIONS.columns()
        rows = Transcription.objects.visible_to(self.reader).filter(image__in=self._leaves)
        for row in rows.order_by("id").values_list(*columns):
            values = dict(zip(columns, row, strict=True))
            self._note(TRANSCRIPTIONS, values)
            self._written_on[values["image_id"]].append(values)

    def written(self, spec: RelationSpec, row: Row) -> Row:
        """One row of a relation as JSON."""
        if spec.sort is not None:
            return self.statement(spec.sort, row)
        assert spec.pointing is not None  # noqa: S101 - a relation is one of the two
        return link(spec.pointing, tuple(row.values()))

    def statement(self, sort: StatementSort, row: Row) -> Row:
        """A statement as JSON."""
        said: Row = {"id": str(row["uuid"])}
        for name in sort.terms:
            said[name] = self.term(row[f"{name}_id"])
        for name, pairs in sort.ends.items():
            found = (self.links.get(kind, row[f"{column}_id"]) for column, kind in pairs)
            said[name] = next((one for one in found if one), None)
        said |= {name: row[name] for name in sort.plain}
        if sort.name == "depiction":
            region = {name: said.pop(name) for name in ("left", "top", "width", "height")}
            said["region"] = region if region["left"] is not None else None
        if sort.name == "outsideidentifier":
            said["uri"] = OutsideIdentifier(authority=row["authority"], value=row["value"]).uri
            said["verified_on"] = row["verified_on"].isoformat() if row["verified_on"] else None
        if sort.name == "page":
            said["transcriptions"] = [
                {
                    "language": self.term(one["language_id"]),
                    "text": one["text"],
                    "transcribed_by": one["transcribed_by"],
                }
                for one in self._written_on[row["image_id"]]
            ]
        if sort.is_relation:
            said["date"] = date_of(row["date"])
            said["citations"] = [
                self.statement(CITATIONS, one) for one in self._citations[sort.name, row["pk"]]
            ]
        return said
