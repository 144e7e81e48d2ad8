"""A network as a figure: who is drawn, and that no name covers another or leaves the sheet."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.explore import Ring, Tie, in_order, nearest, neighbours
from catalog.explore.network import LINE, SHARE, WIDTH
from catalog.uris import KINDS

pytestmark = pytest.mark.once

ties = st.builds(
    Tie,
    kind=st.sampled_from(KINDS),
    pk=st.integers(1, 30),
    title=st.text("ab", max_size=2),
    slug=st.just("x"),
    bond=st.sampled_from(["relationship", "topic"]),
    words=st.text("ab", max_size=1),
    closeness=st.integers(1, 4),
    reads_back=st.booleans(),
)


@given(st.integers(0, 60))
def test_names_stand_inside_the_sheet_and_never_over_each_other(number: int) -> None:
    ring = Ring(number)
    spots = ring.spots
    assert len(spots) == number
    for spot in spots:
        assert LINE / 2 <= spot.y <= ring.height - LINE / 2
        assert 0 <= spot.start and spot.start + spot.length <= WIDTH + LINE
        assert spot.room > 250
    for one, other in combinations(spots, 2):
        assert one.is_left != other.is_left or abs(one.y - other.y) >= LINE - 0.2
    # Clockwise: down on the right side, up on the left.
    assert [spot.y for spot in spots if not spot.is_left] == sorted(
        spot.y for spot in spots if not spot.is_left
    )
    assert [spot.y for spot in spots if spot.is_left] == sorted(
        (spot.y for spot in spots if spot.is_left), reverse=True
    )


@given(st.lists(ties, max_size=80), st.integers(0, 50))
def test_the_nearest_of_every_kind_are_drawn(some: list[Tie], most: int) -> None:
    tied = neighbours(some)
    assert {one.key for one in tied} == {tie.key for tie in some}
    assert sum(one.weight for one in tied) == sum(tie.closeness for tie in some)
    drawn = nearest(tied, most)
    assert len(drawn) == min(most, len(tied))
    for kind in KINDS:
        of_kind = [one for one in tied if one.key[0] == kind]
        found = [one for one in drawn if one.key[0] == kind]
        assert {one.key for one in found} == {one.key for one in of_kind[: len(found)]}
        assert most < SHARE * len(KINDS) or len(found) >= min(SHARE, len(of_kind))
    assert {one.key for one in in_order(drawn)} == {one.key for one in drawn}


@given(st.lists(ties, max_size=20), st.randoms())
def test_the_figure_does_not_depend_on_the_order_of_the_database(some, chance) -> None:
    named = {tie.key: tie.title for tie in some}
    some = [tie for tie in some if named[tie.key] == tie.title]
    mixed = chance.sample(some, len(some))
    once, again = ([one.key for one in in_order(neighbours(each))] for each in (some, mixed))
    assert once == again
