"""What a collection holds: seen, put into order, moved, added to."""

from __future__ import annotations

import pytest

from catalog.models import ChangeSet, Collection, Document, Image, Status
from tests.admin.conftest import messages_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def fonds(db):
    return Collection.objects.create(identifier="F", title="Fonds", level="fonds")


@pytest.fixture
def series(fonds):
    return [
        Collection.objects.create(
            identifier=f"F/{number}", title=f"Series {number}", parent=fonds, position=number
        )
        for number in (1, 2, 3)
    ]


def page(collection):
    return f"/admin/catalog/collection/{collection.pk}/holdings/"


def parts(collection):
    return [row.title for row in collection.children.order_by("position", "sort_key", "id")]


def test_the_page_shows_what_is_held_and_leads_up_and_down(cataloguer, fonds, series):
    Document.objects.create(identifier="D.1", title="Letter", collection=series[0])
    Image.objects.create(identifier="I.1", title="Portrait", collection=series[0])
    html = cataloguer.get(page(fonds)).content.decode()
    assert "Parts 0, documents 1, images 1" in html
    assert page(series[0]) in html
    assert f"/admin/catalog/collection/add/?parent={fonds.pk}" in html
    html = cataloguer.get(page(series[0])).content.decode()
    assert "Letter" in html and "Portrait" in html
    assert page(fonds) in html
    added = cataloguer.get(f"/admin/catalog/document/add/?collection={series[0].pk}")
    assert "Series 1" in added.content.decode()
    form = cataloguer.get(f"/admin/catalog/collection/{fonds.pk}/change/").content.decode()
    assert page(fonds) in form


def test_a_part_goes_to_the_place_that_was_typed(cataloguer, fonds, series):
    sent = {f"to-collection-{series[2].pk}": "1", "_save": "x"}
    answer = cataloguer.post(page(fonds), sent, follow=True)
    assert "The order was saved." in messages_of(answer)
    assert parts(fonds) == ["Series 3", "Series 1", "Series 2"]
    assert ChangeSet.objects.filter(by__username="cataloguer").count() == 1


def test_a_branch_is_moved_with_everything_below(cataloguer, fonds, series):
    deep = Collection.objects.create(identifier="F/2/1", title="File", parent=series[1])
    letter = Document.objects.create(identifier="D.1", title="Letter", collection=deep)
    sent = {"take": [f"collection:{series[1].pk}"], "into": series[0].pk, "_move": "x"}
    answer = cataloguer.post(page(fonds), sent, follow=True)
    assert "1 record was moved into “Series 1" in messages_of(answer)
    assert parts(fonds) == ["Series 1", "Series 3"]
    assert parts(series[0]) == ["Series 2"]
    letter.refresh_from_db()
    assert letter.collection == deep


def test_what_cannot_be_is_refused_in_words_and_nothing_moves(cataloguer, fonds, series):
    inside = Collection.objects.create(identifier="F/1/1", title="Inside", parent=series[0])
    take = [f"collection:{series[0].pk}", f"collection:{series[1].pk}"]
    answer = cataloguer.post(page(fonds), {"take": take, "into": inside.pk, "_move": "x"})
    assert "would create a loop" in messages_of(answer)
    assert len(parts(fonds)) == 3
    answer = cataloguer.post(page(fonds), {"into": series[2].pk, "_move": "x"})
    assert "Select what is to be moved" in messages_of(answer)
    Collection.objects.filter(pk=series[0].pk).update(status=Status.PUBLISHED)
    answer = cataloguer.post(page(fonds), {"take": take, "into": series[2].pk, "_move": "x"})
    assert "only an editor" in messages_of(answer)
    assert len(parts(fonds)) == 3


def test_documents_go_behind_those_that_are_there(cataloguer, series):
    one, other = series[:2]
    there = Document.objects.create(identifier="D.0", title="There", collection=other, position=7)
    moved = [
        Document.objects.create(
            identifier=f"D.{n}", title=f"Letter {n}", collection=one, position=n
        )
        for n in (1, 2)
    ]
    sent = {
        "take": [f"document:{row.pk}" for row in reversed(moved)],
        "into": other.pk,
        "_move": "x",
    }
    cataloguer.post(page(one), sent)
    held = other.documents.order_by("position", "id")
    assert list(held) == [there, *moved]


def test_readers_look_and_do_nothing(door, client, fonds, series):
    reader = door("Reader")
    html = reader.get(page(fonds)).content.decode()
    assert "Series 1" in html and 'name="take"' not in html
    assert reader.post(page(fonds), {"_save": "x"}).status_code == 403
    assert client.get(page(fonds)).status_code == 302
    assert reader.get("/admin/catalog/collection/999/holdings/").status_code == 404
