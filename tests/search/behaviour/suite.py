"""What every search backend has to do; a three-line subclass runs the suite on each database.

These are the expectations of people who look for something in the sample collection, written as
tests. docs/search-diary.md gives the reason for each.
"""

from typing import Any, ClassVar

import pytest
from django.contrib.auth.models import User

from catalog import search as door
from catalog.models import Document, Person
from catalog.search import SearchQuery, matching, refresh, suggest
from tests.search.behaviour.asking import ask, found
from tests.search.behaviour.counts import Counts
from tests.search.behaviour.in_step import InStep
from tests.search.behaviour.results import Results
from tests.search.behaviour.visibility import Visibility
from tests.search.behaviour.words import Words


@pytest.mark.django_db
class Behaviour(Words, Results, Counts, Visibility, InStep):
    """The suite. ``VENDOR`` is the database that a subclass is for, which is marked :func:`only_on` it."""

    VENDOR: ClassVar[str]

    @pytest.fixture(autouse=True)
    def _here(self, sample_collection: None, db: None) -> None:
        """The sample collection."""

    @pytest.fixture
    def curator(self) -> User:
        """Somebody who sees everything."""
        return User(username="curator", is_staff=True, is_active=True)

    def test_suggestions_while_typing(self) -> None:
        assert suggest("tro")[0].title == "Leon Trotsky"
        assert suggest("тро")[0].name == "Лев Троцкий"
        assert [one.title for one in suggest("frank ja")] == ["Ramón Mercader"]
        assert suggest("") == []
        assert suggest("zzz") == []

    def test_a_queryset_in_the_order_of_relevance(self, curator: User) -> None:
        people = matching(Person, "sedo")
        assert {one.slug for one in people[:3]} == {"sedova", "lev-sedov", "sergei-sedov"}
        assert matching(Person, "").count() == Person.objects.visible_to(None).count()
        Person.objects.create(identifier="X15", title="Quetzal")
        refresh()
        assert matching(Person, "quetz").count() == 0
        assert matching(Person, "quetz", curator).count() == 1

    def test_a_change_of_one_record_asks_few_questions(
        self, django_assert_max_num_queries: Any
    ) -> None:
        refresh(limit=None)
        document = Document.objects.get(slug="my-life")
        Document.objects.filter(pk=document.pk).update(description="A quetzal among parrots.")
        # Where the database is another process, each query costs more, so several are made as one.
        with django_assert_max_num_queries(22 if self.VENDOR == "sqlite" else 10):
            refresh()
        assert found("quetzal parrots") == ["document my-life"]

    def test_searching_asks_few_questions(self, django_assert_max_num_queries: Any) -> None:
        ask("trotsky")
        door.search(SearchQuery("attack"))
        with django_assert_max_num_queries(9):
            door.search(SearchQuery("attack", sort="title"))
