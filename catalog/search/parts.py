"""Who had which part: a person and a role chosen together mean one relation, not any two of the record.

The facets "person" and "role" each count what a record has. A letter *to* somebody has that person and, because
somebody sent it, the role of a sender; only its relations tell who had which role.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from pyroaring import BitMap

from catalog.models import Term, Vocabulary
from catalog.search.keys import listed_of
from catalog.search.ties import NUMBERS, TIES

if TYPE_CHECKING:
    from catalog.search.backends import Backend

#: The vocabularies that roles come from.
ROLES: Final = (Vocabulary.CONTRIBUTION_ROLE, Vocabulary.PARTICIPATION_ROLE)
_TIES: Final = tuple(tie for tie in TIES if tie.role and tie.target == "person")


#: The facet that binds another: with persons chosen, roles are theirs; with roles, persons are those who had them.
_BINDS: Final = {"role": "person", "person": "role"}


class Parts:
    """The values of "role" and "person" where something is chosen in the other of the two."""

    def __init__(
        self,
        backend: Backend,
        chosen: Mapping[str, list[str]],
        known: Callable[[str, str], BitMap],
        keep: Callable[[Hashable, Callable[[], dict[str, BitMap]]], dict[str, BitMap]],
    ) -> None:
        """``chosen`` has the chosen values by facet. ``known`` gives the entries that have a value of a
        facet as the visitor may know it, and ``keep`` keeps what was found.
        """
        self._backend, self._chosen, self._known, self._keep = backend, chosen, known, keep
        self._found: dict[str, dict[str, BitMap]] = {}

    def bound(self, facet: str) -> bool:
        """Whether the values of a facet have to stand in relations with what is chosen in another."""
        return bool(self._chosen.get(_BINDS.get(facet, "")))

    def value(self, facet: str, value: str) -> BitMap:
        """The entries that have a value of a bound facet in such a relation."""
        return self._all(facet).get(value, BitMap()) & self._known(facet, value)

    def with_any(self, facet: str, values: Iterable[str]) -> BitMap:
        """The entries that have any of the values in such a relation."""
        return BitMap.union(BitMap(), *(self.value(facet, value) for value in values))

    def counts(self, facet: str, among: BitMap, most: int) -> list[tuple[str, int]]:
        """The ``most`` frequent values of a bound facet among some entries, with exact counts."""
        entries = self._all(facet)
        ordered = sorted(
            (-bits.intersection_cardinality(among), value) for value, bits in entries.items()
        )
        counted: list[tuple[str, int]] = []
        for number, value in ordered:
            if not number or len(counted) == most:
                break
            if known := self.value(facet, value).intersection_cardinality(among):
                counted.append((value, known))
        return counted

    def _all(self, facet: str) -> dict[str, BitMap]:
        if facet not in self._found:
            given = tuple(sorted(self._chosen[_BINDS[facet]]))
            if facet == "role":
                self._found[facet] = self._keep(
                    ("roles", given), lambda: of_roles(self._backend, given)
                )
            else:
                # Not kept: a role may have very many persons.
                self._found[facet] = of_persons(self._backend, given)
        return self._found[facet]


def of_roles(backend: Backend, persons: Iterable[str]) -> dict[str, BitMap]:
    """By the code of a role, the entries in which any of some persons has it, or a narrower role."""
    found: dict[str, BitMap] = defaultdict(BitMap)
    above = _with_those_above(backend)
    for role, entries in _gathered(backend, "role", "to", map(int, persons)).items():
        for code in above.get(role, ()):
            found[code] |= entries
    return dict(found)


def of_persons(backend: Backend, roles: Iterable[str]) -> dict[str, BitMap]:
    """By the number of a person, the entries in which the person has any of some roles or a narrower one."""
    asked = set(roles)
    terms = [term for term, codes in _with_those_above(backend).items() if asked & set(codes)]
    return {
        str(person): entries for person, entries in _gathered(backend, "to", "role", terms).items()
    }


def _gathered(
    backend: Backend, what: str, within: str, numbers: Iterable[int]
) -> dict[int, BitMap]:
    """By the number in one column of the relations, their entries, where another has one of some numbers."""
    listed = listed_of(numbers)
    pairs = " UNION ALL ".join(
        f"SELECT tied.{getattr(tie, what)} AS what, entry.id AS id FROM {tie.table} AS tied"
        f" JOIN search_entry AS entry ON entry.kind = {NUMBERS[tie.kind]} AND entry.record = tied.{tie.owner}"
        f" WHERE tied.{getattr(tie, within)} IN ({listed})"
        for tie in _TIES
    )
    rows: list[Any] = backend.run(
        f"SELECT what, {backend.GATHERS}(id) FROM ({pairs}) AS pairs GROUP BY what"
    )
    return {what: backend.gathered(ids) for what, ids in rows}


def _with_those_above(backend: Backend) -> dict[int, list[str]]:
    """By the number of a role, its code and those of the roles above it."""
    holes = ", ".join(["%s"] * len(ROLES))
    rows = backend.run(
        f'SELECT id, code, broader_id FROM "{Term._meta.db_table}" WHERE vocabulary IN ({holes})',
        list(ROLES),
    )
    terms = {term: (code, broader) for term, code, broader in rows}
    found = {}
    for term in terms:
        codes: list[str] = []
        at: int | None = term
        while at in terms:
            code, at = terms[at]
            codes.append(code)
        found[term] = codes
    return found
