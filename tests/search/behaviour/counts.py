"""Counts: facets are exact, and follow each other's choices."""

import pytest
from django.contrib.auth.models import User

from catalog import search as door
from catalog.models import Collection, Contribution, Document, Person, Status, Term
from catalog.search import SearchQuery
from tests.search.behaviour.asking import ask, counts, found


class Counts:
    """Part of the behaviour suite."""

    def test_totals_and_kinds_are_exact(self) -> None:
        results = ask("trotsky")
        everything = [
            hit
            for page in range(1, 5)
            for hit in door.search(SearchQuery("trotsky", page=page, page_size=100)).hits
        ]
        assert len(everything) == results.total == sum(results.kinds.values())
        for kind, number in results.kinds.items():
            assert number == sum(hit.kind == kind for hit in everything)

    @pytest.mark.parametrize("text", ["", "trotsky"])
    def test_every_count_is_the_number_that_is_found(self, text: str) -> None:
        for facet in ask(text).facets:
            for value in facet.values[:8]:
                assert ask(text, chosen={facet.name: (value.code,)}).total == value.count, (
                    facet.name,
                    value,
                )

    def test_counts_leave_out_their_own_choice_and_follow_the_others(self) -> None:
        free = ask("trotsky")
        chosen = ask("trotsky", chosen={"language": ("ru",)})
        assert counts(chosen, "language") == counts(free, "language")
        assert chosen.total == counts(free, "language")["ru"]
        assert sum(counts(chosen, "kind").values()) == chosen.total
        narrow = ask("trotsky", chosen={"language": ("ru",), "kind": ("document",)})
        assert counts(narrow, "language")["ru"] == narrow.total

    def test_a_person_and_a_role_mean_one_relation(self) -> None:
        sender, recipient = (
            Term.objects.get(vocabulary="contribution_role", code=code)
            for code in ("sender", "recipient")
        )
        one, other = (
            Person.objects.create(identifier=f"X4{n}", title=name, status=Status.PUBLISHED)
            for n, name in enumerate(["Xavier One", "Ximena Other"])
        )
        letter = Document.objects.create(
            identifier="X42", title="A letter", status=Status.PUBLISHED
        )
        Contribution.objects.create(document=letter, person=one, role=sender)
        Contribution.objects.create(document=letter, person=other, role=recipient)
        assert found(chosen={"person": (one.slug,), "role": ("sender",)}) == ["document a-letter"]
        assert found(chosen={"person": (one.slug,), "role": ("recipient",)}) == []
        both = {"person": (one.slug, other.slug), "role": ("recipient",)}
        assert found(chosen=both) == ["document a-letter"]
        assert counts(ask(chosen={"person": (one.slug,)}), "role") == {"sender": 1}
        persons = counts(ask("letter", chosen={"role": ("recipient",)}), "person")
        assert persons == {other.slug: 1}
        persons = counts(ask("letter", chosen={"role": ("recipient", "sender")}), "person")
        assert persons == {one.slug: 1, other.slug: 1}
        nobody = ask(chosen={"person": (one.slug,), "role": ("recipient",)})
        assert counts(nobody, "role") == {"sender": 1, "recipient": 0}
        assert counts(nobody, "person") == {other.slug: 1, one.slug: 0}

    def test_a_fonds_is_found_by_who_created_it(self, curator: User) -> None:
        creator = Term.objects.get(vocabulary="contribution_role", code="creator")
        one = Person.objects.create(identifier="X50", title="Zyxwv One", status=Status.PUBLISHED)
        hidden = Person.objects.create(identifier="X51", title="Zyxwv Secretone")
        fonds = Collection.objects.create(
            identifier="X52", title="Quetzal", status=Status.PUBLISHED
        )
        for person in (one, hidden):
            Contribution.objects.create(collection=fonds, person=person, role=creator)
        assert found("zyxwv") == ["person zyxwv-one", "collection quetzal"]
        assert found(chosen={"person": (one.slug,), "role": ("creator",)}) == ["collection quetzal"]
        assert counts(ask("quetzal"), "person") == {one.slug: 1}
        assert "collection quetzal" in found("secretone", curator) and found("secretone") == []
        Contribution.objects.filter(person=one).update(
            collection=Collection.objects.exclude(pk=fonds.pk).first()
        )
        assert "collection quetzal" not in found("zyxwv")
        assert list(door.check()) == []

    def test_several_values_are_or_and_several_facets_and(self) -> None:
        one = set(found(chosen={"language": ("ru",)}))
        other = set(found(chosen={"language": ("de",)}))
        assert set(found(chosen={"language": ("ru", "de")})) == one | other
        exile = set(found(chosen={"language": ("ru",), "subject": ("exile-subject",)}))
        assert exile == one & set(found(chosen={"subject": ("exile-subject",)}))

    def test_a_place_counts_what_lies_in_it(self) -> None:
        inside = set(found(chosen={"place": ("casa-azul",)}))
        assert inside
        assert inside <= set(found(chosen={"place": ("coyoacan",)}))

    def test_unknown_codes_find_nothing(self) -> None:
        assert ask(chosen={"subject": ("no-such-subject",)}).total == 0
        assert ask(chosen={"person": ("\0",)}).total == 0
        assert ask(chosen={"no-such-facet": ("x",)}).total == ask("").total

    def test_time(self) -> None:
        in_1940 = ask("", date_from=19400101, date_to=19401231, kinds=("event",))
        assert in_1940.total
        slugs = {hit.record.slug for hit in in_1940.hits}
        on_the_day = ask("", date_from=19400820, date_to=19400820, kinds=("event",))
        assert {hit.record.slug for hit in on_the_day.hits} <= slugs
        for hit in on_the_day.hits:
            assert hit.record.date_earliest is None or hit.record.date_earliest <= 19400820  # type: ignore[attr-defined]
            assert hit.record.date_latest is None or hit.record.date_latest >= 19400820  # type: ignore[attr-defined]
        assert on_the_day.total < in_1940.total

    def test_sorting(self) -> None:
        dates = [h.record.date_earliest for h in ask("", kinds=("event",), sort="date").hits]  # type: ignore[attr-defined]
        known = [date for date in dates if date is not None]
        assert known == sorted(known)
        titles = [hit.record.sort_key for hit in ask("", sort="title").hits]
        assert titles == sorted(titles)
        newest = [hit.record.modified for hit in ask("trotsky", sort="newest").hits]
        assert newest == sorted(newest, reverse=True)

    def test_a_page_beyond_the_end_is_empty(self) -> None:
        assert door.search(SearchQuery("trotsky", page=10_000)).hits == ()
        assert door.search(SearchQuery("trotsky", page=10**30, page_size=-5)).hits == ()
