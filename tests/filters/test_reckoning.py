"""Numbers that are computed on the index equal those of the records, whatever is chosen and hidden."""

from __future__ import annotations

from copy import deepcopy
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import search
from catalog.filters import FILTERS, Reckoning, offers, reckoning
from catalog.models import (
    RECORD_MODELS,
    Collection,
    Contribution,
    Document,
    Event,
    Page,
    Participation,
    Place,
    Status,
    Term,
    Topic,
)
from catalog.uris import KINDS, Kind, api_path, list_path
from tests.filters.small_museum import bring_in_step, made, term
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


@pytest.fixture(scope="module")
def wider_museum(standing_museum: SimpleNamespace) -> SimpleNamespace:
    """The small museum with more that a filter might read differently from the index."""
    museum = standing_museum
    Page.objects.create(document=museum.note, image=museum.portrait)
    Page.objects.create(document=museum.boxed, image=museum.hidden_photo)
    Topic.objects.create(image=museum.portrait, about_person=museum.nobody)
    Topic.objects.create(image=museum.hidden_photo, about_person=museum.sedova)
    Topic.objects.create(document=museum.boxed, about_place=museum.village)
    Document.objects.filter(pk=museum.diary.pk).update(holding_institution=museum.bureau)
    Document.objects.filter(pk=museum.boxed.pk).update(holding_institution=museum.agent)
    Contribution.objects.create(person=museum.agent, document=museum.diary, role=museum.editor)
    Participation.objects.create(person=museum.agent, event=museum.terror, role=museum.judge)
    Event.objects.filter(pk=museum.rumour.pk).update(part_of=museum.plot)
    museum.agent.occupations.add(museum.writer)
    poet = term("occupation", "poet", museum.writer)
    museum.nobody.occupations.add(poet)
    museum.secret_region.countries.add(museum.mexico_today)
    museum.oslo.countries.add(term("country", "no"))
    made(Collection, "Box", level="file", parent=museum.closed)
    bring_in_step()
    return museum


@pytest.fixture
def museum(wider_museum: SimpleNamespace, db: None) -> SimpleNamespace:
    return deepcopy(wider_museum)


@pytest.fixture
def curator(db: None) -> Any:
    return get_user_model().objects.create_superuser("curator")


def numbers(kind: Kind, address: str, user: Any = None) -> Any:
    """The facets, the number of records, and the number of those without a date."""
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
        ("document", "collection=papers"),
        ("document", "collection=letters&has_image=yes"),
        ("document", "person=bureau&person=natalia-sedova"),
        ("document", "place=mexico&event=terror"),
        ("document", "role=editor&q=sheet"),
        ("person", "has_image=yes"),
        ("person", "occupation=writer&kind=person"),
        ("person", "event=terror&event=assassination"),
        ("place", "country=mx"),
        ("collection", "level=series&collection=papers"),
        ("collection", "person=natalia-sedova&role=editor"),
        ("person", "collection=papers"),
    ],
)
def test_counts_of_what_is_easily_counted_wrong(
    museum: SimpleNamespace, kind: Kind, address: str
) -> None:
    assert numbers(kind, address) == by_rows(kind, address)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("address", ["", "q=e", "person=leon-trotsky", "collection=papers"])
def test_page_and_api_give_the_numbers_of_the_records(
    museum: SimpleNamespace, client: Client, kind: Kind, address: str
) -> None:
    known = FILTERS[kind].names()
    address = address if address.partition("=")[0] in known else "subject=exile"
    facets, number, _undated = by_rows(kind, address)
    shown = client.get(f"{list_path(kind)}?{address}").context["listing"]
    assert (shown.offers, shown.total) == (facets, number)
    names = ",".join(facet.name for facet in FILTERS[kind].FACETS)
    told = client.get(f"{api_path(kind)}?{address}&facets={names}").json()
    assert told["count"] == number
    assert {
        name: [(one["value"], one["count"]) for one in values]
        for name, values in told["facets"].items()
        if values
    } == {facet.name: [(one.code, one.count) for one in facet.options] for facet in facets}


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


@pytest.mark.parametrize(
    ("kind", "address", "names"),
    [
        ("document", "person=leon-trotsky", {"role", "type", "language", "collection", "rights"}),
        ("person", "event=assassination", {"kind", "occupation", "role", "has_image"}),
        ("place", "", {"country"}),
        ("collection", "person=leon-trotsky", {"level", "role"}),
    ],
)
def test_all_facets_of_a_list_are_counted_on_the_index(
    museum: SimpleNamespace, kind: Kind, address: str, names: set[str]
) -> None:
    asked = [QueryDict(address), QueryDict(f"{address}&q=e")]
    first, second = (FILTERS[kind](one, user=None) for one in asked)
    assert first.given is not None
    with CaptureQueriesContext(connection) as queries:
        assert names <= {offer.name for offer in offers(first)}
    # The state of the index and what was learned from it; values, their names, and pairs of a role.
    assert len(queries) <= 9
    assert second.given is not None
    with CaptureQueriesContext(connection) as queries:
        offers(second)
    tables = [RECORD_MODELS[kind]._meta.db_table, "catalog_contribution", "catalog_participation"]
    read = [query["sql"] for query in queries if any(f'"{one}"' in query["sql"] for one in tables)]
    assert [sql for sql in read if "title" not in sql] == []


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
