"""Exhibitions are found beside the records: by what words, by whom, and in step with what is written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from catalog import search
from catalog.models import Exhibition, ExhibitionPart, Person, Status
from catalog.search import ExhibitionSearch, SearchQuery, suggest

pytestmark = pytest.mark.django_db


@pytest.fixture
def curator():
    return get_user_model().objects.create_superuser("curator")


def person(title, status=Status.PUBLISHED):
    return Person.objects.create(title=title, identifier=title, slug=title.lower(), status=status)


@pytest.fixture
def exile():
    """A public exhibition, with a part that shows a public person and one that shows a hidden one."""
    exhibition = Exhibition.objects.create(
        identifier="X-01", slug="exile", title="Троцкий in Coyoacán", status=Status.PUBLISHED,
        summary="The last house", description="He **arrived** by ship in Tampico.",
        internal_note="Borrow the samovar.",
    )  # fmt: skip
    for number, part in enumerate((
        {"heading": "Painters and hosts", "text": "They opened the blue house to him."},
        {"person": person("Ana"), "text": "Ana kept the letters."},
        {"person": person("Secret", Status.DRAFT), "text": "A hidden caption."},
    ), start=1):  # fmt: skip
        ExhibitionPart.objects.create(exhibition=exhibition, position=number, **part)
    search.refresh()
    return exhibition


def found(text, user=None):
    return [one.slug for one in ExhibitionSearch(text, user).rows]


@pytest.mark.parametrize(
    "text",
    [
        "coyoacan", "TROTSKY", "trotzki", "Trotsky coyoacán", "last houses", "arriving", "tampico",
        "painter", "host letters", "blue hou", "x01", "X-01", '"blue house"', "trotsky blue",
    ],
)  # fmt: skip
def test_an_exhibition_is_found_by_its_words_however_they_are_spelled(exile, text):
    assert found(text) == ["exile"]
    assert [hit.exhibition for hit in ExhibitionSearch(text).best(3)] == [exile]


@pytest.mark.parametrize("text", ["oslo", "coyoacan oslo", "", "…", "samovar", '"letters house"'])
def test_it_is_not_found_by_others(exile, text):
    assert found(text) == [] and ExhibitionSearch(text).best(3) == []


def test_what_visitors_may_not_see_finds_nothing_for_them(exile, curator):
    assert found("caption") == [] and found("hidden ship") == []
    assert found("caption", curator) == ["exile"]
    Exhibition.objects.update(status=Status.DRAFT)
    search.refresh()
    assert found("tampico") == [] and found("tampico", curator) == ["exile"]
    Exhibition.objects.update(
        status=Status.PUBLISHED, embargo_until=timezone.now() + timedelta(hours=1)
    )
    assert found("tampico") == []


def test_its_words_follow_whatever_is_written(exile):
    part = ExhibitionPart.objects.get(heading="Painters and hosts")
    ExhibitionPart.objects.filter(pk=part.pk).update(text="They opened a garden.")
    search.refresh()
    assert found("garden") == ["exile"] and found("blue") == []
    Exhibition.objects.filter(pk=exile.pk).update(description="By train.")
    part.delete()
    search.refresh()
    assert found("train") == ["exile"] and found("garden") == found("tampico") == []
    exile.delete()
    search.refresh()
    assert found("train") == []
    assert not search.search(SearchQuery("train")).exhibits


def test_those_with_the_words_in_their_title_come_first(exile):
    Exhibition.objects.create(
        identifier="X-02", slug="house", title="The house", position=5, status=Status.PUBLISHED
    )
    search.refresh()
    assert found("house") == ["house", "exile"]
    assert found("the last house") == ["exile"]


def test_it_is_said_where_the_words_are(exile, curator):
    def said(text, user=None):
        (hit,) = ExhibitionSearch(text, user).best(3)
        marked = [piece.text for piece in hit.title if piece.marked]
        return marked, hit.snippet and (str(hit.snippet.label), str(hit.snippet))

    assert said("trotsky") == (["Троцкий"], None)
    assert said("houses") == ([], ("Summary", "The last house"))
    assert said("tampico") == ([], ("Introduction", "He arrived by ship in Tampico."))
    assert said("painter") == ([], ("Section", "Painters and hosts"))
    assert said("opened") == ([], ("Painters and hosts", "They opened the blue house to him."))
    assert said("letters") == ([], ("Text", "Ana kept the letters."))
    assert said("tamp") == ([], ("Introduction", "He arrived by ship in Tampico."))
    assert said("caption", curator) == ([], ("Text", "A hidden caption."))


def test_it_is_suggested_while_somebody_types(exile, curator):
    assert [one.kind for one in suggest("coyo")] == ["exhibition"]
    assert suggest("тро")[0].title == "Троцкий in Coyoacán"
    assert suggest("in coyoacan")[0].kind == "exhibition"
    assert suggest("coyoacan in") == suggest("house") == []
    Exhibition.objects.update(status=Status.DRAFT)
    assert suggest("coyo") == []
    assert [one.kind for one in suggest("coyo", curator)] == ["exhibition"]


def test_the_check_proves_its_words_and_rebuilding_mends_them(exile):
    assert list(search.check()) == []
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_exhibited WHERE word = 'tampico'")
    assert [str(one) for one in search.check()] == [
        f"exhibition {exile.pk}: the words by which it is found are not those of its texts."
    ]
    with pytest.raises(CommandError, match="1 differences"):
        call_command("search", "check")
    search.rebuild()
    assert list(search.check()) == []
    search.empty()
    search.rebuild()
    assert found("tampico") == ["exile"]


def test_a_museum_without_exhibitions_asks_nothing_more_and_many_cost_no_more_than_one(exile):
    def asked(text, limit=3):
        with CaptureQueriesContext(connection) as queries:
            ExhibitionSearch(text).best(limit)
        return len(queries)

    assert asked("opened") == 2 and asked("coyoacan") == 1 and asked("oslo") == 1
    for number in range(20):
        one = Exhibition.objects.create(
            identifier=f"M.{number}", slug=f"m-{number}", title="Many", status=Status.PUBLISHED
        )
        ExhibitionPart.objects.create(exhibition=one, text="They opened it.")
    search.refresh()
    assert asked("opened", 12) == 2
    Exhibition.objects.all().delete()
    search.refresh()
    with CaptureQueriesContext(connection) as queries:
        suggest("coyo")
    assert not any("exhibition" in one["sql"] for one in queries)
