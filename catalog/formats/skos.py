"""A controlled vocabulary as SKOS in JSON-LD, with the language of every label.

What thesaurus programs and linked data read: concepts with preferred and alternative labels, their
hierarchy, and the same concepts elsewhere.

https://www.w3.org/TR/skos-reference/ https://www.w3.org/TR/json-ld11/
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from django.conf import settings
from django.utils.translation import override

from catalog.models import Term, Vocabulary, own_language
from catalog.uris import api_term_path, vocabulary_path

MEDIA_TYPE: Final = "application/ld+json"

_BY_LANGUAGE: Final = {"@container": "@language"}
_LINK: Final = {"@type": "@id"}
#: Members are named as in SKOS; labels and notes are objects by language tag.
CONTEXT: Final[dict[str, Any]] = {
    "@vocab": "http://www.w3.org/2004/02/skos/core#",
    "prefLabel": _BY_LANGUAGE,
    "altLabel": _BY_LANGUAGE,
    "scopeNote": _BY_LANGUAGE,
    "broader": _LINK,
    "inScheme": _LINK,
    "topConceptOf": _LINK,
    "exactMatch": _LINK,
}
_AT_ONCE: Final = 500


def write(vocabulary: str, site: str) -> Iterator[str]:
    """A vocabulary as JSON-LD, in pieces: the scheme, then its concepts in the order of their labels.

    ``site`` is the scheme and host before every address.
    """
    scheme = site + vocabulary_path(vocabulary)
    yield f'{{"@context": {_json(CONTEXT)}, "@graph": [\n'
    yield _json({"@id": scheme, "@type": "ConceptScheme", "prefLabel": _name_of(vocabulary)})
    terms = Term.objects.filter(vocabulary=vocabulary).select_related("broader")
    for term in terms.order_by("sort_key", "id").iterator(chunk_size=_AT_ONCE):
        yield ",\n" + _json(_concept(term, site, scheme))
    yield "\n]}\n"


def _concept(term: Term, site: str, scheme: str) -> dict[str, Any]:
    own = own_language()
    said = {
        "@id": site + api_term_path(term.vocabulary, term.code),
        "@type": "Concept",
        "notation": term.code,
        "prefLabel": {own: term.label, **dict(term.labels.pairs)},
        "altLabel": term.alternatives.by_language(),
        "scopeNote": {own: term.scope_note} if term.scope_note else {},
        "inScheme": scheme,
        "exactMatch": term.uri,
    }
    if term.broader is None:
        said["topConceptOf"] = scheme
    else:
        said["broader"] = site + api_term_path(term.vocabulary, term.broader.code)
    return {name: value for name, value in said.items() if value}


def _name_of(vocabulary: str) -> dict[str, str]:
    """What the vocabulary is called in every language of the interface."""
    found = {}
    for code, _language in settings.LANGUAGES:
        with override(code):
            found[code] = str(Vocabulary(vocabulary).label)
    return found


def _json(said: dict[str, Any]) -> str:
    return json.dumps(said, ensure_ascii=False)
