"""Filters that a curator saves under a name: nobody else can see or delete them."""

from __future__ import annotations

import pytest
from django.urls import reverse

from catalog.admin import kept_filters
from catalog.models import KeptFilter
from tests.admin.conftest import messages_of
from tests.models.conftest import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]

LIST = reverse("admin:catalog_document_changelist")
KEEP = reverse("admin:catalog_document_filters")


def keep(client, name, query):
    return client.post(KEEP, {"name": name, "query": query}, follow=True)


def test_what_is_chosen_is_kept_found_again_and_forgotten(door):
    make("document", title="A letter", status="draft")
    anna, boris = door("Cataloguer"), door("Editor")
    chosen = "status=draft&q=letter"
    html = anna.get(f"{LIST}?{chosen}&p=1&o=").content.decode()
    assert "Save these filters as" in html
    answer = keep(anna, " My unfinished letters ", f"{chosen}&p=3")
    assert answer.redirect_chain == [(f"{LIST}?q=letter&status=draft", 302)]
    assert "was saved" in messages_of(answer)
    html = anna.get(LIST).content.decode()
    assert 'href="?q=letter&amp;status=draft"' in html
    assert "My unfinished letters" in html
    assert "My unfinished letters" not in boris.get(LIST).content.decode()
    assert "My unfinished" not in anna.get("/admin/catalog/person/").content.decode()
    # The same in another order is recognised.
    html = anna.get(f"{LIST}?status=draft&q=letter").content.decode()
    assert 'aria-current="true">My unfinished letters' in html
    boris.post(KEEP, {"forget": "My unfinished letters"})
    assert KeptFilter.objects.count() == 1
    anna.post(KEEP, {"forget": "My unfinished letters", "query": chosen})
    assert not KeptFilter.objects.exists()


def test_a_name_is_given_once_and_stands_for_what_was_kept_last(door):
    anna = door("Cataloguer")
    keep(anna, "Mine", "status=draft")
    assert "was updated" in messages_of(keep(anna, "Mine", "status=withdrawn"))
    assert KeptFilter.objects.get().query == "status=withdrawn"


@pytest.mark.parametrize(
    ("name", "query"),
    [("", "status=draft"), ("x" * 61, "status=draft"), ("Mine", ""), ("M", "p=2")],
)
def test_what_makes_no_sense_is_told(door, name, query):
    assert "enter a name" in messages_of(keep(door("Cataloguer"), name, query))
    assert not KeptFilter.objects.exists()


def test_no_more_than_a_list_can_show_are_kept(door, monkeypatch):
    monkeypatch.setattr(kept_filters, "MOST", 1)
    anna = door("Cataloguer")
    keep(anna, "One", "status=draft")
    assert "Delete one first" in messages_of(keep(anna, "Two", "status=draft"))
    keep(anna, "One", "status=withdrawn")
    assert KeptFilter.objects.get().query == "status=withdrawn"


def test_a_kept_address_that_the_list_no_longer_knows_shows_the_list(door):
    anna = door("Cataloguer")
    keep(anna, "Old", "<script>=1&nonsense__exact=5")
    answer = anna.get(f"{LIST}?{KeptFilter.objects.get().query}", follow=True)
    assert answer.status_code == 200
    assert "Here is the whole list" in messages_of(answer)
    assert "<script>=1" not in answer.content.decode()


def test_only_curators_keep(client, door):
    assert client.post(KEEP, {"name": "x", "query": "status=draft"}).status_code == 302
    assert door(None).post(KEEP, {"name": "x", "query": "status=draft"}).status_code == 403
    assert door("Editor").get(KEEP)["Location"] == LIST
    assert not KeptFilter.objects.exists()
