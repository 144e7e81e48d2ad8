"""The pieces that documents are made of: dates, terms, links to records, pictures, rights.

Addresses are written with :data:`ORIGIN` in front, which the answer replaces by the site's own
address, so that a stored document serves every name of the site.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from django.db.models import F
from django.utils import timezone
from django.utils.translation import override

from catalog.iiif import picture_of
from catalog.models import RECORD_MODELS, Image, Term, known_birth
from catalog.uris import Kind, api_path, api_term_path, permanent_path, record_path
from catalog.values import Freedom, RightsStatement, UncertainDate, sentence

if TYPE_CHECKING:
    from catalog.models import Reader

#: Stands for the address of the site in a document that has not been sent yet.
ORIGIN: Final = "⟦origin⟧"

#: Columns by which a record is dated; of two, the second is either the end (of a life) or used if
#: the first is empty.
DATES: Final[dict[Kind, tuple[str, ...]]] = {
    "person": ("born", "died"),
    "document": ("written", "published"),
    "image": ("date",),
    "event": ("date",),
    "place": (),
    "collection": ("date",),
}
#: Columns from which a link to a record is made.
FACE: Final = ("pk", "uuid", "slug", "identifier", "title")


def dates_known_to(reader: Reader, kind: Kind) -> list[Any]:
    """The columns of :data:`DATES` as expressions for ``values_list``: what ``reader`` may know of them."""
    return [
        known_birth(reader, "born") if (kind, name) == ("person", "born") else F(name)
        for name in DATES[kind]
    ]


@cache
def _page_prefix(kind: Kind) -> str:
    with override("en"):
        return record_path(kind, "x").removesuffix("x/")


def page_path(kind: Kind, slug: str) -> str:
    """Path of the public page in the site's first language."""
    return f"{_page_prefix(kind)}{quote(slug)}/"


def day(number: int | None) -> str | None:
    """A day number as a day in ISO 8601, years of more than four digits with a sign."""
    if number is None:
        return None
    year, rest = divmod(number, 10_000)
    sign = "-" if year < 0 else "+" if year > 9999 else ""
    return f"{sign}{abs(year):04d}-{rest // 100:02d}-{rest % 100:02d}"


@lru_cache(maxsize=20_000)
def _date(written: str) -> dict[str, Any]:
    date = UncertainDate(written)
    return {
        "edtf": date.edtf,
        "display": sentence(date),
        "earliest": day(date.earliest),
        "latest": day(date.latest),
    }


def date_of(date: UncertainDate | None) -> dict[str, Any] | None:
    """An uncertain date as EDTF, in words, and with its bounds."""
    return _date(date.written) if date else None


def span_of(kind: Kind, dates: Iterable[UncertainDate | None]) -> dict[str, Any] | None:
    """The one date by which a record is filed; for a person the whole life."""
    found = list(dates)
    if kind != "person":
        return next((date_of(date) for date in found if date), None)
    born, died = found
    if not born and not died:
        return None
    first, last = date_of(born), date_of(died)
    plain = all(date is None or date.shape == "single" for date in found)
    words = " – ".join(one["display"] for one in (first, last) if one)
    return {
        "edtf": f"{born.edtf if born else '..'}/{died.edtf if died else '..'}" if plain else None,
        "display": words if born and died else f"from {words}" if born else f"until {words}",
        "earliest": first and first["earliest"],
        "latest": last and last["latest"],
    }


def moment_of(moment: datetime) -> str:
    """A time in UTC in ISO 8601: ``2026-11-23T06:30:00.123456Z``."""
    return moment.astimezone(timezone.get_fixed_timezone(0)).isoformat().replace("+00:00", "Z")


def term_of(term: Term | None) -> dict[str, Any] | None:
    """A term of a controlled vocabulary."""
    if term is None:
        return None
    return {
        "vocabulary": term.vocabulary,
        "code": term.code,
        "label": term.label,
        "labels": dict(term.labels.pairs),
        "inverse_label": term.inverse_label or None,
        "inverse_labels": dict(term.inverse_labels.pairs),
        "uri": term.uri or None,
        "url": ORIGIN + api_term_path(term.vocabulary, term.code),
    }


def rights_of(statement: RightsStatement | None) -> dict[str, Any] | None:
    """A rights statement: its URI, its name, and what it allows in plain words."""
    if statement is None:
        return None
    return {
        "uri": statement.uri,
        "label": statement.label,
        "plain": statement.plain,
        "may_be_used": statement.freedom in {Freedom.FREE, Freedom.CONDITIONS},
    }


def thumbnail_of(image: Image | None) -> dict[str, Any] | None:
    """The small picture of a record; None without a file, or if a notice has to be read first."""
    picture = picture_of(image) if image else None
    if picture is None or image is None or picture.notice:
        return None
    # The thumbnail's path ends in its width: …-240.webp.
    width = int(picture.thumbnail.rsplit("-", 1)[1].removesuffix(".webp"))
    return {
        "url": ORIGIN + picture.thumbnail,
        "width": width,
        "height": max(round(picture.height * width / picture.width), 1),
        "alt": picture.alt,
    }


def link(kind: Kind, row: tuple[Any, ...]) -> dict[str, Any]:
    """A link to a record from its :data:`FACE` columns and its dates."""
    _, uuid, slug, identifier, title, *dates = row
    return {
        "id": ORIGIN + permanent_path(uuid),
        "kind": kind,
        "slug": slug,
        "url": ORIGIN + api_path(kind, slug),
        "web_url": ORIGIN + page_path(kind, slug),
        "identifier": identifier,
        "title": title,
        "date": span_of(kind, dates),
    }


class Links:
    """Links to the records that some documents name, as one reader may see them.

    Ask with :meth:`want`, then :meth:`read` once (a query for each kind), then :meth:`get`.
    """

    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self._wanted: dict[Kind, set[int]] = defaultdict(set)
        self._found: dict[tuple[Kind, int], dict[str, Any]] = {}

    def want(self, kind: Kind, pk: int | None) -> None:
        """Note that a record is named."""
        if pk is not None:
            self._wanted[kind].add(pk)

    def read(self) -> None:
        """Read the named records, except those that the reader may not see."""
        for kind, pks in self._wanted.items():
            pks -= {pk for known, pk in self._found if known == kind}
            if not pks:
                continue
            rows = RECORD_MODELS[kind].objects.visible_to(self.reader).order_by()
            for row in rows.filter(pk__in=pks).values_list(
                *FACE, *dates_known_to(self.reader, kind)
            ):
                self._found[kind, row[0]] = link(kind, row)

    def get(self, kind: Kind, pk: int | None) -> dict[str, Any] | None:
        """The link, or None for no record and for one that the reader may not see."""
        return None if pk is None else self._found.get((kind, pk))
