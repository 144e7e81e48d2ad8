"""Numbers that are worked out on the index are those that the records give, whatever is chosen and hidden."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import search
from catalog.filters import FILTERS, Reckoning, offers, reckoning
from catalog.models import Document, Place, Status, Term
from catalog.uris import KINDS, Kind
from tests.filters.small_museum import made
from tests.filters.test_oracle import POOL, SINGLE

#: Values of the filters of every kind, those of documents among them.
VALUES = {
    **POOL,
    "type": ["book", "letter", "published-work", "photograph", "trial"],
    "role": ["author", "editor", "victim", "judge", "photographer"],
    "kind": ["person", "corporate-body", "family"],
    "occupation": ["writer"],
    "country": ["mx"],
    "level": ["fonds", "series", "file"],
    "document": ["my-life"],
    "image": ["sheet"],
}
slow = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def asked(draw: Any) -> tuple[Kind, str]:
    kind = draw(st.sampled_from(KINDS))
    known = sorted(name for name in FILTERS[kind].names() if name in VALUES)
    pairs = {
        name: draw(
            st.lists(
                st.sampled_from(VALUES[name]),
                min_size=1,
                max_size=1 if name in SINGLE else 3,
                unique=True,
            )
        )
        for name in draw(st.lists(st.sampled_from(known), max_size=3, unique=True))
    }
    return kind, urlencode(pairs, doseq=True)


@pytest.fixture
def curator(db: None) -> Any:
    return get_user_model().objects.create_superuser("curator")


def numbers(kind: Kind, address: str, user: Any = None) -> Any:
    """The facets, the number of records, and of those without a date."""
    chosen = FILTERS[kind](QueryDict(address), user=user)
    return offers(chosen), chosen.number(), chosen.number_undated()


def by_rows(kind: Kind, address: str, user: Any = None) -> Any:
    with patch.object(reckoning, "holdings", return_value=None):
        return numbers(kind, address, user)


@pytest.mark.parametrize(
    ("kind", "address"),
    [
        ("person", "person=leon-trotsky&person=natalia-sedova"),
        ("place", "place=mexico&place=mexico-city"),
        ("collection", "collection=papers&collection=letters"),
        ("person", "event=assassination&role=victim"),
        ("person", "event=terror&role=victim"),
        ("document", "person=leon-trotsky&role=author&role=editor"),
        ("document", "has_image=yes&has_image=no"),
        ("image", "has_image=no"),
        ("event", "event=terror"),
    ],
)
def test_counts_of_what_is_easily_counted_wrong(
    museum: SimpleNamespace, kind: Kind, address: str
) -> None:
    assert numbers(kind, address) == by_rows(kind, address)


@slow
@given(asked=asked(), as_curator=st.booleans())
def test_counts_are_those_of_the_records(
    museum: SimpleNamespace, curator: Any, asked: tuple[Kind, str], as_curator: bool
) -> None:
    kind, address = asked
    search.refresh(None)
    user = curator if as_curator else None
    assert Reckoning.of(FILTERS[kind](QueryDict(address), user=user)) is not None
    assert numbers(kind, address, user) == by_rows(kind, address, user)


def test_a_record_in_a_hidden_place_lies_in_nothing_above_it(museum: SimpleNamespace) -> None:
    def found() -> Any:
        search.refresh(None)
        assert numbers("place", "place=mexico") == by_rows("place", "place=mexico")
        return numbers("place", "place=mexico")[1]

    before = found()
    Place.objects.filter(pk=museum.city.pk).update(status=Status.DRAFT)
    assert found() == before - 2
    made(Place, "Street", part_of=museum.coyoacan)
    assert found() == before - 2
    Place.objects.filter(pk=museum.city.pk).update(status=Status.PUBLISHED)
    assert found() == before + 1


def test_while_the_index_is_behind_the_records_are_asked(museum: SimpleNamespace) -> None:
    search.refresh(None)
    before = numbers("document", "")[1]
    made(Document, "Late sheet")
    assert Reckoning.of(FILTERS["document"](QueryDict(""), user=None)) is None
    assert numbers("document", "")[1] == before + 1


def test_all_facets_of_a_list_cost_a_few_questions(museum: SimpleNamespace) -> None:
    search.refresh(None)
    chosen = FILTERS["document"](QueryDict("person=leon-trotsky"), user=None)
    assert chosen.given
    offers(chosen)
    with CaptureQueriesContext(connection) as queries:
        assert len(offers(chosen)) >= 5
    assert len(queries) <= 6


def test_narrower_terms_are_counted_above(museum: SimpleNamespace) -> None:
    search.refresh(None)
    types = next(
        one for one in offers(FILTERS["document"](QueryDict(""), user=None)) if one.name == "type"
    )
    assert [(one.code, one.depth) for one in types.options][:2] == [
        ("published-work", 0),
        ("book", 1),
    ]
    assert Term.objects.filter(code="book").exists()
