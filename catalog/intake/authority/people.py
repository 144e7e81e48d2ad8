"""Whom authority records describe and name: records of the catalogue, or new ones, and how they are related."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, Final

from catalog.actions import Actor
from catalog.intake.archival.access import Access, AccessPoints, Met
from catalog.intake.archival.headings import Heading, identified
from catalog.intake.archival.rows import Remark
from catalog.intake.authority.choices import AuthorityPlan
from catalog.intake.authority.description import Described
from catalog.intake.authority.records import AuthorityRecords, in_file
from catalog.intake.authority.relations import Related
from catalog.intake.authority.terms import AuthorityTerms, KindOfRelation
from catalog.intake.called import uuid_in
from catalog.intake.numbering import Numbering
from catalog.intake.plan import Existing
from catalog.intake.saying import Message
from catalog.intake.saying import say as _
from catalog.models import Relationship
from catalog.uris import Kind
from catalog.values import fold, read_date

_LONGEST_NOTE: Final = 1000


@dataclass(slots=True)
class Stated:
    """What a row says of relations: by target and identifier of the other what the relation says besides."""

    relations: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    #: Relations whose kind is still to be made, in words.
    pending: list[tuple[str, str]] = field(default_factory=list)
    internal: list[str] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)


class People:
    """Resolves the persons of authority records as ``by``."""

    def __init__(
        self, records: AuthorityRecords, plan: AuthorityPlan, terms: AuthorityTerms, *, by: Actor
    ) -> None:
        self.records, self.plan, self._terms = records, plan, terms
        numbers: dict[Kind, Numbering] = {}
        met = {one.heading: Met(one.number, one.line) for one in records.known if one.heading}
        self._described = AccessPoints(met, by=by, new_names=True, merges=False, numbers=numbers)
        self._inside = _Inside(records.known)
        named: dict[Heading, Met] = {}
        for one in records.known:
            for heading in self._named_by(one):
                named.setdefault(heading, Met(one.number, one.line))
        self.named = AccessPoints(named, by=by, new_names=plan.new_names, numbers=numbers)
        #: Identifiers of those that a record names which is made or changed; the others are not wanted.
        self.wanted = {
            access.identifier
            for one in records.known
            if self.is_written(one)
            for heading in self._named_by(one)
            if (access := self.named.of(heading))
        }
        self._guess()
        #: Kinds of relationship that are to be made.
        self.lacking: dict[str, KindOfRelation] = {}
        self.stated: dict[int, Stated] = {}
        self._standing = self._standing_mutual()
        self._seen: dict[tuple[str, str, str], tuple[int, str, str]] = {}
        for one in records.known:
            for relation in one.relations:
                self._state(one, relation)

    # --- Who is who ---

    def of(self, one: Described) -> Access | None:
        """The record of the catalogue that a record of the file is, or becomes; None where it can be several."""
        return self._described.of(one.heading) if one.heading else None

    def why_not(self, one: Described) -> Message:
        """Why it is not clear which record of the catalogue is meant; empty otherwise."""
        return self._described.refused.get(one.heading, "") if one.heading else ""

    def is_there(self, one: Described) -> bool:
        """Whether the catalogue has the record already."""
        access = self.of(one)
        return access is not None and not access.is_new

    def is_written(self, one: Described) -> bool:
        """Whether the record is made or changed."""
        access = self.of(one)
        return access is not None and (access.is_new or self.plan.existing == Existing.UPDATE)

    def _named_by(self, one: Described) -> list[Heading]:
        found = [place for place in (one.born_place, one.died_place) if place is not None]
        found += [relation.heading for relation in one.relations if not self._inside.find(relation)]
        return found

    def _guess(self) -> None:
        """What sort of person somebody new most likely is, where the file does not tell."""
        guesses = {
            relation.heading: relation.guess
            for one in self.records.known
            for relation in one.relations
        }
        for access in self.named.persons:
            if access.is_new and not access.heading.sort:
                guess = next((guesses[one] for one in access.headings if one in guesses), "")
                access.heading = replace(access.heading, sort=guess)

    # --- Relations ---

    def _standing_mutual(self) -> set[tuple[str, str, str]]:
        """Relations of the catalogue between persons of the file that read the same from both ends."""
        there = [access.pk for one in self.records.known if (access := self.of(one)) and access.pk]
        there += [access.pk for access in self.named.persons if access.pk]
        found: set[tuple[str, str, str]] = set()
        for start in range(0, len(there), 500):
            rows = Relationship.objects.filter(person__in=there[start : start + 500])
            found |= set(
                rows.values_list("person__identifier", "kind__code", "related__identifier")
            )
        return found

    def _of(self, one: Described) -> Stated:
        return self.stated.setdefault(one.number, Stated())

    def _state(self, one: Described, relation: Related) -> None:
        """Put a relation on the row of the later of the two, if both are written: it finds the other one written.

        The rows are in the order of the file, whatever has been written: an import that was stopped goes on in it.
        """
        own, others = self.of(one), self._inside.find(relation)
        if own is None:
            return
        if len(others) == 1:
            other_record: Described | None = others[0]
            other = self.of(others[0])
        else:
            other_record, other = None, None if others else self.named.of(relation.heading)
        ends = [end for end in (one, other_record) if end is not None and self.is_written(end)]
        if not ends:
            return
        if other is None:
            why = self.named.refused.get(relation.heading, "")
            why = why or _("Left out: several records of the file have this name.")
            self._keep_as_note(one, relation, why)
            return
        if other.identifier == own.identifier:
            self._keep_as_note(one, relation, _("Left out: the record names itself."))
            return
        kind = self._terms.relation(relation)
        if kind is None:
            why = _("Left out: the vocabulary has no such kind of relationship.")
            self._keep_as_note(one, relation, why)
            return
        if kind.new is not None:
            self.lacking.setdefault(kind.code, kind)
        later = max(ends, key=lambda end: end.number)
        self._add(one, relation, kind, own, other, is_on_other=later is not one, later=later)

    def _add(
        self,
        one: Described,
        relation: Related,
        kind: KindOfRelation,
        own: Access,
        other: Access,
        *,
        is_on_other: bool,
        later: Described,
    ) -> None:
        subject, object_ = (own, other) if kind.is_outward else (other, own)
        pair = (subject.identifier, kind.code, object_.identifier)
        if kind.is_mutual and pair not in self._standing:
            turned = (object_.identifier, kind.code, subject.identifier)
            if turned in self._standing or turned in self._seen:
                pair = turned
        more = _besides(relation, kind.note)
        if pair in self._seen:
            number, target, value = self._seen[pair]
            said = self.stated[number].relations[target, value]
            if any(key in said and said[key] != value for key, value in more.items()):
                why = _("Left out: another relation of these two has this kind.")
                self._keep_as_note(one, relation, why)
            else:
                said |= more
            return
        row = (other if is_on_other else own).identifier
        target = f"relationship:{kind.code}" if pair[0] == row else f"inverse:{kind.code}"
        value = pair[2] if pair[0] == row else pair[0]
        stated = self._of(later)
        stated.relations[target, value] = more
        self._seen[pair] = (later.number, target, value)
        if kind.new is not None:
            label = kind.new.label if pair[0] == row else kind.new.inverse
            title = (own if is_on_other else other).heading.title
            stated.pending.append((label, title))

    def _keep_as_note(self, one: Described, relation: Related, why: Message) -> None:
        stated, heading = self._of(one), relation.heading
        words = ", ".join(filter(None, [relation.words or relation.sort, relation.date]))
        stated.internal.append(f"{heading.written} ({words})")
        said = why + " " + _("It was kept in the internal note.")
        element = in_file("cpfRelation", one.file)
        stated.remarks.append(Remark(element, relation.line, heading.written[:300], said))


def _besides(relation: Related, note: str) -> dict[str, Any]:
    """What a relation says besides who is related how: date and note."""
    more: dict[str, Any] = {}
    if relation.date:
        more["date"] = read_date(relation.date)
    if said := ". ".join(filter(None, [note, relation.wording])):
        more["note"] = said[:_LONGEST_NOTE]
    return more


class _Inside:
    """Finds the record of the file that a relation means: by its reference, else by its name."""

    def __init__(self, known: list[Described]) -> None:
        self._by: dict[tuple[str, str], list[Described]] = {}
        for one in known:
            heading = one.heading
            if heading is None:
                continue
            keys = {("code", _plain(code)) for code in heading.codes}
            keys |= {("name", fold(form)) for form in heading.forms}
            keys |= {("outside", " ".join(pair)) for pair in heading.outside}
            if uuid := uuid_in(heading.itself):
                keys.add(("uuid", str(uuid)))
            for key in keys:
                self._by.setdefault(key, []).append(one)

    def find(self, relation: Related) -> list[Described]:
        """The records that a relation can mean; none: it means somebody else."""
        reference = relation.reference
        keys = []
        if uuid := uuid_in(reference):
            keys.append(("uuid", str(uuid)))
        if pair := identified(reference, ""):
            keys.append(("outside", " ".join(pair)))
        if reference:
            last = reference.rstrip("/").rpartition("/")[2]
            keys += [("code", _plain(reference)), ("code", _plain(last))]
        keys += [("name", fold(form)) for form in relation.heading.forms]
        return next((self._by[key] for key in keys if key in self._by), [])


def _plain(code: str) -> str:
    """A code without its signs: ArchivesSpace writes ":agents:people:12" and leads to "/agents/people/12"."""
    return re.sub(r"[^a-z0-9]+", " ", code.lower()).strip()
