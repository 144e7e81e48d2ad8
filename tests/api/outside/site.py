"""A site as a client from outside asks it: over HTTP, without any of the code."""

from __future__ import annotations

import gzip
import http.client
import json
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

KINDS = ("people", "documents", "images", "events", "places", "collections")
PROBLEM = "application/problem+json"
_LINK = re.compile(r'<([^>]*)>((?:; *[\w-]+="[^"]*")*)')


@dataclass(frozen=True)
class Answer:
    """What came back: header names are lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> bytes:
        """The body, unpacked."""
        packed = self.headers.get("content-encoding") == "gzip"
        return gzip.decompress(self.body) if packed else self.body

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)

    @property
    def links(self) -> dict[str, str]:
        """Addresses of the header Link by relation."""
        found = {}
        for url, said in _LINK.findall(self.headers.get("link", "")):
            for rel in re.findall(r'rel="([^"]*)"', said):
                found[rel] = url
        return found


class Site:
    """Queries one site; keeps the connection open."""

    def __init__(self, origin: str) -> None:
        self.origin = origin.rstrip("/")
        parts = urlsplit(self.origin)
        self._connection = http.client.HTTPConnection(
            parts.hostname or "", parts.port or 80, timeout=60
        )

    def ask(self, path: str, method: str = "GET", body: str = "", **headers: str) -> Answer:
        """One request; ``If_None_Match`` writes the header If-None-Match. A full address of the
        site works as a path too.
        """
        path = path.removeprefix(self.origin)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        try:
            answer = self._answer(method, path, body, named)
        except (http.client.HTTPException, ConnectionError):
            # The server closed the persistent connection.
            self._connection.close()
            answer = self._answer(method, path, body, named)
        said = {name.lower(): value for name, value in answer.getheaders()}
        return Answer(answer.status, said, answer.read())

    def _answer(
        self, method: str, path: str, body: str, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        self._connection.request(method, path, body=body or None, headers=headers)
        if hasattr(socket, "TCP_QUICKACK") and self._connection.sock:
            # A server that sends head and body separately would wait 40 ms for each acknowledgement.
            self._connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        return self._connection.getresponse()

    def some(self, kind: str, number: int = 3) -> list[dict[str, Any]]:
        """A few records of a kind."""
        found = self.ask(f"/api/v1/{kind}/?page_size={number}").json["results"]
        return list(found)

    def addresses(self) -> Iterator[str]:
        """One address of every sort that answers 200."""
        yield from (
            "/api/v1/",
            "/api/v1/terms/",
            "/api/v1/changes/",
            "/api/v1/stats/",
            "/api/v1/dumps/",
            "/api/v1/openapi.json",
            "/api/v1/search/",
            "/api/v1/search/?q=a&page_size=2",
        )
        for term in self.ask("/api/v1/terms/?page_size=1").json["results"]:
            yield term["url"]
        for kind in KINDS:
            yield f"/api/v1/{kind}/"
            yield f"/api/v1/{kind}/?page_size=2&cursor="
            for record in self.some(kind, 1):
                yield record["url"]
                detail = self.ask(record["url"]).json
                for name, relation in detail.items():
                    if isinstance(relation, dict) and "results" in relation:
                        yield relation["url"]
                        if relation["results"] and "role" in relation["results"][0]:
                            yield f"{record['url']}{name}/{relation['results'][0]['id']}/"
