"""Accession numbers, reference codes and slugs."""

from __future__ import annotations

import re
from typing import Final

from catalog.values.names import fold

#: Longest slug; longer titles are cut after a word.
MAX_SLUG: Final = 80


def fold_identifier(identifier: str) -> str:
    """An identifier in the form used for comparing: blanks, dots, dashes and case do not count.

    >>> fold_identifier("TSS-I 002") == fold_identifier("tss.i.002")
    True
    """
    return re.sub(r"\W|_", "", fold(identifier))


def slug_of(title: str) -> str:
    """The slug made from a title: ``slug_of("Émile’s letter") == "emile-s-letter"``.

    Letters of other scripts are kept (browsers show them); a title without letters or digits
    becomes ``record``, so that a slug is never empty.
    """
    slug = fold(title).replace(" ", "-")
    if len(slug) > MAX_SLUG:
        slug = slug[: MAX_SLUG + 1].rpartition("-")[0] or slug[:MAX_SLUG]
    return slug or "record"
