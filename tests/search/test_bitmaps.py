"""Facet values: what is written in pieces is what every process reads, whichever way it follows."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from catalog.search import bitmaps
from catalog.search.backends import backend_of
from catalog.search.memory import Memory, forget, memory_of

IDS = st.sets(st.integers(1, 300_000) | st.integers(65_000, 67_000), max_size=30)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["kind:1", "kind:2", "subject:x"]), IDS, IDS), max_size=8)
)
def test_pieces_add_up(steps: list[tuple[str, set[int], set[int]]]) -> None:
    with transaction.atomic():
        backend = backend_of()
        backend.run("DELETE FROM search_facet")
        follower = Memory()
        expected: dict[str, BitMap] = {}
        for facet, added, removed in steps:
            # A large one now and then, so that values grow out of one piece.
            if len(added) % 5 == 0:
                added = added | set(range(1, 2_000))
            removed = removed - added
            bitmaps.write(backend, {facet: (added, removed)}, bitmaps.new_version(backend))
            bits = expected.setdefault(facet, BitMap())
            bits -= BitMap(removed)
            bits |= BitMap(added)
            follower.follow(backend, bitmaps.standing(backend))
        fresh = Memory()
        fresh.follow(backend, bitmaps.standing(backend))
        assert bitmaps.stored(backend) == {facet: bits for facet, bits in expected.items() if bits}
        for facet, bits in expected.items():
            name, _, value = facet.partition(":")
            assert follower.value(name, value) == bits
            assert fresh.value(name, value) == bits
        transaction.set_rollback(True)


@pytest.mark.django_db
def test_a_search_goes_on_with_what_it_began_with() -> None:
    with transaction.atomic():
        backend = backend_of()
        forget()
        bitmaps.write(backend, {"kind:1": ({1, 2}, set())}, bitmaps.new_version(backend))
        before = memory_of(backend, first := bitmaps.standing(backend))
        there = before.value("kind", "1")
        assert before.count("kind", BitMap([1, 2]), 5)
        bitmaps.write(backend, {"kind:1": ({3}, {1, 2})}, bitmaps.new_version(backend))
        after = memory_of(backend, bitmaps.standing(backend))
        assert after.value("kind", "1") == (there | BitMap([3])) - BitMap([1, 2])
        assert before.value("kind", "1") == there
        # A thread that asked how the index stands before the other has nothing to read.
        assert memory_of(backend, first).number == after.number
        transaction.set_rollback(True)
    forget()


def test_the_most_frequent_are_counted_exactly() -> None:
    memory = Memory()
    for number in range(1, 200):
        memory.facets["x"].put(str(number), BitMap(range(number, 5_000, number)))
    among = BitMap(range(0, 5_000, 7))
    expected = sorted(
        ((len(memory.value("x", str(n)) & among), str(n)) for n in range(1, 200)),
        key=lambda pair: (-pair[0], pair[1]),
    )
    counted = memory.count("x", among, 10)
    assert [count for _, count in counted] == [count for count, _ in expected[:10]]
