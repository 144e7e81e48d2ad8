"""What the first page of the admin shows."""

from __future__ import annotations

from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def desk(context: dict[str, Any]) -> Any:
    """The curator's desk (``catalog.admin.desk.Desk``)."""
    # The admin is not yet ready when template tags are first imported.
    from catalog.admin import desk_of

    return desk_of(context["request"].user)
