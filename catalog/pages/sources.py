"""Sources of a record: which statement comes from where.

A critical reader first asks who says so. Every statement that has a citation carries a mark: a
number if the source states it, the words "reference knowledge" if the source is silent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from catalog.models import CITABLE_RECORDS, CITABLE_RELATIONS, Bearing, Certainty, Citation, Record
from catalog.pages.facts import Fact
from catalog.pages.relations import Group, Line

if TYPE_CHECKING:
    from catalog.models import Reader

#: What a bearing means for the record as a whole, to a reader.
OF_THE_WHOLE = {
    Bearing.STATES: _("states what this record says"),
    Bearing.PARTLY: _("states part of what this record says"),
    Bearing.SILENT: _("does not state this; it is general reference knowledge"),
    Bearing.DIFFERS: _("says otherwise"),
    Bearing.CONTEXT: _("is the occasion of this record, and not its source"),
}
OF_A_PART = {
    Bearing.STATES: _("states it"),
    Bearing.PARTLY: _("states it in part"),
    Bearing.SILENT: _("does not state it; it is general reference knowledge"),
    Bearing.DIFFERS: _("says otherwise"),
    Bearing.CONTEXT: _("is the occasion of it, and not its source"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of a statement: the number of the source, and what the source does for it."""

    number: int
    bearing: str
    source: str
    note: str

    @property
    def is_reference(self) -> bool:
        """Whether the source is silent, so that the statement is reference knowledge."""
        return self.bearing == Bearing.SILENT

    @property
    def differs(self) -> bool:
        return self.bearing == Bearing.DIFFERS

    @property
    def words(self) -> Any:
        """What the source does, in words for a hint."""
        return OF_A_PART[Bearing(self.bearing)]


@dataclass(slots=True)
class Said:
    """One citation, in words. ``what`` is empty if the citation is of the whole record."""

    what: Any
    citation: Citation

    @property
    def words(self) -> Any:
        """What the source does for the statement."""
        return (OF_A_PART if self.what else OF_THE_WHOLE)[Bearing(self.citation.bearing)]

    @property
    def doubt(self) -> str:
        """How sure it is, in words; empty if certain."""
        if self.citation.certainty == Certainty.CERTAIN:
            return ""
        return str(Certainty(self.citation.certainty).label)


@dataclass(slots=True)
class Source:
    """A source with everything that the page cites it for."""

    number: int
    document: Any
    said: list[Said] = field(default_factory=list)
    #: Relations on the page that it states, and those that it does not.
    stated: int = 0
    silent: int = 0


class Sources:
    """All sources of a page."""

    def __init__(self) -> None:
        self.all: list[Source] = []
        self._of_field: dict[str, list[Mark]] = {}
        self._names: dict[str, Any] = {}

    @classmethod
    def of(
        cls, record: Record, user: Reader, groups: Iterable[Group], facts: Iterable[Fact] = ()
    ) -> Sources:
        """The sources of a record and of the relations on its page, which get their marks. One query.

        What a source says of a field is told under the name that the facts have for it.
        """
        lines = {
            _key(line.statement): line for group in groups for line in group.lines if line.statement
        }
        wanted = Q(**{record.KIND: record})
        for relation in CITABLE_RELATIONS:
            ids = [pk for name, pk in lines if name == relation]
            if ids:
                wanted |= Q(**{f"{relation}__in": ids})
        found = cls()
        found._names = {fact.field: fact.label for fact in facts if fact.field}
        rows = (
            Citation.objects.visible_to(user, seen_from=[*CITABLE_RECORDS, *CITABLE_RELATIONS])
            .filter(wanted)
            .select_related("source", "source__type")
        )
        for citation in rows.order_by("id"):
            found._take(citation, record, lines)
        return found

    def marks_of_field(self, name: str) -> list[Mark]:
        """The marks of a fact of the record."""
        return self._of_field.get(name, []) if name else []

    def _take(self, citation: Citation, record: Record, lines: dict[Any, Line]) -> None:
        source = next((one for one in self.all if one.document.pk == citation.source_id), None)
        if source is None:
            source = Source(len(self.all) + 1, citation.source)
            self.all.append(source)
        mark = Mark(source.number, citation.bearing, citation.source.title, citation.note)
        if getattr(citation, f"{record.KIND}_id") == record.pk:
            if citation.field:
                self._of_field.setdefault(citation.field, []).append(mark)
            source.said.append(Said(self._name_of(record, citation.field), citation))
            return
        for relation in CITABLE_RELATIONS:
            line = lines.get((relation, getattr(citation, f"{relation}_id")))
            if line is None:
                continue
            line.marks.append(mark)
            if citation.note or citation.bearing in {Bearing.DIFFERS, Bearing.PARTLY}:
                source.said.append(Said(line.record.title, citation))
            elif citation.bearing == Bearing.SILENT:
                source.silent += 1
            else:
                source.stated += 1

    def _name_of(self, record: Record, name: str) -> Any:
        """The words for a column; empty for the whole record."""
        if not name:
            return ""
        if name in self._names:
            return self._names[name]
        try:
            return capfirst(record._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        except FieldDoesNotExist:
            return capfirst(name.replace("_", " "))


def _key(statement: Any) -> tuple[str, int]:
    return statement._meta.model_name, statement.pk
