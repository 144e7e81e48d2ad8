"""The metadata of a record: labels and values that viewers show beside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_noop as _

from catalog.iiif.presentation.words import LanguageMap, called, ours, value
from catalog.models import (
    Contribution,
    Depiction,
    Document,
    Image,
    Term,
    seen,
)
from catalog.values import sentence

if TYPE_CHECKING:
    from catalog.models import Reader

#: Names that one label shows.
MOST: int = 50


def facts(record: Image | Document, reader: Reader) -> list[dict[str, LanguageMap]]:
    """Type, makers, dates, places and so on; what is empty or hidden is left out. At most four queries."""
    said: list[dict[str, LanguageMap]] = []

    def fact(label: str, texts: Iterable[Any]) -> None:
        kept = [str(text) for text in texts if text]
        if kept:
            said.append({"label": ours(label), "value": value(*kept[:MOST])})

    def terms(label: str, some: Iterable[Term]) -> None:
        if kept := list(some)[:MOST]:
            said.append({"label": ours(label), "value": called(kept)})

    fact(_("Identifier"), [record.identifier])
    terms(_("Type"), [record.type] if record.type else [])
    for role, names in _makers(record, reader).items():
        said.append({"label": called([role]), "value": value(*names[:MOST])})
    if isinstance(record, Document):
        fact(_("Original title"), [record.original_title])
        fact(_("Written"), [record.written and sentence(record.written)])
        fact(_("Published"), [record.published and sentence(record.published)])
        terms(_("Language"), record.languages.order_by("sort_key"))
        fact(_("Extent"), [record.extent])
        fact(_("Kept by"), [seen(record.holding_institution, reader)])
    else:
        fact(_("Date"), [record.date and sentence(record.date)])
        depicted = Depiction.objects.visible_to(reader, seen_from=["image"]).filter(image=record)
        people = depicted.select_related("person").order_by("position", "id")[:MOST]
        fact(_("In the picture"), [one.person.title for one in people])
    fact(_("Place"), [seen(record.place, reader)])
    fact(_("Collection"), [seen(record.collection, reader)])
    terms(_("Subjects"), record.subjects.order_by("sort_key"))
    return said


def _makers(record: Image | Document, reader: Reader) -> dict[Term, list[str]]:
    rows = (
        Contribution.objects.visible_to(reader, seen_from=Contribution.WORKS)
        .filter(**{record.KIND: record})
        .select_related("person", "role")
        .order_by("position", "id")[: 4 * MOST]
    )
    found: dict[Term, list[str]] = {}
    for row in rows:
        found.setdefault(row.role, []).append(row.person.title)
    return found
