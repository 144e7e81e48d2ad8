"""Which record a row is about, so that a table imported twice creates nothing twice.

An identifier that a record has, and a permanent identifier, always decide. Otherwise the plan says
by what a record is recognised: by its slug, by an identifier of another catalogue, by title and
dates. If it may be several records, or one that another row is about already, the row is refused;
nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from uuid import UUID

from django.db import models

from catalog.intake import cells
from catalog.intake.addressed import Outside, Slugs
from catalog.intake.called import merged, uuid_in
from catalog.intake.entitled import Entitled, Titles
from catalog.intake.likeness import Likenesses
from catalog.intake.named import CellFault
from catalog.intake.not_recognised import NotRecognised, names_of, which
from catalog.intake.plan import Alike, Plan, Recognise
from catalog.intake.reading import Row
from catalog.intake.saying import say as _
from catalog.intake.several import parted, squeezed
from catalog.intake.targets import SELF, Target
from catalog.models import (
    RECORD_MODELS,
    EDTFField,
    OutsideIdentifier,
    Record,
    says_undated,
)


class Recogniser:
    """Finds the record of each row of a table. ``cell`` gives the content of a row for a target.

    ``identifiers`` are those of the whole table: the record that one names belongs to that row, and
    to no other. Rows come in blocks (:meth:`read`), so that a block costs a few queries, and then
    one by one (:meth:`whom`).
    """

    def __init__(
        self,
        plan: Plan,
        columns: Iterable[Target],
        cell: Callable[[Row, str], str],
        identifiers: Container[str],
        *,
        tells_alike: bool = True,
    ) -> None:
        self.plan, self.model, self._cell = plan, RECORD_MODELS[plan.kind], cell
        targets = {target.name: target for target in columns}
        self._dates = {
            name: cells.reader_of(target.column, plan.days)
            for name, target in targets.items()
            if isinstance(target.column, EDTFField)
        }
        self._authorities = {
            name: str(target.hanging.common["authority"])
            for name, target in targets.items()
            if target.hanging is not None and target.hanging.model is OutsideIdentifier
        }
        self._many = [
            target.name
            for target in targets.values()
            if target.column is not None and target.column.many_to_many
        ]
        self._slugs, self._outside = Slugs(plan.kind, self.model), Outside(plan.kind)
        self._titles = Titles(self.model, self._dates)
        self._likenesses = Likenesses(self.model, self._dates) if tells_alike else None
        #: What the curator said of single rows that resemble existing records.
        self._said_alike = dict(plan.rows_alike)
        self._identifiers = identifiers
        #: Rows by what identifies them, and the new ones by their titles.
        self._seen: dict[tuple[str, str], int] = {}
        self._taken: dict[int, int] = {}
        self._new: dict[tuple[str, tuple[str, ...]], int] = {}
        #: Identifiers of what rows of the table have become: other things than what rows below are about.
        self._made: set[str] = set()
        # --- For the block:
        self._there: dict[str, Record] = {}
        self._merged: dict[str, UUID] = {}
        self._entitled: dict[int, Entitled] = {}
        self._alike: dict[int, list[Entitled]] = {}
        self._records: dict[int, Record] = {}

    # --- A block ---

    def read(self, rows: Sequence[Row]) -> list[Record]:
        """Look up what some rows, the next of the table, may be about. Returns the records that may
        change.
        """
        self._there = self._by_identifier(rows)
        said = {self._cell(row, name) for row in rows for name in ("identifier", SELF)}
        self._merged = merged(self.plan.kind, said - {""} - self._there.keys())
        wanted = self._read_addresses(rows)
        self._read_titles(rows)
        self._read_alike(rows)
        for entitled in self._entitled.values():
            found, _certain = self._candidates(entitled)
            wanted |= {one.pk for one in found[:1]}
        wanted |= {one.pk for found in self._alike.values() for one in found[:1]}
        held = {record.pk: record for record in self._there.values()}
        if wanted - held.keys():
            rest = self.model._base_manager.filter(pk__in=wanted - held.keys())
            held |= {record.pk: record for record in rest.prefetch_related(*self._many)}
        self._records = held
        return list(held.values())

    def _by_identifier(self, rows: Sequence[Row]) -> dict[str, Record]:
        identifiers = {self._cell(row, "identifier") for row in rows} - {""}
        uuids = {uuid_in(self._cell(row, SELF)) for row in rows} - {None}
        if not identifiers and not uuids:
            return {}
        wanted = models.Q(identifier__in=identifiers) | models.Q(uuid__in=uuids)
        there = self.model._base_manager.filter(wanted).order_by()
        found: dict[str, Record] = {}
        for record in there.prefetch_related(*self._many):
            found[record.identifier] = found[str(record.uuid)] = record
        return found

    def _read_addresses(self, rows: Sequence[Row]) -> set[int]:
        """The keys of the records that rows address in the chosen way."""
        match self.plan.recognise:
            case Recognise.SLUG:
                return self._slugs.read(
                    {cells.slug_in(self._cell(row, "slug")) for row in rows} - {""}
                )
            case Recognise.OUTSIDE:
                return self._outside.read(one for row in rows for one in self._outside_of(row))
        return set()

    def _outside_of(self, row: Row) -> Iterator[tuple[str, str, str]]:
        """Target, authority and value of the outside identifiers that a row gives."""
        for name, authority in self._authorities.items():
            for part in parted(self._cell(row, name), self.plan.inside):
                yield name, authority, cells.outside_identifier(authority, part)

    def _read_titles(self, rows: Sequence[Row]) -> None:
        self._entitled = {}
        for row in rows:
            if self._is_by_title(row) and (entitled := self._entitled_of(row)):
                self._entitled[row.number] = entitled
        self._titles.read(self._entitled.values())

    def _read_alike(self, rows: Sequence[Row]) -> None:
        """What those rows resemble that name no record themselves."""
        self._alike = {}
        if self._likenesses is None:
            return
        asked = {
            row.number: entitled
            for row in rows
            if self._named(row) is None and not self._cell(row, SELF)
            and (entitled := self._entitled.get(row.number) or self._entitled_of(row))
        }  # fmt: skip
        self._likenesses.read(asked.values())
        for number, entitled in asked.items():
            found = self._likenesses.of(entitled, but=self._identifiers)
            if not found and number in self._entitled:
                found, is_certain = self._candidates(entitled)
                found = [] if is_certain else found
            if found:
                self._alike[number] = found

    def resembles(self, row: Row) -> list[Entitled]:
        """The records that a row resembles without being about one of them."""
        found = self._alike.get(row.number, [])
        return [one for one in found if one.identifier not in self._made]

    def _is_chosen(self, row: Row) -> bool:
        """Whether the curator said what a row is that may be an existing record."""
        return self.plan.alike == Alike.SAME or row.number in self._said_alike

    def _chosen_alike(self, row: Row) -> Record | None:
        """The record that a row resembles, where the curator says that it is that one. Raises NotRecognised."""
        found = self.resembles(row)
        what = self._said_alike.get(row.number, self.plan.alike)
        if not found or what != Alike.SAME:
            return None
        if len(found) > 1:
            said = _(
                "This resembles several records: %(named)s. Write the identifier of the record you mean, or have a "
                "new record made of this row."
            )
            raise NotRecognised(
                "title", said % {"named": names_of(found)}, several=True, alike=found
            )
        return self._records[found[0].pk]

    def _is_by_title(self, row: Row) -> bool:
        """Whether a row is recognised by its title and dates: it has nothing that takes precedence."""
        if self._named(row) is not None or self._cell(row, SELF):
            return False
        match self.plan.recognise:
            case Recognise.TITLE:
                return True
            case Recognise.IDENTIFIER:
                return not self._cell(row, "identifier")
            case Recognise.SLUG:
                return not self._cell(row, "slug")
            case Recognise.OUTSIDE:
                return not any(self._outside_of(row))
        return False

    def _entitled_of(self, row: Row) -> Entitled | None:
        """The title and dates of a row; None if it has no title, or a date that cannot be read."""
        title = squeezed(self._cell(row, "title"))
        dates = []
        for name, reader in self._dates.items():
            try:
                text = cells.judged(self._cell(row, name))
                dates.append(reader(text)[0].edtf if text and not says_undated(text) else "")
            except CellFault:
                return None
        names = self._cell(row, "sort_name"), 0, self._cell(row, "identifier")
        return Entitled(title, tuple(dates), *names) if title else None

    def _candidates(self, entitled: Entitled) -> tuple[list[Entitled], bool]:
        """The records that a title and dates may mean, except those that another row names by
        identifier.
        """
        but = () if self.plan.recognise == Recognise.TITLE else self._identifiers
        found, is_certain = self._titles.same_as(entitled, but=but)
        if not is_certain:
            # What a row above has just become is another record: rows of one table are about
            # different things.
            found = [one for one in found if (one.key, one.dates) not in self._new]
        return found, is_certain

    # --- A row ---

    def whom(self, row: Row) -> tuple[Record | None, str, bool]:
        """The record that a row is about, by what it was recognised, and whether it only resembles that and was said
        to be it; None for a new one. Raises NotRecognised.
        """
        self._refuse_twice(row)
        self._refuse_merged(row)
        record = self._by_name(row)
        way = str(Recognise.IDENTIFIER) if record is not None else ""
        other, name = self._by_choice(row)
        if record is not None and other is not None and record.pk != other.pk:
            raise NotRecognised(name, which(other, record), several=True)
        if record is None and other is not None:
            record, way = other, self._way(row)
        is_alike = record is None and (record := self._chosen_alike(row)) is not None
        if is_alike:
            way, name = str(Recognise.TITLE), "title"
        if record is None:
            self._refuse_like_a_new_one(row)
            return None, "", False
        before = self._taken.setdefault(record.pk, row.number)
        if before != row.number:
            said = _(
                "Row %(row)d is already about this record, “%(record)s” (%(identifier)s). Keep one of the two rows."
            )
            said %= {"row": before, "record": record, "identifier": record.identifier}
            raise NotRecognised(name or self._namer(row), said)
        return record, way, is_alike

    def note_new(self, row: Row, identifier: str) -> None:
        """Take note of a row that is to become a record, so that no row below becomes the same one
        again.
        """
        self._made.add(identifier)
        by_title = self.plan.recognise == Recognise.TITLE or not self._cell(row, "identifier")
        if self.plan.recognise != Recognise.ALONE and by_title:
            entitled = self._entitled.get(row.number) or self._entitled_of(row)
            if entitled is not None:
                self._new.setdefault((entitled.key, entitled.dates), row.number)

    def _way(self, row: Row) -> str:
        return str(Recognise.TITLE if row.number in self._entitled else self.plan.recognise)

    def _namer(self, row: Row) -> str:
        return "identifier" if self._cell(row, "identifier") else SELF

    def _refuse_twice(self, row: Row) -> None:
        """Raise NotRecognised if a row above identifies the same record."""
        names = [
            ("identifier", "", self._cell(row, "identifier")),
            ("slug", "", cells.slug_in(self._cell(row, "slug"))),
        ]
        if self.plan.recognise == Recognise.OUTSIDE:
            names += self._outside_of(row)
        for name, authority, text in names:
            before = self._seen.setdefault((authority or name, text), row.number) if text else 0
            if text and before != row.number:
                said = _("Row %(row)d already has this identifier. Give each record its own.")
                if name == "slug":
                    said = _("Row %(row)d already has this URL slug. Give each record its own.")
                raise NotRecognised(name, said % {"row": before})

    def _refuse_merged(self, row: Row) -> None:
        for name in ("identifier", SELF):
            text = self._cell(row, name)
            if text in self._merged:
                into = self.model._base_manager.filter(uuid=self._merged[text]).first()
                said = _(
                    "This record was merged into “%(record)s” (%(identifier)s). Use that identifier."
                )
                said %= {"record": into, "identifier": getattr(into, "identifier", "?")}
                raise NotRecognised(name, said)

    def _named(self, row: Row) -> Record | None:
        """The record that has the identifier of a row, or its permanent identifier."""
        uuid = uuid_in(self._cell(row, SELF))
        by_uuid = self._there.get(str(uuid)) if uuid else None
        return by_uuid or self._there.get(self._cell(row, "identifier"))

    def _by_name(self, row: Row) -> Record | None:
        """The same; a permanent identifier that does not exist, or belongs to another record, is
        refused.
        """
        record, self_cell = self._there.get(self._cell(row, "identifier")), self._cell(row, SELF)
        if not self_cell:
            return record
        uuid = uuid_in(self_cell)
        named = self._there.get(str(uuid)) if uuid else None
        if named is None:
            raise NotRecognised(
                SELF,
                _("No record has this permanent identifier. Leave the cell empty for a new one."),
            )
        if record is not None and record.pk != named.pk:
            raise NotRecognised(SELF, which(named, record), several=True)
        return named

    def _by_choice(self, row: Row) -> tuple[Record | None, str]:
        """The record that a row is about by the chosen way, and the target that shows it."""
        if row.number in self._entitled:
            return self._by_title(row), "title"
        if self.plan.recognise == Recognise.SLUG:
            pk = self._slugs.of(cells.slug_in(self._cell(row, "slug")))
            return None if pk is None else self._records[pk], "slug"
        if self.plan.recognise == Recognise.OUTSIDE:
            return self._outside.of(self._outside_of(row), self._records)
        return None, ""

    def _by_title(self, row: Row) -> Record | None:
        entitled = self._entitled[row.number]
        found, is_certain = self._candidates(entitled)
        if not found or (not is_certain and self._is_chosen(row)):
            return None
        if len(found) == 1 and is_certain:
            return self._records[found[0].pk]
        if is_certain:
            said = _(
                "Several records have this title and these dates: %(named)s. Write the identifier of the record you "
                "mean, or a new identifier for a new record."
            )
        elif all(map(entitled.agrees_with, found)):
            said = _(
                "This may be %(named)s: the dates agree as far as they are known. If it is, write that identifier in a "
                "column “Identifier”; if it is another person, give it an identifier of its own there."
            )
        else:
            said = _(
                "This may be %(named)s, but the row gives no date to compare. If it is, write that identifier; if it "
                "is another record, fill in its date or give it an identifier of its own."
            )
        alike = [] if is_certain else found
        raise NotRecognised("title", said % {"named": names_of(found)}, several=True, alike=alike)

    def _refuse_like_a_new_one(self, row: Row) -> None:
        """Raise NotRecognised if a row above becomes a record of the same title and dates."""
        entitled = self._entitled.get(row.number)
        above = self._new.get((entitled.key, entitled.dates)) if entitled else None
        if above is not None:
            said = _(
                "Row %(row)d has the same title and dates. If both are the same record, delete one of the rows; if "
                "not, give each an identifier or different dates."
            )
            raise NotRecognised("title", said % {"row": above}, several=True)
