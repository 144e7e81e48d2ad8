"""Persons counted in any of several roles are those that counting every person one by one finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from catalog.search.parts import Parts

pytestmark = pytest.mark.once

ENTRIES = st.sets(st.integers(0, 40), max_size=12)
PERSONS = st.dictionaries(st.sampled_from([str(number) for number in range(30)]), ENTRIES)


ROLES = st.fixed_dictionaries({"sender": PERSONS, "author": PERSONS})


@given(of_role=ROLES, among=ENTRIES, most=st.integers(1, 4))
def test_any_of_several_roles(
    of_role: dict[str, dict[str, set[int]]], among: set[int], most: int
) -> None:
    def known(facet: str, person: str) -> BitMap:
        return BitMap(of_role[facet.removeprefix("part.")].get(person, ()))

    def count(facet: str, entries: BitMap, number: int) -> list[tuple[str, int]]:
        counted = [
            (person, len(entries & known(facet, person)))
            for person in of_role[facet.removeprefix("part.")]
        ]
        return sorted((c for c in counted if c[1]), key=lambda one: (-one[1], one[0]))[:number]

    parts = Parts({"role": ["sender", "author"]}, known, count)
    wanted = {
        person: len(among & (of_role["sender"].get(person, set()) | of_role["author"].get(person, set())))
        for person in of_role["sender"] | of_role["author"]
    }  # fmt: skip
    numbers = sorted(filter(None, wanted.values()), reverse=True)
    found = parts.counts("person", BitMap(among), most)
    assert [number for _person, number in found] == numbers[:most]
    assert all(wanted[person] == number for person, number in found)
