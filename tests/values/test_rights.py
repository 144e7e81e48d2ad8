"""The closed list of rights statements."""

from __future__ import annotations

import pytest

from catalog.values import RIGHTS_STATEMENTS, Freedom, rights_statement

pytestmark = pytest.mark.once


def test_the_twelve_of_rightsstatements_and_the_eight_of_creative_commons():
    uris = list(RIGHTS_STATEMENTS)
    assert len([uri for uri in uris if "rightsstatements.org" in uri]) == 12
    assert len([uri for uri in uris if "creativecommons.org" in uri]) == 8


@pytest.mark.parametrize("statement", RIGHTS_STATEMENTS.values(), ids=lambda one: one.label)
def test_each_is_said_in_words(statement):
    assert statement.uri.startswith("http://"), "the form that IIIF asks for"
    assert statement.uri.endswith("/")
    assert len(statement.uri) <= 100, "the column's length"
    assert statement.label
    assert statement.plain.endswith(".")


def test_labels_differ():
    assert len({one.label for one in RIGHTS_STATEMENTS.values()}) == len(RIGHTS_STATEMENTS)


def test_freedom_of_the_usual_ones():
    freedom = {one.label: one.freedom for one in RIGHTS_STATEMENTS.values()}
    assert freedom["CC0 1.0"] == freedom["Public domain"] == Freedom.FREE
    assert freedom["CC BY 4.0"] == Freedom.CONDITIONS
    assert freedom["In copyright"] == Freedom.RESTRICTED
    assert freedom["Copyright undetermined"] == Freedom.UNKNOWN


def test_unknown_addresses_are_no_statement():
    assert rights_statement("") is None
    assert rights_statement("https://example.org/") is None
