"""Where what a component says is filed: as cells of the row that becomes its record, as the table import has them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext

from catalog.conf import catalogue_settings
from catalog.intake.archival.access import Access, AccessPoints
from catalog.intake.archival.headings import Heading
from catalog.intake.archival.prose import as_details
from catalog.intake.archival.rows import Cells, Filed, FiledRow, LayingOut
from catalog.intake.archival.terms import NewTerm
from catalog.intake.finding_aid.aid import FindingAid
from catalog.intake.finding_aid.choices import AidPlan, Codes
from catalog.intake.finding_aid.columns import OF_KIND
from catalog.intake.finding_aid.description import Description
from catalog.intake.finding_aid.terms import CREATOR, AidTerms
from catalog.intake.saying import say as _
from catalog.intake.several import joined
from catalog.intake.storing import is_path
from catalog.models import Level, Vocabulary
from catalog.uris import Kind
from catalog.values import RIGHTS_STATEMENTS, fold

LONGEST_TITLE: Final = 500
LONGEST_EXTENT: Final = 300
LONGEST_LINK: Final = 500
_LEVELS: Final = {
    "fonds": Level.FONDS, "collection": Level.COLLECTION, "recordgrp": Level.FONDS, "subfonds": Level.SUBFONDS,
    "subgrp": Level.SUBFONDS, "series": Level.SERIES, "subseries": Level.SUBSERIES, "file": Level.FILE,
}  # fmt: skip
#: Words in other names of levels, and the level that comes nearest.
_LIKE: Final = (
    ("subser", Level.SUBSERIES), ("sub-ser", Level.SUBSERIES), ("subfonds", Level.SUBFONDS), ("subgr", Level.SUBFONDS),
    ("series", Level.SERIES), ("serie", Level.SERIES), ("file", Level.FILE), ("folder", Level.FILE),
    ("box", Level.FILE), ("volume", Level.FILE), ("dossier", Level.FILE), ("record group", Level.FONDS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ComponentRow(FiledRow):
    """The row of a component. ``is_made``: its identifier was made of its place; ``above``: that of the one above."""

    is_made: bool = False
    above: str = ""


@dataclass(slots=True)
class _Cells(Cells):
    """What the row of a component is to say."""

    row: Description = field(kw_only=True)
    #: Creators, whose role is still to be made: its label and the name.
    pending: list[tuple[str, str]] = field(default_factory=list)


class Filing(LayingOut):
    """Files the components of a finding aid, by a plan and what the catalogue has."""

    def __init__(
        self, aid: FindingAid, plan: AidPlan, access: AccessPoints, terms: AidTerms
    ) -> None:
        super().__init__(terms)
        self.aid, self.plan, self.access, self.terms = aid, plan, access, terms
        self.codes, self.made = aid.codes(whole=plan.whole, joined=plan.codes == Codes.JOINED)
        self._positions = aid.positions()
        self._institution = fold(catalogue_settings().INSTITUTION)

    # --- Columns ---

    def columns(self, kind: Kind) -> list[str]:
        """The targets that components fill which become a kind of record."""
        details = [f"detail:{code}" for code in self.terms.details]
        roles = [f"contribution:{code}" for code in self.terms.roles]
        return [*OF_KIND[kind], *roles, *details]

    # --- Rows ---

    def rows_of(self, kind: Kind, *, behind: int) -> Filed:
        """The components that become records of a kind, numbered ``behind`` the access points, and their cells."""
        for one in self.aid.descriptions():
            if self.aid.kind_of(one.number) != kind:
                continue
            cells = self._filed(one, kind)
            said, pending = self.laid_out(cells)
            row = ComponentRow(
                behind + one.number, (), line=one.line, stays_draft=one.is_internal,
                is_made=one.number in self.made, above=self._above(one),
                pending=(*cells.pending, *pending), remarks=tuple(cells.remarks),
            )  # fmt: skip
            yield row, said

    def _above(self, one: Description) -> str:
        return self.codes[one.parent] if one.parent else ""

    def _filed(self, one: Description, kind: Kind) -> _Cells:
        cells = _Cells(row=one, remarks=list(one.remarks), internal=list(one.internal))
        cells.said["identifier"] = self.codes[one.number]
        cells.said["position"] = str(self._positions[one.number]) if one.parent else ""
        cells.said["parent" if kind == "collection" else "collection"] = self._above(one)
        self._file_title(cells)
        self._file_dates(cells, kind)
        self._file_extent(cells, kind)
        cells.said["summary"] = one.summary
        self._file_texts(cells, kind)
        self._file_use(cells)
        self._file_subjects(cells)
        self._file_kept(cells)
        for code, text in one.details:
            cells.detail(code, text)
        for head, text in one.headed:
            known = self.terms.detail_named(head)
            cells.detail(known or "note", text if known or not head else f"{head}: {text}")
        if kind == "collection":
            self._file_level(cells)
            self._file_collection(cells)
        elif kind == "image":
            self._file_image(cells)
        else:
            self._file_document(cells)
        return cells

    def _file_title(self, cells: _Cells) -> None:
        one = cells.row
        title = one.title
        if not title:
            title = next((date.wording or date.edtf for date in one.dates), "")
            title = title or self.codes[one.number]
            cells.remark(
                "unittitle",
                one.line,
                title,
                _("The component has no title. This was taken instead."),
            )
        if len(title) > LONGEST_TITLE:
            cells.detail("full-title", *as_details(title))
            title = title[: LONGEST_TITLE - 1].rsplit(" ", 1)[0] + "…"
            cells.remark(
                "unittitle",
                one.line,
                title,
                _("The title was cut. The whole is among the further details."),
            )
        cells.said["title"] = title

    def _file_dates(self, cells: _Cells, kind: Kind) -> None:
        main = "written" if kind == "document" else "date"
        for date in cells.row.dates:
            target = "published" if date.sort == "published" and kind == "document" else main
            if date.edtf and not cells.said.get(target):
                cells.said[target] = date.edtf
                wording = date.wording
            else:
                wording = date.wording or date.edtf
            if date.sort == "bulk":
                cells.detail("dates", wording if "bulk" in wording else f"{wording} (bulk)")
            elif wording:
                cells.detail("dates", wording)
                if not date.edtf:
                    said = _(
                        "The date was not understood. Its wording was kept among the further details."
                    )
                    cells.remark("unitdate", date.line, wording, said)

    def _file_extent(self, cells: _Cells, kind: Kind) -> None:
        extent = "; ".join(cells.row.extent)
        if kind == "image":
            cells.detail("extent", *as_details(extent))
            return
        if len(extent) > LONGEST_EXTENT:
            cells.detail("extent", *as_details(extent))
            extent = extent[: LONGEST_EXTENT - 1].rsplit(" ", 1)[0] + "…"
        cells.said["extent"] = extent

    def _file_texts(self, cells: _Cells, kind: Kind) -> None:
        texts = cells.row.texts
        cells.said["description"] = texts.get("description", "")
        for name, code in (
            ("arrangement", "arrangement"),
            ("custodial_history", "provenance"),
            ("access_conditions", "access"),
        ):
            if kind == "collection":
                cells.said[name] = texts.get(name, "")
            else:
                cells.detail(code, *as_details(texts.get(name, "")))
        cells.detail("history", *as_details(cells.row.history))

    def _file_use(self, cells: _Cells) -> None:
        known = {fold(one.label): one.uri for one in RIGHTS_STATEMENTS.values()}
        for text in cells.row.use:
            uri = known.get(fold(text)) or next(
                (one for one in RIGHTS_STATEMENTS if one == text), ""
            )
            if uri and not cells.said.get("rights"):
                cells.said["rights"] = uri
            else:
                cells.detail("use", *as_details(text))
        cells.said["credit_line"] = cells.row.credit_line

    def _file_kept(self, cells: _Cells) -> None:
        """In which storage places it is kept; in the internal note, if none are to be made."""
        for path, line in cells.row.kept:
            if self.plan.boxes_in and is_path(path):
                cells.add("storage", path)
                continue
            cells.internal.append(f"{gettext('Kept in')}: {path}")
            said = _("It is too long for a storage place. It was kept in the internal note.")
            if not self.plan.boxes_in:
                said = _(
                    "Where it is kept was put into the internal note. Choose in which storage place missing ones are "
                    "made, and it becomes one."
                )
            cells.remark("container", line, path, said)

    def _file_subjects(self, cells: _Cells) -> None:
        found = []
        for text in cells.row.subjects:
            said, why = self.terms.subject(text)
            if said:
                found.append(said)
            else:
                cells.internal.append(f"{gettext('Subject')}: {text}")
                cells.remark("subject", cells.row.line, text, why)
        cells.said["subjects"] = joined(found)

    # --- Collections ---

    def _file_level(self, cells: _Cells) -> None:
        one = cells.row
        level = _LEVELS.get(one.level)
        if level is None:
            said = one.other_level.casefold()
            level = next((like for word, like in _LIKE if word in said), None)
        if level is None:
            level = (
                Level.SERIES
                if self.aid.has_parts(one.number) and one.level != "item"
                else Level.FILE
            )
        cells.said["level"] = level.value
        if one.level not in _LEVELS and one.parent:
            told = one.other_level or one.level or "–"
            taken = _("This level was taken as “%(level)s”.") % {"level": level.label}
            if self.aid.is_item_with_parts(one.number):
                taken = _("An item with parts below it was taken as “%(level)s”.") % {
                    "level": level.label
                }
            cells.remark("@level", one.line, told, taken)

    def _file_collection(self, cells: _Cells) -> None:
        one = cells.row
        makers = {
            self.access.named(heading)
            for _role, where, _line, heading in one.names
            if where == "origination"
        }
        for role, where, line, heading in one.names:
            if where != "origination" and self.access.named(heading) in makers:
                # AtoM repeats creators among the access points.
                continue
            self._file_part(cells, role, where, line, heading)
        cells.detail("genre", *one.genres)
        for code, words in one.languages:
            cells.detail("language", words or code)
        if one.repository and fold(one.repository.title) != self._institution:
            cells.detail("repository", one.repository.written)
        self._note_links(cells, one.links)

    def _file_part(self, cells: _Cells, role: str, where: str, line: int, heading: Heading) -> None:
        """Somebody who created a collection or had another part in it; other names have no field there."""
        is_creator, access = where == "origination", self.access.of(heading)
        code = "" if heading.is_about else self.terms.role(role)
        code = code or (CREATOR if is_creator else "")
        if access and code in self.terms.roles:
            cells.add(f"contribution:{code}", access.identifier)
        elif access and code and self.plan.new_terms:
            label = gettext("Creator")
            self.lack(NewTerm(Vocabulary.CONTRIBUTION_ROLE.value, code, label))
            cells.pending.append((label, heading.written))
        else:
            sort = "creator" if is_creator else "place" if heading.is_about else "name"
            cells.detail(sort, heading.written)
            if code:
                why = self.access.refused.get(heading) or _("The catalogue has no such role.")
                kept = _("It was kept among the further details.")
                cells.remark(where, line, heading.written, why + " " + kept)

    # --- Images ---

    def _file_image(self, cells: _Cells) -> None:
        one = cells.row
        self._file_type(cells, Vocabulary.IMAGE_TYPE)
        self._file_names(cells)
        for code, words in one.languages:
            cells.detail("language", words or code)
        if one.repository and fold(one.repository.title) != self._institution:
            cells.detail("repository", one.repository.written)
        self._note_links(cells, one.links)

    def _file_type(self, cells: _Cells, vocabulary: Vocabulary) -> None:
        """The first genre that is a type of such works; the others are further details."""
        types = [(genre, self.terms.genre(genre, vocabulary)) for genre in cells.row.genres]
        known = next((code for _genre, code in types if code), "")
        cells.said["type"] = known
        cells.detail("genre", *(genre for genre, code in types if not code or code != known))

    def _file_names(self, cells: _Cells) -> None:
        for role, where, line, heading in cells.row.names:
            self._file_name(cells, self.access.of(heading), role, where, line, heading)

    # --- Documents ---

    def _file_document(self, cells: _Cells) -> None:
        one = cells.row
        self._file_type(cells, Vocabulary.DOCUMENT_TYPE)
        self._file_languages(cells)
        self._file_names(cells)
        if one.repository and (holder := self.access.of(one.repository)):
            cells.said["holding_institution"] = holder.identifier
        elif one.repository:
            cells.detail("repository", one.repository.written)
        links = list(one.links)
        if (
            links
            and links[0][0].startswith(("http://", "https://"))
            and len(links[0][0]) <= LONGEST_LINK
        ):
            cells.said["link"] = links.pop(0)[0]
        self._note_links(cells, links)

    def _file_languages(self, cells: _Cells) -> None:
        found = []
        for code, words in cells.row.languages:
            known = self.terms.language(code, words)
            if known is None and self.plan.new_terms:
                new = self.terms.new_language(code, words)
                self.lack(new)
                known = new.label
            if known is None:
                cells.internal.append(f"{gettext('Language')}: {words or code}")
                said = _(
                    "Left out: the catalogue has no such language. It was kept in the internal note."
                )
                cells.remark("language", cells.row.line, words or code, said)
            else:
                found.append(known)
        cells.said["languages"] = joined(found)

    def _file_name(
        self,
        cells: _Cells,
        access: Access | None,
        role: str,
        where: str,
        line: int,
        heading: Heading,
    ) -> None:
        written, is_place = heading.written, heading.is_about
        if access is None:
            label = f"{role}: " if role else ""
            cells.internal.append(f"{label}{written}")
            why = self.access.refused.get(heading, "")
            cells.remark(where, line, written, why + " " + _("It was kept in the internal note."))
            return
        code = "" if is_place else self.terms.role(role)
        if not code and where == "origination":
            code = self.terms.usual_role
            if not code:
                cells.detail("creator", written)
                return
        if code:
            cells.add(f"contribution:{code}", access.identifier)
            return
        if role and not is_place:
            said = _(
                "The catalogue has no such role. The person was noted as one whom the document is about."
            )
            cells.remark(where, line, f"{written} ({role})", said)
        cells.add(f"topic:{'place' if is_place else 'person'}", access.identifier)

    @staticmethod
    def _note_links(cells: _Cells, links: list[tuple[str, int]]) -> None:
        for address, line in links:
            cells.internal.append(f"{gettext('Digital object')}: {address}")
            said = _(
                "The address of the digital object was kept in the internal note. Upload the file by hand."
            )
            cells.remark("dao", line, address, said)
