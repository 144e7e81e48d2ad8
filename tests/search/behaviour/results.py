"""Results: what is said of each, and in which order."""

from catalog import search as door
from catalog.models import Event, Status
from catalog.search import SearchQuery
from tests.search.behaviour.asking import ask, found


class Results:
    """Part of the behaviour suite."""

    def test_hits_say_what_matched_and_where(self) -> None:
        hit = ask("frank jacson").hits[0]
        assert hit.snippet is not None
        assert hit.snippet.field == "names"
        assert [piece.text for piece in hit.snippet.pieces if piece.marked] == ["Frank", "Jacson"]
        title = ask("casa azul").hits[0].title
        assert [piece.text for piece in title if piece.marked] == ["Casa", "Azul"]

    def test_a_snippet_is_plain_text(self) -> None:
        Event.objects.create(
            identifier="X3",
            title="Sale",
            description="A **quinquereme** of [Nineveh](https://example.org)",
            status=Status.PUBLISHED,
        )
        snippet = ask("quinquereme").hits[0].snippet
        assert str(snippet) == "A quinquereme of Nineveh"

    def test_hits_have_date_and_place(self) -> None:
        hit = ask("attack on trotsky").hits[0]
        assert str(hit.date) == "1940-08-20"
        assert hit.place is not None

    def test_the_order_is_stable(self) -> None:
        assert found("trotsky") == found("trotsky")
        pages = [
            hit.record.pk
            for page in range(1, 20)
            for hit in door.search(SearchQuery("trotsky", page=page, page_size=10)).hits
        ]
        assert len(pages) == len(set(pages)) or len(pages) == ask("trotsky").total
