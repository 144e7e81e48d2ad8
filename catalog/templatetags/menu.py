"""What the main menu has besides the kinds of record: the exhibitions, while there is one to see."""

from __future__ import annotations

from typing import Any, Final

from django import template

from catalog.models import Exhibition

register = template.Library()

#: What the last page of a visitor found, for pages that do not ask.
_LAST_FOUND: Final = {"shows": False}


@register.simple_tag(takes_context=True)
def has_exhibitions(context: dict[str, Any]) -> bool:
    """Whether the reader may see an exhibition.

    Of visitors' pages it is known from the query that asks for the state of the catalogue
    (:mod:`catalog.pages.kept`); for others it takes a query. Pages of no section, such as those of errors, do
    not ask, as they are made without the database: they show what this process last found for a visitor.
    """
    request = context.get("request")
    known: bool | None = getattr(request, "has_exhibitions", None)
    if known is not None:
        _LAST_FOUND["shows"] = known
        return known
    if "section" not in context:
        return _LAST_FOUND["shows"]
    return Exhibition.objects.visible_to(getattr(request, "user", None)).exists()
