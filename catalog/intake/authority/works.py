"""The works that authority records name: which are the catalogue's, and what part a person had in each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from catalog.intake.archival.headings import identified
from catalog.intake.called import uuid_in
from catalog.models import RECORD_MODELS, OutsideIdentifier, Term, Vocabulary
from catalog.uris import Kind
from catalog.values import fold, read_date

#: How many works one query looks up.
_AT_ONCE: Final = 400
_LONGEST_NOTE: Final = 1000
#: The kinds of work, and the roles of whoever created one where nothing more is said: the first that a museum has.
_CREATORS: Final[dict[Kind, tuple[str, ...]]] = {
    "document": ("author", "creator"),
    "image": ("creator", "artist"),
    "collection": ("creator",),
}


@dataclass(frozen=True, slots=True)
class Work:
    """What a ``resourceRelation`` says: how the person stands to a work, its title and address, words beside it.

    ``date`` is EDTF, ``wording`` what the date says beyond it.
    """

    sort: str
    title: str
    address: str
    words: str
    date: str
    wording: str
    line: int

    @property
    def is_known(self) -> bool:
        """Whether its address can be that of a work of a catalogue: a permanent one, or an external identifier."""
        return bool(uuid_in(self.address) or identified(self.address, ""))


@dataclass(frozen=True, slots=True)
class HadPart:
    """That a person had a part in a work: the target of a row and the work's identifier, and what is said besides."""

    target: str
    identifier: str
    more: dict[str, Any]


class Works:
    """Finds the works that records name, all of them together."""

    def __init__(self, named: Iterable[Work]) -> None:
        roles = Term.objects.filter(vocabulary=Vocabulary.CONTRIBUTION_ROLE).order_by("pk")
        self._roles = {one.code for one in roles}
        self._by_label: dict[str, str] = {}
        for one in roles:
            self._by_label.setdefault(fold(one.label), one.code)
        works = list(named)
        self._found = _by_address({work.address for work in works})
        #: The targets that the works fill.
        self.targets = sorted({had.target for work in works if (had := self.had_part(work))})

    def is_here(self, work: Work) -> bool:
        """Whether the catalogue has the work under the address that is its own."""
        return bool(uuid_in(work.address) and self._found.get(work.address))

    def had_part(self, work: Work) -> HadPart | None:
        """The part that the person had in a work of the catalogue; None without one, and if it can be several."""
        found = self._found.get(work.address, ())
        if len(found) != 1:
            return None
        kind, identifier = found[0]
        code, note = self._role(work, kind)
        if not code:
            return None
        more: dict[str, Any] = {"date": read_date(work.date)} if work.date else {}
        if said := ". ".join(filter(None, [note, work.wording])):
            more["note"] = said[:_LONGEST_NOTE]
        return HadPart(f"work:{kind}:{code}", identifier, more)

    def _role(self, work: Work, kind: Kind) -> tuple[str, str]:
        """The role by the words for it, else that of a creator; and what the words say besides."""
        words, rest = work.words, ""
        while words:
            if code := self._by_label.get(fold(words)):
                return code, rest
            words, dot, last = words.rpartition(". ")
            rest = f"{last}. {rest}" if dot and rest else last
        if "creator" not in work.sort.casefold():
            return "", work.words
        return next((code for code in _CREATORS[kind] if code in self._roles), ""), work.words


def _by_address(addresses: set[str]) -> dict[str, list[tuple[Kind, str]]]:
    """The works of the catalogue that addresses lead to, as kinds and identifiers; a few queries for all."""
    uuids: dict[UUID, list[str]] = {}
    outside: dict[tuple[str, str], list[str]] = {}
    for address in addresses:
        if uuid := uuid_in(address):
            uuids.setdefault(uuid, []).append(address)
        elif pair := identified(address, ""):
            outside.setdefault(pair, []).append(address)
    found: dict[str, list[tuple[Kind, str]]] = {}
    for kind in _CREATORS:
        rows = RECORD_MODELS[kind]._base_manager.order_by("pk")
        for some in _parts(list(uuids)):
            for uuid, identifier in rows.filter(uuid__in=some).values_list("uuid", "identifier"):
                for address in uuids[uuid]:
                    found.setdefault(address, []).append((kind, identifier))
        known = OutsideIdentifier.objects.filter(**{f"{kind}__isnull": False}).order_by("pk")
        for some in _parts(list(outside)):
            values = known.filter(value__in=[value for _authority, value in some])
            for authority, value, identifier in values.values_list(
                "authority", "value", f"{kind}__identifier"
            ):
                for address in outside.get((authority, value), ()):
                    found.setdefault(address, []).append((kind, identifier))
    return found


def _parts(listed: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]
