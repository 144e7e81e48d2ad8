"""Random addresses: never an error, and exactly the records that plain Python finds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog import search
from catalog.filters import FILTERS, ORDERS, offers
from catalog.models import Contribution, Depiction, Document, Image, Page, Status, Topic
from catalog.uris import KINDS, Kind
from catalog.values import read_date

#: Values that occur in the small museum, by name of the filter of documents.
POOL: dict[str, list[str]] = {
    "q": ["life", "sheet", "note exile", "100%", "ЛЕВ", "my my life", "m.1"],
    "type": ["book", "letter", "published-work"],
    "subject": ["politics", "exile"],
    "language": ["ru", "en"],
    "person": ["leon-trotsky", "natalia-sedova", "bureau"],
    "role": ["author", "editor"],
    "place": ["mexico", "mexico-city", "oslo"],
    "event": ["terror", "moscow-trial", "assassination"],
    "collection": ["papers", "letters"],
    "has_image": ["yes", "no"],
    "rights": ["cne", "zero"],
    "date_from": ["1900", "1929", "1935-06", "1950", "193X"],
    "date_to": ["1900", "1929-12-31", "1936", "1950"],
}
SINGLE = {"q", "date_from", "date_to"}
WITHIN = {
    "mexico": {"mexico", "mexico-city", "coyoacan"},
    "mexico-city": {"mexico-city", "coyoacan"},
    "terror": {"terror", "moscow-trial"},
    "papers": {"papers", "letters"},
    "published-work": {"published-work", "book"},
    "politics": {"politics", "exile"},
}

slow = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@st.composite
def addresses(draw: Any) -> dict[str, list[str]]:
    names = draw(st.lists(st.sampled_from(sorted(POOL)), max_size=4, unique=True))
    return {
        name: draw(
            st.lists(
                st.sampled_from(POOL[name]),
                min_size=1,
                max_size=1 if name in SINGLE else 3,
                unique=True,
            )
        )
        for name in names
    }


def with_those_within(codes: list[str]) -> set[str]:
    return set().union(*(WITHIN.get(code, {code}) for code in codes))


def shown(record: Any) -> bool:
    return record is None or record.status == Status.PUBLISHED


def fits(document: Any, asked: dict[str, list[str]]) -> bool:
    """The meaning of the filters, once more without a database."""
    contributions = [
        one for one in Contribution.objects.filter(document=document) if shown(one.person)
    ]
    topics = [one for one in Topic.objects.filter(document=document) if shown(one.about)]
    pictures = [
        topic.image
        for topic in Topic.objects.filter(about_document=document, image__isnull=False)
        if topic.image and shown(topic.image) and topic.image.file
    ]
    pictures += [
        page.image
        for page in Page.objects.filter(document=document)
        if shown(page.image) and page.image.file
    ]
    roles = asked.get("role")

    def one_of(code: str | None, name: str) -> bool:
        return code in with_those_within(asked[name])

    for name, codes in asked.items():
        match name:
            case "q":
                # What words find is tested in test_choosing; here, how other filters limit it.
                found = document in search.matching(Document, codes[0])
            case "type":
                found = bool(document.type) and one_of(document.type.code, name)
            case "subject" | "language":
                terms = document.subjects if name == "subject" else document.languages
                found = any(one_of(term.code, name) for term in terms.all())
            case "person":
                found = any(
                    one.person.slug in codes and (not roles or one.role.code in roles)
                    for one in contributions
                ) or (
                    not roles
                    and any(one.about_person and one.about_person.slug in codes for one in topics)
                )
            case "role":
                found = "person" in asked or any(one.role.code in codes for one in contributions)
            case "place":
                found = (
                    bool(document.place)
                    and shown(document.place)
                    and one_of(document.place.slug, name)
                ) or any(one.about_place and one_of(one.about_place.slug, name) for one in topics)
            case "event":
                found = any(
                    one.about_event and one_of(one.about_event.slug, name) for one in topics
                )
            case "collection":
                found = bool(document.collection) and one_of(document.collection.slug, name)
            case "has_image":
                found = ("yes" in codes and bool(pictures)) or ("no" in codes and not pictures)
            case "rights":
                found = (
                    bool(document.rights)
                    and document.rights_statement.label == "Copyright not evaluated"
                )
                found &= "cne" in codes
            case _:
                date = document.written or document.published
                day = read_date(codes[0])
                if date is None:
                    found = False
                elif name == "date_from":
                    found = date.latest is None or date.latest >= day.earliest
                else:
                    found = date.earliest is None or date.earliest <= day.latest
        if not found:
            return False
    return True


@slow
@given(asked=addresses())
def test_documents_found_are_those_that_fit(
    museum: SimpleNamespace, asked: dict[str, list[str]]
) -> None:
    chosen = FILTERS["document"](QueryDict(urlencode(asked, doseq=True)), user=None)
    if chosen.errors:
        assert list(chosen.errors) == ["date_to"]  # the two dates exchanged
        return
    expected = {
        one.title for one in Document.objects.filter(status=Status.PUBLISHED) if fits(one, asked)
    }
    assert {one.title for one in chosen.qs} == expected


@slow
@given(
    kind=st.sampled_from(KINDS),
    pairs=st.lists(
        st.tuples(
            st.sampled_from(
                [*sorted({n for f in FILTERS.values() for n in f.names()}), "page", "sort", "x"]
            ),
            st.one_of(
                st.text(max_size=30).map(lambda text: text.encode("utf-8", "surrogatepass")),
                st.binary(max_size=20),
                st.integers(-(10**30), 10**30).map(lambda number: str(number).encode()),
                st.sampled_from(sorted(v.encode() for values in POOL.values() for v in values)),
            ),
        ),
        max_size=6,
    ),
)
def test_no_address_makes_a_fault(
    museum: SimpleNamespace, kind: Kind, pairs: list[tuple[str, bytes]]
) -> None:
    address = "&".join(f"{name}={quote_from_bytes(value)}" for name, value in pairs)
    chosen = FILTERS[kind](QueryDict(address), user=None)
    for order in ORDERS[kind]:
        list(order.of(chosen.qs)[:3])
    offers(chosen)
    assert chosen.qs.count() <= 6


@pytest.mark.parametrize("model", [Image, Depiction])
def test_the_museum_of_these_tests_hides_something(museum: SimpleNamespace, model: Any) -> None:
    """Without hidden rows the comparison above would prove little."""
    assert model.objects.visible_to(None).count() < model.objects.count()
