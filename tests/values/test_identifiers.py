"""Identifiers in the form used for comparing, and slugs."""

from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catalog.models.record import SLUG_RULE
from catalog.values import fold_identifier, slug_of
from catalog.values.identifiers import MAX_SLUG

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "written", ["TSS-I 002", "tss.i.002", "TSS/I/002", " TSSI002 ", "Tss_I_002"]
)
def test_identifiers_that_are_one(written):
    assert fold_identifier(written) == "tssi002"


@given(st.text())
@example("\ue000")
def test_folding_an_identifier_twice_changes_nothing(text):
    assert fold_identifier(fold_identifier(text)) == fold_identifier(text)


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Émile’s letter", "emile-s-letter"),
        ("Лев Троцкий", "лев-троцкий"),
        ("托洛茨基", "托洛茨基"),
        ("— ? —", "record"),
        ("", "record"),
        ("a" * 200, "a" * MAX_SLUG),
        ("word " * 40, ("word-" * 16)[:-1]),
    ],
)
def test_slugs(title, slug):
    assert slug_of(title) == slug


@given(st.text(max_size=300))
@example("१ हिन्दी")
@example("ไทย")
@example("a: _b")
@example("x" * 79 + " y")
def test_every_title_gives_a_slug_that_is_accepted(title):
    slug = slug_of(title)
    assert 0 < len(slug) <= MAX_SLUG
    SLUG_RULE(slug)
    assert re.fullmatch(r"[\w-]+", slug), "Django's own rule for unicode slugs"
    assert slug_of(slug.replace("-", " ")) == slug
