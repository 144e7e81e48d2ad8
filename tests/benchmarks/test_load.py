"""The load generator counts only complete answers, and says what went wrong."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.urls import Resolver404, resolve

from tests.benchmarks.load import LoadFailed, length_of, put_load

pytestmark = pytest.mark.once


class Door(BaseHTTPRequestHandler):
    """Answers one page in two pieces, another without its length, and 404 to everything else."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        known = self.path.startswith(("/page", "/endless"))
        self.send_response(200 if known else 404)
        if not self.path.startswith("/endless"):
            self.send_header("Content-Length", "2000")
        self.end_headers()
        self.wfile.write(b"x" * 900)
        self.wfile.flush()
        self.wfile.write(b"x" * 1100)

    def log_message(self, *_: object) -> None:
        """Log nothing during tests."""


@pytest.fixture
def port() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("clients", [1, 3])
def test_whole_answers_are_counted(port: int, clients: int) -> None:
    load = put_load(port, ["/page/1", "/page/2"], clients=clients, seconds=0.2)
    assert len(load.waits) >= clients
    assert load.rate > 0
    assert 0 < load.median <= load.percentile_95
    assert length_of(port, "/page/1") > 2000


@pytest.mark.parametrize(("path", "reason"), [("/absent", "404"), ("/endless", "Content-Length")])
def test_other_answers_end_the_measurement(port: int, path: str, reason: str) -> None:
    with pytest.raises(LoadFailed, match=f"{path}.*{reason}"):
        put_load(port, [path], clients=1, seconds=0.2)


def test_the_catalogue_itself_has_no_constant_answer() -> None:
    with pytest.raises(Resolver404):
        resolve("/constant/100/", urlconf="archive_site.urls")
    assert resolve("/constant/100/", urlconf="tests.benchmarks.measured_urls").kwargs == {
        "size": 100
    }
