"""What records lack: how many of each kind have no picture, date, rights or place, with one click to each."""

from __future__ import annotations

from typing import Any, Final

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from catalog.models import RECORD_MODELS, Depiction, Image, Record

#: Seconds for which the numbers are kept.
GAPS_KEPT: Final = 300
#: What visitors look for first: its word in the list's filter, and how a record without it is known.
_EMPTY: Final[dict[str, tuple[Any, Any]]] = {
    "picture": (_("picture"), None),
    "date": (_("date"), Q(date="") | Q(date__isnull=True)),
    "born": (_("date of birth"), Q(born="") | Q(born__isnull=True)),
    "rights": (_("rights statement"), Q(rights="")),
    "place": (_("place"), Q(place__isnull=True)),
}


def without_picture(rows: QuerySet[Any]) -> QuerySet[Any] | None:
    """Those that have no picture to show: images without a file, persons seen in none; None for other kinds."""
    if rows.model is Image:
        return rows.filter(file="")
    if rows.model is RECORD_MODELS["person"]:
        return rows.filter(~Exists(Depiction.objects.filter(person=OuterRef("pk"))))
    return None


def gaps(kinds: dict[Any, type[Record]]) -> list[dict[str, Any]]:
    """For each kind how many records lack a picture, a date, rights or a place.

    Rows have ``kind`` and ``counts`` with ``words``, ``number`` and ``address``. The numbers are those of the
    last minutes: they are read through whole tables.
    """
    numbers = cache.get("catalog.desk.gaps")
    if numbers is None:
        numbers = {kind: _gaps_of(model) for kind, model in RECORD_MODELS.items()}
        cache.set("catalog.desk.gaps", numbers, GAPS_KEPT)
    return [
        {
            "kind": capfirst(str(model._meta.verbose_name_plural)),
            "counts": [
                {
                    "words": capfirst(str(_EMPTY[name][0])),
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


def _gaps_of(model: type[Record]) -> dict[str, int]:
    held = {column.name for column in model._meta.concrete_fields}
    rows = model._default_manager.order_by()
    asked = {
        name: Count("pk", filter=empty)
        for name, (_words, empty) in _EMPTY.items()
        if empty is not None and name in held
    }
    found: dict[str, int] = dict(rows.aggregate(**asked))
    lacking = without_picture(rows)
    return ({"picture": lacking.count()} if lacking is not None else {}) | found
