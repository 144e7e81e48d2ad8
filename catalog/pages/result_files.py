"""Results as a file, of a search or of a list: CSV for spreadsheets, JSON for programs, references
(``result_references``); streamed.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.translation import gettext as _

from catalog.formats import CITATION_FORMATS
from catalog.models import Collection, seen
from catalog.pages.cards import MAKERS, Card
from catalog.pages.finishing import with_cache_rules
from catalog.pages.lives import years
from catalog.uris import permanent_path
from catalog.values import harmless_cell, sentence

if TYPE_CHECKING:
    from catalog.models import Reader

#: The citation formats of which one file can hold many.
REFERENCES: Final = ("bib", "ris")
#: Media type of each format.
FORMATS: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    **{suffix: f"{CITATION_FORMATS[suffix].media_type}; charset=utf-8" for suffix in REFERENCES},
}
#: What readers call each format.
NAMES: Final = {
    "csv": "CSV",
    "json": "JSON",
    **{suffix: CITATION_FORMATS[suffix].name for suffix in REFERENCES},
}
#: What is said of each result.
COLUMNS: Final = (
    "kind", "type", "identifier", "title", "date", "date_edtf", "people", "place", "collection",
    "summary", "rights", "url", "permanent_url",
)  # fmt: skip
#: Rows that are read at a time.
BLOCK: Final = 100

Row = dict[str, Any]


def rows_of(cards: Iterable[Card], reader: Reader) -> list[Row]:
    """What is said of some results. At most one query, for the collections that they are in."""
    cards = list(cards)
    wanted = {card.record.collection_id for card in cards if hasattr(card.record, "collection_id")}
    within = Collection.objects.visible_to(reader).filter(pk__in=wanted - {None})
    titles = dict(within.order_by().values_list("pk", "title")) if wanted - {None} else {}
    return [_row(card, titles, reader) for card in cards]


def _row(card: Card, collections: dict[int, str], reader: Reader) -> Row:
    record = card.record
    date = record.born or record.died if record.KIND == "person" else getattr(record, "date", None)
    in_words = years(record) if record.KIND == "person" else sentence(date, _) if date else ""
    place = seen(getattr(record, "place", None), reader)
    return {
        "kind": record.KIND,
        "type": card.type,
        "identifier": record.identifier,
        "title": record.title,
        "date": in_words,
        "date_edtf": date.edtf if date else "",
        "people": _people(getattr(record, "shown_makers", [])),
        "place": place.title if place else "",
        "collection": collections.get(getattr(record, "collection_id", None) or 0, ""),
        "summary": record.summary,
        "rights": record.rights,
        "url": record.get_absolute_url(),
        "permanent_url": permanent_path(record.uuid),
    }


def _people(makers: Sequence[Any]) -> str:
    """The first makers with their roles; three dots for the others."""
    named = [f"{maker.name} ({maker.made_as})" for maker in makers[:MAKERS]]
    return "; ".join([*named, *(["…"] if len(makers) > MAKERS else [])])


def attachment(
    request: HttpRequest, pieces: Iterator[str], name: str, form: str
) -> StreamingHttpResponse:
    """The file as an answer that browsers save; not for search engines."""
    response = StreamingHttpResponse(pieces, content_type=FORMATS[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    response["X-Robots-Tag"] = "noindex, nofollow"
    return with_cache_rules(request, response)


def as_csv(rows: Iterable[Row], columns: Sequence[str], site: str) -> Iterator[str]:
    """The lines of a table with these columns; ``site`` makes its addresses whole."""
    writer = csv.writer(_Line())
    # The mark by which spreadsheets recognise the encoding.
    yield "\ufeff" + writer.writerow(columns)
    for row in rows:
        whole = _whole(row, site)
        yield writer.writerow([harmless_cell(whole[name]) for name in columns])


def as_json(rows: Iterable[Row], head: dict[str, Any], site: str) -> Iterator[str]:
    """The members of ``head``, then the rows as "results"."""
    yield json.dumps(head, ensure_ascii=False)[:-1] + ', "results": ['
    comma = ""
    for row in rows:
        yield f"{comma}\n{json.dumps(_whole(row, site), ensure_ascii=False)}"
        comma = ","
    yield "\n]}\n"


def _whole(row: Row, site: str) -> Row:
    return row | {name: site + row[name] for name in ("url", "permanent_url")}


class _Line:
    """Receives a line from the writer of :mod:`csv` and returns it at once."""

    def write(self, text: str) -> str:
        return text
