"""A small load generator: a number of visitors, each asking for the next page as soon as the last has come.

One thread serves all connections, so that it takes little of the machine away from the server it measures.
"""

from __future__ import annotations

import selectors
import socket
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import cycle


class LoadFailed(Exception):
    """An answer was not the page asked for."""


@dataclass(frozen=True, slots=True)
class Load:
    """What was measured: requests a second, and how long visitors waited, in milliseconds."""

    rate: float
    waits: list[float]

    @property
    def median(self) -> float:
        """The longest wait of the faster half of the answers."""
        return statistics.median(self.waits)

    @property
    def percentile_95(self) -> float:
        """The longest wait of the fastest 95 % of the answers."""
        return sorted(self.waits)[int(0.95 * (len(self.waits) - 1))]


@dataclass
class _Visitor:
    """One persistent connection, and the answer arriving on it."""

    connection: socket.socket
    asked: float = 0.0
    path: str = ""
    received: bytearray = field(default_factory=bytearray)
    expected: int = 0
    #: Whether the answer comes in chunks, and so without its length.
    chunked: bool = False

    def ask(self, path: str, request: bytes) -> None:
        self.path, self.expected, self.chunked = path, 0, False
        self.received.clear()
        self.asked = time.perf_counter()
        self.connection.sendall(request)

    def has_answer(self) -> bool:
        """Take what has arrived. Returns whether the answer is complete; raises LoadFailed unless
        it is a 200.
        """
        came = self.connection.recv(262_144)
        if not came:
            raise LoadFailed(f"The server closed the connection before {self.path} was whole.")
        self.received += came
        if not self.expected and not self.chunked:
            head, found, _ = self.received.partition(b"\r\n\r\n")
            if not found:
                return False
            status, *lines = bytes(head).split(b"\r\n")
            if b" 200 " not in status + b" ":
                raise LoadFailed(f"{self.path} answered {status.decode('latin-1')}.")
            lengths = [line for line in lines if line.lower().startswith(b"content-length:")]
            if lengths:
                self.expected = len(head) + 4 + int(lengths[0].partition(b":")[2])
            elif any(line.lower() == b"transfer-encoding: chunked" for line in lines):
                self.chunked = True
            else:
                raise LoadFailed(f"{self.path} does not say how long it is (Content-Length).")
        if self.chunked:
            return self.received.endswith(b"\r\n0\r\n\r\n")
        return len(self.received) >= self.expected


def put_load(port: int, paths: Sequence[str], *, clients: int, seconds: float) -> Load:
    """Ask for the paths in turn for some seconds, over ``clients`` connections. Raises LoadFailed."""
    turn = cycle(
        (path, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept: */*\r\n\r\n".encode())
        for path in paths
    )
    waits: list[float] = []
    visitors = [
        _Visitor(socket.create_connection(("127.0.0.1", port), timeout=60)) for _ in range(clients)
    ]
    with selectors.DefaultSelector() as selector:
        for visitor in visitors:
            visitor.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            selector.register(visitor.connection, selectors.EVENT_READ, visitor)
        try:
            started = time.perf_counter()
            for visitor in visitors:
                visitor.ask(*next(turn))
            waiting = len(visitors)
            while waiting:
                for key, _ in selector.select(timeout=60):
                    visitor = key.data
                    if not visitor.has_answer():
                        continue
                    now = time.perf_counter()
                    waits.append((now - visitor.asked) * 1000)
                    if now - started < seconds:
                        visitor.ask(*next(turn))
                    else:
                        waiting -= 1
            took = time.perf_counter() - started
        finally:
            for visitor in visitors:
                visitor.connection.close()
    return Load(len(waits) / took, waits)


def length_of(port: int, path: str) -> int:
    """The length of an answer in bytes, including its head."""
    visitor = _Visitor(socket.create_connection(("127.0.0.1", port), timeout=60))
    try:
        visitor.ask(path, f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        while not visitor.has_answer():
            pass
        return visitor.expected or len(visitor.received)
    finally:
        visitor.connection.close()
