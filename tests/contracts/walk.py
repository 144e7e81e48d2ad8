"""A visitor's way through the catalogue: every kind of address that links and forms lead to.

Many addresses differ only in which of many alike records they name, and asking all of them tells nothing
that the first do not tell. So each kind of address is asked a certain number of times (:func:`kind_of`).
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.db import connection
from django.test import Client

from catalog.models import PUBLISHED_MODELS

#: Times that a page is asked for a record or for words as the value of a parameter.
VALUES: Final = 2
#: Parameters that choose another template, in each language.
OTHER_TEMPLATES: Final = {"view", "format"}
#: Digests in the addresses of files, which change with their content.
VERSION: Final = re.compile(r"\b[0-9a-f]{8,}\b")
#: What stands between the signs of an address: words, slugs, UUIDs.
PART: Final = re.compile(r"[^/.:?=&]+")
#: What the API lists of one record.
HANGING: Final = re.compile(r"/api/v1/[^/]+/[^/]+/[^/]+/")
_NUMBER: Final = re.compile(r"-?\d+$")


class Addresses(HTMLParser):
    """The addresses that a page of the catalogue leads to: links, sources, and forms with every value."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = base
        self.found: set[str] = set()
        self.action: str | None = None
        self.fields: dict[str, list[str]] = {}
        self.select = ""

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        for name in ("href", "src", "data-url"):
            if name in given and given.get("rel") != "stylesheet":
                self.found.add(urljoin(self.base, given[name]))
        for candidate in given.get("srcset", "").split(","):
            if candidate.strip():
                self.found.add(urljoin(self.base, candidate.split()[0]))
        if tag == "form" and given.get("method", "get").lower() == "get":
            self.action = urljoin(self.base, given.get("action") or self.base.split("?")[0])
            self.fields = {}
        elif tag == "select":
            self.select = given.get("name", "")
        elif tag == "option" and self.select:
            self.fields.setdefault(self.select, []).append(given.get("value", ""))
        elif tag in {"input", "button"} and given.get("name"):
            typed = given.get("value") or "a"
            self.fields.setdefault(given["name"], []).append(typed)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self.action:
            for name, values in self.fields.items():
                for value in values:
                    self.found.add(f"{self.action}?{urlencode({name: value})}")
            self.action = None


def addresses_in(value: Any) -> Iterator[str]:
    """Every address in a document of linked data."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"].split("#")[0]
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from addresses_in(one)


def record_slugs() -> dict[str, str]:
    """The slug of each record by all that an address can call it: its UUID or its slug."""
    slugs = {}
    for model in PUBLISHED_MODELS.values():
        for uuid, slug in model._default_manager.values_list("uuid", "slug"):
            slugs[str(uuid)] = slugs[slug] = slug
    return slugs


def kind_of(address: str, slugs: dict[str, str]) -> tuple[str, int | None]:
    """What an address asks, and how many such addresses are asked; None stands for all.

    Records whose slugs differ only in a number at the end are alike: in the walk for leaks, each of them
    points by the same foreign key to a record that is hidden in another way. They are all asked for in
    every form. Asked for less often are

    - addresses in Spanish, once of each kind: all records go through the same code in English; and only on SQLite,
      for the words around the records do not come from the database;
    - pictures, once for each form of address: they show their own file and no other record;
    - what hangs on a record in the API, :data:`VALUES` times: the record itself is asked for each time;
    - records, words and parts of a list as values of a parameter, :data:`VALUES` times. Other values (an order, a
      view, a decade) are each asked; in Spanish only those that choose another template.
    """
    parts = urlsplit(address)
    spanish = parts.path.startswith("/es/")
    picture = parts.path.startswith(("/pictures/", "/iiif/image/"))

    def without_number(part: re.Match[str]) -> str:
        slug = slugs.get(part[0])
        return part[0] if slug is None else "image" if picture else _NUMBER.sub("", slug)

    path = PART.sub(without_number, VERSION.sub("version", parts.path) if picture else parts.path)
    asked, most = set(), 1 if spanish or picture else VALUES if HANGING.match(path) else None
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if (
            name in {"q", "cursor", "page"}
            or value in slugs
            or (spanish and name not in OTHER_TEMPLATES)
        ):
            asked.add(name)
            most = most or VALUES
        else:
            asked.add(f"{name}={value}")
    if spanish and connection.vendor != "sqlite":
        most = 0
    return f"{path}?{'&'.join(sorted(asked))}", most


class Reached:
    """The addresses that a walk has come upon, and which of them it asks."""

    def __init__(self, start: Iterable[str]) -> None:
        self.seen = set(start)
        self.slugs = record_slugs()
        self.alike: Counter[str] = Counter()

    def new(self, addresses: Iterable[str]) -> list[str]:
        """Those that have not been met and of whose kind not enough were asked, in an order that is the
        same in every run.
        """
        new = sorted(set(addresses) - self.seen, key=self.told)
        self.seen.update(new)
        asked = []
        for one in new:
            kind, most = kind_of(one, self.slugs)
            self.alike[kind] += 1
            if most is None or self.alike[kind] <= most:
                asked.append(one)
        return asked

    def told(self, address: str) -> str:
        """The address with slugs for the UUIDs, which are others in every run."""
        return PART.sub(lambda part: self.slugs.get(part[0], part[0]), address)


def walk(client: Client, start: list[str], most: int = 3000) -> Iterator[tuple[str, Any, bytes]]:
    """``start`` and every kind of address that it leads to (:func:`kind_of`), with the answer and its bytes."""
    waiting, reached = list(start), Reached(start)
    while waiting:
        assert len(reached.seen) <= most, (
            "The walk does not end: do the addresses of the lists multiply?"
        )
        address = waiting.pop()
        answer = client.get(address)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        yield address, answer, body
        waiting += reached.new(inner_addresses(address, answer, body))


def inner_addresses(address: str, answer: Any, body: bytes) -> Iterator[str]:
    """The addresses of the catalogue that an answer leads to, without the parts of pages."""
    found: set[str] = set()
    if "Location" in answer:
        found.add(urljoin(address, answer["Location"]))
    kind = answer.get("Content-Type", "")
    if kind.startswith("text/html"):
        page = Addresses(address)
        page.feed(body.decode())
        found |= page.found
    if kind.startswith("application/atom+xml"):
        # Pictures of entries, and the entries themselves.
        found |= set(re.findall(r'(?:href|url)="([^"&]+)"', body.decode()))
    if kind.startswith("application/ld+json"):
        found |= set(addresses_in(json.loads(body)))
    for one in found:
        parts = urlsplit(one)
        inner = parts.path + (f"?{parts.query}" if parts.query else "")
        outside = parts.netloc not in {"", "testserver"} or parts.scheme not in {"", "http"}
        if outside or parts.path.startswith("/static/") or not inner:
            continue
        # Two parameters at once show nothing that each of them alone does not; this keeps the
        # walk finite.
        if parts.query.count("=") > 1 or "/admin/" in parts.path:
            continue
        yield inner
