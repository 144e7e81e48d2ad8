"""Content Search 2.0: words within the transcriptions of one record, and completions of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from catalog.iiif.presentation.canvas import text_id, text_on
from catalog.iiif.presentation.leaves import Leaf
from catalog.iiif.presentation.resources import Json, Site
from catalog.models import Record, Transcription
from catalog.uris import autocomplete_path, canvas_path, content_search_path
from catalog.values import fold

#: The context of answers of the Content Search API 2.0.
SEARCH_CONTEXT: Final = "http://iiif.io/api/search/2/context.json"
#: Parameters of the API that are ignored here; an answer has to list them (section 3.2).
IGNORED: Final = ("motivation", "date", "user")
#: Transcriptions on one page of an answer; marked places in one; completions offered.
PAGE: Final = 100
MARKED: Final = 200
OFFERED: Final = 20
#: How much of a query is read.
LONGEST: Final = 200
#: Characters before and after a match that a viewer shows with it.
AROUND: Final = 40

_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Match:
    """A part of a text that matches."""

    start: int
    end: int


def words_of(question: str) -> list[str]:
    """The words searched for, folded as everywhere in the catalogue."""
    return list(dict.fromkeys(fold(question[:LONGEST].replace("\0", " ")).split()))


def matches(text: str, asked: list[str]) -> list[Match]:
    """Where the words are in a text; nothing unless every one of them occurs."""
    missing, found = set(asked), []
    for word in _WORD.finditer(text):
        folded = fold(word.group()).split()
        if any(one in asked for one in folded):
            missing.difference_update(folded)
            found.append(Match(word.start(), word.end()))
    return found if asked and not missing else []


def found_in(
    site: Site, record: Record, leaves: Iterable[Leaf], question: str, ignored: list[str], page: int
) -> Json | None:
    """The answer to a query, a page of it; None if there is no such page."""
    asked = words_of(question)
    hits = [
        (leaf, words, places)
        for leaf, words in _texts(leaves)
        if (places := matches(words.text, asked))
    ]
    first = (page - 1) * PAGE
    if page > 1 and first >= len(hits):
        return None
    here = site(content_search_path(record.uuid))

    def address(number: int) -> str:
        pairs = {"q": question} | ({"page": str(number)} if number > 1 else {})
        return f"{here}?{urlencode(pairs)}"

    shown = hits[first : first + PAGE]
    made: Json = {
        "@context": SEARCH_CONTEXT,
        "id": address(page),
        "type": "AnnotationPage",
    }
    if ignored:
        made["ignored"] = ignored
    if len(hits) > PAGE:
        last = -(-len(hits) // PAGE)
        made["partOf"] = {
            "id": f"{here}/all?{urlencode({'q': question})}",
            "type": "AnnotationCollection",
            "total": len(hits),
            "first": {"id": address(1), "type": "AnnotationPage"},
            "last": {"id": address(last), "type": "AnnotationPage"},
        }
        made["startIndex"] = first
        if page > 1:
            made["prev"] = {"id": address(page - 1), "type": "AnnotationPage"}
        if page < last:
            made["next"] = {"id": address(page + 1), "type": "AnnotationPage"}
    items, marks = [], []
    for leaf, words, places in shown:
        canvas = site(canvas_path(record.uuid, leaf.image.uuid))
        items.append(text_on(canvas, leaf, words))
        marks += _marks(text_id(canvas, words), words.text, places)
    made["items"] = items
    if marks:
        made["annotations"] = [
            {"id": f"{address(page)}#matches", "type": "AnnotationPage", "items": marks}
        ]
    return made


def _texts(leaves: Iterable[Leaf]) -> Iterator[tuple[Leaf, Transcription]]:
    for leaf in leaves:
        for words in leaf.transcriptions:
            yield leaf, words


def _marks(annotation: str, text: str, places: list[Match]) -> list[Json]:
    """Where the words are within an annotation, each with the text around it."""
    return [
        {
            "id": f"{annotation}#match-{number}",
            "type": "Annotation",
            "motivation": "contextualizing",
            "target": {
                "type": "SpecificResource",
                "source": annotation,
                "selector": [
                    {
                        "type": "TextQuoteSelector",
                        "prefix": text[max(place.start - AROUND, 0) : place.start],
                        "exact": text[place.start : place.end],
                        "suffix": text[place.end : place.end + AROUND],
                    }
                ],
            },
        }
        for number, place in enumerate(places[:MARKED], 1)
    ]


def completions(
    site: Site, record: Record, leaves: Iterable[Leaf], beginning: str, ignored: list[str]
) -> Json:
    """Words of the transcriptions that begin with the last word of the query, the most frequent first."""
    asked = words_of(beginning)
    start = asked[-1] if asked else ""
    counted: Counter[str] = Counter()
    spelled: dict[str, str] = {}
    if start:
        for _, words in _texts(leaves):
            for match in _WORD.finditer(words.text):
                folded = fold(match.group())
                if folded.startswith(start):
                    counted[folded] += 1
                    spelled.setdefault(folded, match.group().lower())
    here = site(content_search_path(record.uuid))
    best = sorted(counted.items(), key=lambda one: (-one[1], one[0]))[:OFFERED]
    made: Json = {
        "@context": SEARCH_CONTEXT,
        "id": f"{site(autocomplete_path(record.uuid))}?{urlencode({'q': beginning})}",
        "type": "TermPage",
    }
    if ignored:
        made["ignored"] = ignored
    made["items"] = [
        {
            "value": spelled[folded],
            "total": number,
            "service": [
                {"id": f"{here}?{urlencode({'q': spelled[folded]})}", "type": "SearchService2"}
            ],
        }
        for folded, number in best
    ]
    return made
