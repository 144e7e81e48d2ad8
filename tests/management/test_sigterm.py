"""Processes that others start learn when they have to end."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]

#: A main thread that calculates for minutes without running a line of Python, like one that waits
#: for a lock while the signal went to another thread.
DEAF = """
import hashlib, os, signal, threading
from catalog.management.sigterm import hear_sigterm

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
threading.Thread(target=hear_sigterm, args=(PATIENCE,), daemon=True).start()
HANDLER
print("ready", flush=True)
hashlib.pbkdf2_hmac("sha512", b"a", b"b", 2_000_000_000)
"""


@pytest.mark.parametrize(
    ("handler", "patience", "code"),
    [
        ("signal.signal(signal.SIGTERM, lambda number, frame: os._exit(number))", 30, 15),
        ("", 30, 0),
        ("signal.signal(signal.SIGTERM, lambda number, frame: None)", 1, -signal.SIGALRM),
    ],
    ids=["its handler runs", "without a handler it ends", "and after a while it ends anyway"],
)
def test_sigterm_is_heard_whatever_the_main_thread_waits_for(
    handler: str, patience: int, code: int
) -> None:
    program = DEAF.replace("HANDLER", handler).replace("PATIENCE", str(patience))
    process = subprocess.Popen(
        [sys.executable, "-c", program],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == code
    finally:
        process.kill()
        process.communicate()
