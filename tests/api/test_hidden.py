"""What the public may not see is in no answer of the API: the leak test's walk, over JSON."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.core.management import call_command

from catalog.documents import RELATIONS
from catalog.documents.dumps import folder
from catalog.filters import FILTERS
from catalog.search import FACETS, refresh
from catalog.uris import PLURALS
from tests.api.conftest import Asking
from tests.contracts.tied_records import (
    ADDRESS_MARKER,
    NOTE_MARKER,
    PUBLIC_MARKER,
    TITLE_MARKER,
    hidden_identifiers,
    hidden_records,
    museum,
    tells_one_of,
)
from tests.contracts.walk import Reached

__all__ = ["hidden_records", "museum"]

pytestmark = pytest.mark.django_db

_ADDRESS = re.compile(r'"(?:url|next|previous|web_url)": ?"http://testserver(/api/[^"]*)"')


def narrowed_once(address: str) -> bool:
    """Whether at most one facet is chosen: several at once show nothing that each of them alone does not."""
    names = {name for name, _value in parse_qsl(urlsplit(address).query)}
    return len(names - {"facets", "sort", "include", "page_size", "page", "cursor"}) <= 1


def test_no_hidden_word_in_any_answer(museum):
    api = Asking()
    refresh(None)
    call_command("dumps", "write", "--origin", "http://testserver", verbosity=0)
    waiting = [
        "/api/v1/",
        "/api/v1/changes/?page_size=1000",
        "/api/v1/stats/",
        "/api/v1/dumps/",
        "/api/v1/docs/",
        "/api/v1/openapi.json",
    ]
    facets = ",".join(FACETS)
    waiting += [
        f"/api/v1/search/?{query}"
        for query in (
            f"facets={facets}&page_size=100",
            f"facets={facets}&sort=title&page_size=5&cursor=",
            f"q={TITLE_MARKER}&facets={facets}",
            f"q={NOTE_MARKER}",
            "q=written&page_size=100",
            f"q={PUBLIC_MARKER}&facets={facets}&page_size=100",
        )
    ]
    for kind, word in PLURALS.items():
        every = ",".join(spec.name for spec in RELATIONS[kind][:5])
        facets = ",".join(facet.name for facet in FILTERS[kind].FACETS)
        waiting += [
            f"/api/v1/{word}/?page_size=100&include={every}",
            f"/api/v1/{word}/?page_size=5&facets={facets}",
            f"/api/v1/{word}/?q={TITLE_MARKER}",
            f"/api/v1/{word}/?q={NOTE_MARKER}",
            f"/api/v1/{word}/?updated_since=2000-01-01&deleted=include",
        ]
        for record in museum[kind]:
            waiting += [
                f"/api/v1/{word}/{record.slug}/",
                f"/id/{record.uuid}",
                f"/api/v1/{word}/?ids={record.uuid}",
                *(f"/api/v1/search/?{name}={record.slug}" for name in FACETS if name == kind),
            ]
        # What hangs on a record is refused in one place: each relation is asked for two of them, and
        # so each way of being hidden several times.
        for number, spec in enumerate(RELATIONS[kind]):
            for record in (museum[kind][number % 6], museum[kind][(number + 3) % 6]):
                waiting.append(f"/api/v1/{word}/{record.slug}/{spec.name}/")
        for record in museum[kind]:
            waiting += [
                f"/api/v1/{each}/?{name}={record.slug}"
                for other, each in PLURALS.items()
                for name in FILTERS[other].names()
                if name == kind
            ]
    reached, public, identifiers = Reached(waiting), 0, hidden_identifiers()
    while waiting:
        path = waiting.pop()
        answer = api.get(path, headers={"Accept": "application/json"})
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        said = content.decode(errors="replace") + str(answer.headers)
        assert answer.status_code < 500, path
        # An error repeats what was asked for, and only that.
        asked = TITLE_MARKER in path or NOTE_MARKER in path
        assert asked or (TITLE_MARKER not in said and NOTE_MARKER not in said), path
        assert ADDRESS_MARKER in path or ADDRESS_MARKER not in said, path
        assert not tells_one_of(identifiers, said, path), path
        # What hangs on a hidden record may itself be public.
        assert ADDRESS_MARKER not in path.split("?")[0] or answer.status_code in {404, 410}, path
        public += PUBLIC_MARKER in said
        found = (json.loads(f'"{one}"') for one in _ADDRESS.findall(said))
        waiting += reached.new(one for one in found if narrowed_once(one))
        assert len(reached.seen) < 1500, "The walk does not end."
    assert public > 60
    import gzip

    for file in folder().glob("*.gz"):
        text = gzip.decompress(file.read_bytes()).decode()
        assert not any(word in text for word in (TITLE_MARKER, ADDRESS_MARKER, NOTE_MARKER))
        assert not tells_one_of(identifiers, text, "")


def test_hidden_slugs_answer_as_if_they_were_not_there(museum):
    api = Asking()
    for kind, records in museum.items():
        for record in records:
            expected = 410 if record.first_published and record.status == "withdrawn" else 404
            path = f"/api/v1/{PLURALS[kind]}/{record.slug}/"
            assert api.get(path).status_code == expected
            assert api.get(f"{path}similar/").status_code in {404, 410}
            assert (
                api.get(f"/id/{record.uuid}", headers={"Accept": "application/json"}).status_code
                == expected
            )
