"""What the main menu has besides the kinds of record: the exhibitions, while there is one to see."""

from __future__ import annotations

from typing import Any, Final

from django import template

from catalog.models import Exhibition

register = template.Library()

#: What the last page of a visitor found, for pages that do not ask; None before the first.
_LAST_FOUND: Final[dict[str, bool | None]] = {"shows": None}


@register.simple_tag(takes_context=True)
def has_exhibitions(context: dict[str, Any]) -> bool:
    """Whether the reader may see an exhibition.

    Of visitors' pages it is known from the query that asks for the state of the catalogue
    (:mod:`catalog.pages.kept`); for others it takes a query. Pages of no section, such as those of errors, show
    what this process last found for a visitor, and ask only if that is nothing yet. Pages of faults, which say
    ``without_database``, never ask.
    """
    request = context.get("request")
    known: bool | None = getattr(request, "has_exhibitions", None)
    if known is not None:
        _LAST_FOUND["shows"] = known
        return known
    if "section" not in context:
        found = _LAST_FOUND["shows"]
        if found is None and not context.get("without_database"):
            found = _LAST_FOUND["shows"] = Exhibition.objects.visible_to(None).exists()
        return bool(found)
    return Exhibition.objects.visible_to(getattr(request, "user", None)).exists()
