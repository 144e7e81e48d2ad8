"""What records lack: how many of each kind have no picture, date, rights or place, with one click to each."""

from __future__ import annotations

from typing import Any, Final

from django.core.cache import cache
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from catalog import search
from catalog.admin.facet_counts import Entries
from catalog.models import RECORD_MODELS, Depiction, Document, Image, Record

#: Seconds for which the numbers are cached.
GAPS_KEPT: Final = 300
#: Columns that visitors miss if they are empty, with their labels in the list's filter.
MISSED: Final[dict[str, Any]] = {
    "summary": _("summary"),
    "description": _("description"),
    "alternative_text": _("alternative text"),
    "rights": _("rights statement"),
    "date": _("date"),
    "born": _("date of birth"),
    "place": _("place"),
    "latitude": _("position"),
    "collection": _("collection"),
    "type": _("type"),
}
#: Kinds that need a rights statement: works that can be reproduced. Descriptions of persons, events,
#: places and collections may carry one, but are not incomplete without it.
_WITH_RIGHTS: Final = ("document", "image")
#: The facets of the search index that an entry has exactly if its record has the same: other places of a record,
#: and the death of a person, count in the facets of their kind too.
_FACETS: Final = {
    "rights": "rights",
    "type": "type",
    "date": "begins",
    "collection": "collection",
    "subjects": "subject",
}
#: Those that visitors look for first: the desk counts them, besides pictures.
_COUNTED: Final = ("date", "born", "rights", "place")
#: Of these, those that have an index of their own.
_INDEXED: Final = ("born", "place")


def missed_in(model: type[Record]) -> dict[str, Any]:
    """Those of :data:`MISSED` that records of a kind have and should not be without."""
    held = {column.name for column in model._meta.concrete_fields}
    if model is Document:
        held.add("date")
    if model._meta.model_name not in _WITH_RIGHTS:
        held.discard("rights")
    return {name: words for name, words in MISSED.items() if name in held}


def is_empty(model: type[Record], name: str) -> Q:
    """The condition that a column is empty; that a document has no date of either sort. An empty uncertain date
    is NULL, never an empty text.
    """
    if model is Document and name == "date":
        return Q(written__isnull=True, published__isnull=True)
    column: Any = model._meta.get_field(name)
    is_text = isinstance(column, models.CharField | models.TextField)
    return Q(**{name: ""}) if is_text and not column.null else Q(**{f"{name}__isnull": True})


def facet_of(model: type[Record], name: str) -> str:
    """The facet of the search index that exactly those entries lack whose records lack something; empty if
    there is none.
    """
    if name == "picture":
        return "has_image" if model is Image else ""
    return _FACETS.get(name, "")


def without_picture(rows: QuerySet[Any]) -> QuerySet[Any] | None:
    """Those that have no picture to show: images without a file, persons who appear in none; None
    for other kinds.
    """
    if rows.model is Image:
        return rows.filter(file="")
    if rows.model is RECORD_MODELS["person"]:
        return rows.filter(~Exists(Depiction.objects.filter(person=OuterRef("pk"))))
    return None


def gaps(kinds: dict[Any, type[Record]], held: search.Holdings | None) -> list[dict[str, Any]]:
    """How many records of each kind lack a picture, a date, rights or a place.

    Rows have ``kind`` and ``counts`` with ``words``, ``number`` and ``address``. The numbers may be
    some minutes old, because whole tables have to be read for some of them, and for all of them while
    the index is behind (``held`` is None).
    """
    numbers = cache.get("catalog.desk.gaps")
    if numbers is None:
        numbers = {kind: _gaps_of(model, held) for kind, model in RECORD_MODELS.items()}
        cache.set("catalog.desk.gaps", numbers, GAPS_KEPT)
    return [
        {
            "kind": capfirst(str(model._meta.verbose_name_plural)),
            "counts": [
                {
                    "words": capfirst(str(MISSED.get(name, _("picture")))),
                    "number": number,
                    "address": f"{reverse(f'admin:catalog_{kind}_changelist')}?missing={name}",
                }
                for name, number in numbers[kind].items()
                if number
            ],
        }
        for kind, model in kinds.items()
        if any(numbers[kind].values())
    ]


def _gaps_of(model: type[Record], held: search.Holdings | None) -> dict[str, int]:
    rows = model._default_manager.order_by()
    held_columns = missed_in(model)
    names = [name for name in _COUNTED if name in held_columns]
    found: dict[str, int] = {}
    if held is not None:
        entries = Entries(held, held.kind(model.KIND))
        known = {name: facet_of(model, name) for name in ("picture", *names)}
        found = {name: entries.lacking(facet) for name, facet in known.items() if facet}
    without = without_picture(rows)
    if without is not None and "picture" not in found:
        found["picture"] = without.count()
    rest = [name for name in names if name not in found]
    # What has an index is asked alone, or the table would be read; what has none, in one pass.
    alone = [name for name in rest if name in _INDEXED]
    found |= {name: rows.filter(is_empty(model, name)).count() for name in alone}
    found |= rows.aggregate(
        **{name: Count("pk", filter=is_empty(model, name)) for name in rest if name not in alone}
    )
    return {name: found[name] for name in ("picture", *names) if name in found}
