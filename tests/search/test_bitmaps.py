"""Facet values: what is written in pieces is what every process reads, whichever way it follows the
versions.
"""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from pyroaring import BitMap

from catalog.search import bitmaps, memory
from catalog.search.backends import backend_of
from catalog.search.counting import Facet
from catalog.search.few import Packing
from catalog.search.memory import Memory, forget, memory_of

IDS = st.sets(st.integers(1, 300_000) | st.integers(65_000, 67_000), max_size=30)


VALUES = st.sampled_from(["kind:1", "kind:2", "subject:x", "person:7", "person:12"])


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(VALUES, IDS, IDS), max_size=8), st.sampled_from([(0, 0.0), memory.LOOSE]))
def test_pieces_add_up(
    steps: list[tuple[str, set[int], set[int]]], loose: tuple[int, float]
) -> None:
    with transaction.atomic(), pytest.MonkeyPatch.context() as patched:
        patched.setattr(memory, "LOOSE", loose)
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
        assert dict(bitmaps.stored(backend)) == {
            facet: bits for facet, bits in expected.items() if bits
        }
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
        # A thread that read the state of the index before the other thread did has nothing to read.
        assert memory_of(backend, first).number == after.number
        transaction.set_rollback(True)
    forget()


def test_the_most_frequent_are_counted_exactly() -> None:
    held = Memory()
    for number in range(1, 200):
        held.facets["x"].put(str(number), BitMap(range(number, 5_000, number)))
    among = BitMap(range(0, 5_000, 7))
    expected = sorted(
        ((len(held.value("x", str(n)) & among), str(n)) for n in range(1, 200)),
        key=lambda pair: (-pair[0], pair[1]),
    )
    counted = held.count("x", among, 10)
    assert [count for _, count in counted] == [count for count, _ in expected[:10]]


SMALL_SETS = st.sets(st.integers(1, 400), min_size=1, max_size=12)


@pytest.mark.once
@settings(max_examples=150, deadline=None)
@given(
    packed=st.dictionaries(st.integers(1, 400), SMALL_SETS, max_size=40),
    changed=st.dictionaries(st.integers(1, 400), SMALL_SETS | st.just(set()), max_size=10),
    hidden=st.dictionaries(st.integers(1, 400), SMALL_SETS, max_size=5),
    among=st.sets(st.integers(1, 400)),
    most=st.integers(1, 30),
)
def test_packed_values_count_as_others_do(
    packed: dict[int, set[int]],
    changed: dict[int, set[int]],
    hidden: dict[int, set[int]],
    among: set[int],
    most: int,
) -> None:
    packing, facet, without = Packing(), Facet(), Facet()
    for value, number in sorted((str(number), number) for number in packed):
        packing.add(value, BitMap(packed[number]))
    facet.few = packing.packed()
    for number, ids in changed.items():
        facet.put(str(number), BitMap(ids))
    for number, ids in hidden.items():
        without.put(str(number), BitMap(ids))
    expected = packed | changed
    for number in range(1, 401):
        assert facet.entries(str(number)) == BitMap(expected.get(number, ()))
    assert facet.everything() == BitMap(set().union(*expected.values()))
    counts = {n: len((ids & among) - hidden.get(n, set())) for n, ids in expected.items()}
    counted = facet.count(BitMap(among), most, len(among) / 400, without)
    assert all(counts[int(value)] == -count for count, value in counted)
    assert [-count for count, _ in counted] == sorted(filter(None, counts.values()))[::-1][:most]
