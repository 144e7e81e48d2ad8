"""Where what an authority record says is filed: as cells of the row that becomes a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.utils.translation import gettext

from catalog.intake.archival.access import Access
from catalog.intake.archival.headings import Heading
from catalog.intake.archival.rows import Cells, Filed, FiledRow, LayingOut
from catalog.intake.authority.description import Described
from catalog.intake.authority.people import People
from catalog.intake.authority.records import AuthorityRecords, in_file
from catalog.intake.authority.terms import AuthorityTerms
from catalog.intake.authority.works import Works
from catalog.intake.saying import Message
from catalog.intake.saying import say as _
from catalog.intake.several import squeezed
from catalog.models import (
    Authority,
    NameKind,
    Participation,
)

#: The element that fills a field, for those who look for it in the file.
ELEMENTS: Final = {
    "identifier": "recordId", "title": "nameEntry", "sort_name": "nameEntry", "kind": "entityType",
    "summary": "abstract", "description": "biogHist", "born": "existDates", "died": "existDates",
    "born_place": "place", "died_place": "place", "occupations": "occupation",
    **{f"name:{kind.value}": "nameEntry" for kind in NameKind},
    **{f"outside:{one.value}": "entityId" for one in Authority},
}  # fmt: skip
_OF_PERSONS: Final = (
    "identifier", "title", "sort_name", "kind", "summary", "description", "born", "died", "born_place", "died_place",
    "occupations", "internal_note",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RecordRow(FiledRow):
    """The row of a record. ``more`` is what statements say besides, by target and what the cell says of them.

    ``doubt``: why it is not clear whom it describes.
    """

    more: Mapping[tuple[str, str], Mapping[str, Any]] = field(default_factory=dict)
    doubt: Message = ""
    file: str = ""


class AuthorityFiling(LayingOut):
    """Files authority records, by what the catalogue has."""

    def __init__(self, records: AuthorityRecords, people: People, terms: AuthorityTerms) -> None:
        super().__init__(terms)
        self.records, self.people, self.terms = records, people, terms
        self.works = Works(records.works)
        for kind in people.lacking.values():
            if kind.new is not None:
                self.lack(kind.new)

    def columns(self) -> list[str]:
        """The targets that records fill."""
        used = {key[0] for stated in self.people.stated.values() for key in stated.relations}
        return [
            *_OF_PERSONS,
            *(f"name:{kind.value}" for kind in NameKind),
            *(f"outside:{one.value}" for one in Authority),
            *(f"detail:{code}" for code in self.terms.details),
            *sorted(name for name in used if name.partition(":")[2] in self.terms.relations),
            *self.works.targets,
        ]

    def rows(self, *, behind: int) -> Filed:
        """The records in the order of the file, numbered from ``behind`` on."""
        for number, one in enumerate(self.records.descriptions(), behind + 1):
            access = self.people.of(one)
            more = self._more(one)
            cells = self._filed(one, access, more)
            stated = self.people.stated.get(one.number)
            pending: list[tuple[str, str]] = []
            if stated is not None:
                for (target, value), besides in stated.relations.items():
                    cells.add(target, value)
                    more[target, value] = besides
                cells.internal += stated.internal
                cells.remarks += stated.remarks
                pending += stated.pending
            said, lacking = self.laid_out(cells)
            yield RecordRow(
                number, (), line=one.line, stays_draft=one.is_internal, pending=(*lacking, *pending),
                remarks=tuple(cells.remarks), more=more, doubt=self.people.why_not(one), file=one.file,
            ), said  # fmt: skip

    @staticmethod
    def _more(one: Described) -> dict[tuple[str, str], Any]:
        """What names say besides: language and note."""
        found: dict[tuple[str, str], Any] = {}
        for name in one.names:
            said = {"language": name.language, "note": name.note}
            found[f"name:{name.kind}", squeezed(name.name)] = {
                key: value for key, value in said.items() if value
            }
        return found

    def _filed(
        self, one: Described, access: Access | None, more: dict[tuple[str, str], Any]
    ) -> Cells:
        heading = one.heading
        assert heading is not None  # noqa: S101 - records without a name are left out
        cells = Cells(internal=list(one.internal), remarks=list(one.remarks))
        identifier = access.identifier if access else ""
        cells.said |= {
            "identifier": identifier, "title": heading.title, "sort_name": heading.filed, "kind": heading.sort,
            "summary": one.summary, "born": heading.born, "died": heading.died,
            "description": self._history(one, access),
        }  # fmt: skip
        for target in ("born_place", "died_place"):
            self._file_place(cells, target, getattr(one, target), one)
        for name in one.names:
            cells.add(f"name:{name.kind}", name.name)
        for authority, value in heading.outside:
            cells.add(f"outside:{authority}", value)
        self._file_occupations(cells, one)
        for code, text in one.details:
            cells.detail(code, text)
        cells.detail("other-codes", *(code for code in heading.codes if code != identifier))
        for head, text in one.headed:
            known = self.terms.detail_named(head)
            cells.detail(known or "note", text if known or not head else f"{head}: {text}")
        self._file_works(cells, one, more)
        return cells

    def _history(self, one: Described, access: Access | None) -> str:
        """The biography, without the entries of a chronology that the person takes part in as events."""
        blocks, known = [], None
        for block in one.history:
            if isinstance(block, str):
                blocks.append(block)
                continue
            if known is None:
                known = _events(access)
            if entries := [f"- {line}" for line, event in block if event not in known]:
                blocks.append("\n".join(entries))
        return "\n\n".join(blocks)

    def _file_place(
        self, cells: Cells, target: str, heading: Heading | None, one: Described
    ) -> None:
        if heading is None:
            return
        access = self.people.named.of(heading)
        if access is not None:
            cells.said[target] = access.identifier
        elif self.people.is_written(one):
            label = (
                gettext("Place of birth") if target == "born_place" else gettext("Place of death")
            )
            cells.detail("place", f"{label}: {heading.written}")
            why = self.people.named.refused.get(heading, "")
            said = why + " " + _("It was kept among the further details.")
            cells.remark(in_file("place", one.file), one.line, heading.written, said)

    def _file_occupations(self, cells: Cells, one: Described) -> None:
        for text, line in one.occupations:
            said, why = self.terms.occupation(text)
            if said:
                cells.add("occupations", said)
            else:
                cells.internal.append(f"{gettext('Occupation or function')}: {text}")
                cells.remark(in_file("occupation", one.file), line, text, why)

    def _file_works(self, cells: Cells, one: Described, more: dict[tuple[str, str], Any]) -> None:
        """What the person had a part in, as far as the catalogue has the work; the rest is kept in the internal note.

        Works of the catalogue to which the person stands otherwise are told where they are.
        """
        for work in one.works:
            had = self.works.had_part(work)
            if had is None and self.works.is_here(work):
                continue
            said: Message = _(
                "Works come in with finding aids and tables. It was kept in the internal note."
            )
            if had is not None:
                if (had.target, had.identifier) not in more:
                    cells.add(had.target, had.identifier)
                    more[had.target, had.identifier] = had.more
                    continue
                why = _("Left out: another relation of these two has this kind.")
                said = why + " " + _("It was kept in the internal note.")
            parts = (
                f"{work.sort}:" if work.sort else "",
                work.title,
                f"({work.address})" if work.address else "",
            )
            cells.internal.append(" ".join(filter(None, parts)))
            cells.remark(in_file("resourceRelation", one.file), work.line, work.title, said)


def _events(access: Access | None) -> set[str]:
    """What a person of the catalogue takes part in, as our own records say it."""
    if access is None or access.pk is None:
        return set()
    rows = Participation.objects.filter(person=access.pk).values_list("event__title", "role__label")
    return {f"{title} ({role})" for title, role in rows}
