"""Odd and hostile requests to the image service, and the status codes that are right for them.

    python tests/benchmarks/odd_requests.py --url http://127.0.0.1:8000/iiif/image/<uuid> [--requests 2000] [--seed 1]
        [--pid 4711]

Sends them to a running server, and prints wrong codes, the slowest answers, and the memory of its
workers. The right codes are worked out here independently of the service's own parsing.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

#: What has broken servers before.
_NUMBERS = (
    "0", "1", "2", "7", "99", "100", "511", "512", "513", "1024", "4000", "100000", "4294967296", "9" * 25, "-1", "+5",
    "5_0", "1e3", "1E9", "nan", "inf", "-inf", "NaN", "0x10", "٥", "５", "५", "1.5", ".5", "5.", "0.0001", "00012",
    " 1", "1 ", "", "--1", "1,1", "%31", "½", "null", "'", "1;", "1\u0000", "\u202e1",
)  # fmt: skip
_REGIONS = (
    "full",
    "square",
    "FULL",
    "Full ",
    "pct:",
    "",
    "smart",
    "all",
    "full,",
    "../../etc/passwd",
    "..",
    "%2e%2e",
)
_SIZES = (
    "max",
    "^max",
    "full",
    "",
    ",",
    "^",
    "!",
    "!,",
    "^,",
    "pct:",
    "^pct:",
    "Max",
    "max,",
    "best",
    "^^max",
)
_TURNS = (
    "0",
    "90",
    "180",
    "270",
    "!0",
    "!90",
    "45",
    "22.5",
    "359.9",
    "360",
    "361",
    "-90",
    "!",
    "",
    "90°",
    "1e2",
    "+90",
)
_QUALITIES = (
    "default",
    "color",
    "gray",
    "bitonal",
    "native",
    "",
    "DEFAULT",
    "grey",
    "default.",
    "d",
)
_FORMATS = (
    "jpg",
    "png",
    "webp",
    "tif",
    "gif",
    "pdf",
    "jp2",
    "jpeg",
    "",
    "JPG",
    "exe",
    "jpg ",
    "jpg/",
    "svg",
    "php",
)
_WHOLE = (
    "", "/", "//", "info.json", "info.xml", "info.json/", "INFO.JSON", "full", "full/max", "full/max/0", "full/max/0/",
    "full/max/0/default.jpg/x", "full//max/0/default.jpg", "?x=1", "full/max/0/default.jpg?w=99999", "%00", "%ff",
    "%0a", "full/max/0/default.jpg%00.png", "full/max/0/default.jpg;.js", "%252e%252e/x", "a" * 5000, "," * 300,
    "/" * 200, "9" * 380 + "/max/0/default.jpg", "full/!" + "9" * 300 + ",1/0/default.jpg", "full/max/0/default.jpg%20",
)  # fmt: skip


def odd_requests(chance: random.Random, number: int) -> Iterator[str]:
    """Requests, as they follow the base in a URL: percent-encoded where HTTP demands it."""
    yield from _WHOLE[:number]

    def some(of: tuple[str, ...]) -> str:
        return chance.choice(of)

    def figure() -> str:
        return str(chance.randint(0, 3000)) if chance.random() < 0.7 else some(_NUMBERS)

    def four() -> str:
        return ",".join(figure() for _ in range(4))

    for _ in range(max(0, number - len(_WHOLE))):
        region = chance.choice(
            (some(_REGIONS), four(), f"pct:{four()}", "full")
        )  # fmt: skip
        size = chance.choice(
            (
                some(_SIZES), f"{figure()},", f",{figure()}", f"{figure()},{figure()}", f"!{figure()},{figure()}",
                f"pct:{figure()}", f"^{figure()},{figure()}", "max",
                f"1,{figure()}", f"{figure()},1",
            )
        )  # fmt: skip
        turn = some(_TURNS) if chance.random() < 0.4 else "0"
        quality = some(_QUALITIES) if chance.random() < 0.3 else "default"
        form = some(_FORMATS) if chance.random() < 0.3 else "jpg"
        request = f"{region}/{size}/{turn}/{quality}.{form}"
        yield quote(request, safe="/,:!^.+'();=%" if "%" in request else "/,:!^.+'();=")


def expected(request: str, width: int, height: int) -> set[int]:
    """The codes that are right for a request to a picture of this size."""
    path = unquote(request.partition("?")[0], errors="replace")
    if not path:
        return {303}
    if path == "info.json":
        return {200}
    if len(path) > 400:
        return {414}
    parts = path.split("/")
    if len(parts) != 4:
        return {400}
    region, size, turn, last = parts
    codes = {
        _region_code(region, width, height), _size_code(size), _turn_code(turn), _last_code(last)
    }  # fmt: skip
    # Whether a size fits its region, and a rotated picture its canvas, is arithmetic, which the
    # tests of parameters check.
    upright = turn.removeprefix("!") in {"0", "90", "180", "270", "360"}
    always_fits = upright and re.fullmatch(f"(max|!{_INTEGER},{_INTEGER})", size)
    # Of several mistakes, any may be reported.
    wrong = codes - {200}
    return (wrong or {200}) | (set() if always_fits else {400})


_INTEGER = "[0-9]+"
_NUMBER = "[0-9]+([.][0-9]+)?"


def _region_code(text: str, width: int, height: int) -> int:
    if text in {"full", "square"}:
        return 200
    if re.fullmatch(f"{_INTEGER}(,{_INTEGER}){{3}}", text):
        left, top, wide, high = (int(number) for number in text.split(","))
        return 200 if left < width and top < height and wide and high else 400
    if re.fullmatch(f"pct:{_NUMBER}(,{_NUMBER}){{3}}", text):
        left_share, top_share, wide_share, high_share = (
            float(number) for number in text[4:].split(",")
        )
        inside = left_share < 100 and top_share < 100
        return 200 if inside and wide_share and high_share else 400
    return 400


def _size_code(text: str) -> int:
    plain = text.removeprefix("^")
    forms = (
        "max",
        f"pct:{_NUMBER}",
        f"{_INTEGER},",
        f",{_INTEGER}",
        f"!?{_INTEGER},{_INTEGER}",
    )
    if not any(re.fullmatch(form, plain) for form in forms):
        return 400
    if text != plain:
        return 501
    numbers = [float(number) for number in re.findall(_NUMBER.replace("(", "(?:"), plain)]
    if 0 in numbers or (plain.startswith("pct:") and numbers[0] > 100):
        return 400
    return 200


def _turn_code(text: str) -> int:
    plain = text.removeprefix("!")
    return 200 if re.fullmatch(_NUMBER, plain) and float(plain) <= 360 else 400


def _last_code(text: str) -> int:
    quality, point, form = text.partition(".")
    if not point or not re.fullmatch("[a-z]+", quality) or not re.fullmatch("[a-z0-9]+", form):
        return 400
    codes = {
        200 if quality in {"default", "color", "gray", "bitonal"} else 400,
        200 if form in {"jpg", "png", "webp"} else 501 if form in {"tif", "gif", "jp2", "pdf"} else 400,
    }  # fmt: skip
    return 400 if 400 in codes else 501 if 501 in codes else 200


def main() -> int:
    """Send the requests and print the outcome."""
    reader = argparse.ArgumentParser(description=__doc__)
    reader.add_argument("--url", required=True)
    reader.add_argument("--requests", type=int, default=2000)
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument(
        "--pid",
        type=int,
        help="the server's process: its memory is told, and answers are judged by processor time",
    )
    options = reader.parse_args()
    where = urlsplit(options.url)
    connection = http.client.HTTPConnection(where.hostname or "", where.port, timeout=60)

    def clock() -> float:
        return _processor_time(options.pid) if options.pid else time.perf_counter()

    def ask(request: str) -> tuple[int, bytes, float]:
        started = clock()
        connection.request("GET", f"{where.path}/{request}")
        answer = connection.getresponse()
        return answer.status, answer.read(), clock() - started

    said = json.loads(ask("info.json")[1])
    ask("full/max/0/default.jpg")
    codes: Counter[int] = Counter()
    waits, wrong = [], 0
    for request in odd_requests(random.Random(options.seed), options.requests):
        status, _, wait = ask(request)
        codes[status] += 1
        waits.append((wait, status, request[:100]))
        if status not in expected(request, said["width"], said["height"]):
            wrong += 1
            print(f"wrong code {status}: {request[:200]}")
    print(f"{len(waits)} requests, {wrong} wrong codes; {dict(sorted(codes.items()))}")
    for wait, status, request in sorted(waits, reverse=True)[:5]:
        print(f"{1000 * wait:8.1f} ms  {status}  {request}")
    if options.pid:
        print(f"largest worker: {_largest(options.pid) / 1024:.0f} MiB at most")
    return bool(wrong) or max(waits)[0] > 1


def _family(process: int) -> Iterator[Path]:
    """The folders of a process and all its descendants in /proc."""
    folder = Path(f"/proc/{process}")
    yield folder
    for child in (folder / "task" / str(process) / "children").read_text().split():
        yield from _family(int(child))


def _largest(process: int) -> int:
    """The peak memory in KiB of a process and its descendants, whichever had the most."""
    said = (folder.joinpath("status").read_text() for folder in _family(process))
    return max(int(one.partition("VmHWM:")[2].split()[0]) for one in said)


def _processor_time(process: int) -> float:
    """Seconds of processor time of a process and its descendants. On a busy machine wall time
    measures others as well.
    """
    said = (folder.joinpath("stat").read_text().rpartition(")")[2] for folder in _family(process))
    ticks = sum(int(number) for one in said for number in one.split()[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
