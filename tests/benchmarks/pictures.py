"""Measures the image service with a generated photograph of 100 megapixels, beside iipsrv in the same run.

    python tests/benchmarks/pictures.py [--megapixels 100] [--rounds 3] [--seconds 1] [--folder DIR]

Makes the photograph as JPEG and as TIFF, serves the catalogue as ``pages.py`` does, and sends requests with
``wrk`` (one and eight connections). Both servers read the same pyramid. Each round measures every request
to the catalogue and, right after it, the same request to iipsrv; the ratio is the median of the rounds.
``--folder`` keeps the generated files for the next run. Needs ``wrk``; iipsrv is left out if it is not
installed. The results go to results/pictures.md.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import math
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

if __name__ == "__main__":
    # Run as a script, Python would look for modules in this folder; their names start at the root.
    sys.path[0] = str(Path(__file__).resolve().parents[2])

from tests.benchmarks.iipsrv import iipsrv, is_installed
from tests.benchmarks.pages import environment, free_port, run, served

CLIENTS = (1, 8)
UUIDS = {
    "jpg": "11111111-1111-4111-8111-111111111111",
    "tif": "22222222-2222-4222-8222-222222222222",
}

#: Creates the records; their files are in the storage already.
RECORDS = """
import sys
from catalog.models import Image, Status
for suffix, uuid, name, sha256, width, height, size in {rows!r}:
    Image.objects.create(
        uuid=uuid, identifier=suffix, title=suffix, file=name, media_type="image/jpeg", width=width, height=height,
        byte_size=size, sha256=sha256, status=Status.PUBLISHED,
        rights="http://creativecommons.org/publicdomain/zero/1.0/",
    )
