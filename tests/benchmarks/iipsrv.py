"""The image server that many institutions run, started beside the catalogue to be measured with it.

Needs the Debian packages ``iipimage-server`` and ``lighttpd``, which starts it and speaks HTTP for
it. It serves a folder of pyramids under ``/iiif/<file>/`` with two processes, a memory cache of the
default size, and no log.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

PROGRAM = Path("/usr/lib/iipimage-server/iipsrv.fcgi")
WEB_SERVER = shutil.which("lighttpd") or "/usr/sbin/lighttpd"

CONFIGURATION = """
server.port = {port}
server.bind = "127.0.0.1"
server.document-root = "{folder}"
server.errorlog = "{folder}/lighttpd.log"
server.modules = ("mod_fastcgi")
server.max-keep-alive-requests = 1000000
server.feature-flags = ("server.graceful-shutdown-timeout" => 1)
fastcgi.server = ("/iiif" => ((
    "socket" => "{folder}/iipsrv.socket",
    "bin-path" => "{program}",
    "check-local" => "disable",
    "max-procs" => 2,
    "bin-environment" => (
        "FILESYSTEM_PREFIX" => "{pictures}/",
        "URI_MAP" => "iiif=>IIIF",
        "VERBOSITY" => "0",
        "LOGFILE" => "/dev/null",
        "JPEG_QUALITY" => "87",
        "CORS" => "*"
    )
)))
"""


def is_installed() -> bool:
    """Whether there is a server to compare with."""
    return PROGRAM.exists() and Path(WEB_SERVER).exists()


@contextlib.contextmanager
def iipsrv(folder: Path, pictures: Path, port: int) -> Iterator[None]:
    """Serve the pyramids in ``pictures`` under ``port`` while this context lasts; ``folder`` is for
    its own files.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "lighttpd.conf"
    settings.write_text(
        CONFIGURATION.format(port=port, folder=folder, program=PROGRAM, pictures=pictures)
    )
    server = subprocess.Popen([WEB_SERVER, "-D", "-f", str(settings)])
    try:
        deadline = time.monotonic() + 20
        while True:
            with (
                contextlib.suppress(OSError),
                socket.create_connection(("127.0.0.1", port), timeout=1),
            ):
                break
            if server.poll() is not None or time.monotonic() > deadline:
                sys.exit("iipsrv.py: lighttpd did not start; it says why above.")
            time.sleep(0.1)
        yield
    finally:
        server.terminate()
        server.wait(20)
