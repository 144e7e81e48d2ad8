"""Visibility: what is hidden is found, named and counted by nobody who may not see it."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from catalog import actions
from catalog import search as door
from catalog.models import Contribution, Document, Event, Image, Page, Person, Place, Status, Term
from catalog.search import SearchQuery, facets, refresh, staleness, suggest
from catalog.search.backends import backend_of
from catalog.search.ties import NUMBERS
from catalog.search.view import View, forget
from tests.search.behaviour.asking import ask, counts, found


class Visibility:
    """Part of the behaviour suite."""

    def test_drafts_are_for_curators(self, curator: User) -> None:
        Person.objects.create(identifier="X4", title="Zyxwv Secretone")
        assert ask("zyxwv").total == 0
        assert ask("zyxwv").correction == ""
        assert suggest("zyx") == []
        assert found("zyxwv", curator) == ["person zyxwv-secretone"]
        assert [one.title for one in suggest("zyx", curator)] == ["Zyxwv Secretone"]

    def test_a_hidden_name_does_not_lead_to_what_names_it(self, curator: User) -> None:
        hidden = Person.objects.create(identifier="X5", title="Zyxwv Secretone")
        letter = Document.objects.create(identifier="X6", title="A letter", status=Status.PUBLISHED)
        role = Term.objects.filter(vocabulary="contribution_role").first()
        Contribution.objects.create(person=hidden, document=letter, role=role)
        assert ask("secretone").total == 0
        assert set(found("letter secretone", curator)) == {"document a-letter"}
        assert "secretone" not in repr([f.values for f in ask("").facets])

    def test_pages_are_cut_from_one_order(self, monkeypatch: Any) -> None:
        for number in range(30):
            called = number % 3 != 0
            Document.objects.create(
                identifier=f"X30.{number}",
                title=f"{'Axolotl' if called else 'Letter'} {number}",
                description="" if called else "Tells of an axolotl.",
                status=Status.PUBLISHED,
            )
        every = ask("axolotl").hits
        assert [hit.record.title.startswith("Axolotl") for hit in every] == [True] * 20 + [
            False
        ] * 10
        ranked: list[int] = []
        backend = type(backend_of())
        rank = backend.rank

        def counted(self: Any, words: Any, reach: Any, within: Any, **how: Any) -> list[int]:
            ranked.append(len(within))
            return rank(self, words, reach, within, **how)

        monkeypatch.setattr(backend, "rank", counted)
        forget()
        # Entries with the word in their title come first. The others are not ranked before their
        # page is asked for.
        for page, asked_so_far in (
            (1, [20]),
            (2, [20]),
            (3, [20, 30]),
            (4, [20, 30]),
            (2, [20, 30]),
        ):
            hits = door.search(SearchQuery("axolotl", page=page, page_size=8)).hits
            assert hits == every[page * 8 - 8 : page * 8]
            assert ranked == asked_so_far

    def test_both_ways_of_counting_agree(self, curator: User, monkeypatch: Any) -> None:
        for user in (None, curator):
            view = View(user, "default")
            asked = dict.fromkeys(facets.FACETS, view.visible)
            counted = []
            monkeypatch.setattr(facets, "AT_HAND", 0)
            for few in (False, True):
                monkeypatch.setattr(facets, "are_few", lambda *_, few=few: few)
                every = facets.count(
                    view.backend, view.memory, asked, 1_000, staff=view.staff, texts={}
                )
                counted.append({name: dict(values) for name, values in every.items()})
            assert counted[0] == counted[1]
            assert counted[0]["person"]

    @pytest.mark.parametrize("few", [False, True])
    def test_what_hangs_on_something_hidden_counts_for_curators(
        self, curator: User, monkeypatch: Any, few: bool
    ) -> None:
        monkeypatch.setattr(facets, "are_few", lambda *_: few)
        monkeypatch.setattr(facets, "AT_HAND", 0)
        role = Term.objects.create(vocabulary="contribution_role", code="toucan", label="Toucan")
        outer = Place.objects.create(identifier="X20", title="Outer", status=Status.PUBLISHED)
        middle = Place.objects.create(identifier="X21", title="Middle", part_of=outer)
        inner = Place.objects.create(
            identifier="X22", title="Inner", part_of=middle, status=Status.PUBLISHED
        )
        letter = Document.objects.create(
            identifier="X23", title="A letter", place=inner, status=Status.PUBLISHED
        )
        writer = Person.objects.create(identifier="X24", title="A writer")
        Contribution.objects.create(person=writer, document=letter, role=role)
        page = Image.objects.create(
            identifier="X25", title="A page", file="originals/x.png", width=1, height=1, byte_size=1, sha256="b" * 64
        )  # fmt: skip
        Page.objects.create(image=page, document=letter)
        refresh(limit=None)
        between = (writer, middle, page)

        def counted(user: Any = None) -> list[tuple[int, int]]:
            """For each facet, the letter's count and how many entries that value finds, without
            refreshing the index.
            """
            numbers = []
            for facet, code in (("role", "toucan"), ("place", outer.slug), ("has_image", "yes")):
                here = {"place": (inner.slug,)}
                if facet == "place":
                    here = {"kind": ("document",)}
                every = door.search(SearchQuery("letter", chosen=here), user)
                one = door.search(SearchQuery("letter", chosen=here | {facet: (code,)}), user)
                numbers.append((counts(every, facet).get(code, 0), one.total))
            return numbers

        nothing, everything = [(0, 0)] * 3, [(1, 1)] * 3
        assert (counted(), counted(curator)) == (nothing, everything)
        for number, one in enumerate(between, 1):
            actions.publish(one, by=None)
            assert counted() == everything[:number] + nothing[number:]
        assert list(door.check()) == []
        for number, one in enumerate(between, 1):
            actions.withdraw(one, by=None)
            assert counted() == nothing[:number] + everything[number:]
        assert counted(curator) == everything
        assert list(door.check()) == []

    def test_what_was_hidden_past_every_door_is_named_by_no_facet(self) -> None:
        assert "trotsky" in counts(ask(), "person")
        Person.objects.filter(slug="trotsky").update(status=Status.WITHDRAWN)
        # The index does not know yet, and the labels of values were put in memory a moment ago.
        assert "trotsky" not in counts(door.search(SearchQuery()), "person")

    def test_what_something_public_says_too_counts_for_everybody(self) -> None:
        role = Term.objects.create(vocabulary="contribution_role", code="toucan", label="Toucan")
        letter = Document.objects.create(identifier="X26", title="X", status=Status.PUBLISHED)
        for number, status in enumerate((Status.DRAFT, Status.PUBLISHED, Status.DRAFT)):
            person = Person.objects.create(identifier=f"X27.{number}", title="Y", status=status)
            Contribution.objects.create(person=person, document=letter, role=role)
        chosen = {"role": ("toucan",)}
        assert counts(ask(chosen=chosen), "role")["toucan"] == 1
        assert found(chosen=chosen) == [f"document {letter.slug}"]

    def test_whoever_walks_may_stop_at_any_block(self) -> None:
        with transaction.atomic():
            for block in backend_of().walk("SELECT id FROM search_entry ORDER BY sort_key, id"):
                assert block
                break
            # What was written in the transaction stays, and further queries can be made in it.
            assert not connection.needs_rollback
            assert backend_of().run("SELECT 1") == [(1,)]

    def test_a_place_that_the_clock_opens_counts_then(self) -> None:
        outer = Place.objects.create(identifier="X30", title="Outer", status=Status.PUBLISHED)
        soon = timezone.now() + timedelta(hours=1)
        middle = Place.objects.create(
            identifier="X31", title="Middle", part_of=outer, status=Status.PUBLISHED, embargo_until=soon
        )  # fmt: skip
        inner = Place.objects.create(
            identifier="X32", title="Inner", part_of=middle, status=Status.PUBLISHED
        )
        Document.objects.create(
            identifier="X33", title="A letter", place=inner, status=Status.PUBLISHED
        )
        in_outer = {"chosen": {"place": (outer.slug,)}, "kinds": ("document",)}
        assert found(**in_outer) == []
        backend = backend_of()
        backend.run("UPDATE catalog_place SET embargo_until = NULL WHERE id = %s", [middle.pk])
        backend.run("DELETE FROM search_stale")
        past = backend.moment(timezone.now() - timedelta(minutes=5))
        due = backend.run(
            "UPDATE search_entry SET due = %s WHERE due IS NOT NULL RETURNING kind", [past]
        )
        assert (NUMBERS["document"],) in [tuple(row) for row in due]
        assert found(**in_outer) == ["document a-letter"]
        assert list(door.check()) == []

    def test_the_internal_note_is_for_curators(self, curator: User) -> None:
        Event.objects.create(
            identifier="X7", title="Sale", internal_note="xylophone", status=Status.PUBLISHED
        )
        assert ask("xylophone").total == 0
        (hit,) = ask("xylophone", curator).hits
        assert hit.snippet and hit.snippet.field == "internal_note"

    def test_an_embargo_ends_by_the_clock(self) -> None:
        person = Person.objects.create(
            identifier="X8",
            title="Zyxwv",
            status=Status.PUBLISHED,
            embargo_until=timezone.now() + timedelta(hours=1),
        )
        assert ask("zyxwv").total == 0
        Person.objects.filter(pk=person.pk).update(
            embargo_until=timezone.now() - timedelta(seconds=5)
        )
        assert ask("zyxwv").total == 1

    def test_an_embargo_that_ended_counts_before_any_refresh(self) -> None:
        Person.objects.create(
            identifier="X9",
            title="Zyxwv",
            status=Status.PUBLISHED,
            embargo_until=timezone.now() + timedelta(hours=1),
        )
        refresh(limit=None)
        past = timezone.now() - timedelta(minutes=5)
        backend = backend_of()
        backend.run(
            "UPDATE search_entry SET visible_from = %s, due = %s WHERE visible_from IS NOT NULL",
            [backend.moment(past), backend.moment(past)],
        )
        # The row itself is still embargoed, so the hit is not shown; the count follows the clock.
        assert door.search(SearchQuery("zyxwv")).total == 1
        assert door.search(SearchQuery("zyxwv")).hits == ()
        assert staleness().due == 1