"""

WRK = """
local paths = {}
for line in io.lines("PATHS") do paths[#paths + 1] = line end
local at = 0
request = function()
  at = at % #paths + 1
  return wrk.format("GET", paths[at])
end
"""


def make_photograph(folder: Path, megapixels: int) -> tuple[int, int]:
    """Write an image with the shapes and the grain of a photograph as ``photograph.jpg`` and
    ``.tif``. Returns its size.
    """
    import pyvips

    width = round(math.sqrt(megapixels * 1_000_000 * 1.4))
    height = round(width / 1.4)
    if (folder / "photograph.tif").exists():
        made = pyvips.Image.new_from_file(str(folder / "photograph.jpg"))
        return made.width, made.height
    clouds = None
    for number, strength in ((8, 60), (40, 40), (200, 25)):
        layer = pyvips.Image.gaussnoise(number, number, mean=0, sigma=strength, seed=number)
        layer = layer.resize(width / number, vscale=height / number, kernel="cubic")
        layer = layer.crop(0, 0, width, height)
        clouds = layer if clouds is None else clouds + layer
    light = clouds + pyvips.Image.gaussnoise(width, height, mean=128, sigma=4, seed=7)
    picture = light.bandjoin([light * 0.8 + 20, light * 0.6 + 40]).cast("uchar")
    picture = picture.copy(interpretation="srgb")
    picture.jpegsave(str(folder / "photograph.jpg"), Q=92)
    picture.tiffsave(
        str(folder / "photograph.tif"), compression="lzw", predictor="horizontal", bigtiff=True
    )
    return width, height


@dataclass
class Asked:
    """One kind of request, with rates and median waits by server and number of clients."""

    name: str
    requests: list[str]
    rates: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    waits: dict[tuple[str, int], list[float]] = field(default_factory=dict)
    #: Whether each round begins without cached answers.
    cold: bool = False

    def rate(self, server: str, clients: int) -> float:
        """Requests a second, the median of the rounds."""
        return statistics.median(self.rates[server, clients])

    def ratio(self, clients: int) -> float:
        """Our rate divided by theirs, the median of the rounds."""
        pairs = zip(self.rates["catalogue", clients], self.rates["iipsrv", clients], strict=True)
        return statistics.median(ours / theirs for ours, theirs in pairs)


def what_is_asked(width: int, height: int, chance: random.Random) -> list[Asked]:
    """The requests that are measured."""
    rows, columns = height // 512, width // 512
    tiles = [
        f"{512 * column},{512 * row},512,512/512,512/0/default.jpg"
        for row in range(rows)
        for column in range(columns)
    ]
    chance.shuffle(tiles)
    regions = []
    for _ in range(4000):
        wide = chance.randint(900, 2600)
        high = round(wide / 1.4)
        left, top = chance.randrange(width - wide), chance.randrange(height - high)
        regions.append(
            f"{left},{top},{wide},{high}/800,{round(high * 800 / wide) or 1}/0/default.jpg"
        )
    # The whole picture comes in few sizes; cut a little off its edges, and there are as many as needed.
    wholes = [
        f"{chance.randrange(64)},{chance.randrange(64)},{width - 64},{height - 64}/{1024 - number % 60},/0/default.jpg"
        for number in range(4000)
    ]
    return [
        Asked("info.json", ["info.json"]),
        Asked("the same tile of 512", tiles[:1]),
        Asked("all tiles of 512 in turn", tiles),
        Asked("regions in 800 pixels, never asked before", regions, cold=True),
        Asked("nearly the whole in 965 to 1,024 pixels, never asked before", wholes, cold=True),
        Asked("the whole in 1,024 pixels, again", ["full/1024,/0/default.jpg"]),
    ]


def load(
    port: int, paths: list[str], clients: int, seconds: int, folder: Path
) -> tuple[float, float]:
    """Requests a second and median wait in milliseconds. Any answer but 200 ends the benchmark."""
    (folder / "paths").write_text("\n".join(paths) + "\n")
    (folder / "ask.lua").write_text(WRK.replace("PATHS", str(folder / "paths")))
    said = subprocess.run(
        [
            "wrk", "-t1", f"-c{clients}", f"-d{seconds}s", "--latency", "--timeout", "60s",
            "-s", str(folder / "ask.lua"), f"http://127.0.0.1:{port}",
        ],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"pictures.py: not every answer was a picture:\n{paths[0]}\n{said}")
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    wait = re.search(r"50%\s+([\d.]+)(us|ms|s)", said)
    assert rate, said
    assert wait, said
    return float(rate[1]), float(wait[1]) * {"us": 0.001, "ms": 1, "s": 1000}[wait[2]]


def in_turn(asked: Asked, number: int) -> list[str]:
    """The requests of a round. Where they have to be new, each round and number of clients begins
    elsewhere.
    """
    if not asked.cold or len(asked.requests) < 1000:
        return asked.requests
    return asked.requests[number * 400 :] + asked.requests[: number * 400]


@contextlib.contextmanager
def peaks(pid: int) -> Iterator[dict[str, int]]:
    """The peak resident memory in bytes of the server's workers and of the processes that make
    pyramids, by kind.
    """
    found = {"worker": 0, "maker": 0}
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.01):
            for process in descendants(pid):
                with contextlib.suppress(OSError, IndexError, ValueError):
                    command = (process / "cmdline").read_bytes()
                    kind = "maker" if b"pyramid_maker" in command else "worker"
                    if kind == "worker" and b"manage.py\0serve" not in command:
                        continue
                    used = int((process / "statm").read_text().split()[1]) * os.sysconf(
                        "SC_PAGE_SIZE"
                    )
                    found[kind] = max(found[kind], used)

    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        yield found
    finally:
        done.set()
        watcher.join()


def descendants(pid: int) -> list[Path]:
    """The folders of a process and all its descendants in /proc."""
    parents: dict[int, list[int]] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError, IndexError, ValueError):
            parent = int((process / "stat").read_text().rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(process.name))
    waiting, found = [pid], []
    while waiting:
        one = waiting.pop()
        found.append(Path(f"/proc/{one}"))
        waiting += parents.get(one, [])
    return found


def ask(port: int, path: str) -> float:
    """Seconds until the answer has come. A very large picture is asked for again while it is being
    prepared.
    """
    started = time.perf_counter()
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=600) as answer:
                answer.read()
            return time.perf_counter() - started
        except urllib.error.HTTPError as refusal:
            if refusal.code != 503 or time.perf_counter() - started > 600:
                raise


def table(everything: list[Asked], servers: list[str]) -> str:
    """The results as a Markdown table."""
    head = "| request | " + " | ".join(
        f"{clients} client{'s' if clients > 1 else ''}: catalogue, requests/s (median ms) | iipsrv | ratio"
        for clients in CLIENTS
    )
    lines = [head + " |", "|---|" + "---:|" * 3 * len(CLIENTS)]
    for asked in everything:
        cells = [asked.name]
        for clients in CLIENTS:
            for server in ("catalogue", "iipsrv"):
                if server in servers:
                    wait = statistics.median(asked.waits[server, clients])
                    cells.append(f"{asked.rate(server, clients):,.0f} ({wait:.1f})")
                else:
                    cells.append("–")
            cells.append(f"{asked.ratio(clients):.2f}" if "iipsrv" in servers else "–")
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Make, serve, measure, report."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--megapixels", type=int, default=100)
    reader.add_argument("--rounds", type=int, default=3)
    reader.add_argument("--seconds", type=int, default=2)
    reader.add_argument("--folder", type=Path)
    options = reader.parse_args()
    with tempfile.TemporaryDirectory(prefix="pictures-bench-") as kept:
        folder, port, other_port = Path(kept), free_port(), free_port()
        made = options.folder or folder / "made"
        made.mkdir(parents=True, exist_ok=True)
        width, height = make_photograph(made, options.megapixels)
        variables = environment(folder, port)
        media, rows = folder / "media", []
        media.mkdir()
        for suffix, uuid in UUIDS.items():
            file = made / f"photograph.{suffix}"
            (media / file.name).symlink_to(file)
            digest = hashlib.sha256(file.read_bytes()).hexdigest()
            rows.append((suffix, uuid, file.name, digest, width, height, file.stat().st_size))
        run(["manage.py", "migrate", "-v0"], variables)
        run(["manage.py", "collectstatic", "--noinput", "-v0"], variables)
        run(["manage.py", "shell", "-v0", "-c", RECORDS.format(rows=rows)], variables)
        lines = []
        asked = what_is_asked(width, height, random.Random(1))
        pictures = folder / "pictures"
        with (
            served(variables, folder / "server.log"),
            peaks(os.getpid()) as memory,
            contextlib.ExitStack() as beside,
        ):
            for suffix, uuid, _, digest, *_ in rows:
                first = ask(port, f"/iiif/image/{uuid}/full/1024,/0/default.jpg")
                pyramid = pictures / "pyramids" / digest[:2] / f"{digest}.1.tif"
                original = (made / f"photograph.{suffix}").stat().st_size / 1e6
                lines.append(
                    f"- First request for the {suffix.upper()} ({original:.0f} MB), which makes its "
                    f"pyramid of {pyramid.stat().st_size / 1e6:.0f} MB: {first:.1f} s."
                )
            lines.append(
                f"- Peak memory of a process that makes a pyramid: {memory['maker'] / 2**20:.0f} MiB."
            )
            servers = ["catalogue"]
            if is_installed():
                servers.append("iipsrv")
                shutil.copy(pyramid, folder / "pyramid.tif")
                beside.enter_context(iipsrv(folder / "iipsrv", folder, other_port))
            bases = {
                "catalogue": (port, f"/iiif/image/{UUIDS['tif']}/"),
                "iipsrv": (other_port, "/iiif/pyramid.tif/"),
            }
            for number in range(options.rounds):
                for one in asked:
                    for clients in CLIENTS:
                        requests = in_turn(one, number * len(CLIENTS) + CLIENTS.index(clients))
                        for server in servers:
                            if one.cold:
                                shutil.rmtree(pictures / "answers", ignore_errors=True)
                            else:
                                ask(bases[server][0], bases[server][1] + requests[0])
                            where, base = bases[server]
                            paths = [base + request for request in requests]
                            rate, wait = load(where, paths, clients, options.seconds, folder)
                            one.rates.setdefault((server, clients), []).append(rate)
                            one.waits.setdefault((server, clients), []).append(wait)
            lines.append(
                f"- Peak memory of a worker in the whole run: {memory['worker'] / 2**20:.0f} MiB."
            )
    text = f"{table(asked, servers)}\n\n" + "\n".join(lines)
    print(text)
    about = f"# Pictures: a generated photograph of {width:,} × {height:,} pixels\n\n"
    method = (
        f"{time.strftime('%Y-%m-%d')}, {os.cpu_count()} cores shared by servers, load and other work, "
        f"{options.rounds} rounds of {options.seconds:g} s, load average at the end {os.getloadavg()[0]:.1f}. "
        "Both servers read the same pyramid; the catalogue also checks the rule of visibility on every request.\n\n"
    )
    (Path(__file__).parent / "results" / "pictures.md").write_text(about + method + text + "\n")


if __name__ == "__main__":
    main()
