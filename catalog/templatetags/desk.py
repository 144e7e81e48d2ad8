"""What the first page of the admin shows."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def desk(context: dict[str, Any]) -> Any:
    """The curator's desk (``catalog.admin.desk.Desk``)."""
    # The admin is not ready yet when template tags are first imported.
    from catalog.admin import desk_of

    return desk_of(context["request"].user)


@register.simple_tag(takes_context=True)
def tour_is_offered(context: dict[str, Any], desk: Any) -> bool:
    """Whether the desk shows its curator the first steps."""
    from catalog.admin import offers_tour

    return offers_tour(context["request"], has_changed=bool(desk.own_changes))
