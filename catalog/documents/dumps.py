"""Writes the dumps: every public document, from the same store as the answers of the API.

Each file is written under a temporary name and renamed; its final name contains a hash of its
content. The index is replaced last, so whoever reads it finds every file that it names, complete.
Memory stays bounded, because documents come in batches of two hundred.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.utils import timezone

from catalog.conf import catalogue_settings
from catalog.documents import feed, store
from catalog.documents.linked import ORIGIN, moment_of
from catalog.documents.making import joined
from catalog.documents.marks import mark_at
from catalog.documents.relations import RELATIONS
from catalog.models import RECORD_MODELS
from catalog.uris import PLURALS, Kind
from catalog.values import harmless_cell

_AT_ONCE: Final = 200
#: The index before the first time.
NONE_WRITTEN: Final[dict[str, Any]] = {
    "written": None,
    "last_change": None,
    "mark": None,
    "files": [],
}


def folder() -> Path:
    """Where the dumps are; ``index.json`` in it names those that are complete."""
    return Path(settings.VAR_DIR) / "dumps"


def index() -> dict[str, Any]:
    """The index as last written; it names no files before the first time."""
    try:
        found: dict[str, Any] = json.loads((folder() / "index.json").read_text())
    except FileNotFoundError:
        return NONE_WRITTEN
    return found


class Busy(Exception):
    """The list of changes could not be brought up to date; try again when no import is running."""


def usual_origin() -> str:
    """The address of the site for the documents, if nobody names one."""
    return (catalogue_settings().BASE_URL or "http://localhost:8000").rstrip("/")


def write(origin: str, step: Callable[[int, int], None] | None = None) -> dict[str, Any]:
    """Write JSON Lines and CSV of every kind, and the index that names them; returns the index.

    ``origin`` is the address of the site, used in the documents. ``step`` is told how many files are
    done, of how many. Raises Busy.
    """
    standing = feed.current(patiently=True)
    if standing is None:
        raise Busy
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    before = {one["name"] for one in index()["files"]}
    files: list[dict[str, Any]] = []
    number = 2 * len(RECORD_MODELS)
    for kind in RECORD_MODELS:
        if step is not None:
            step(len(files), number)
        lines = ((f"{one}\n", 1) for one in _documents(kind, origin))
        files.append(_written(kind, "jsonl", "application/jsonl", lines))
        files.append(_written(kind, "csv", "text/csv", _csv_lines(kind, origin)))
    if step is not None:
        step(number, number)
    found = {
        "written": moment_of(timezone.now()),
        # What changes while this is written has a higher number, and a reader gets it with the changes.
        "last_change": standing.last_sequence,
        "mark": mark_at(standing.last_sequence),
        "origin": origin,
        "files": files,
    }
    aside = place / "index.json.part"
    aside.write_text(json.dumps(found, indent=1))
    aside.replace(place / "index.json")
    # The previous files are kept until the next time, for readers who are downloading them.
    kept = before | {one["name"] for one in files}
    for old in place.iterdir():
        if old.name != "index.json" and old.name not in kept:
            old.unlink(missing_ok=True)
    return found


def _documents(kind: Kind, origin: str) -> Iterator[str]:
    last = 0
    while True:
        rows = RECORD_MODELS[kind].objects.visible_to(None).filter(pk__gt=last).order_by("pk")
        pks = list(rows.values_list("pk", flat=True)[:_AT_ONCE])
        if not pks:
            return
        for one in store.public_documents(kind, pks, feed.current()):
            yield joined(one.base, one.relations).decode().replace(ORIGIN, origin)
        last = pks[-1]


def _csv_lines(kind: Kind, origin: str) -> Iterator[tuple[str, int]]:
    """Columns are the document's fields; dates by their EDTF, links by slug, terms by code, lists with “|”."""
    related = {spec.name for spec in RELATIONS[kind]}
    names: list[str] = []
    for text in _documents(kind, origin):
        document = json.loads(text)
        if not names:
            names = [name for name in document if name not in related and name != "curation"]
            yield "\ufeff" + _row(names), 0
        yield _row([_cell(document[name]) for name in names]), 1


def _row(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case list():
            return "|".join(_cell(one) for one in value)
        case dict():
            for name in ("edtf", "slug", "code", "uri", "url"):
                if name in value and value[name] is not None:
                    return str(value[name])
            if "latitude" in value:
                return f"{value['latitude']},{value['longitude']}"
            return str(value.get("sha256", value.get("display", "")))
        case str():
            return harmless_cell(value)
    return str(value)


class _Hashing:
    """A file that is hashed as it is written."""

    def __init__(self, file: Any) -> None:
        self.file, self.digest, self.size = file, hashlib.sha256(), 0

    def write(self, data: bytes) -> int:
        """Write, and add to the hash."""
        self.digest.update(data)
        self.size += len(data)
        return int(self.file.write(data))

    def flush(self) -> None:
        """As files do."""
        self.file.flush()


def _written(
    kind: Kind, suffix: str, media_type: str, lines: Iterator[tuple[str, int]]
) -> dict[str, Any]:
    aside = folder() / f"{PLURALS[kind]}.{suffix}.part"
    records = 0
    with aside.open("wb") as file:
        hashing = _Hashing(file)
        # Without a name and a time, equal content makes equal files.
        with gzip.GzipFile(filename="", mode="wb", fileobj=hashing, mtime=0) as packed:
            for line, counts in lines:
                packed.write(line.encode())
                records += counts
    digest = hashing.digest.hexdigest()
    name = f"{PLURALS[kind]}-{digest[:16]}.{suffix}.gz"
    aside.replace(folder() / name)
    return {
        "name": name,
        "kind": kind,
        "media_type": media_type,
        "records": records,
        "bytes": hashing.size,
        "sha256": digest,
        "written": moment_of(timezone.now()),
    }
