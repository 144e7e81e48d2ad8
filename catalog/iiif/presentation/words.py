"""Language maps: what a text is in each language that has it (Presentation API 3.0, section 4)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from html import escape
from typing import TypeAlias

from django.conf import settings
from django.utils.translation import gettext, override

from catalog.models import Term

LanguageMap: TypeAlias = dict[str, list[str]]


def written(*texts: str) -> LanguageMap:
    """Texts of the records, in the language of the catalogue."""
    return {settings.LANGUAGE_CODE: list(texts)}


def value(*texts: str) -> LanguageMap:
    """As :func:`written`, where viewers read HTML: text that looks like markup is made plain."""
    return written(*(_plain(text) for text in texts))


def called(terms: Iterable[Term]) -> LanguageMap:
    """Terms in every language that one of them has a label in; a term without one has its main label there."""
    some = list(terms)
    found = value(*(term.label for term in some))
    for language in dict.fromkeys(code for term in some for code, _label in term.labels):
        names = (term.labels.in_language(language) or term.label for term in some)
        found[language] = [_plain(name) for name in names]
    return found


def _plain(text: str) -> str:
    """What begins with "<" and ends with ">" is taken for HTML; anything else is plain text."""
    bare = text.strip()
    if bare.startswith("<") and bare.endswith(">"):
        return f"<span>{escape(bare)}</span>"
    return text


@lru_cache(maxsize=256)
def _in_every_language(message: str) -> tuple[tuple[str, str], ...]:
    found = []
    for code, _ in settings.LANGUAGES:
        with override(code):
            found.append((code, gettext(message)))
    return tuple(found)


def ours(message: str, **named: object) -> LanguageMap:
    """A sentence of the interface in all its languages; ``message`` is the English one, marked
    elsewhere.
    """
    return {code: [text % named if named else text] for code, text in _in_every_language(message)}
