"""What a request of the image service asks for, or the status code with which it is refused."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.iiif.image.parameters import Limits, WrongRequest, wanted
from catalog.iiif.image.service_document import TILE, info_json, scale_factors, sizes

pytestmark = pytest.mark.once

OPEN = Limits(16_383, 10**9)


def canonical(request, width=3000, height=2000, limits=OPEN):
    return wanted(request, width, height, limits).canonical


def status(request, width=3000, height=2000, limits=OPEN):
    with pytest.raises(WrongRequest) as refused:
        wanted(request, width, height, limits)
    assert str(refused.value).endswith((".", "w,h", "”)", ".)")), "a sentence"
    return refused.value.status


@pytest.mark.parametrize(
    ("asked", "means"),
    [
        ("full/max/0/default.jpg", "full/max/0/default.jpg"),
        ("0,0,3000,2000/3000,2000/0/color.jpg", "full/max/0/default.jpg"),
        ("0,0,9999,9999/pct:100/360/default.jpg", "full/max/0/default.jpg"),
        ("pct:0,0,100,100/,2000/0.0/default.png", "full/max/0/default.png"),
        ("full/600,/00/default.jpg", "full/600,400/0/default.jpg"),
        ("full/!600,9999/0/default.jpg", "full/600,400/0/default.jpg"),
        ("full/!9999,9999/0/default.jpg", "full/max/0/default.jpg"),
        ("full/pct:20/!90/gray.webp", "full/600,400/!90/gray.webp"),
        ("full/,400/22.50/default.jpg", "full/600,400/22.5/default.jpg"),
        ("square/max/0/default.jpg", "500,0,2000,2000/max/0/default.jpg"),
        ("2560,1536,512,512/440,464/0/default.jpg", "2560,1536,440,464/max/0/default.jpg"),
        ("pct:50,50,50,50/300,/0/default.jpg", "1500,1000,1500,1000/300,200/0/default.jpg"),
        ("full/100,2000/0/default.jpg", "full/100,2000/0/default.jpg"),
        ("full/1,/0/default.jpg", "full/1,1/0/default.jpg"),
        ("0,0,00010,010/max/0/default.jpg", "0,0,10,10/max/0/default.jpg"),
        (f"0,0,{'9' * 90},{'9' * 90}/max/0/default.jpg", "full/max/0/default.jpg"),
        ("pct:0.01,0.01,0.001,0.001/max/0/default.jpg", "0,0,1,1/max/0/default.jpg"),
    ],
)
def test_all_spellings_share_one_canonical_form(asked, means):
    assert canonical(asked) == means
    assert canonical(means) == means


BAD_NUMBERS = [
    "+5", "-5", "5_0", "1e3", "nan", "inf", "٥", "५", "5.", ".5", " 5", "5\n", "0x5", "", "5,", "５",
]  # fmt: skip


@pytest.mark.parametrize("number", BAD_NUMBERS)
def test_only_plain_decimal_digits_are_numbers(number):
    for request in (
        f"{number},0,10,10/max/0/default.jpg",
        f"0,0,10,{number}/max/0/default.jpg",
        f"pct:{number},0,10,10/max/0/default.jpg",
        f"full/{number},{number}/0/default.jpg",
        f"full/!10,{number}/0/default.jpg",
        f"full/pct:{number}/0/default.jpg",
        f"full/max/{number}/default.jpg",
        f"full/max/!{number}/default.jpg",
    ):
        assert status(request) == 400, request


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        ("full/full/0/default.jpg", 400),
        ("3000,0,10,10/max/0/default.jpg", 400),
        ("0,2000,10,10/max/0/default.jpg", 400),
        ("0,0,0,10/max/0/default.jpg", 400),
        ("0,0,10,0/max/0/default.jpg", 400),
        ("pct:100,0,10,10/max/0/default.jpg", 400),
        ("pct:0,0,0,10/max/0/default.jpg", 400),
        ("0.5,0,10,10/max/0/default.jpg", 400),
        ("full/0,/0/default.jpg", 400),
        ("full/,0/0/default.jpg", 400),
        ("full/0,0/0/default.jpg", 400),
        ("full/!0,5/0/default.jpg", 400),
        ("full/pct:0/0/default.jpg", 400),
        ("full/,/0/default.jpg", 400),
        ("full/3001,/0/default.jpg", 400),
        ("full/3000,2001/0/default.jpg", 400),
        ("full/pct:100.1/0/default.jpg", 400),
        ("0,0,10,10/11,/0/default.jpg", 400),
        ("full/^max/0/default.jpg", 501),
        ("full/^100000,100000/0/default.jpg", 501),
        ("full/^!1,1/0/default.jpg", 501),
        ("full/^pct:200/0/default.jpg", 501),
        ("full/^^max/0/default.jpg", 400),
        ("full/^nan,/0/default.jpg", 400),
        ("full/max/360.1/default.jpg", 400),
        ("full/max/!!0/default.jpg", 400),
        ("full/max/0!/default.jpg", 400),
        ("full/max/0/native.jpg", 400),
        ("full/max/0/default.tif", 501),
        ("full/max/0/default.exe", 400),
        ("full/max/0/default", 400),
        ("full/max/0/default.jpg.png", 400),
        ("full/max/0/Default.jpg", 400),
        ("full/max/0", 400),
        ("full/max/0/default.jpg/", 400),
        ("/full/max/0/default.jpg", 400),
        ("", 400),
        ("info.xml", 400),
        ("x" * 401, 414),
        (f"0,0,{'9' * 900},1/max/0/default.jpg", 414),
    ],
)
def test_each_wrong_request_has_its_code(request_, code):
    assert status(request_) == code


def test_the_limits_hold_for_every_form_of_size():
    limits = Limits(side=1000, area=600_000)
    assert canonical("full/max/0/default.jpg", limits=limits) == "full/max/0/default.jpg"
    asked = wanted("full/max/0/default.jpg", 3000, 2000, limits)
    assert asked.width * asked.height <= 600_000
    assert abs(asked.width / asked.height - 1.5) < 0.01
    assert canonical("full/!2000,2000/0/default.jpg", limits=limits) == "full/max/0/default.jpg"
    for size in ("3000,2000", "1200,", ",1001", "pct:50", "900,900"):
        assert status(f"full/{size}/0/default.jpg", limits=limits) == 400
    assert canonical("0,0,600,600/max/0/default.jpg", limits=limits)


def test_the_sheet_of_a_turned_picture_is_within_the_limits_too():
    limits = Limits(side=3000, area=2_000_000)
    assert canonical("full/1700,/90/default.jpg", limits=limits)
    assert status("full/1700,/45/default.jpg", limits=limits) == 400
    assert canonical("full/1000,/45/default.jpg", limits=limits)
    assert canonical("full/300,/45/default.jpg", 300, 200, Limits(3000, 60_000))


SIDES = st.integers(1, 60_000)
LIMITS = st.builds(Limits, st.just(16_383), st.integers(512 * 512, 20_000_000))


@given(width=SIDES, height=SIDES, limits=LIMITS)
def test_every_size_and_every_tile_is_answered_with_exactly_those_pixels(width, height, limits):
    for wide, high in sizes(width, height, limits):
        asked = wanted(f"full/{wide},{high}/0/default.jpg", width, height, limits)
        assert (asked.width, asked.height) == (wide, high)
    factors = scale_factors(width, height)
    assert max(width, height) <= TILE * factors[-1]
    for factor in factors:
        side = TILE * factor
        for left, top in {(0, 0), ((width - 1) // side * side, (height - 1) // side * side)}:
            w, h = min(side, width - left), min(side, height - top)
            size = -(-w // factor), -(-h // factor)
            asked = wanted(
                f"{left},{top},{w},{h}/{size[0]},{size[1]}/0/default.jpg", width, height, limits
            )
            assert (asked.region_width, asked.region_height) == (w, h)
            assert (asked.width, asked.height) == size
    document = info_json("http://x/y", width, height, limits)
    assert all(type(document[name]) is int for name in ("width", "height", "maxArea", "maxWidth"))


#: Pieces that requests are made of, right and wrong.
PIECES = st.sampled_from(
    [*"0123456789,.:/!^%", "pct:", "full", "max", "square", "default", "gray", ".jpg", ".png", "nan", "٣", "e"]
)  # fmt: skip
NUMBERS = st.integers(0, 4000).map(str) | st.decimals(0, 120, places=3).map(str)
PAIRS = st.tuples(NUMBERS, NUMBERS).map(",".join)
REGIONS = st.sampled_from(["full", "square"]) | st.builds(
    lambda kind, a, b: f"{kind}{a},{b}", st.sampled_from(["", "pct:"]), PAIRS, PAIRS
)
SIZES = st.sampled_from(["max", "^max"]) | st.builds(
    lambda kind, pair: f"{kind}{pair}", st.sampled_from(["", "!", "^"]), PAIRS
) | st.builds("{}{}{}".format, st.sampled_from(["pct:", ",", ""]), NUMBERS, st.sampled_from(["", ","]))  # fmt: skip
TURNS = st.builds("{}{}".format, st.sampled_from(["", "!"]), NUMBERS)
LIKELY = st.builds(
    "{}/{}/{}/{}.{}".format, REGIONS, SIZES, TURNS,
    st.sampled_from(["default", "color", "gray", "bitonal"]), st.sampled_from(["jpg", "png", "webp", "tif"]),
)  # fmt: skip


@given(LIKELY | st.lists(PIECES, max_size=30).map("".join) | st.text(max_size=40), SIDES, SIDES)
def test_whatever_is_asked_is_a_picture_within_the_limits_or_a_code(request_, width, height):
    limits = Limits(16_383, 1_000_000)
    try:
        asked = wanted(request_, width, height, limits)
    except WrongRequest as refusal:
        assert refusal.status in {400, 414, 501}
        return
    assert 0 <= asked.left < asked.left + asked.region_width <= width
    assert 0 <= asked.top < asked.top + asked.region_height <= height
    assert 1 <= asked.width <= asked.region_width
    assert 1 <= asked.height <= asked.region_height
    assert limits.allow(asked.width, asked.height)
    assert 0 <= asked.degrees < 360
    again = wanted(asked.canonical, width, height, limits)
    assert again.canonical == asked.canonical
    assert abs(again.degrees - asked.degrees) < Fraction(1, 10**9)
    assert re.fullmatch(
        r"(full|(\d+,){3}\d+)/(max|\d+,\d+)/!?\d+(\.\d*[1-9])?/(default|gray|bitonal)\.\w+",
        asked.canonical,
    )
