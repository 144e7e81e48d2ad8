"""Who had which part: a person and a role chosen together mean one relation, not any two of the record.

The facets "person" and "role" each count what a record has. A letter *to* somebody has that person and, because
somebody sent it, the role of a sender. So an entry has each person once more for each role, and those above it:
``part.sender:17`` says that person 17 sent it (:meth:`~catalog.search.inputs.Role.parts`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from pyroaring import BitMap

from catalog.search.ties import PART

#: The facet that binds another: with persons chosen, roles are theirs; with roles, persons are those who had them.
_BINDS: Final = {"role": "person", "person": "role"}
#: More roles than any vocabulary has.
_ROLES: Final = 10_000

#: The entries that have a value of a facet, as far as the visitor may know: (facet, value).
Known = Callable[[str, str], BitMap]
#: The most frequent values of a facet among some entries, with their counts: (facet, entries, how many).
Counting = Callable[[str, BitMap, int], list[tuple[str, int]]]


class Parts:
    """The values of "role" and "person" where something is chosen in the other of the two."""

    def __init__(self, chosen: Mapping[str, list[str]], known: Known, count: Counting) -> None:
        """``chosen`` has the chosen values by facet."""
        self._chosen, self._known, self._count = chosen, known, count

    def bound(self, facet: str) -> bool:
        """Whether the values of a facet have to stand in relations with what is chosen in another."""
        return bool(self._chosen.get(_BINDS.get(facet, "")))

    def value(self, facet: str, value: str) -> BitMap:
        """The entries that have a value of a bound facet in such a relation."""
        others = self._chosen[_BINDS[facet]]
        pairs = [(value, one) if facet == "role" else (one, value) for one in others]
        return BitMap.union(
            BitMap(), *(self._known(f"{PART}{role}", person) for role, person in pairs)
        )

    def with_any(self, facet: str, values: Iterable[str]) -> BitMap:
        """The entries that have any of the values in such a relation."""
        return BitMap.union(BitMap(), *(self.value(facet, value) for value in values))

    def counts(self, facet: str, among: BitMap, most: int) -> list[tuple[str, int]]:
        """The ``most`` frequent values of a bound facet among some entries, with exact counts."""
        if facet == "role":
            roles = [role for role, _number in self._count("role", among, _ROLES)]
            return self._counted(facet, roles, among)[:most]
        roles = self._chosen["role"]
        if len(roles) == 1:
            return self._count(f"{PART}{roles[0]}", among, most)
        return self._of_any(roles, among, most)

    def _of_any(self, roles: list[str], among: BitMap, most: int) -> list[tuple[str, int]]:
        """The most frequent persons in any of several roles.

        Whoever is not among the first in any role has at most as many entries as the last of these have
        together. So more are looked at until that is less than what is shown.
        """
        looked_at = most
        while True:
            each = [self._count(f"{PART}{role}", among, looked_at) for role in roles]
            persons = {person for counted in each for person, _number in counted}
            found = self._counted("person", persons, among)[:most]
            others = sum(counted[-1][1] for counted in each if len(counted) == looked_at)
            if not others or (len(found) == most and found[-1][1] >= others):
                return found
            looked_at *= 4

    def _counted(self, facet: str, values: Iterable[str], among: BitMap) -> list[tuple[str, int]]:
        """Those of some values that occur, with their counts, the most frequent first."""
        counted = [
            (value, self.value(facet, value).intersection_cardinality(among)) for value in values
        ]
        return sorted(
            ((value, number) for value, number in counted if number),
            key=lambda one: (-one[1], one[0]),
        )
