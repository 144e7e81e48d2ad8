"""Accession numbers, reference codes and the names that records have in addresses."""

from __future__ import annotations

import re
from typing import Final

from catalog.values.names import fold

#: Longest slug; longer titles are cut at a word.
MAX_SLUG: Final = 80


def fold_identifier(identifier: str) -> str:
    """An identifier as it is compared: blanks, dots, dashes and case do not count.

    >>> fold_identifier("TSS-I 002") == fold_identifier("tss.i.002")
    True
    """
    return re.sub(r"\W|_", "", fold(identifier))


def slug_of(title: str) -> str:
    """The name that a title gets in addresses: ``slug_of("Émile’s letter") == "emile-s-letter"``.

    Letters of other scripts stay as they are (browsers show them); a title of signs alone becomes
    ``record``, so that a slug is never empty.
    """
    slug = fold(title).replace(" ", "-")
    if len(slug) > MAX_SLUG:
        slug = slug[: MAX_SLUG + 1].rpartition("-")[0] or slug[:MAX_SLUG]
    return slug or "record"
