"""Pages are valid HTML: a strict parser finds nothing to repair, no id occurs twice, no address is
empty.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import html5lib
import pytest
from django.test import Client

#: On real records, with everything that real records have.
pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db,
    pytest.mark.usefixtures("sample_collection"),
]

PAGES = [
    "/",
    "/about/",
    "/people/trotsky/",
    "/people/trotsky/network/",
    "/es/events/may-raid/network/",
    "/documents/my-life/",
    "/documents/chronology-of-the-exile/?page=4",
    "/images/signing-diagram/",
    "/images/pact-signing-photo/",
    "/events/may-raid/",
    "/places/mexico-city/",
    "/places/?view=map",
    "/es/places/?view=map&country=mx",
    "/collections/trotskys-struggle/",
    "/exhibitions/",
    "/exhibitions/from-prinkipo-to-coyoacan/",
    "/es/exhibitions/the-pact-of-1939/",
    "/search/",
    "/search/?q=trotsky",
    "/search/?q=pact&view=grid&decade=1930",
    "/search/?q=trotksy&subject=exile-subject&date_from=x",
    "/es/search/?q=pacto",
    "/es/",
    "/es/people/trotsky/",
    "/no-such-page/",
    "/api/v1/docs/",
]
FIXTURES = [
    "vocabularies",
    "subjects",
    "places",
    "persons",
    "documents",
    "images",
    "events",
    "collections",
    "relations",
    "citations",
    "booklet",
    "exhibitions",
]


def test_strict_parsing_finds_nothing(client: Client) -> None:
    for path in PAGES:
        html = client.get(path).content.decode()
        assert "{{" not in html and "{%" not in html and "None" not in html, path
        parser = html5lib.HTMLParser(strict=True)
        tree = parser.parse(html)
        text = f"{path}: "
        # No styles or handlers in attributes, which the policy of the site forbids.
        assert not re.search(r"<[^>]+\s(style|on\w+)=", html), text
        ids = Counter(re.findall(r'\sid="([^"]*)"', html))
        assert not [name for name, times in ids.items() if times > 1], text
        for target in re.findall(r'href="#([^"]+)"', html):
            assert target in ids, text + target
        for name in re.findall(r'aria-labelledby="([^"]+)"', html):
            assert name in ids, text + name
        assert not re.search(r'(href|src|alt title)=""', html), text
        assert len(tree.findall(".//{http://www.w3.org/1999/xhtml}h1")) == 1, text
        assert html.count("<main") == 1, text
        levels = [int(n) for n in re.findall(r"<h([1-6])", html)]
        jumps = [b for a, b in pairwise(levels) if b > a + 1]
        assert not jumps, text + str(levels)


def test_no_page_asks_another_host(client: Client) -> None:
    for path in PAGES:
        html = client.get(path).content.decode()
        loaded = re.findall(r'<(?:img|script|source)[^>]+src="([^"]+)"', html)
        loaded += re.findall(r'<link rel="(?:stylesheet|icon)"[^>]+href="([^"]+)"', html)
        assert all(address.startswith("/") for address in loaded), loaded
