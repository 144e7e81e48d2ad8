"""What each filter finds."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.http import QueryDict

from catalog.filters import FILTERS
from catalog.models import PastSlug
from catalog.uris import Kind


def found(kind: Kind, address: str, user: Any = None) -> list[str]:
    """Titles of the records that an address finds, in alphabetical order; nothing may be refused."""
    chosen = FILTERS[kind](QueryDict(address), user=user)
    assert not chosen.errors, chosen.errors
    titles = [record.title for record in chosen.qs]
    assert len(titles) == len(set(titles)), "a record came twice"
    return sorted(titles)


@pytest.mark.parametrize(
    ("kind", "address", "expected"),
    [
        # Words: what the search finds with every one of them; no query language
        ("person", "q=TROTSKY+leon+Бронш", ["Leon Trotsky"]),
        ("person", "q=TROTSKY+leon", ["Leon Trotsky", "Natalia Sedova"]),  # her husband's name is in her record
        ("person", "q=бронштейн", ["Leon Trotsky"]),
        ("person", "q=wife+trotsky", ["Natalia Sedova"]),
        ("person", "q=leon+zapata", []),
        ("person", "q=tssp2", ["Leon Trotsky"]),
        ("person", "q=TSS-P+2", ["Leon Trotsky"]),
        ("place", "q=kristiania", ["Oslo"]),
        ("place", "q=coyoacan", ["Coyoacán"]),
        ("document", "q=100%25", ["Diary 100% true"]),
        ("document", "q=%25", ["Boxed sheet", "Diary 100% true", "My Life", "Note on exile", "Undated sheet"]),
        ("document", "q=" + "'\" OR (NOT -*:^~)", []),
        # Repeated values are or, different filters are and; narrower terms are included
        ("document", "type=book", ["My Life"]),
        ("document", "type=published-work", ["Diary 100% true", "My Life"]),
        ("document", "type=letter&type=book", ["My Life", "Note on exile"]),
        ("document", "type=letter&language=ru", []),
        ("document", "language=ru&language=en", ["Diary 100% true", "My Life"]),
        ("document", "subject=politics", ["My Life", "Note on exile"]),
        ("document", "rights=cne", ["My Life"]),
        ("document", "rights=http://rightsstatements.org/vocab/CNE/1.0/", ["My Life"]),
        # Persons and roles belong to the same contribution
        ("document", "person=leon-trotsky", ["Diary 100% true", "My Life", "Note on exile"]),
        ("document", "person=leon-trotsky&role=author", ["My Life"]),
        ("document", "person=leon-trotsky&role=editor", ["Diary 100% true"]),
        ("document", "role=editor", ["Diary 100% true", "My Life"]),
        ("image", "person=leon-trotsky", ["Portrait"]),
        ("image", "person=bureau", ["Portrait"]),
        ("image", "person=leon-trotsky&role=photographer", []),
        ("collection", "person=leon-trotsky&person=natalia-sedova", ["Letters", "Papers"]),
        ("collection", "person=natalia-sedova&role=author", []),
        ("collection", "role=author", ["Papers"]),
        ("collection", "person=bureau", []),
        ("person", "collection=letters", ["Natalia Sedova"]),
        ("person", "collection=papers", ["Leon Trotsky", "Natalia Sedova"]),
        ("event", "person=leon-trotsky", ["Assassination"]),
        ("event", "person=leon-trotsky&role=judge", []),
        ("person", "person=natalia-sedova", ["Leon Trotsky"]),
        ("person", "person=leon-trotsky", ["Natalia Sedova"]),
        ("person", "event=assassination&role=victim", ["Leon Trotsky"]),
        ("person", "document=my-life", ["Leon Trotsky", "Natalia Sedova"]),
        ("person", "image=portrait", ["Bureau", "Leon Trotsky"]),
        # Hierarchies are included
        ("document", "place=mexico", ["Diary 100% true", "Undated sheet"]),
        ("event", "place=mexico-city", ["Assassination"]),
        ("person", "place=mexico", ["Leon Trotsky"]),
        ("place", "place=mexico", ["Coyoacán", "Mexico City"]),
        ("place", "person=leon-trotsky", ["Coyoacán", "Mexico City"]),
        ("place", "country=mx", ["Mexico"]),
        ("document", "collection=papers", ["My Life", "Note on exile"]),
        ("collection", "collection=papers", ["Letters"]),
        ("collection", "level=fonds", ["Papers"]),
        ("event", "event=terror", ["Moscow trial"]),
        ("document", "event=terror", ["Note on exile"]),
        ("event", "image=portrait", ["Assassination"]),
        ("image", "document=my-life", ["Portrait"]),
        # Pictures: only those that can be viewed
        ("image", "has_image=yes", ["Portrait"]),
        ("image", "has_image=no", ["Tomb"]),
        ("image", "has_image=no&has_image=yes", ["Portrait", "Tomb"]),
        ("document", "has_image=yes", ["My Life"]),
        ("person", "has_image=yes", ["Leon Trotsky"]),
        ("event", "has_image=yes", ["Assassination"]),
        # Time: the spans overlap; open ends have no bound; undated records never fit
        ("person", "date_from=1941", ["Bureau", "Natalia Sedova"]),
        ("person", "date_to=1881", ["Leon Trotsky"]),
        ("document", "date_from=1941", ["Diary 100% true"]),
        ("document", "date_from=1930&date_to=1930", ["Note on exile"]),
        ("document", "date_to=1900", ["Note on exile"]),
        ("event", "date_from=1936-08-19&date_to=1936-08-19", ["Moscow trial", "Terror"]),
        ("event", "date_from=193X", ["Assassination", "Moscow trial", "Terror"]),
        ("image", "date_from=2020", ["Tomb"]),
        ("collection", "date_to=-0043", []),
        ("person", "kind=corporate-body", ["Bureau"]),
        ("person", "kind=corporate+body", ["Bureau"]),
        ("person", "occupation=writer", ["Leon Trotsky"]),
        # Unknown and empty parameters filter nothing
        ("collection", "nonsense=1&level=&q=&date_from=", ["Letters", "Papers"]),
    ],
)  # fmt: skip
def test_a_filter_finds(
    museum: SimpleNamespace, kind: Kind, address: str, expected: list[str]
) -> None:
    assert found(kind, address) == expected


def test_a_past_slug_still_names_its_record(museum: SimpleNamespace) -> None:
    museum.trotsky.slug = "trotsky"
    museum.trotsky.save()
    assert PastSlug.objects.filter(slug="leon-trotsky").exists()
    chosen = FILTERS["document"](QueryDict("person=leon-trotsky"), user=None)
    assert [one.code for one in chosen.given["person"]] == ["trotsky"]


@pytest.mark.parametrize(
    ("kind", "address", "name", "says"),
    [
        ("document", "type=novel", "type", "Allowed: book, letter, published-work"),
        ("document", "type=trial", "type", "trial"),
        ("document", "person=stranger", "person", "stranger"),
        ("document", "rights=mine", "rights", "zero"),
        ("document", "has_image=perhaps", "has_image", "yes, no"),
        ("document", "date_from=yesterday", "date_from", "EDTF"),
        ("document", "date_from=..1940", "date_from", "no beginning"),
        ("document", "date_to=1962..", "date_to", "no end"),
        ("document", "date_from=1950&date_to=1940", "date_to", "Swap"),
        ("document", "date_from=2001-02-30", "date_from", "2001-02-30"),
        ("document", "date_from=" + "9" * 400, "date_from", "characters"),
        ("document", "q=%00", "q", "NUL"),
        ("document", "type=%00", "type", "NUL"),
        ("document", "person=a%00b", "person", "NUL"),
        ("document", "date_to=%00", "date_to", "NUL"),
        ("document", "q=" + "x" * 10_000, "q", "10000"),
        ("document", "q=" + "+".join(f"w{n}" for n in range(70)), "q", "70"),
        ("document", "&".join(f"type=t{n}" for n in range(60)), "type", "60"),
        ("person", "kind=" + "9" * 5000, "kind", "…"),
        ("collection", "level=item", "level", "fonds"),
    ],
)
def test_a_wrong_value_is_refused_by_name(
    museum: SimpleNamespace, kind: Kind, address: str, name: str, says: str
) -> None:
    chosen = FILTERS[kind](QueryDict(address), user=None)
    assert list(chosen.errors) == [name]
    assert says in " ".join(chosen.errors[name])
    assert len(" ".join(chosen.errors[name])) < 700
    assert chosen.qs.exists()  # the rest of the address still counts


def test_what_is_refused_is_left_out_and_the_rest_counts(museum: SimpleNamespace) -> None:
    chosen = FILTERS["document"](QueryDict("type=novel&language=ru"), user=None)
    assert {record.title for record in chosen.qs} == {"Diary 100% true", "My Life"}


def test_broken_utf8_and_huge_numbers_are_answered(museum: SimpleNamespace) -> None:
    broken = QueryDict(b"q=%ff%fe&subject=%c3%28&date_to=%f0%9f&type=99999999999999999999999999")
    chosen = FILTERS["document"](broken, user=None)
    assert set(chosen.errors) == {"subject", "date_to", "type"}
    assert chosen.qs.count() == 5


def test_many_codes_that_there_are_not_cost_no_more_than_one(
    museum: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    address = "&".join(f"type=none-{number}" for number in range(40))
    with django_assert_max_num_queries(4):
        assert list(FILTERS["document"](QueryDict(address), user=None).errors) == ["type"]


def test_many_former_names_are_looked_up_together(
    museum: SimpleNamespace, django_assert_max_num_queries: Any
) -> None:
    uuid = museum.trotsky.uuid
    PastSlug.objects.bulk_create(
        [PastSlug(kind="person", slug=f"once-{number}", record_uuid=uuid) for number in range(30)]
    )
    address = "&".join(f"person=once-{number}" for number in range(30))
    with django_assert_max_num_queries(4):
        chosen = FILTERS["document"](QueryDict(address), user=None)
        assert [given.code for given in chosen.given["person"]] == ["leon-trotsky"]
