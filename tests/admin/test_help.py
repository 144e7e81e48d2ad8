"""Help for curators: the tour links to forms that open, its dates are understood, the glossary is
in order.
"""

from __future__ import annotations

import re

import pytest
from django.utils.translation import override

from catalog.actions import edit
from catalog.admin.glossary import entries
from catalog.admin.tour import STEPS
from catalog.models import Person, proposed_edtf
from catalog.values import fold

pytestmark = [pytest.mark.django_db, pytest.mark.once]

HELP = "/admin/help/"


def links(html):
    steps = html.partition('class="help-steps"')[2].partition("</ol>")[0]
    return re.findall(r'href="([^"]+)"', steps)


@pytest.mark.parametrize("group", ["Cataloguer", "Editor", "Administrator"])
def test_every_link_of_the_tour_opens_and_finds_its_place(door, group):
    client = door(group)
    found = links(client.get(HELP).content.decode())
    assert len(found) == sum(len(step.links) for step in STEPS)
    for address in found:
        path, _hash, place = address.partition("#")
        answer = client.get(path)
        assert answer.status_code == 200, address
        assert not place or f'id="{place}"' in answer.content.decode(), address


def test_who_may_not_enter_anything_gets_no_link_that_is_refused(door):
    html = door(None).get(HELP).content.decode()
    assert "First steps" in html
    assert links(html) == []
    assert "/admin/help/rules/" not in html


def test_help_is_in_the_header_and_on_the_desk(cataloguer):
    html = cataloguer.get("/admin/").content.decode()
    assert 'href="/admin/help/"' in html.partition('id="user-tools"')[2].partition("</div>")[0]
    desk = html.partition("<main")[2]
    assert 'href="/admin/help/"' in desk
    assert 'href="/admin/help/rules/"' in desk
    assert 'href="/admin/help/"' in cataloguer.get("/admin/catalog/person/").content.decode()


# --- Offered to new curators ----------------------------------------------------------------------


def is_offered(client):
    return "tour-offer" in client.get("/admin/").content.decode()


def test_the_desk_points_to_the_tour_until_something_was_changed(cataloguer, draft):
    assert is_offered(cataloguer)
    user = cataloguer.get("/admin/").context["user"]
    draft.summary = "Somebody"
    edit(draft, by=user)
    assert not is_offered(cataloguer)


def test_the_line_is_put_away_for_one_curator(door):
    anna = door("Cataloguer")
    answer = anna.post(HELP)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/")
    assert not is_offered(anna)
    assert not Person.objects.exists()
    boris = door("Editor")
    assert is_offered(boris)
    # Two curators who share a browser.
    for name, one in anna.cookies.items():
        if name.startswith("tour"):
            boris.cookies[name] = one.value
    assert is_offered(boris)


def test_a_stranger_puts_nothing_away(client):
    assert "/login/" in client.post(HELP)["Location"]
    assert not [name for name in client.cookies if name.startswith("tour")]


# --- What it says ---------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "es"])
def test_dates_that_the_tour_offers_are_understood(language):
    with override(language):
        (text,) = (str(one.text) for one in STEPS if "1938-07-13" in str(one.text))
        dates = re.findall(r"[“«]([^”»]+)[”»]", text)
        assert len(dates) >= 6
        assert [date for date in dates if not proposed_edtf(date)] == []


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_glossary_stands_in_the_order_of_the_language(language):
    with override(language):
        found = entries()
        words = [fold(str(one.word)) for one in found]
        assert words == sorted(words)
        assert len({one.code for one in found}) == len(found)
        assert len(set(words)) == len(words)
        assert all(str(one.meaning) for one in found)
